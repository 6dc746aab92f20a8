"""Patients by their specification, such as `phantom:sex=F,bone_age=9.2,seed=1`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware_sim.patients.errors import PatientError
from firmware_sim.patients.phantom import phantom_hand
from firmware_sim.patients.phantom_spec import hand_request
from firmware_sim.patients.radiograph import radiograph
from firmware_sim.patients.tissue import Tissue
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import PanelGeometry

__all__ = ["Patient", "PatientError", "lay_patient"]


@dataclass(frozen=True, slots=True)
class Patient:
    """What lies on the panel (None: nothing) and the beam that it is exposed with."""

    tissue: Tissue | None
    beam: BeamQuality


def lay_patient(spec: str, geometry: PanelGeometry) -> Patient:
    """Return the patient of a specification `kind` or `kind:details`; raises PatientError."""
    kind, _, details = spec.partition(":")
    if kind not in _KINDS:
        known = ", ".join(_KINDS)
        raise PatientError(f"The patient {kind!r} is not known; use one of {known}.")
    return _KINDS[kind](details, geometry)


def _empty(details: str, geometry: PanelGeometry) -> Patient:
    if details:
        raise PatientError("The patient 'empty' takes no details; write only 'empty'.")
    return Patient(None, BeamQuality.UNIT)


def _flat(details: str, geometry: PanelGeometry) -> Patient:
    if not details:
        return Patient(None, BeamQuality.UNIT)
    name, _, value = details.partition("=")
    if name != "beam" or value not in ("RQA3", "RQA5", "RQA7"):
        raise PatientError(
            f"The flat field cannot be {details!r}; use beam=RQA3, beam=RQA5 or beam=RQA7."
        )
    return Patient(None, BeamQuality[value])


def _phantom(details: str, geometry: PanelGeometry) -> Patient:
    return Patient(phantom_hand(hand_request(details), geometry).tissue(), BeamQuality.UNIT)


def _radiograph(details: str, geometry: PanelGeometry) -> Patient:
    return Patient(radiograph(Path(details), geometry), BeamQuality.UNIT)


_KINDS: dict[str, Callable[[str, PanelGeometry], Patient]] = {
    "phantom": _phantom,
    "empty": _empty,
    "flat": _flat,
    "radiograph": _radiograph,
}
