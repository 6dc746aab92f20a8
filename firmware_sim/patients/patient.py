"""Patients by their specification, such as `phantom:sex=F,bone_age=9.2,seed=1`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware_sim.patients.bench_objects import edge_angle, step_wedge
from firmware_sim.patients.collimator import Blades
from firmware_sim.patients.errors import PatientError
from firmware_sim.patients.foot import foot
from firmware_sim.patients.motion import Motion
from firmware_sim.patients.phantom_spec import placement_of
from firmware_sim.patients.placement import lay
from firmware_sim.patients.radiograph import radiograph
from firmware_sim.patients.tissue import Tissue
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.edge import Edge
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.metal import Metal

__all__ = ["Patient", "PatientError", "lay_patient"]


@dataclass(frozen=True, slots=True)
class Patient:
    """What lies on the panel (None: nothing) and the beam that it is exposed with.

    Metal lies on top of the tissue; an edge lies on the panel alone. The hand may move during the
    exposure, and blades may narrow the beam.
    """

    tissue: Tissue | None
    beam: BeamQuality
    metal: Metal | None = None
    edge: Edge | None = None
    motion: Motion | None = None
    blades: Blades | None = None


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
    if name != "beam" or value not in _STANDARD_BEAMS:
        raise PatientError(
            f"The flat field cannot be {details!r}; use beam=RQA3, beam=RQA5 or beam=RQA7."
        )
    return Patient(None, BeamQuality[value])


def _edge(details: str, geometry: PanelGeometry) -> Patient:
    names, _, values = zip(*(piece.partition("=") for piece in details.split(",")), strict=True)
    words = dict(zip(names, values, strict=True))
    beam = words.get("beam", BeamQuality.UNIT.name)
    known = sorted(names) in (["angle"], ["angle", "beam"])
    if not known or beam not in (BeamQuality.UNIT.name, *_STANDARD_BEAMS):
        raise PatientError(
            f"The edge cannot be {details!r};"
            " write for example angle=2 or angle=2,beam=RQA3 (RQA3, RQA5 or RQA7)."
        )
    return Patient(None, BeamQuality[beam], edge=Edge(edge_angle(words["angle"])))


def _wedge(details: str, geometry: PanelGeometry) -> Patient:
    if details:
        raise PatientError("The patient 'wedge' takes no details; write only 'wedge'.")
    return Patient(None, BeamQuality.UNIT, metal=step_wedge(geometry))


def _phantom(details: str, geometry: PanelGeometry) -> Patient:
    placement = placement_of(details)
    tissue, metal = lay(placement, geometry)
    return Patient(
        tissue, BeamQuality.UNIT, metal, motion=placement.motion, blades=placement.blades
    )


def _foot(details: str, geometry: PanelGeometry) -> Patient:
    return Patient(foot(details, geometry), BeamQuality.UNIT)


def _radiograph(details: str, geometry: PanelGeometry) -> Patient:
    return Patient(radiograph(Path(details), geometry), BeamQuality.UNIT)


_KINDS: dict[str, Callable[[str, PanelGeometry], Patient]] = {
    "phantom": _phantom,
    "foot": _foot,
    "empty": _empty,
    "flat": _flat,
    "radiograph": _radiograph,
    "edge": _edge,
    "wedge": _wedge,
}
_STANDARD_BEAMS = ("RQA3", "RQA5", "RQA7")
