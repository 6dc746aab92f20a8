"""Photographs of any patient on the small simulated panel, as a campaign of thousands needs them.

The frames come from the panel's physics alone, without its wires, clock and history; calibration
and correction are the product's own, with 8 darks and 16 flats.
"""

from datetime import UTC, datetime

from acquisition.calibration import calibrate
from acquisition.correct import correct
from acquisition.radiograph import Radiograph
from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import HAND_PRESET, Technique
from firmware_sim.physics.geometry import SMALL_PANEL, PanelGeometry
from firmware_sim.physics.imager import Imager

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PANEL = DetectorIdentity("e-join", "studio (simulated)", "S-1", "1.0", 1)
# An ordinary window, and a panel that has warmed up.
WINDOW_S, TEMPERATURE_C = 0.5, 27.0
DARKS, FLATS = 8, 16


class Studio:
    """A calibrated panel and whoever lies on it."""

    def __init__(self, seed: int, geometry: PanelGeometry = SMALL_PANEL) -> None:
        self._imager = Imager(geometry, seed)
        self._pitch_um = geometry.pitch_um
        self._number = 0
        self._imager.place("flat")
        darks = (self._dark() for _ in range(DARKS))
        flats = (self._exposed(HAND_PRESET) for _ in range(FLATS))
        self.calibration = calibrate(darks, flats, self._imager.sensitivity_rqa3, NOON)

    def image(self, patient: str, technique: Technique = HAND_PRESET) -> Radiograph:
        """Lay the patient down, expose and correct."""
        return correct(self.frame(patient, technique), self.calibration)

    def nth_image(self, patient: str, number: int) -> Radiograph:
        """Make the image of the so-many-th patient (from 1), whoever lay here before."""
        self._number = DARKS + FLATS + number - 1
        return self.image(patient)

    def frame(self, patient: str, technique: Technique = HAND_PRESET) -> RawFrame:
        """Lay the patient down and expose."""
        self._imager.place(patient)
        return self._exposed(technique)

    def _dark(self) -> RawFrame:
        self._number += 1
        pixels = self._imager.dark_frame(WINDOW_S, TEMPERATURE_C, self._number)
        return self._frame(pixels, None)

    def _exposed(self, technique: Technique) -> RawFrame:
        self._number += 1
        pixels = self._imager.exposed_frame(
            technique.kv, technique.mas, WINDOW_S, TEMPERATURE_C, self._number
        )
        measured = MeasuredExposure(self._number, technique, technique, technique.kv, technique.ms)
        return self._frame(pixels, measured)

    def _frame(self, pixels, exposure: MeasuredExposure | None) -> RawFrame:
        return RawFrame(
            pixels, self._pitch_um, PANEL, TEMPERATURE_C, 1000 * WINDOW_S, self._number, exposure
        )
