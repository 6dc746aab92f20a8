"""A dose study: each image becomes the simulated patient and is read at every dose.

Each hand meets a simulated unit that was just switched on: what is read of it depends on no hand
before it, neither through the panel's memory nor through how often a study was interrupted.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from acquisition.calibration import Calibration
from acquisition.correct import correct
from acquisition.dose import technique_for
from acquisition.errors import AcquisitionError
from acquisition.exposure_index import deviation_index
from bone_age.model import ReadingModel
from bone_age.read import read_bone_age
from bone_age.reading import Sex
from console.assemble import calibration_of, open_database, open_unit
from console.batch import (
    PROOF,
    Rows,
    asked_of,
    fill_table,
    image_sha256,
    lost_row,
)
from console.demo import Staging, prepare_calibration
from console.errors import SimulatorRefused
from console.labelled_list import label_months
from console.read_files import (
    SEX_WRONG,
    Row,
    Wanted,
    cells_of,
    read_list,
    read_or_refuse,
    refused_row,
    row_of,
    rows_of_list,
    since,
)
from console.settings import Settings
from console.side_by_side import Lost, side_by_side
from console.simulated_device import BackDoorClock, SimulatedDevice, start_simulated_device
from console.site_model import open_model, open_the_same_model, what_reads
from console.telling import Telling
from console.unfinished_table import Cells
from device.errors import DeviceError
from examination.examination import Unit
from examination.exposures import check_calibration
from examination.order import check_for_child
from examination.service_exposure import REST_S, expose_without_patient, unwatched

COLUMNS: Final = (
    *(one.name for one in fields(Row)),
    *("dose_ugy", "exposure_index", "deviation_index", "file_months", "label_months"),
    *PROOF,
)
PURPOSE: Final = "dose study"


@dataclass(frozen=True, slots=True)
class Image:
    """An image, and the bone age that the list tells of it, None where it tells none."""

    wanted: Wanted
    label_months: float | None

    @property
    def id(self) -> str:
        """What the list calls it."""
        return self.wanted.id


@dataclass(frozen=True, slots=True)
class Study:
    """What every hand goes through: the unit, the doses in uGy from the lowest up, the reader.

    `records` is a folder for journals that nobody needs afterwards.
    """

    settings: Settings
    staging: Staging
    doses_ugy: tuple[float, ...]
    read_with: str
    records: Path


@dataclass(frozen=True, slots=True)
class AtDose:
    """What was read of a hand at one dose; without an image there is no exposure index."""

    dose_ugy: float
    row: Row
    exposure_index: float | None = None


@dataclass(frozen=True, slots=True)
class Studied:
    """What was read of one hand from its file and at every dose."""

    of_file: Row
    image_sha256: str
    at_doses: tuple[AtDose, ...]


def read_labels(path: Path) -> list[Image]:
    """Read a list of images with, where it has them, their `bone_age_months`.

    Raises ListUnusable.
    """
    labels = [row.get("bone_age_months", "") for row in rows_of_list(path)]
    return [
        Image(one, _label(path, one, label))
        for one, label in zip(read_list(path), labels, strict=True)
    ]


def _label(path: Path, one: Wanted, said: str) -> float | None:
    return label_months(path, one, said) if said.strip() else None


def study_doses(
    settings: Settings,
    staging: Staging,
    doses_ugy: Sequence[float],
    labelled: Sequence[Image],
    out: Path,
    telling: Telling,
    processes: int,
) -> None:
    """Expose and read every image at every dose; the rows of an interrupted study are gone on with.

    Raises what `fill_table` and `prepare_calibration` raise, and TechniqueOutsideLimits or
    DoseTooHigh for a dose that the unit may not give a child.
    """
    doses = tuple(sorted(set(doses_ugy)))
    for dose in doses:
        check_for_child(technique_for(dose))
    unit = f"{staging.panel} panel, seed {staging.seed}"
    read_with = what_reads(open_model(settings))
    with TemporaryDirectory() as records:
        study = Study(settings, staging, doses, read_with, Path(records))
        shown = f"{read_with}, {unit}"
        fill_table(
            out,
            COLUMNS,
            labelled,
            lambda one: _asked(one, doses, shown),
            lambda left: _rows(study, left, shown, telling, processes),
            telling,
        )


def _asked(one: Image, doses_ugy: Sequence[float], shown: str) -> Sequence[Cells]:
    """Return what the rows of an image must say to be kept."""
    asked = asked_of(one.wanted, image_sha256(one.wanted.path), shown)
    asked["label_months"] = _text(one.label_months)
    return [asked | {"dose_ugy": _text(dose)} for dose in doses_ugy]


def _rows(
    study: Study, left: Sequence[Image], shown: str, telling: Telling, processes: int
) -> Rows:
    if not left:
        return
    with start_simulated_device(study.staging.options()) as simulated:
        prepare_calibration(study.settings, simulated, telling)
    opening = partial(_open_study, study)
    with side_by_side(opening, min(processes, len(left))) as crew:
        wanted = [one.wanted for one in left]
        for one, outcome in zip(left, crew.in_order(wanted), strict=True):
            studied = _lost(study, one.wanted, outcome) if isinstance(outcome, Lost) else outcome
            yield [_cells(one, studied, at_dose, shown) for at_dose in studied.at_doses]


def _cells(one: Image, studied: Studied, at_dose: AtDose, shown: str) -> Cells:
    index = at_dose.exposure_index
    return cells_of(at_dose.row) | {
        "dose_ugy": _text(at_dose.dose_ugy),
        "exposure_index": "" if index is None else f"{index:.1f}",
        "deviation_index": f"{deviation_index(index):.2f}" if index else "",
        "file_months": _text(studied.of_file.bone_age_months),
        "label_months": _text(one.label_months),
        "image_sha256": studied.image_sha256,
        "read_with": shown,
    }


def _text(figure: float | None) -> str:
    return "" if figure is None else f"{figure:g}"


def _lost(study: Study, one: Wanted, lost: Lost) -> Studied:
    """Return the refused rows of a hand that ended the process that had it."""
    refused = lost_row(one, lost, study.read_with)
    at_doses = tuple(AtDose(dose, refused.row) for dose in study.doses_ugy)
    return Studied(refused.row, refused.image_sha256, at_doses)


def _open_study(study: Study) -> Callable[[Wanted], Studied]:
    return partial(_study, study, open_the_same_model(study.settings, study.read_with))


def _study(study: Study, model: ReadingModel, one: Wanted) -> Studied:
    digest = image_sha256(one.path)
    of_file = read_or_refuse(model, one)
    return Studied(of_file, digest, tuple(_at_doses(study, model, one)))


def _at_doses(study: Study, model: ReadingModel, one: Wanted) -> Iterator[AtDose]:
    """Switch a unit on, lay the hand down, and read it at every dose, the lowest first."""
    if one.sex not in [each.value for each in Sex]:
        yield from _refused(study, one, SEX_WRONG)
        return
    with start_simulated_device(study.staging.options()) as simulated:
        try:
            simulated.back_door.put("patient", spec=f"radiograph:{os.path.abspath(one.path)}")
        except SimulatorRefused as refused:
            yield from _refused(study, one, str(refused))
            return
        with _calibrated(study, simulated) as (unit, calibration):
            for dose in study.doses_ugy:
                yield _at_dose(model, unit, calibration, one, dose)


def _refused(study: Study, one: Wanted, why: str) -> Iterator[AtDose]:
    return (AtDose(dose, refused_row(one, (why,), 0.0)) for dose in study.doses_ugy)


@contextmanager
def _calibrated(study: Study, simulated: SimulatedDevice) -> Iterator[tuple[Unit, Calibration]]:
    """Open the unit with a journal of its own, and the calibration that the site has of it.

    One journal for all hands would find the calibration worn out after 500 exposures.
    """
    clock = BackDoorClock(simulated.back_door)
    with ExitStack() as opened:
        records = opened.enter_context(TemporaryDirectory(dir=study.records))
        settings = study.settings.model_copy(update={"data_directory": Path(records)})
        database = opened.enter_context(open_database(settings))
        unit = opened.enter_context(open_unit(settings, database, simulated.addresses, clock))
        yield unit, calibration_of(study.settings, unit.detector)


def _at_dose(
    model: ReadingModel, unit: Unit, calibration: Calibration, one: Wanted, dose_ugy: float
) -> AtDose:
    """Expose as in a visit; an exposure that fails is a refused row.

    Raises the CalibrationError that forbids it. Before, the panel forgets the last exposure.
    """
    started = time.monotonic()
    unit.clock.sleep(max(REST_S, calibration.lag.memory_s if calibration.lag else 0.0))
    check_calibration(unit, calibration, unit.detector.status().temperature_c)
    try:
        frame = expose_without_patient(unit, technique_for(dose_ugy), PURPOSE, unwatched)
        radiograph = correct(frame, calibration)
    except (AcquisitionError, DeviceError) as error:
        return AtDose(dose_ugy, refused_row(one, (str(error),), since(started)))
    reading = read_bone_age(model, radiograph, Sex(one.sex))
    row = row_of(one, reading, since(started))
    return AtDose(dose_ugy, row, radiograph.exposure_index)
