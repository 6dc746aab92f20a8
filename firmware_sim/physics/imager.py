"""One panel's whole imaging chain, from the tube's mAs to 16-bit numbers."""

import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.patient import lay_patient
from firmware_sim.physics.attenuation import (
    absorbed_kev_per_mm2_mas,
    noise_equivalent_quanta_per_mm2_mas,
)
from firmware_sim.physics.beam import HIGHEST_KV, LOWEST_KV, Beam, BeamQuality, beam_of
from firmware_sim.physics.blur import blur_noise
from firmware_sim.physics.chance import Purpose, stream
from firmware_sim.physics.dark import dark_signal, draw_dark
from firmware_sim.physics.defects import apply_defects, draw_defects
from firmware_sim.physics.drift import draw_drift
from firmware_sim.physics.electronics import (
    add_pixel_noise,
    digitised,
    row_noise,
    shielded_noise,
)
from firmware_sim.physics.gain import draw_gain
from firmware_sim.physics.geometry import FULL_PANEL, SMALL_PANEL, PanelGeometry
from firmware_sim.physics.lag import Traps
from firmware_sim.physics.quanta import counting_noise
from firmware_sim.physics.reading import Circumstances, Reading
from firmware_sim.physics.response import answer
from firmware_sim.physics.scene import Scene, scene_of
from firmware_sim.physics.shielded import SHIELDED_COLUMNS, draw_shielded, shielded_signal

__all__ = ["FULL_PANEL", "SMALL_PANEL", "Imager", "PanelGeometry"]

# Saturation near 64 uGy over 16 bit: 1024 DN/uGy at RQA3; panels differ by a few per cent.
NOMINAL_SENSITIVITY, SENSITIVITY_SPREAD = 1024.0, 0.02


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
        self._drift = draw_drift(geometry, seed)
        self._traps = Traps()
        self._shielded = draw_shielded(geometry, seed)
        self._defects = draw_defects(geometry, seed)
        # The factory figure: mean corrected signal in DN per uGy at RQA3.
        self.sensitivity_rqa3 = _draw_sensitivity(seed)
        self._patient = lay_patient("empty", geometry)
        self._seen: tuple[float, Scene] | None = None

    def place(self, spec: str) -> None:
        """Lay a patient on the panel; raises PatientError and keeps the earlier one."""
        self._patient = lay_patient(spec, self.geometry)
        self._seen = None

    def look_ahead(self, kv: float) -> None:
        """Work out what the panel will see of the patient at a tube voltage, and keep it.

        It takes seconds on a busy machine, which an exposure in real time does not have.
        """
        if LOWEST_KV <= kv <= HIGHEST_KV:
            self._scene(kv)

    def air_kerma_ugy(self, kv: float, mas: float) -> float:
        """Return the air kerma at the panel surface without patient, in uGy."""
        return self._beam(kv).kerma_ugy_per_mas * mas

    def power_up(self) -> None:
        """Begin as after a power cut: without bias the traps of the pixels are empty."""
        self._traps.empty()

    def read_dark(self, about: Circumstances) -> Reading:
        """Return a frame without X-rays, with what earlier exposures left."""
        signal = self._dark_dn(about)
        self._traps.add_released(signal, about.began_s, about.integration_s)
        return self._read_out(signal, about)

    def read_exposed(self, kv: float, mas: float, about: Circumstances) -> Reading:
        """Return a frame of the patient at 40 to 50 kV; the X-rays lie within its window.

        Raises ValueError for a tube voltage outside the tables.
        """
        light = self._light_dn(kv, mas, about.frame_number)
        signal = self._dark_dn(about)
        signal += light
        self._traps.add_released(signal, about.began_s, about.integration_s)
        self._traps.fill(light, about.read_s)
        return self._read_out(signal, about)

    def dark_frame(
        self, integration_s: float, temperature_c: float, frame_number: int
    ) -> NDArray[np.uint16]:
        """Return the pixels (rows, columns) of one frame without X-rays and without history."""
        about = Circumstances(integration_s, temperature_c, frame_number)
        return self._read_out(self._dark_dn(about), about).pixels

    def exposed_frame(
        self, kv: float, mas: float, integration_s: float, temperature_c: float, frame_number: int
    ) -> NDArray[np.uint16]:
        """Return the pixels (rows, columns) of one exposed frame without history.

        Raises ValueError for a tube voltage outside the tables.
        """
        about = Circumstances(integration_s, temperature_c, frame_number)
        signal = self._light_dn(kv, mas, frame_number)
        signal += self._dark_dn(about)
        return self._read_out(signal, about).pixels

    def _beam(self, kv: float) -> Beam:
        return beam_of(self._patient.beam, kv)

    def _bare_dn(self, kv: float, mas: float) -> np.float32:
        rqa3 = beam_of(BeamQuality.RQA3, kv)
        dn_per_kev = self.sensitivity_rqa3 * rqa3.kerma_ugy_per_mas / absorbed_kev_per_mm2_mas(rqa3)
        return np.float32(dn_per_kev * absorbed_kev_per_mm2_mas(self._beam(kv)) * mas)

    def _light_dn(self, kv: float, mas: float, frame_number: int) -> NDArray[np.float32]:
        """Return what the pixels answer to the light and its quantum noise, without dark."""
        scene = self._scene(kv)
        quanta = noise_equivalent_quanta_per_mm2_mas(self._beam(kv)) * mas
        quanta_per_pixel = max(quanta * self.geometry.pitch_mm**2, 1e-6)
        chance = stream(self._seed, Purpose.QUANTA, frame_number)
        spread = scene.deviation, scene.least_deviation
        light = blur_noise(
            counting_noise(*spread, quanta_per_pixel, chance), self.geometry.pitch_mm
        )
        light += scene.light
        light *= self._gain
        light *= self._bare_dn(kv, mas)
        answer(light)
        return light

    def _dark_dn(self, about: Circumstances) -> NDArray[np.float32]:
        """Return offset with its drift and dark current."""
        signal = dark_signal(self._dark, about.integration_s, about.temperature_c)
        signal += self._drift.columns_dn(about.began_s)
        return signal

    def _scene(self, kv: float) -> Scene:
        """Return what the panel sees of the patient; the latest one is kept."""
        if self._seen is None or self._seen[0] != kv:
            self._seen = kv, scene_of(self._patient, kv, self.geometry)
        return self._seen[1]

    def _read_out(self, signal: NDArray[np.float32], about: Circumstances) -> Reading:
        """Add the noise, digitise and overwrite defects; `signal` in DN is used up."""
        rows = row_noise(self.geometry, self._seed, about.frame_number)
        rows += self._drift.rows_dn(about.began_s)
        signal += rows[:, None]
        add_pixel_noise(signal, self._defects.noisy, self._seed, about.frame_number)
        frame = digitised(signal)
        apply_defects(frame, self._defects)
        return Reading(frame, self._row_reference(about, rows))

    def _row_reference(
        self, about: Circumstances, rows: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the mean of each row's shielded columns; `rows` are its noise and drift."""
        mean = shielded_signal(self._shielded, about.integration_s, about.temperature_c)
        mean += rows
        # Half of them belong to the first chip, half to the last.
        mean += self._drift.columns_dn(about.began_s)[[0, -1]].mean()
        mean += shielded_noise(self.geometry, SHIELDED_COLUMNS, self._seed, about.frame_number)
        return mean


def _draw_sensitivity(seed: int) -> float:
    chance = stream(seed, Purpose.SENSITIVITY)
    return NOMINAL_SENSITIVITY * (1.0 + SENSITIVITY_SPREAD * chance.uniform(-1.0, 1.0))
