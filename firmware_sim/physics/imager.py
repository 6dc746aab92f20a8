"""One panel's whole imaging chain, from the tube's mAs to 16-bit numbers."""

import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.patient import Patient, lay_patient
from firmware_sim.physics.attenuation import (
    absorbed_kev_per_mm2_mas,
    noise_equivalent_quanta_per_mm2_mas,
    transmitted,
)
from firmware_sim.physics.beam import Beam, BeamQuality, beam_of
from firmware_sim.physics.blur import blur
from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.dark import dark_signal, draw_dark
from firmware_sim.physics.defects import FULL_SCALE, apply_defects, draw_defects
from firmware_sim.physics.gain import draw_gain
from firmware_sim.physics.geometry import FULL_PANEL, SMALL_PANEL, PanelGeometry
from firmware_sim.physics.scatter import add_scatter

__all__ = ["FULL_PANEL", "SMALL_PANEL", "Imager", "PanelGeometry"]

# Saturation near 64 uGy over 16 bit: 1024 DN/uGy at RQA3; panels differ by a few per cent.
NOMINAL_SENSITIVITY, SENSITIVITY_SPREAD = 1024.0, 0.02
# 6 to 10 DN of 16 bit: 1000 to 1500 electrons of amplifier, line and kTC noise.
ELECTRONIC_NOISE_DN, LINE_NOISE_DN = 7.0, 1.0


class Imager:
    """Everything that turns photons into numbers for one panel.

    Its structure is drawn once from (geometry, seed), a frame's noise from (seed, frame number):
    the same inputs give the same bytes.
    """

    def __init__(self, geometry: PanelGeometry, seed: int) -> None:
        """Draw the panel's fixed pattern; nothing lies on it."""
        self.geometry = geometry
        self._seed = seed
        self._gain = draw_gain(geometry, seed)
        self._dark = draw_dark(geometry, seed)
        self._defects = draw_defects(geometry, seed)
        # The factory figure: mean corrected signal in DN per uGy at RQA3.
        self.sensitivity_rqa3 = _draw_sensitivity(seed)
        self._patient = lay_patient("empty", geometry)

    def place(self, spec: str) -> None:
        """Lay a patient on the panel; raises PatientError and keeps the earlier one."""
        self._patient = lay_patient(spec, self.geometry)

    def air_kerma_ugy(self, kv: float, mas: float) -> float:
        """Return the air kerma at the panel surface without patient, in uGy."""
        return self._beam(kv).kerma_ugy_per_mas * mas

    def dark_frame(
        self, integration_s: float, temperature_c: float, frame_number: int
    ) -> NDArray[np.uint16]:
        """Return a frame (rows, columns) without X-rays."""
        signal = dark_signal(self._dark, integration_s, temperature_c)
        return self._read_out(signal, frame_number)

    def exposed_frame(
        self, kv: float, mas: float, integration_s: float, temperature_c: float, frame_number: int
    ) -> NDArray[np.uint16]:
        """Return a frame (rows, columns) of the patient at 40 to 50 kV; X-rays lie in the window.

        Raises ValueError for a tube voltage outside the tables.
        """
        signal = self._bare_dn(kv, mas) * self._light(kv, mas, frame_number)
        signal *= self._gain
        signal += dark_signal(self._dark, integration_s, temperature_c)
        return self._read_out(signal, frame_number)

    def _beam(self, kv: float) -> Beam:
        return beam_of(self._patient.beam, kv)

    def _bare_dn(self, kv: float, mas: float) -> np.float32:
        rqa3 = beam_of(BeamQuality.RQA3, kv)
        dn_per_kev = self.sensitivity_rqa3 * rqa3.kerma_ugy_per_mas / absorbed_kev_per_mm2_mas(rqa3)
        return np.float32(dn_per_kev * absorbed_kev_per_mm2_mas(self._beam(kv)) * mas)

    def _light(self, kv: float, mas: float, frame_number: int) -> NDArray[np.float32]:
        """Return the blurred light with its quantum noise, 1 where nothing lies on the panel."""
        light = _without_noise(self._patient, kv, self.geometry)
        quanta = noise_equivalent_quanta_per_mm2_mas(self._beam(kv)) * mas
        quanta_per_pixel = max(quanta * self.geometry.pitch_mm**2, 1e-6)
        _add_quantum_noise(
            light, quanta_per_pixel, stream(self._seed, Purpose.QUANTA, frame_number)
        )
        return blur(light, self.geometry.pitch_mm)

    def _read_out(self, signal: NDArray[np.float32], frame_number: int) -> NDArray[np.uint16]:
        """Add electronic noise, digitise and overwrite defects; `signal` in DN is used up."""
        noise = stream(self._seed, Purpose.ELECTRONICS, frame_number)
        lines = stream(self._seed, Purpose.LINES, frame_number)
        white = noise.standard_normal(self.geometry.shape, np.float32)
        white *= np.float32(ELECTRONIC_NOISE_DN)
        signal += white
        rows = (self.geometry.rows, 1)
        signal += np.float32(LINE_NOISE_DN) * lines.standard_normal(rows, np.float32)
        np.rint(signal, out=signal)
        np.clip(signal, 0, FULL_SCALE, out=signal)
        frame = signal.astype(np.uint16)
        apply_defects(frame, self._defects)
        return frame


def _draw_sensitivity(seed: int) -> float:
    chance = stream(seed, Purpose.SENSITIVITY)
    return NOMINAL_SENSITIVITY * (1.0 + SENSITIVITY_SPREAD * chance.uniform(-1.0, 1.0))


def _without_noise(patient: Patient, kv: float, geometry: PanelGeometry) -> NDArray[np.float32]:
    if patient.tissue is None:
        return np.ones(geometry.shape, np.float32)
    tissue = patient.tissue
    light = transmitted(tissue.bone_mm, tissue.soft_mm, patient.beam, kv)
    add_scatter(light, geometry.pitch_mm)
    return light


def _add_quantum_noise(
    light: NDArray[np.float32], quanta_per_pixel: float, chance: np.random.Generator
) -> None:
    noise = chance.standard_normal(light.shape, np.float32)
    noise *= np.sqrt(light)
    noise *= np.float32(quanta_per_pixel**-0.5)
    light += noise
