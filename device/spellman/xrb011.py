"""The Spellman XRB011 monoblock: a bench generator, because `99,1` alone switches its X-rays on.

Source: Spellman XRB011 118150-001. It is never armed for an exposure: `program` refuses, and so
does the exposure sequence. `99,1` is sent in one place only, `bench_beam`, for a service engineer
who holds the hand switch. Reading set points and faults back is not public.
"""

from collections.abc import Callable, Iterator

import serial

from device.clock import Clock, Deadline
from device.errors import BenchGenerator, GeneratorNotUnderstood, GeneratorRefused
from device.generator_status import GeneratorStatus
from device.link import LinkCounters
from device.self_test import SelfTestStep, StepFailed, run_steps
from device.spellman.answers import check_accepted, one_number
from device.spellman.port import SpellmanPort, open_line
from device.technique import Technique

# The public pages of 118150-001 do not tell the rate; that of the family's PMX is taken.
BAUD = 19200
# Spellman XRB011 118150-001: command numbers.
SET_KV, SET_UA, TICKLE_WATCHDOG, SET_WATCHDOG, READ_X_RAYS, SWITCH_X_RAYS = 10, 11, 27, 28, 98, 99
ON, OFF = 1, 0
# Spellman XRB011 118150-001: kV in tenths.
COUNTS_PER_KV = 10
# Spellman XRB011 data sheet: 35 to 80 kV, up to 700 uA, 50 W.
KV_RANGE, UA_RANGE, LARGEST_POWER_W = (35.0, 80.0), (1, 700), 50.0
# Spellman XRB011 118150-001: the watchdog's shortest time, and the longest one.
SHORTEST_WATCHDOG_S, LONGEST_WATCHDOG_S = 1, 10
# The unit: no exposure is set longer than 400 ms.
LONGEST_BEAM_MS = 400
# The bench: weak and short, enough for a dose meter.
BENCH_KV, BENCH_UA, BENCH_BEAM_MS = 40.0, 100, 200
LOOK_PERIOD_S = 0.02

REPLY_TIMEOUT_S = 0.5
WATCH_TIMEOUT_S = 0.1


def open_xrb011(port: str) -> "Xrb011":
    """Open an XRB011 at a device path or any pyserial URL. Raises GeneratorNotFound."""
    return Xrb011(open_line(port, BAUD))


class Xrb011:
    """One XRB011 on an open port. Thread-safe."""

    bench_only = True
    rest_s = 0.0

    def __init__(self, port: serial.Serial) -> None:
        self._line = SpellmanPort(port)

    def program(self, technique: Technique) -> Technique:
        """Raise BenchGenerator: nothing is ever exposed with this generator."""
        raise BenchGenerator("it is never programmed for an exposure")

    def status(self) -> GeneratorStatus:
        """Ask whether X-rays are on, repeating a lost question. Raises GeneratorError.

        It tells nothing else: contacts are unknown, the set-up counts as invalid. A question that
        arrived damaged cannot be told from X-rays, and counts as X-rays.
        """
        return _status(self._line.query_one(READ_X_RAYS, REPLY_TIMEOUT_S, (ON,)))

    def watch(self) -> GeneratorStatus:
        """Ask once, for at most 0.1 s. Raises GeneratorError."""
        return _status(one_number(self._line.exchange(READ_X_RAYS, (), WATCH_TIMEOUT_S), (ON,)))

    def faults(self) -> tuple[str, ...]:
        """Give nothing: no public command tells its faults."""
        return ()

    def last_exposure_kv(self) -> float:
        """Raise BenchGenerator: it keeps no exposures."""
        raise BenchGenerator("it measures no exposures")

    def self_test(self) -> Iterator[SelfTestStep]:
        """Test line, set points and watchdog, one step at a time; X-rays are only switched off."""
        return run_steps((("link", self._answers), *self._safe_checks()))

    def bench_beam(
        self, hand_switch_held: Callable[[], bool], clock: Clock, beam_ms: int = BENCH_BEAM_MS
    ) -> Iterator[SelfTestStep]:
        """Make X-rays for a moment, on the bench, while a person holds the hand switch.

        `hand_switch_held` may wait for the hand at first; it is asked again right before X-rays and
        every 20 ms. The switch itself, wired into the interlock loop, is what makes them possible.
        They are switched off again whatever happens, and the watchdog does it if this program dies.
        The last step always says whether they are off.
        """
        yield from run_steps(
            (
                ("link", self._answers),
                *self._safe_checks(),
                ("hand switch", lambda: _check_held(hand_switch_held)),
                ("X-rays", lambda: self._beam(hand_switch_held, clock, beam_ms)),
            )
        )
        yield from run_steps((("X-rays off again", self._off),))

    def set_points(self, kv: float, ua: int) -> None:
        """Set tube voltage and current; they cannot be read back. Raises GeneratorError.

        The current goes down first, so that nothing on the way is beyond the tank's power.
        """
        inside = KV_RANGE[0] <= kv <= KV_RANGE[1] and UA_RANGE[0] <= ua <= UA_RANGE[1]
        if not inside or kv * ua / 1000.0 > LARGEST_POWER_W:
            raise GeneratorRefused(f"{kv:g} kV and {ua} uA are outside its range")
        self._command(SET_UA, UA_RANGE[0])
        self._command(SET_KV, round(kv * COUNTS_PER_KV))
        self._command(SET_UA, ua)

    def set_watchdog_s(self, seconds: int) -> None:
        """Let X-rays end when the host is silent for 1 to 10 s; it is never switched off from here.

        A tank whose password has not been given refuses; the maker's own tool gives it.
        """
        if not SHORTEST_WATCHDOG_S <= seconds <= LONGEST_WATCHDOG_S:
            raise GeneratorRefused(f"a watchdog of {seconds} s")
        self._command(SET_WATCHDOG, seconds)

    def tickle_watchdog(self) -> None:
        """Begin the watchdog's time anew. Raises GeneratorError."""
        self._command(TICKLE_WATCHDOG)

    def switch_off(self) -> None:
        """Switch X-rays off. Raises GeneratorError."""
        self._command(SWITCH_X_RAYS, OFF)

    @property
    def link_counters(self) -> LinkCounters:
        """What went over the line so far."""
        return self._line.counters

    def close(self) -> None:
        """Stop the reader and close the port; never raises, may be called twice."""
        self._line.close()

    # --- the steps

    def _safe_checks(self) -> tuple[tuple[str, Callable[[], str]], ...]:
        return (
            ("X-rays off", self._off),
            ("watchdog", self._watchdog),
            ("set points", self._set_points),
        )

    def _answers(self) -> str:
        self.status()
        return "the generator answers"

    def _off(self) -> str:
        self.switch_off()
        if self.status().xray_on:
            raise StepFailed("X-rays stay on; release the hand switch and switch the power off")
        return "switched off, and off"

    def _watchdog(self) -> str:
        self.set_watchdog_s(SHORTEST_WATCHDOG_S)
        self.tickle_watchdog()
        return f"{SHORTEST_WATCHDOG_S} s"

    def _set_points(self) -> str:
        self.set_points(BENCH_KV, BENCH_UA)
        return f"{BENCH_KV:g} kV, {BENCH_UA} uA accepted"

    def _beam(self, hand_switch_held: Callable[[], bool], clock: Clock, beam_ms: int) -> str:
        if not 0 < beam_ms <= LONGEST_BEAM_MS:
            raise StepFailed(f"{beam_ms} ms asked, at most {LONGEST_BEAM_MS} ms allowed")
        self.tickle_watchdog()  # the hand may have been waited for longer than its time
        _check_held(hand_switch_held)
        try:
            self._switch_on()
            self._watch_beam(hand_switch_held, Deadline(clock, beam_ms / 1000.0), clock)
        finally:
            self.switch_off()
        return f"on for {beam_ms} ms"

    def _watch_beam(
        self, hand_switch_held: Callable[[], bool], deadline: Deadline, clock: Clock
    ) -> None:
        while not deadline.over():
            _check_held(hand_switch_held)
            if not self.watch().xray_on:
                raise StepFailed("no X-rays: door, hand switch or BeamEnable keep the loop open")
            clock.sleep(min(LOOK_PERIOD_S, deadline.left_s()))

    def _switch_on(self) -> None:
        """Send `99,1` once: a lost answer must not make X-rays a second time."""
        check_accepted(self._line.exchange(SWITCH_X_RAYS, (ON,), WATCH_TIMEOUT_S))

    def _command(self, command: int, *arguments: int) -> None:
        self._line.command(command, arguments, REPLY_TIMEOUT_S)


def _check_held(hand_switch_held: Callable[[], bool]) -> str:
    if not hand_switch_held():
        raise StepFailed("nobody holds the hand switch")
    return "held"


def _status(answer: int) -> GeneratorStatus:
    if answer not in (ON, OFF):
        raise GeneratorNotUnderstood(f"command {READ_X_RAYS}: {answer}")
    return GeneratorStatus(
        xray_on=answer == ON,
        interlock_closed=None,
        fault=False,
        preparing=False,
        ready=False,
        setup_valid=False,
    )
