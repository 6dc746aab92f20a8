"""Faults of a control channel: a layer between a device's answers and the wire to its host.

Which answers are hit is counted, or drawn from the unit's seed, so that the same commands always
meet the same faults; delays are model time.
"""

from collections import Counter
from collections.abc import Callable
from random import Random

from firmware_sim.faults import FaultPoints
from firmware_sim.gencp_framing import CCD_LENGTH, Framing
from firmware_sim.lines import ModelClock

# How long an answer waits for another to be merged with.
MERGE_WAIT_MS = 400


class WireFaults:
    """Sends answers as the faults will have it; untouched while there are none."""

    def __init__(
        self,
        framing: Framing,
        clock: ModelClock,
        points: FaultPoints,
        chance: Random,
        deliver: Callable[[bytes], None],
    ) -> None:
        self._framing = framing
        self._clock = clock
        self._points = points
        self._chance = chance
        self._deliver = deliver
        self._seen: Counter[str] = Counter()
        self._late: list[tuple[int, bytes]] = []
        self._held = b""
        self._held_until_us: int | None = None

    def says_busy(self) -> bool:
        """Tell whether the device is to answer BUSY now."""
        return self._strikes("busy")

    def extra_ms(self) -> int:
        """Give how much longer than usual the command is to take."""
        return self._points.wire["pending-ack"].ms if self._strikes("pending-ack") else 0

    def send(self, answer: bytes) -> None:
        """Put an answer on the wire, or do to it what the faults want."""
        if self._strikes("silence") or self._strikes("drop"):
            return
        if self._strikes("byte-flip"):
            answer = self._flip_in(answer, range(self._unguarded(answer)))
        if self._strikes("wrong-crc") and self._framing.checksum_bytes:
            answer = self._flip_in(answer, self._framing.checksum_bytes)
        if self._strikes("duplicate"):
            self._pass_on(answer)
        self._pass_on(answer)

    def deadline_us(self) -> int | None:
        """Give the moment at which something held back goes out."""
        moments = [moment for moment, _ in self._late]
        if self._held_until_us is not None:
            moments.append(self._held_until_us)
        return min(moments, default=None)

    def advance(self) -> bool:
        """Let go of what was held back long enough."""
        due = [answer for moment, answer in self._late if self._clock.reached(moment)]
        self._late = [entry for entry in self._late if not self._clock.reached(entry[0])]
        if self._clock.reached(self._held_until_us):
            due.append(self._take_held())
        for answer in due:
            self._deliver(answer)
        return bool(due)

    def _pass_on(self, answer: bytes) -> None:
        if self._strikes("merged"):
            self._held += answer
            self._held_until_us = self._clock.after_ms(MERGE_WAIT_MS)
            return
        whole = self._take_held() + answer
        if self._strikes("late"):
            self._late.append((self._clock.after_ms(self._points.wire["late"].ms), whole))
            return
        self._deliver(whole)

    def _take_held(self) -> bytes:
        held, self._held, self._held_until_us = self._held, b"", None
        return held

    def _unguarded(self, answer: bytes) -> int:
        """Give how much of a packet may be damaged: without checksums of its own, only its head.

        Damage further on would be told by the checksum of the bus, and by nothing in GenCP.
        """
        head = self._framing.prefix_length + CCD_LENGTH
        return len(answer) if self._framing.checksum_bytes else head

    def _flip_in(self, answer: bytes, where: range) -> bytes:
        damaged = bytearray(answer)
        damaged[self._chance.choice(where)] ^= 1 << self._chance.randrange(8)
        return bytes(damaged)

    def _strikes(self, name: str) -> bool:
        rate = self._points.wire.get(name)
        if rate is None:
            del self._seen[name]
            return False
        if rate.permille:
            return self._chance.randrange(1000) < rate.permille
        self._seen[name] += 1
        return self._seen[name] % rate.every == 0
