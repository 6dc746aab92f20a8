"""One exposure without a patient, for calibration and quality control; in the journal as any."""

from collections.abc import Callable

from device.errors import Exposed, GeneratorNotReady, HandSwitchNotPressed, PanelDisarmed
from device.exposure import ExposureRequest, ExposureStage
from device.frame import RawFrame
from device.technique import Technique
from examination.examination import Unit
from examination.exposures import note_failure, plan_exposure
from examination.steps import HAND_SWITCH_TIMEOUT_S
from records.journal import ExposureEvent

# One press that went wrong must not cost all others: nothing was exposed, and a person has to press
# again. Our choice: three tries, 5 s apart.
MENDED_BY_PRESSING_AGAIN = (PanelDisarmed, HandSwitchNotPressed, GeneratorNotReady)
TRIES, BREATH_S = 3, 5.0

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
    return frame


def unwatched(_stage: ExposureStage) -> None:
    """Take no notice of the stages: progress is told in frames."""
