"""One exposure without a patient, for calibration and quality control; in the journal as any."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from device.errors import Exposed, GeneratorNotReady, HandSwitchNotPressed, PanelDisarmed
from device.exposure import ExposureRequest, ExposureStage
from device.frame import RawFrame
from device.technique import Technique
from examination.examination import Unit
from examination.exposures import VERDICTS, note_failure, plan_exposure
from examination.steps import HAND_SWITCH_TIMEOUT_S
from records.journal import ExposureEvent

# One press that went wrong must not cost all others: nothing was exposed, and a person has to press
# again. Our choice: three tries, 5 s apart.
MENDED_BY_PRESSING_AGAIN = (PanelDisarmed, HandSwitchNotPressed, GeneratorNotReady)
TRIES, BREATH_S = 3, 5.0

# Flat-panel practice: no dark within a minute of an exposure, whose ghost it would hold.
REST_S: Final = 60.0
_REST_STEP_S: Final = 5.0

Told = Callable[[str, int, int], None]
Watch = Callable[[ExposureStage], None]


def expose_without_patient(
    unit: Unit, technique: Technique, purpose: str, watch: Watch, tries: int = TRIES
) -> RawFrame:
    """Arm once the generator has rested, and wait for the hand switch; the frame is not stored.

    Who pressed too late or let go too early may press again. Raises DeviceError or RecordsError.
    """
    try:
        return _try_once(unit, technique, purpose, watch)
    except MENDED_BY_PRESSING_AGAIN as error:
        if tries <= 1 or error.exposed is not Exposed.NO:
            raise
    unit.clock.sleep(BREATH_S)
    return expose_without_patient(unit, technique, purpose, watch, tries - 1)


def _try_once(unit: Unit, technique: Technique, purpose: str, watch: Watch) -> RawFrame:
    unit.sequence.rest(watch)
    request = ExposureRequest(unit.draw_nonce(), technique)
    plan_exposure(unit, request, purpose, None)
    with note_failure(unit, request.nonce):
        unit.sequence.arm(request)
        frame = unit.sequence.await_frame(HAND_SWITCH_TIMEOUT_S, watch)
    unit.journal.note(
        request.nonce, unit.now(), ExposureEvent.ENDED, {"exposed": Exposed.YES.value}
    )
    watch(ExposureStage.DONE)
    return frame


def let_panel_rest(unit: Unit, told: Told) -> None:
    """Wait until a dark may be taken, in steps that `told(kind, done, wanted)` hears of."""
    seconds, waited_s = rest_still_needed_s(unit), 0.0
    while waited_s < seconds:
        told("seconds of rest for the panel", round(waited_s), round(seconds))
        step_s = min(_REST_STEP_S, seconds - waited_s)
        unit.clock.sleep(step_s)
        waited_s += step_s
    if seconds > 0:
        told("seconds of rest for the panel", round(seconds), round(seconds))


def rest_still_needed_s(unit: Unit) -> float:
    """Return for how long no dark may be taken yet, by the journal's last exposure of the panel."""
    lately = unit.now() - timedelta(seconds=REST_S)
    ends = [
        at
        for entry in unit.journal.entries_touched_since(unit.detector.identity.serial, lately)
        if entry.was_exposed is not Exposed.NO
        for at, event, _ in entry.events
        if event not in VERDICTS
    ]
    if not ends:
        return 0.0
    # A clock that was set back must not make anybody wait for longer.
    return min(REST_S, max(0.0, REST_S - (unit.now() - max(ends)).total_seconds()))


def unwatched(_stage: ExposureStage) -> None:
    """Take no notice of the stages: progress is told in frames."""
