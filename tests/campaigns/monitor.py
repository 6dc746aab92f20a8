"""An independent observer of the unit: it believes the copper and the wire, never the firmware.

It hears every edge on the lines, every packet of the host with its acknowledge, every technique
that the generator accepted, and when power was cut. From these alone it works out whether X-rays
may be on, and raises Violation the moment they are on without right or for too long. The figures
are those of docs/safety.md, written down a second time.
"""

import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from firmware_sim.lines import ModelClock
from tests.campaigns.copper import ProbedLines

MS = 1_000  # in us
RELEASE_LIMIT_US = 10 * MS
HOST_SILENT_US, HOST_LOSS_LIMIT_US = 200 * MS, 250 * MS
LONGEST_LEASE_MS = 30_000
WINDOW_US = 500 * MS
REST_US = 20_000 * MS
LONGEST_SET_MS = 400
WRITEMEM, WRITEMEM_STACKED = 0x0802, 0x0808
OPENING_INTERLOCK = {"door_open": True, "generator_healthy": False}


class Violation(AssertionError):
    """X-rays, or the leave for them, that should not have been."""


@dataclass(slots=True)
class Arm:
    """What the device confirmed when it was armed."""

    nonce: int
    until_us: int
    window_opened: bool = False


# How many exposures one press of the hand switch may give, each under an arming of its own.
ONE_EACH, ONE_OR_MORE = "one", "one or more"


@dataclass(frozen=True, slots=True)
class GeneratorRules:
    """What differs between generators: the pause, what one press of the switch is good for, and
    the set time of one that has no timer."""

    rest_us: int
    presses: str
    set_ms: int | None


RULES = {
    "pmx": GeneratorRules(REST_US, ONE_EACH, None),
    # The switch is a contact of the tank's loop: the next arming finds it held. The loop's timer
    # ends X-rays after 500 ms; nothing asks for a pause.
    "xrb011": GeneratorRules(0, ONE_OR_MORE, 500),
}


def longest_on_time_us(set_ms: int) -> int:
    """min(1.2 x set + 5 ms, 500 ms)."""
    return min(1200 * set_ms + 5 * MS, 500 * MS)


class Monitor:
    """Watches one unit; `tally` counts how X-rays ended and what was seen of everything else."""

    def __init__(
        self,
        lines: ProbedLines,
        clock: ModelClock,
        addresses: Mapping[str, int],
        rules: GeneratorRules,
    ) -> None:
        self.tally: Counter[str] = Counter()
        self.main_timer_works = True
        self._lines = lines
        self._clock = clock
        self._names = {address: name for name, address in addresses.items()}
        self._last_packet = b""
        self._found: Violation | None = None
        self._rules = rules
        self._set_ms = rules.set_ms
        self._latched = False
        self._released = True
        self._x_rays_from_us: int | None = None
        self._rested_us = 0
        self._ends: dict[str, int] = {}
        self._beam_enabled_us = 0
        self._arm: Arm | None = None
        self._begin_boot()
        lines.probes.append(self._edge)

    # What it is told

    def power_cycled(self) -> None:
        """The unit lost its power: whatever was armed, and every number, is of another life."""
        self._require(not self._lines.beam_enable, "BeamEnable outlived the power")
        self._must_end("the power was cut")
        self._begin_boot()
        self.tally["power cycles"] += 1

    def reset(self) -> None:
        """A person reset the generator's latched faults."""
        self._latched = False

    def host_changed(self) -> None:
        """Another host took the device: it inherits nothing."""
        self._heard_us = self._clock.now_us
        self._void("another host")

    def host_sent(self, packet: bytes, acknowledge: bytes | None) -> None:
        """The device heard a packet of its host and answered it, or kept silent."""
        if len(packet) < 12 or packet[:4] != b"U3VC":
            return
        self._heard_us = self._clock.now_us
        repeated = packet == self._last_packet
        self._last_packet = b"" if acknowledge is not None and _is_busy(acknowledge) else packet
        if not repeated and acknowledge is not None:
            for address, value in written(packet, acknowledge):
                self._written(self._names.get(address), value)
        self.look()

    def generator_accepted(self, set_ms: int) -> None:
        """The generator took over a technique."""
        self._require(set_ms <= LONGEST_SET_MS, f"{set_ms} ms were accepted")
        self._require(self._x_rays_from_us is None, "a technique was accepted during X-rays")
        self._set_ms = set_ms

    # What it sees

    def look(self) -> None:
        """Check what must have ended by now; what was found earlier is not forgotten."""
        if self._found is not None:
            raise self._found
        now_us = self._clock.now_us
        for reason, limit_us in self._ends.items():
            self._require(now_us <= limit_us, f"X-rays are still on after: {reason}")
        if self._lines.beam_enable:
            self._require(self._host_is_heard(), "BeamEnable outlasts the host by 250 ms")
        if self._x_rays_from_us is not None:
            self._check_on_time(now_us - self._x_rays_from_us)

    def _edge(self, name: str, level: Any) -> None:
        if name == "hand_switch_stage":
            self._switch_moved(level)
        elif OPENING_INTERLOCK.get(name) == level:
            self._void(name)
        elif name == "beam_enable" and level:
            self._beam_enabled()
        elif name == "x_rays":
            self._x_rays_began() if level else self._x_rays_ended()
        self.look()

    def _switch_moved(self, stage: int) -> None:
        self._released = self._released or stage == 0
        if stage < 2:
            self._must_end("the switch was released")

    def _beam_enabled(self) -> None:
        self._require(self._arm is not None, "BeamEnable without arming")
        assert self._arm is not None
        arm = self._arm
        self._require(not arm.window_opened, "BeamEnable twice for one arming")
        self._require(arm.nonce not in self._spent, f"nonce {arm.nonce} a second time")
        self._require(self._clock.now_us <= arm.until_us, "BeamEnable after the lease")
        self._require(self._interlocks_closed(), "BeamEnable with an open interlock")
        arm.window_opened = True
        self._spent.add(arm.nonce)
        self._beam_enabled_us = self._clock.now_us

    def _x_rays_began(self) -> None:
        now_us = self._clock.now_us
        armed = self._arm is not None and self._arm.window_opened
        self._require(armed, "X-rays without arming")
        self._require(self._lines.beam_enable, "X-rays without BeamEnable")
        self._require(self._lines.hand_switch_stage == 2, "X-rays without the hand switch")
        pressed_anew = self._released or self._rules.presses == ONE_OR_MORE
        self._require(pressed_anew, "a second exposure under one press of the switch")
        self._require(self._interlocks_closed(), "X-rays with an open interlock")
        self._require(not self._latched, "X-rays after the backup timer, without a reset")
        self._require(self._host_is_heard(), "X-rays without a host")
        self._require(now_us - self._beam_enabled_us <= WINDOW_US, "X-rays after the window")
        self._require(now_us >= self._rested_us, "X-rays within 20 s of the last")
        self._require(self._set_ms is not None, "X-rays without a technique")
        self._x_rays_from_us, self._released = now_us, False
        self.tally["exposures"] += 1

    def _x_rays_ended(self) -> None:
        assert self._x_rays_from_us is not None and self._set_ms is not None
        on_time_us = self._clock.now_us - self._x_rays_from_us
        self._check_on_time(on_time_us)
        self._latched = self._latched or on_time_us > self._set_ms * MS
        self.tally[f"ended by: {self._end(on_time_us)}"] += 1
        self._x_rays_from_us, self._arm = None, None
        self._ends.clear()
        self._rested_us = self._clock.now_us + self._rules.rest_us

    def _end(self, on_time_us: int) -> str:
        assert self._set_ms is not None
        if on_time_us > self._set_ms * MS:
            return "the backup timer"
        if on_time_us == self._set_ms * MS:
            return "the timer"
        if self._clock.now_us - self._heard_us >= HOST_SILENT_US:
            return "a silent host"
        return next(iter(self._ends), "disarming, the window's end or the power")

    def _check_on_time(self, on_time_us: int) -> None:
        assert self._set_ms is not None
        set_us = self._set_ms * MS
        limit_us = set_us if self.main_timer_works else longest_on_time_us(self._set_ms)
        self._require(on_time_us <= limit_us, f"X-rays for {on_time_us} us, set {set_us} us")

    # What it concludes

    def _written(self, name: str | None, value: int) -> None:
        if name == "ExposureNonce":
            self._nonce = value
        elif name == "ExposureLeaseTime":
            self._lease_ms = value
        elif name == "ExposureArm" and value:
            self._armed()
        elif name in ("ExposureArm", "AcquisitionStop"):
            self._void(f"the host wrote {name}")

    def _armed(self) -> None:
        self._require(self._nonce not in self._spent, "armed again under a spent nonce")
        self._require(self._interlocks_closed(), "armed with an open interlock")
        self._require(self._lease_ms <= LONGEST_LEASE_MS, f"a lease of {self._lease_ms} ms")
        self._arm = Arm(self._nonce, self._clock.now_us + self._lease_ms * MS)
        self.tally["armings"] += 1

    def _void(self, reason: str) -> None:
        self._arm = None if self._x_rays_from_us is None else self._arm
        self._must_end(reason)

    def _must_end(self, reason: str) -> None:
        if self._x_rays_from_us is not None:
            self._ends.setdefault(reason, self._clock.now_us + RELEASE_LIMIT_US)

    def _begin_boot(self) -> None:
        self._arm = None
        self._spent: set[int] = set()
        self._nonce, self._lease_ms = 0, LONGEST_LEASE_MS
        self._heard_us = self._clock.now_us
        self._last_packet = b""

    def _interlocks_closed(self) -> bool:
        return not self._lines.door_open and self._lines.generator_healthy

    def _host_is_heard(self) -> bool:
        return self._clock.now_us - self._heard_us <= HOST_LOSS_LIMIT_US

    def _require(self, kept: object, broken: str) -> None:
        if not kept:
            # The firmware might swallow it.
            self._found = Violation(f"{broken} ({self._clock.now_us} us, {self._lines})")
            raise self._found


def written(packet: bytes, acknowledge: bytes) -> Iterator[tuple[int, int]]:
    """Give address and value of everything that the device says it wrote."""
    command, length = struct.unpack_from("<HH", packet, 6)
    status, answered = struct.unpack_from("<HH", acknowledge, 4)
    content = packet[12:]
    if answered != command | 1 or length != len(content):
        return
    if command == WRITEMEM and status == 0:
        yield struct.unpack_from("<Q", content)[0], _integer(content[8:])
    elif command == WRITEMEM_STACKED:
        for (counted,) in struct.iter_unpack("<2xH", acknowledge[12:]):
            address, size = struct.unpack_from("<Q2xH", content)
            if counted:
                yield address, _integer(content[12 : 12 + size])
            content = content[12 + size :]


def _is_busy(acknowledge: bytes) -> bool:
    """GenCP 1.3.1: what a busy device did not execute may be sent again under the same number."""
    return acknowledge[4:6] == b"\x07\x80"


def _integer(content: bytes) -> int:
    return int.from_bytes(content, "little", signed=True)
