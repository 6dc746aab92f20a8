"""A simulated panel behind the product's own calibration and correction, for the closure tests.

The simulator draws the frames in model time, with drift, lag and bend, and knows the truth;
calibration, correction and estimators are the product's and share nothing with it.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import numpy as np
import pytest

from acquisition.calibration import Calibration, calibrate
from acquisition.correct import correct
from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import Technique
from firmware_sim.physics import truth
from firmware_sim.physics.beam import BeamQuality, beam_of
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.imager import Imager
from firmware_sim.physics.reading import Circumstances

PANEL = PanelGeometry(1024, 1024, 100.0)
PITCH_MM = PANEL.pitch_mm
IDENTITY = DetectorIdentity("Simulated", "closure", "SIM-1", "1", 1)
# As the unit is calibrated: darks of three integration times, flats of three levels.
DARKS = ((0.1, 4), (0.5, 16), (1.0, 4))
FLATS = ((Technique(50.0, 80.0, 25.0), 8), (Technique(50.0, 80.0, 15.0), 3)) + (
    (Technique(50.0, 40.0, 10.0), 3),
)
FLATS_MAS = sum(technique.mas * frames for technique, frames in FLATS)
LAG_DARKS_AT_S = (0.0, 0.7, 1.4, 2.1, 2.8, 3.5, 5.0, 7.0, 10.0, 14.0, 20.0, 30.0, 45.0)
REST_S, READ_OUT_S, FRAMES_FELT = 23.0, 0.1, 6


@dataclass
class Panel:
    """The simulated panel in model time, and the exposures that it still feels."""

    imager: Imager = field(default_factory=lambda: Imager(PANEL, seed=5))
    numbers: count = field(default_factory=lambda: count(1))
    now_s: float = 3600.0
    felt: deque = field(default_factory=lambda: deque(maxlen=FRAMES_FELT))
    calibration: Calibration | None = None

    def calibrate(self):
        """Darks, one exposure with the darks after it, flats; all with the unit's own beam."""
        self.imager.place("flat")
        plan = [technique for technique, frames in FLATS for _ in range(frames)]
        flats = (self.expose(technique) for technique in plan)
        self.calibration = calibrate(
            darks=(self.dark(s) for s, frames in DARKS for _ in range(frames)),
            flats=flats,
            sensitivity_rqa3=self.imager.sensitivity_rqa3,
            created=datetime(2026, 3, 2, tzinfo=UTC),
            lag_frames=self._lag_frames(flats),
        )

    def radiographs(self, spec, kerma_ugy, frames=1, beam="RQA3"):
        """Corrected exposures of a patient at an air kerma of a beam."""
        self.imager.place(spec)
        mas = kerma_ugy / beam_of(BeamQuality[beam], 50.0).kerma_ugy_per_mas
        technique = Technique(50.0, 10.0 * mas, 100.0)
        return [self.corrected(self.expose(technique)) for _ in range(frames)]

    def images(self, spec, kerma_ugy, frames):
        return [each.pixels for each in self.radiographs(spec, kerma_ugy, frames)]

    def corrected(self, raw):
        return correct(raw, self.calibration, [each for each in self.felt if each is not raw])

    def rest(self):
        """Let the panel forget what it saw."""
        self.now_s += 300.0

    def dark(self, integration_s=0.5):
        about = self._begin(integration_s)
        return self._frame(self.imager.read_dark(about), about, None)

    def expose(self, technique):
        self.now_s += REST_S
        about = self._begin(0.5)
        reading = self.imager.read_exposed(technique.kv, technique.mas, about)
        measured = MeasuredExposure(about.frame_number, technique, technique, 50.0, technique.ms)
        self.felt.append(self._frame(reading, about, measured))
        return self.felt[-1]

    def _lag_frames(self, flats):
        yield next(flats)
        start_s = self.now_s
        for at_s in LAG_DARKS_AT_S:
            self.now_s = max(self.now_s, start_s + at_s)
            yield self.dark()

    def _begin(self, integration_s):
        about = Circumstances(integration_s, 26.0, next(self.numbers), self.now_s)
        self.now_s += integration_s + READ_OUT_S
        return about

    def _frame(self, reading, about, exposure):
        return RawFrame(
            pixels=reading.pixels,
            pixel_pitch_um=PANEL.pitch_um,
            detector=IDENTITY,
            temperature_c=about.temperature_c,
            integration_ms=1000.0 * about.integration_s,
            timestamp_ns=round(1e9 * about.began_s),
            exposure=exposure,
            row_reference_dn=reading.row_reference_dn,
        )


@pytest.fixture(scope="session")
def closure_panel():
    panel = Panel()
    panel.calibrate()
    return panel


def expected_nnps(frequencies, kerma_ugy, signal_dn):
    """The simulator's own noise power in mm2, and what the calibration's maps add to it.

    A gain map of flats that hold N_F K_F together adds K / (N_F K_F) of the quantum noise (of the
    flats' own beam), an offset map of N_D darks 1 / N_D of the electronic noise. Rounding to whole
    DN adds 1/12 DN2.
    """
    unit_ugy = FLATS_MAS * beam_of(BeamQuality.UNIT, 50.0).kerma_ugy_per_mas
    quantum = truth.quantum_nnps(frequencies, BeamQuality.RQA3, kerma_ugy, PITCH_MM)
    gain_map = truth.quantum_nnps(frequencies, BeamQuality.UNIT, unit_ugy, PITCH_MM)
    darks = sum(frames for _, frames in DARKS)
    electronic = truth.electronic_nnps(signal_dn, PITCH_MM) * (1 + 1 / darks)
    return quantum + gain_map + electronic + (PITCH_MM / signal_dn) ** 2 / 12


@pytest.fixture(scope="session")
def truth_of_nnps():
    return expected_nnps


@pytest.fixture(scope="session")
def closure_edges(closure_panel):
    """The mean of three exposures of an edge at 8 uGy, upright and across."""
    specs = ("edge:angle=2,beam=RQA3", "edge:angle=92,beam=RQA3")
    return [np.mean(closure_panel.images(spec, 8.0, 3), axis=0) for spec in specs]
