"""What a service engineer may ask: how the unit is, and nothing about any patient."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from acquisition.calibration import Calibration
from acquisition.errors import AcquisitionError
from bone_age.reading import ModelIdentity
from console.version import __version__
from device.detector import DetectorStatus, Interlock
from device.errors import DeviceError, DeviceNotFound, GeneratorLost, LinkLost, LinkTimeout
from device.generator_status import GeneratorStatus
from examination.examination import Unit
from examination.exposures import check_calibration
from examination.self_test import Check, UnderTest, run_checks
from records.errors import RecordsError

# The errors of a device that is gone: it has to be opened anew.
LOST = tuple(error.code for error in (LinkLost, LinkTimeout, DeviceNotFound, GeneratorLost))

UnitOpener = Callable[[], AbstractContextManager[Unit]]


class UnitKeeper:
    """Keeps the unit open while the service runs; one question at a time.

    A unit that is lost is looked for again with the next question.
    """

    def __init__(
        self,
        open_unit: UnitOpener,
        load_calibration: Callable[[Unit], Calibration],
        model: ModelIdentity,
    ) -> None:
        self._open_unit, self._load_calibration, self._model = open_unit, load_calibration, model
        self._opened = ExitStack()
        self._unit: Unit | None = None
        self._calibration: Calibration | AcquisitionError | None = None
        self._lock = threading.Lock()

    def status(self) -> dict[str, Any]:
        """Return the unit's state as plain data; a unit that does not answer is said to be lost."""
        with self._lock:
            known = {"software": {"version": __version__}, "model": asdict(self._model)}
            try:
                return known | {"connected": True, "error": None} | self._ask()
            except (DeviceError, RecordsError) as error:
                self._let_go()
                said = {"code": error.code, "message": str(error)}
                return known | {"connected": False, "error": said}

    def run_checks(self, names: Sequence[str]) -> Iterator[Check]:
        """Run self-test checks; between two of them other questions are answered.

        Raises DeviceError or RecordsError when the unit cannot be opened.
        """
        for name in names:
            with self._lock:
                unit = self._unit = self._unit or self._open()
                checks = list(run_checks(UnderTest(unit.detector, unit.generator), [name]))
                if any(check.sentence.startswith(LOST) for check in checks):
                    self._let_go()  # the next question looks for the unit again
            yield from checks

    def close(self) -> None:
        """Let go of the unit."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        self._unit = None
        self._opened.close()

    def _ask(self) -> dict[str, Any]:
        unit = self._unit = self._unit or self._open()
        status, generator = unit.detector.status(), unit.generator.status()
        return {
            "detector": _detector(unit, status),
            "generator": asdict(generator),
            "interlocks": _interlocks(status, generator),
            "temperatures_c": {"detector": round(status.temperature_c, 2)},
            "calibration": _calibration(self._calibration, unit, status.temperature_c),
            "links": {
                "detector": asdict(unit.detector.link_counters),
                "generator": asdict(unit.generator.link_counters),
            },
        }

    def _open(self) -> Unit:
        unit = self._opened.enter_context(self._open_unit())
        # The maps are large: they are loaded once, nobody else calibrates while the unit is kept.
        try:
            self._calibration = self._load_calibration(unit)
        except AcquisitionError as error:
            self._calibration = error
        return unit


def _detector(unit: Unit, status: DetectorStatus) -> dict[str, Any]:
    detector = unit.detector
    state = status.exposure_state
    return asdict(detector.identity) | {
        "rows": detector.rows,
        "columns": detector.columns,
        "pixel_pitch_um": detector.pixel_pitch_um,
        "can_expose": detector.can_expose,
        "armed": status.armed,
        "exposure_state": None if state is None else state.value,
        "beam_enable": status.beam_enable,
        "exposure_count": status.exposure_count,
    }


def _calibration(
    kept: Calibration | AcquisitionError | None, unit: Unit, temperature_c: float
) -> dict[str, Any]:
    if not isinstance(kept, Calibration):
        return {"valid": False, "code": getattr(kept, "code", None), "reason": str(kept)}
    made = {
        "id": kept.calibration_id,
        "created": kept.created.isoformat(timespec="seconds"),
        "valid_until": kept.valid_until.isoformat(timespec="seconds"),
        "darks_valid_until": kept.dark.valid_until.isoformat(timespec="seconds"),
    }
    try:
        check_calibration(unit, kept, temperature_c)
    except AcquisitionError as error:
        return made | {"valid": False, "code": error.code, "reason": str(error)}
    return made | {"valid": True, "code": None, "reason": None}


def _interlocks(status: DetectorStatus, generator: GeneratorStatus) -> dict[str, Any]:
    """Return what is open; None where the panel does not watch its contacts."""
    told = status.open_interlocks
    return {
        "generator_closed": generator.interlock_closed,
        "panel_sees_open": None if told is None else told.names().split(", ") if told else [],
        "all_closed": generator.interlock_closed is True and told is Interlock.NONE,
    }


def metrics_text(status: dict[str, Any]) -> bytes:
    """Return the figures of a status in the text format of Prometheus."""
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, value: float) -> None:
        Gauge(f"boneage_{name}", meaning, registry=registry).set(value)

    software, model = status["software"], status["model"]
    named = Gauge("boneage_info", "Versions", ["version", "model"], registry=registry)
    named.labels(software["version"], f"{model['name']} {model['version']}").set(1)
    gauge("unit_connected", "1 while the unit answers", status["connected"])
    if status["connected"]:
        temperature_c = status["temperatures_c"]["detector"]
        gauge("detector_temperature_celsius", "Temperature of the panel", temperature_c)
        gauge("calibration_valid", "1 while exposures are allowed", status["calibration"]["valid"])
        gauge("interlocks_closed", "1 with all contacts closed", status["interlocks"]["all_closed"])
        gauge(
            "exposures", "Exposures counted by the panel", status["detector"]["exposure_count"] or 0
        )
        for cable, counters in status["links"].items():
            for name, count in counters.items():
                gauge(f"{cable}_link_{name}", f"Packets {name} on the {cable}'s cable", count)
    return generate_latest(registry)
