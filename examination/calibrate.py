"""Take the dark and flat frames of a calibration; every flat is an exposure of the journal."""

from collections.abc import Callable, Iterator

from acquisition.calibration import Calibration, calibrate
from device.detector import EXPOSURE_WINDOW_MS
from device.errors import Exposed
from device.exposure import ExposureRequest, ExposureStage
from device.frame import RawFrame
from device.technique import Technique
from examination.examination import Unit
from examination.exposures import (
    check_generator_may_be_armed,
    note_failure,
    plan_exposure,
)
from examination.run import close_interrupted
from examination.steps import HAND_SWITCH_TIMEOUT_S
from records.journal import ExposureEvent

DARK_FRAMES = 16
FLAT_FRAMES = 32
# Varex 4343W manual: flats at 8000 to 16000 counts; 0.6 mAs at 50 kV gives 19 uGy, about 10000.
FLAT_TECHNIQUE = Technique(50.0, 50.0, 12.0)

Told = Callable[[str, int, int], None]


def calibrate_unit(unit: Unit, told: Told) -> Calibration:
    """Calibrate the panel with nothing on it; a person presses the hand switch for every flat.

    `told(kind, done, wanted)` hears of the progress. Raises AcquisitionError or DeviceError.
    """
    check_generator_may_be_armed(unit)
    close_interrupted(unit)
    sensitivity = unit.detector.sensitivity_rqa3 or 0.0
    return calibrate(_darks(unit, told), _flats(unit, told), sensitivity, unit.now())


def _darks(unit: Unit, told: Told) -> Iterator[RawFrame]:
    for number in range(DARK_FRAMES):
        told("dark frames", number, DARK_FRAMES)
        yield unit.detector.read_dark(EXPOSURE_WINDOW_MS)
    told("dark frames", DARK_FRAMES, DARK_FRAMES)


def _flats(unit: Unit, told: Told) -> Iterator[RawFrame]:
    for number in range(FLAT_FRAMES):
        told("flat frames", number, FLAT_FRAMES)
        yield _expose_flat(unit)
        unit.clock.sleep(unit.generator.rest_s)
    told("flat frames", FLAT_FRAMES, FLAT_FRAMES)


def _expose_flat(unit: Unit) -> RawFrame:
    request = ExposureRequest(unit.draw_nonce(), FLAT_TECHNIQUE)
    plan_exposure(unit, request, "calibration", None)
    with note_failure(unit, request.nonce):
        unit.sequence.arm(request)
        frame = unit.sequence.await_frame(HAND_SWITCH_TIMEOUT_S, _ignore)
    unit.journal.note(
        request.nonce, unit.now(), ExposureEvent.ENDED, {"exposed": Exposed.YES.value}
    )
    return frame


def _ignore(_stage: ExposureStage) -> None:
    """The progress of a calibration is told in frames, not in stages."""
