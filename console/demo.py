"""One whole visit on the simulated device, which arrives as from the factory and is calibrated."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from acquisition.calibration import Calibration, save
from acquisition.errors import AcquisitionError
from console.assemble import (
    Person,
    calibration_folder,
    calibration_of,
    open_database,
    open_room,
    open_unit,
)
from console.settings import Settings
from console.simulated_device import BackDoorClock, SimulatedDevice, start_simulated_device
from console.telling import Telling
from device.clock import SystemClock
from examination.calibrate import calibrate_unit
from examination.deliver import FILES, RESULT, read_result
from examination.errors import FolderTaken
from examination.examination import Decision, Finished, Ordered, Question, Unit, Verdict
from examination.exposures import check_calibration
from examination.order import Order
from examination.run import run_visit

# The generator rests 20 s between exposures; after the calibration the child has just come in.
_REST_S = 30.0


# Who accepts the image of a demo, as its result says.
STAND_IN = "the demo, standing in for the operator"


class Panel(StrEnum):
    """The simulated panels."""

    FULL = "full"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Staging:
    """What the simulated device is: its panel, seed and patient."""

    panel: Panel
    seed: int
    patient: str

    def options(self) -> list[str]:
        """Return the simulator's options; its clock stands still until somebody waits."""
        fixed = ["--usbip", "127.0.0.1:0", "--control", "127.0.0.1:0", "--operator", "auto"]
        return [*fixed, "--clock", "manual", "--panel", self.panel, "--seed", str(self.seed)]


def run_demo(
    settings: Settings, staging: Staging, order: Order, folder: Path, telling: Telling
) -> Finished:
    """Start the simulated device, calibrate it where needed, and run the visit in real time."""
    _clear(folder)
    with start_simulated_device(staging.options()) as simulated:
        simulated.back_door.put("patient", spec=staging.patient)  # refused now, or not at all
        simulated.back_door.put("patient", spec="empty")
        prepare_calibration(settings, simulated, telling)
        simulated.back_door.put("patient", spec=staging.patient)
        simulated.back_door.step(_REST_S)
        simulated.back_door.put("clock", mode="real")
        telling.technique(order)
        telling.say("The visit. The demo stands in for the operator: it presses and it accepts.")
        person = Person(_accept, telling.watch)
        with open_room(settings, simulated.addresses, SystemClock(), person) as room:
            room.visits.let_go(folder)
            visit = Ordered(str(uuid4()), room.unit.now(), folder, order)
            finished = run_visit(room, visit)
            telling.exposure(read_result(folder)["exposure"])
            telling.findings(finished.findings)
            telling.reading(finished.reading)
            telling.times(room.stopwatch.laps)
            return finished


def prepare_calibration(settings: Settings, simulated: SimulatedDevice, telling: Telling) -> None:
    """Make sure that the panel has a calibration; in manual time the pauses cost nothing."""
    clock = BackDoorClock(simulated.back_door)
    with (
        open_database(settings) as database,
        open_unit(settings, database, simulated.addresses, clock) as unit,
    ):
        if _has_valid_calibration(settings, unit):
            telling.say("The panel's calibration is valid.")
            return
        telling.say("Calibrating the simulated panel (once a day).")
        save(_calibrate(unit, telling), calibration_folder(settings, unit.detector))


def _calibrate(unit: Unit, telling: Telling) -> Calibration:
    with telling.progress("calibrating") as told:
        return calibrate_unit(unit, told)


def _has_valid_calibration(settings: Settings, unit: Unit) -> bool:
    try:
        calibration = calibration_of(settings, unit.detector)
        check_calibration(unit, calibration, unit.detector.status().temperature_c)
    except AcquisitionError:
        return False
    return True


def _accept(_question: Question) -> Verdict:
    return Verdict(Decision.ACCEPT, STAND_IN)


def _clear(folder: Path) -> None:
    """Take an earlier demo's files away, so that nothing old can be taken for new.

    Raises FolderTaken for the files of anything else.
    """
    found = [folder / name for name in (RESULT, *FILES.values()) if (folder / name).exists()]
    if found and not _is_of_a_demo(folder):
        raise FolderTaken(
            f"The folder {folder} holds files that are of no finished demo; choose another."
        )
    for file in found:
        file.unlink()


def _is_of_a_demo(folder: Path) -> bool:
    try:
        return bool(read_result(folder)["visit"]["accepted_by"] == STAND_IN)
    except (OSError, ValueError, LookupError, TypeError):
        return False  # no result, or one that is no demo's
