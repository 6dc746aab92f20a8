"""X-rays of a bench generator for a moment: for a service engineer, never for a patient.

It is the one thing that makes X-rays by a command, so it is never made over HTTP nor by a visit.
What it shall make is in the journal before anything is armed, and how it ended afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from device.clock import Clock, Deadline
from device.detector import Detector
from device.detector_status import ExposureState
from device.errors import CannotExpose, DeviceError, Exposed
from device.self_test import SelfTestStep
from device.spellman.xrb011 import BENCH_BEAM_MS, BENCH_KV, BENCH_UA, Xrb011
from examination.errors import NoBenchGenerator
from examination.self_test import Check, Outcome, UnderTest
from records.journal import ExposureEvent, Journal, PlannedExposure

PURPOSE = "bench"
# As long as in a visit: the panel's own lease is 30 s at most.
HAND_SWITCH_TIMEOUT_S, LEASE_MS = 30.0, 30_000
# An armed panel disarms when it hears nothing for 200 ms.
WATCH_PERIOD_S = 0.05
# A panel whose window opened is at rest again within 0.5 s and its read-out.
AT_REST_WITHIN_S = 3.0
NO_DETECTOR = "none"


@dataclass(frozen=True, slots=True)
class BenchRoom:
    """Everything that a bench beam needs; `switch_is_held` is what the person says.

    Only a bench without a detector asks that: a panel that gives BeamEnable knows it by itself.
    """

    bench: UnderTest
    journal: Journal
    clock: Clock
    now: Callable[[], datetime]
    draw_nonce: Callable[[], int]
    switch_is_held: Callable[[], bool]


class Leave(Protocol):
    """What lets X-rays happen beside the generator."""

    def held(self) -> bool:
        """Tell whether a hand is on the switch and X-rays may be."""

    def end(self) -> tuple[Exposed, float | None]:
        """Take the leave back; gives whether X-rays were made, and for how many ms."""


class PanelLeave:
    """A panel that is armed for the bench: it asks for no hand before it was asked itself."""

    def __init__(self, detector: Detector, nonce: int, clock: Clock) -> None:
        self._detector = detector
        self._nonce = nonce
        self._clock = clock
        self._last_nonce = detector.last_exposure().nonce
        self._armed = False

    def held(self) -> bool:
        """Arm at first, and wait for the hand switch; then tell whether the window is open."""
        if not self._armed:
            self._arm()
        return self._detector.watch().state is ExposureState.WINDOW

    def end(self) -> tuple[Exposed, float | None]:
        """Disarm and ask the panel what it saw; a panel that is gone leaves it unknown."""
        if not self._armed:
            return Exposed.NO, None
        try:
            return self._ask()
        except DeviceError:
            return Exposed.UNKNOWN, None
        finally:
            self._make_safe()

    def _arm(self) -> None:
        self._armed = True
        self._detector.arm(self._nonce, LEASE_MS)
        deadline = Deadline(self._clock, HAND_SWITCH_TIMEOUT_S)
        waiting = (ExposureState.ARMED, ExposureState.PREPARING)
        while self._detector.watch().state in waiting and not deadline.over():
            self._clock.sleep(WATCH_PERIOD_S)

    def _ask(self) -> tuple[Exposed, float | None]:
        self._detector.drop_arm()
        deadline = Deadline(self._clock, AT_REST_WITHIN_S)
        while self._detector.watch().state is not ExposureState.IDLE and not deadline.over():
            self._clock.sleep(WATCH_PERIOD_S)
        last = self._detector.last_exposure()
        if last.nonce == self._nonce:
            return (Exposed.YES if last.exposure_ms > 0 else Exposed.NO), last.exposure_ms
        return (Exposed.NO if last.nonce == self._last_nonce else Exposed.UNKNOWN), None

    def _make_safe(self) -> None:
        try:
            self._detector.disarm()
        except DeviceError:
            self._detector.hang_up()  # its 200 ms do the rest


class PersonLeave:
    """A bench without a detector: the loop is closed by hand, and nobody measures."""

    def __init__(self, switch_is_held: Callable[[], bool]) -> None:
        self._switch_is_held = switch_is_held

    def held(self) -> bool:
        """Tell what the person says."""
        return self._switch_is_held()

    def end(self) -> tuple[Exposed, float | None]:
        """Know nothing."""
        return Exposed.UNKNOWN, None


def make_bench_beam(room: BenchRoom, told: Callable[[Check], None]) -> list[Check]:
    """Make X-rays with a bench generator while a person holds the hand switch.

    Raises NoBenchGenerator or CannotExpose before anything is written or sent, and RecordsError
    where the journal cannot be written: then no X-rays are made.
    """
    generator = bench_generator(room.bench)
    if room.bench.detector is not None and not room.bench.detector.can_expose:
        raise CannotExpose(room.bench.detector.identity.model)
    nonce = room.draw_nonce()
    leave = _leave(room, nonce)
    room.journal.plan(_planned(room, nonce), _last_nonce(room.bench.detector))
    steps: list[SelfTestStep] = []
    exposed = Exposed.UNKNOWN  # unless it comes to its end
    try:
        for step in generator.bench_beam(leave.held, room.clock):
            steps.append(step)
            told(_as_check(step))
        exposed = _as_generator_says(steps)
    finally:
        _note_end(room, nonce, leave, steps, exposed)
    return [_as_check(step) for step in steps]


def bench_generator(bench: UnderTest) -> Xrb011:
    """Give the bench's generator. Raises NoBenchGenerator for any that exposes patients."""
    if not isinstance(bench.generator, Xrb011):
        raise NoBenchGenerator("A bench beam is made with a bench generator only: xrb011:...")
    return bench.generator


def _leave(room: BenchRoom, nonce: int) -> Leave:
    if room.bench.detector is None:
        return PersonLeave(room.switch_is_held)
    return PanelLeave(room.bench.detector, nonce, room.clock)


def _planned(room: BenchRoom, nonce: int) -> PlannedExposure:
    detector = room.bench.detector
    return PlannedExposure(
        nonce=nonce,
        visit_id=None,
        purpose=PURPOSE,
        planned=room.now(),
        detector_serial=NO_DETECTOR if detector is None else detector.identity.serial,
        boot_id=0 if detector is None else detector.identity.boot_id or 0,
        kv=BENCH_KV,
        ma=BENCH_UA / 1000.0,
        ms=float(BENCH_BEAM_MS),
    )


def _last_nonce(detector: Detector | None) -> int:
    return 0 if detector is None else detector.last_exposure().nonce


def _as_generator_says(steps: list[SelfTestStep]) -> Exposed:
    """Tell it by how far the steps came: before the one with X-rays nothing was switched on."""
    passed = {step.name: step.passed for step in steps}
    if "X-rays" not in passed:
        return Exposed.NO
    return Exposed.YES if passed["X-rays"] else Exposed.UNKNOWN


def _note_end(
    room: BenchRoom, nonce: int, leave: Leave, steps: list[SelfTestStep], exposed: Exposed
) -> None:
    """Write down what is known; the panel's own account fills in what the generator leaves open."""
    seen, exposure_ms = leave.end()
    known = seen if exposed is Exposed.UNKNOWN else exposed
    detail: dict[str, Any] = {"exposed": known.value, "exposure_ms": exposure_ms}
    detail["steps"] = {step.name: step.detail for step in steps}
    room.journal.note(nonce, room.now(), ExposureEvent.ENDED, detail)


def _as_check(step: SelfTestStep) -> Check:
    outcome = Outcome.PASSED if step.passed else Outcome.FAILED
    return Check(f"bench-{step.name}", outcome, step.detail)
