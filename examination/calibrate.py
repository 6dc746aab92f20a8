"""Take the frames of a calibration; every flat is an exposure of the journal.

A person presses the hand switch 14 times. With the generator's rest of 20 s between exposures, half
a minute of darks and 45 s in which the panel forgets the first exposure, it takes 7 minutes.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from acquisition.calibration import Calibration, calibrate, packed, renew_darks, unpacked
from acquisition.calibration_files import PANEL_FILES
from acquisition.errors import CalibrationError, DarksExpired
from device.detector import EXPOSURE_WINDOW_MS
from device.errors import NotOffered
from device.frame import RawFrame
from device.technique import Technique
from examination.examination import Unit
from examination.exposures import check_calibration, check_generator_may_be_armed
from examination.run import close_interrupted
from examination.service_exposure import (
    Told,
    expose_without_patient,
    let_panel_rest,
    unwatched,
)
from records.journal import CALIBRATION

# Darks of three integration times tell offset and dark current apart; most are of the window in
# use. The panel integrates for at most 1 s.
DARK_PLAN = ((100.0, 8), (EXPOSURE_WINDOW_MS, 16), (1000.0, 8))
DARK_FRAMES = sum(count for _, count in DARK_PLAN)
# New darks between two calibrations: of the window in use, for the rolling renewal.
RENEWAL_FRAMES = 16
# Flats of 7000, 20000 and 33000 DN on the panel, brightest first (Varex 4343W manual: 8000 to 16000
# counts, never near saturation; 33000 x 1.4 in the brightest pixels is 46000 of 65535). The first
# exposure serves for the lag as well. Together they hold more quanta than 32 flats of 10000 DN.
FLAT_PLAN = (
    (Technique(50.0, 80.0, 25.0), 8),
    (Technique(50.0, 80.0, 15.0), 3),
    (Technique(50.0, 40.0, 10.0), 3),
)
FLAT_FRAMES = sum(count for _, count in FLAT_PLAN)
# Moments after the first exposure at which a dark is taken, in s: as dense as the panel reads out
# at first, then along its slowest decay of half a minute.
LAG_DARKS_AT_S = (0.0, 0.7, 1.4, 2.1, 2.8, 3.5, 5.0, 7.0, 10.0, 14.0, 20.0, 30.0, 45.0)


def calibrate_unit(unit: Unit, told: Told, earlier: Calibration | None = None) -> Calibration:
    """Calibrate the panel with nothing on it; a person presses the hand switch for every flat.

    `told(kind, done, wanted)` hears of the progress. An `earlier` calibration at another
    temperature tells how the dark current grows. Darks are taken a minute after the last exposure
    at the earliest. Raises AcquisitionError, DeviceError or RecordsError.
    """
    check_generator_may_be_armed(unit)
    close_interrupted(unit)
    let_panel_rest(unit, told)
    flats = _flats(unit, told)
    return calibrate(
        darks=_darks(unit, DARK_PLAN, told),
        flats=flats,
        sensitivity_rqa3=unit.detector.sensitivity_rqa3 or 0.0,
        created=unit.now(),
        lag_frames=_lag_frames(unit, flats, told),
        earlier=earlier,
    )


def renew_darks_of_unit(unit: Unit, calibration: Calibration, told: Told) -> Calibration:
    """Renew the dark maps without X-rays, a minute after the last exposure at the earliest.

    Raises AcquisitionError, DeviceError or RecordsError.
    """
    let_panel_rest(unit, told)
    darks = _darks(unit, ((EXPOSURE_WINDOW_MS, RENEWAL_FRAMES),), told)
    return renew_darks(calibration, darks, unit.now())


def keep_on_panel(unit: Unit, calibration: Calibration, told: Told) -> bool:
    """Write the calibration into the panel's own files; False where the panel has none for it.

    Raises FileRefused or another DeviceError; the host's calibration is not touched.
    """
    try:
        offered = unit.detector.list_files()
    except NotOffered:
        return False
    if not set(PANEL_FILES) <= set(offered):
        return False
    files = packed(calibration)
    # The dark maps, whose record names all others, come last: before, nothing fits together.
    order = [*(name for name in files if name != "DarkMaps"), "DarkMaps"]
    for name in order:
        unit.detector.write_file(name, files[name], _in_kilobytes(told, f"{name} to the panel"))
    return True


def calibration_from_panel(unit: Unit, told: Told) -> Calibration:
    """Read the calibration that the panel keeps of itself.

    Raises CalibrationMissing, CalibrationCorrupt, CalibrationForOtherDetector, CalibrationFormat,
    or NotOffered and other DeviceErrors; nothing is written.
    """
    files = {}
    for name in PANEL_FILES:
        told_of = _in_kilobytes(told, f"{name} from the panel")
        files[name] = unit.detector.read_file(name, told_of)
    return unpacked(files, unit.detector.identity.serial)


def _in_kilobytes(told: Told, kind: str) -> Callable[[int, int], None]:
    def moved(done: int, wanted: int) -> None:
        told(f"{kind}, kB", done // 1000, wanted // 1000)

    return moved


def better_of(unit: Unit, kept: Calibration, here: Calibration | None) -> Calibration:
    """Choose between what the panel keeps of itself and what this computer has, if anything.

    One that allows exposures goes before one that does not, then the newer one. Expired dark maps
    do not stand in the way: new ones need no X-rays. Raises the CalibrationError that forbids the
    panel's own, unless this computer's is as new.
    """
    refused = _refusal(unit, kept)
    is_newer = here is None or _made(kept) > _made(here)
    if is_newer and not (refused is None or isinstance(refused, DarksExpired)):
        raise refused
    if here is None:
        return kept
    return max(here, kept, key=lambda each: (_usefulness(_refusal(unit, each)), _made(each)))


def _refusal(unit: Unit, calibration: Calibration) -> CalibrationError | None:
    """Return what forbids exposures at the temperature at which a calibration was made."""
    try:
        check_calibration(unit, calibration, calibration.temperature_c)
    except CalibrationError as error:
        return error
    return None


def _usefulness(refused: CalibrationError | None) -> int:
    if refused is None:
        return 2
    return 1 if isinstance(refused, DarksExpired) else 0


def _made(calibration: Calibration) -> tuple[datetime, datetime]:
    return calibration.created, calibration.dark.made


def _darks(unit: Unit, plan: Iterable[tuple[float, int]], told: Told) -> Iterator[RawFrame]:
    times = [integration_ms for integration_ms, count in plan for _ in range(count)]
    for number, integration_ms in enumerate(times):
        told("dark frames", number, len(times))
        yield unit.detector.read_dark(integration_ms)
    told("dark frames", len(times), len(times))


def _lag_frames(unit: Unit, flats: Iterator[RawFrame], told: Told) -> Iterator[RawFrame]:
    """Give the first flat and the darks after it, while the generator rests anyway."""
    yield next(flats)
    start_s = unit.clock.now()
    for number, at_s in enumerate(LAG_DARKS_AT_S):
        told("darks after the first flat", number, len(LAG_DARKS_AT_S))
        unit.clock.sleep(max(0.0, start_s + at_s - unit.clock.now()))
        yield unit.detector.read_dark(EXPOSURE_WINDOW_MS)
    told("darks after the first flat", len(LAG_DARKS_AT_S), len(LAG_DARKS_AT_S))


def _flats(unit: Unit, told: Told) -> Iterator[RawFrame]:
    techniques = [technique for technique, count in FLAT_PLAN for _ in range(count)]
    for number, technique in enumerate(techniques):
        told("flat frames", number, FLAT_FRAMES)
        yield _expose_flat(unit, technique)
    unit.clock.sleep(unit.generator.rest_s)
    told("flat frames", FLAT_FRAMES, FLAT_FRAMES)


def _expose_flat(unit: Unit, technique: Technique) -> RawFrame:
    return expose_without_patient(unit, technique, CALIBRATION, unwatched)
