"""What a patient makes of the beam: the light that the pixels see, and how its quanta scatter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.collimator import shade_of
from firmware_sim.patients.motion import smeared
from firmware_sim.patients.patient import Patient
from firmware_sim.patients.tissue import Tissue
from firmware_sim.physics.attenuation import transmitted, variance_transmitted
from firmware_sim.physics.blur import blur
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.metal import metal_transmitted, metal_variance_transmitted
from firmware_sim.physics.scatter import add_scatter

Image = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scene:
    """Light and noise behind a patient, (rows, columns), both 1 where nothing lies on the panel.

    `light` is blurred and without noise; `deviation` is that of the quanta in each pixel before
    the light spreads, against that of the bare beam; `least_deviation` is its least where any
    light falls.
    """

    light: Image
    deviation: Image
    least_deviation: float


def scene_of(patient: Patient, kv: float, geometry: PanelGeometry) -> Scene:
    """Return what the panel sees of a patient at a tube voltage."""
    if patient.edge is not None:
        quanta = patient.edge.distance_mm(geometry) > 0.0
        return Scene(patient.edge.spread(geometry), quanta.astype(np.float32), 1.0)
    light = variance = np.ones(geometry.shape, np.float32)
    if patient.tissue is None and patient.metal is None:
        return Scene(light, variance, 1.0)
    if patient.tissue is not None:
        light, variance = _behind_tissue(patient, patient.tissue, kv, geometry)
    if patient.metal is not None:
        passed = metal_transmitted(patient.metal, patient.beam, kv)
        light = light * smeared(passed, patient.motion, geometry.pitch_mm)
        passed = metal_variance_transmitted(patient.metal, patient.beam, kv)
        variance = variance * smeared(passed, patient.motion, geometry.pitch_mm)
    deviation = np.sqrt(variance)
    return Scene(blur(light, geometry.pitch_mm), deviation, float(deviation.min()))


def _behind_tissue(
    patient: Patient, tissue: Tissue, kv: float, geometry: PanelGeometry
) -> tuple[Image, Image]:
    """Return light and variance; scattered quanta are taken for as hard as the primary ones."""
    light = transmitted(tissue.bone_mm, tissue.soft_mm, patient.beam, kv)
    variance = variance_transmitted(tissue.bone_mm, tissue.soft_mm, patient.beam, kv)
    variance /= light
    light = smeared(light, patient.motion, geometry.pitch_mm)
    shade = shade_of(patient.blades, geometry)
    # Only what the beam reaches scatters: under the blades nothing is lost to scatter.
    light += shade * (1 - light)
    add_scatter(light, geometry.pitch_mm)
    light -= shade
    np.maximum(light, 0.0, out=light)
    variance *= light
    return light, variance
