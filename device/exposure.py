"""One exposure from request to frame: an explicit state machine.

Software programs the generator, arms the panel and watches both. Nothing here makes X-rays: there
is no command for it, only the operator's hand switch. An exposure is never repeated by itself, and
every error says in `exposed` whether X-rays may have been made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NoReturn

from device.clock import Clock, Deadline
from device.detector import Detector, ExposureState, ExposureWatch, Interlock, LastExposure
from device.errors import (
    BenchGenerator,
    CannotExpose,
    DetectorRestarted,
    DeviceError,
    Exposed,
    ExposureCancelled,
    ExposureError,
    ExposureInterrupted,
    ExposureStopped,
    FrameMissing,
    GeneratorError,
    GeneratorFault,
    GeneratorLost,
    GeneratorNotReady,
    HandSwitchNotPressed,
    ImageLost,
    LinkError,
    NonceInvalid,
    NonceMismatch,
    PanelDisarmed,
    StopWanted,
    WrongStage,
)
from device.exposure_checks import (
    check_generator,
    check_generator_contacts,
    check_interlocks,
    wrong_time,
)
from device.frame import MeasuredExposure, RawFrame
from device.generator import Generator, GeneratorStatus
from device.keep_alive import ARMED_PERIOD_S, LONGEST_ARMED_S, KeepAlive
from device.stages import AT_REST, BEFORE_WINDOW, TRANSITIONS, ExposureStage, observed_stage
from device.technique import HAND_PRESET, Technique, check_technique

__all__ = [
    "HAND_PRESET",
    "ExposureRequest",
    "ExposureSequence",
    "ExposureStage",
    "Interlock",
    "Technique",
    "check_technique",
]

# docs/safety.md: the host reads every 50 ms while the panel is armed.
WATCH_PERIOD_S = 0.05
# The unit: the panel stays armed for at most 30 s.
LEASE_MS = 30_000
# A lease that ends this close to the end of our own patience counts as its end.
LEASE_MARGIN_S = 1.0
# The generator may miss this many questions in a row while the panel is armed.
GENERATOR_MISSES = 2
# From the end of the read-out to the first bytes; a slow panel needs time to make the frame.
FRAME_WAIT_S = 15.0
# The unit: 0.3 s to clear the panel and a window of 0.5 s; far beyond, the panel hangs.
LONGEST_EXPOSURE_S = 3.0
# From the end of the X-rays to the image passes more; a clock's rounding is no reason to refuse.
REST_MARGIN_S = 0.05
LARGEST_NONCE = (1 << 63) - 1


Report = Callable[[ExposureStage], None]


@dataclass(frozen=True, slots=True)
class ExposureRequest:
    """One exposure to be made: its number (1 to 2^63 - 1, never used before) and its technique."""

    nonce: int
    technique: Technique


class ExposureSequence:
    """Programs, arms, watches and collects one exposure at a time."""

    def __init__(self, detector: Detector, generator: Generator, clock: Clock) -> None:
        self._detector = detector
        self._generator = generator
        self._clock = clock
        self._stage = ExposureStage.IDLE
        self._cancelled = threading.Event()
        self._exposed = Exposed.NO
        self._waiting = False
        self._misses = 0
        self._fault_seen: GeneratorFault | None = None
        self._begun: Deadline | None = None
        self._rest = Deadline(clock, 0.0)
        self._keep_alive = KeepAlive(detector.keep_alive, ARMED_PERIOD_S, LONGEST_ARMED_S)

    @property
    def stage(self) -> ExposureStage:
        """Where the sequence is."""
        return self._stage

    @property
    def exposed(self) -> Exposed:
        """Whether the exposure in hand, or the last one, made X-rays."""
        return self._exposed

    def rest(self, report: Report) -> None:
        """Wait until the generator may prepare again after the last exposure that was made here.

        `report` hears RESTING where there is something to wait for.
        """
        self._require_at_rest("resting")
        if not self._rest.over():
            self._stage = ExposureStage.RESTING
            try:
                report(self._stage)
                self._clock.sleep(self._rest.left_s())
            finally:
                self._stage = ExposureStage.IDLE

    def arm(self, request: ExposureRequest) -> None:
        """Check everything, program the generator and arm the panel, in this order.

        Raises BenchGenerator, TechniqueOutsideLimits, NonceInvalid, CannotExpose,
        DetectorRestarted, InterlockOpen, GeneratorNotReady, NonceMismatch, ArmRefused or another
        DeviceError; then nothing is armed. A generator that has not rested is not ready: rest().
        Call await_frame() within 2 s, or the panel disarms itself.
        """
        self._require_at_rest("arming")
        self._exposed, self._misses, self._fault_seen = Exposed.NO, 0, None
        self._begun = None
        self._cancelled.clear()
        self._check_request(request)
        self._check_rested()
        self._check_unit()
        self._read_back = self._generator.program(request.technique)
        check_generator(self._generator.status())
        self._arm_panel(request.nonce)
        self._request = request
        self._armed_at = self._clock.now()
        self._exposed = Exposed.UNKNOWN
        self._stage = ExposureStage.ARMED
        self._keep_alive.start()

    def _arm_panel(self, nonce: int) -> None:
        try:
            self._detector.arm(nonce, LEASE_MS)
        except LinkError as error:
            error.exposed = Exposed.UNKNOWN  # the panel may have heard it
            self._detector.hang_up()
            raise

    def await_frame(self, timeout_s: float, report: Report) -> RawFrame:
        """Wait for the hand switch, at most `timeout_s`, and give the frame of the exposure.

        `report` hears each new stage up to the read-out; it returns at once (the panel waits 200 ms
        for us) and never raises. Raises HandSwitchNotPressed, ExposureTooShort (with the frame),
        ExposureInterrupted, ImageLost or another DeviceError; then the panel is disarmed, and
        `exposed` says whether X-rays may have been made.
        """
        if self._stage is not ExposureStage.ARMED:
            raise WrongStage(f"waiting while {self._stage.value}")
        self._waiting = True
        self._keep_alive.stop()
        try:
            report(self._stage)
            self._watch_until_read_out(Deadline(self._clock, timeout_s), report)
            frame = self._take_frame()
        except DeviceError as error:
            self._fail(error)
        except (Exception, StopWanted) as error:
            self._stop(error)
            raise
        except BaseException:
            self._make_safe()
            raise
        finally:
            self._waiting = False
            self._begin_rest()
        self._stage = ExposureStage.DONE
        return frame

    def disarm(self) -> None:
        """Take the unit out of its ready state, from any thread. Raises DeviceError.

        A waiting await_frame() ends with ExposureCancelled; X-rays under way end, and their image
        is still given.
        """
        self._cancelled.set()
        self._keep_alive.stop()
        if self._waiting:
            self._detector.drop_arm()
        elif self._stage in BEFORE_WINDOW:
            self._stage = ExposureStage.FAILED
            self._detector.disarm()
            self._ask_last_exposure()
            self._begin_rest()
            self._stage = ExposureStage.IDLE

    # --- before arming

    def _require_at_rest(self, doing: str) -> None:
        if self._stage not in AT_REST:
            raise WrongStage(f"{doing} while {self._stage.value}")

    def _begin_rest(self) -> None:
        if self._exposed is not Exposed.NO:
            self._rest = Deadline(self._clock, self._generator.rest_s)

    def _check_rested(self) -> None:
        """Raise GeneratorNotReady within the rest: a preparation now would latch a fault."""
        left_s = self._rest.left_s()
        if left_s > REST_MARGIN_S:
            raise GeneratorNotReady(f"it must rest for another {left_s:.0f} s")

    def _check_request(self, request: ExposureRequest) -> None:
        if self._generator.bench_only:
            raise BenchGenerator()
        check_technique(request.technique)
        if not 1 <= request.nonce <= LARGEST_NONCE:
            raise NonceInvalid(str(request.nonce))
        if not self._detector.can_expose:
            raise CannotExpose(self._detector.identity.model)

    def _check_unit(self) -> None:
        panel = self._detector.watch()
        self._check_boot(panel)
        check_interlocks(panel.open_interlocks)
        check_generator_contacts(self._generator.status())

    def _check_boot(self, panel: ExposureWatch) -> None:
        if panel.boot_id != self._detector.identity.boot_id:
            raise DetectorRestarted(f"boot id {panel.boot_id}")

    def _enter(self, stage: ExposureStage, report: Report) -> None:
        if stage is self._stage:
            return
        if stage not in TRANSITIONS[self._stage]:
            raise WrongStage(f"{stage.value} after {self._stage.value}")
        self._stage = stage
        report(stage)

    # --- while armed

    def _watch_until_read_out(self, deadline: Deadline, report: Report) -> None:
        while self._look(deadline, report) is not ExposureStage.READING_OUT:
            self._clock.sleep(WATCH_PERIOD_S)

    def _look(self, deadline: Deadline, report: Report) -> ExposureStage:
        """Ask panel and generator once and act on what they say; one tick of the watch."""
        panel = self._detector.watch()
        self._check_boot(panel)
        self._check_moving(panel)
        generator = self._ask_generator()
        if generator is not None and generator.xray_on:
            self._exposed = Exposed.YES
        if panel.state is ExposureState.IDLE:
            self._judge_idle_panel(panel, generator)
            stage = ExposureStage.READING_OUT
        else:
            stage = observed_stage(panel, generator)
        if stage in BEFORE_WINDOW:
            self._check_still_wanted(panel, generator, deadline)
        elif generator is not None and generator.fault:
            self._fault_seen = GeneratorFault()
        self._enter(stage, report)
        return stage

    def _check_moving(self, panel: ExposureWatch) -> None:
        """Raise FrameMissing for a panel that began an exposure and stopped in the middle of it."""
        if panel.state not in (ExposureState.PREPARING, ExposureState.WINDOW):
            self._begun = None
        elif self._begun is None:
            self._begun = Deadline(self._clock, LONGEST_EXPOSURE_S)
        elif self._begun.over():
            raise FrameMissing(f"the panel stays in {panel.state.value}")

    def _ask_generator(self) -> GeneratorStatus | None:
        """Give the status, or None for the few answers in a row that may get lost.

        A generator whose cable is out is not armed for a moment longer; one that is exposing or
        has exposed must not cost the image.
        """
        try:
            status = self._generator.watch()
        except GeneratorError as error:
            self._misses += 1
            is_gone = isinstance(error, GeneratorLost) or self._misses > GENERATOR_MISSES
            if is_gone and self._stage in BEFORE_WINDOW:
                raise
            return None
        self._misses = 0
        return status

    def _check_still_wanted(
        self, panel: ExposureWatch, generator: GeneratorStatus | None, deadline: Deadline
    ) -> None:
        self._check_undisturbed(panel, generator)
        if deadline.over() and panel.state is ExposureState.ARMED:
            raise HandSwitchNotPressed()

    def _check_undisturbed(self, panel: ExposureWatch, generator: GeneratorStatus | None) -> None:
        if self._cancelled.is_set():
            raise ExposureCancelled()
        if generator is not None and generator.fault:
            raise GeneratorFault()
        check_interlocks(panel.open_interlocks)

    def _judge_idle_panel(self, panel: ExposureWatch, generator: GeneratorStatus | None) -> None:
        """Return when a panel at rest has made our exposure; raise why it is not armed if not."""
        if self._ask_last_exposure().nonce == self._request.nonce:
            return
        self._check_undisturbed(panel, generator)
        if self._clock.now() - self._armed_at >= LEASE_MS / 1000 - LEASE_MARGIN_S:
            raise HandSwitchNotPressed()
        raise PanelDisarmed()

    def _ask_last_exposure(self) -> LastExposure:
        """Ask the panel what it did, and remember whether that was an exposure of ours."""
        last = self._detector.last_exposure()
        if last.nonce == self._request.nonce:
            self._exposed = Exposed.YES if last.exposure_ms > 0 else self._exposed
        elif self._exposed is Exposed.UNKNOWN:
            self._exposed = Exposed.NO
        return last

    # --- after the X-rays

    def _take_frame(self) -> RawFrame:
        """Take the image; from the moment it is here, no failure of the unit may cost it."""
        last = self._ask_last_exposure()
        raw = self._detector.read_frame(FRAME_WAIT_S)
        kv_measured, fault = self._ask_generator_afterwards()
        frame = replace(raw, exposure=self._measured(last, kv_measured))
        self._judge(frame, last, fault)
        return frame

    def _measured(self, last: LastExposure, kv_measured: float | None) -> MeasuredExposure:
        return MeasuredExposure(
            nonce=self._request.nonce,
            technique=self._request.technique,
            technique_read_back=self._read_back,
            kv_measured=kv_measured,
            exposure_ms=last.exposure_ms,
        )

    def _ask_generator_afterwards(self) -> tuple[float | None, GeneratorFault | None]:
        """Give the measured kV and any fault; a generator that is gone must not cost the image."""
        try:
            status = self._generator.status()
            if status.fault:
                self._fault_seen = GeneratorFault("; ".join(status.fault_names))
            return self._generator.last_exposure_kv(), self._fault_seen
        except GeneratorError:
            return None, self._fault_seen

    def _judge(self, frame: RawFrame, last: LastExposure, fault: GeneratorFault | None) -> None:
        """Raise, with the frame, what is wrong with an exposure that was made."""
        wrong_panel = self._wrong_panel(last)
        if wrong_panel is not None:
            self._exposed = Exposed.UNKNOWN
        elif last.exposure_ms <= 0:
            self._exposed = Exposed.NO
        error = wrong_panel or fault or wrong_time(self._request.technique, last)
        if error is not None:
            error.frame = frame
            raise error

    def _wrong_panel(self, last: LastExposure) -> ExposureError | None:
        if last.nonce != self._request.nonce:
            return NonceMismatch(f"expected {self._request.nonce}, the panel says {last.nonce}")
        try:
            self._check_boot(self._detector.watch())
        except DetectorRestarted as error:
            return error
        except DeviceError:
            return None  # gone now, but its image came under our number
        return None

    # --- failing

    def _fail(self, error: DeviceError) -> NoReturn:
        """Leave the unit safe, save any image under way, and raise what happened."""
        if error.frame is None:
            error.frame = self._make_safe()
        else:
            self._disarm_panel()
        ended = self._named(error) if isinstance(error, ExposureError) else self._explain(error)
        ended.exposed, ended.frame = self._exposed, error.frame
        self._stage = ExposureStage.FAILED
        if ended is error:
            raise error
        raise ended from error

    def _named(self, error: ExposureError) -> ExposureError:
        """Say which fault of the generator it was, now that the unit is safe and there is time."""
        if not isinstance(error, GeneratorFault) or error.detail:
            return error
        try:
            return GeneratorFault("; ".join(self._generator.faults()))
        except GeneratorError:
            return error

    def _stop(self, error: Exception | StopWanted) -> None:
        """Make the unit safe; once X-rays may have been made, say so and hand the image over."""
        late_frame = self._make_safe()
        if self._exposed is Exposed.NO:
            return
        stopped = ExposureStopped(str(error))
        stopped.frame, stopped.exposed = late_frame, self._exposed
        raise stopped from error

    def _explain(self, error: DeviceError) -> ExposureError:
        detail = f"{error.code}: {error}"
        return ImageLost(detail) if self._exposed is Exposed.YES else ExposureInterrupted(detail)

    def _make_safe(self) -> RawFrame | None:
        """Disarm; if an exposure was under way at that moment, give its frame."""
        self._stage = ExposureStage.FAILED
        frame = None
        with suppress(DeviceError):  # what is wrong has been said already
            frame = self._rescue_frame()
        self._disarm_panel()
        return frame

    def _disarm_panel(self) -> None:
        """Disarm; a panel that cannot be told is hung up on, and its own heartbeat disarms it."""
        try:
            self._detector.disarm()
        except DeviceError:
            self._detector.hang_up()

    def _rescue_frame(self) -> RawFrame | None:
        self._detector.drop_arm()
        panel = self._detector.watch()
        self._check_boot(panel)
        self._ask_last_exposure()
        if panel.state is ExposureState.IDLE:
            return None
        frame = self._detector.read_frame(FRAME_WAIT_S)
        return replace(frame, exposure=self._measured(self._ask_last_exposure(), None))
