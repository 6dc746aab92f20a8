"""Closure: what the product measures on simulated frames is what the simulator put into them."""

import math

import numpy as np
import pytest

from acquisition.detector_quality.dark_noise import measure_dark_noise
from acquisition.detector_quality.dqe import measure_dqe
from acquisition.detector_quality.edge import Direction, measure_edge
from acquisition.detector_quality.lag import measure_lag
from acquisition.detector_quality.noise_power import FEWEST_PIXELS, measure_noise_power
from acquisition.detector_quality.uniformity import anomalous_pixels, measure_uniformity
from acquisition.exposure_index import deviation_index
from device.technique import Technique
from firmware_sim.physics.beam import BeamQuality, beam_of
from firmware_sim.physics.electronics import ELECTRONIC_NOISE_DN, ROW_NOISE_DN
from firmware_sim.physics.truth import (
    lag_fraction,
    presampled_mtf,
    rqa3_equivalent_kerma_ugy,
    signal_dn,
)

PITCH_MM = 0.1
LEVELS_UGY = (0.8, 2.5, 8.0)
FLATS, FLAT = 14, "flat:beam=RQA3"
# The simulator's traps begin to empty when a frame of 0.5 s has been read out.
WINDOW_AND_READ_OUT_S = 0.571


def between(frequencies, lowest=0.5, highest=3.0):
    return (frequencies >= lowest - 1e-9) & (frequencies <= highest + 1e-9)


@pytest.fixture(scope="module")
def edges(closure_edges):
    return [measure_edge(image, PITCH_MM) for image in closure_edges]


@pytest.fixture(scope="module")
def noise(closure_panel):
    def flats(kerma_ugy):
        return (closure_panel.images(FLAT, kerma_ugy, 1)[0] for _ in range(FLATS))

    return {kerma: measure_noise_power(flats(kerma), PITCH_MM) for kerma in LEVELS_UGY}


@pytest.mark.parametrize("kerma_ugy", [0.3, 2.5, 8.0, 20.0])
def test_the_mean_signal_is_within_half_a_per_cent_of_the_truth(closure_panel, kerma_ugy):
    (image,) = closure_panel.images(FLAT, kerma_ugy, 1)
    sensitivity = closure_panel.imager.sensitivity_rqa3
    expected = signal_dn(BeamQuality.RQA3, kerma_ugy, sensitivity)
    assert image.mean(dtype=np.float64) == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize("direction", list(Direction))
def test_the_mtf_is_within_a_hundredth_of_the_truth(edges, direction):
    (edge,) = [each for each in edges if each.direction is direction]
    used = between(edge.frequencies_per_mm, 0.1, 4.0)
    truth = presampled_mtf(edge.frequencies_per_mm, PITCH_MM)
    assert abs(edge.angle_deg) == pytest.approx(2.0, abs=0.01)
    assert edge.mtf[used] == pytest.approx(truth[used], abs=0.01)


@pytest.mark.parametrize("kerma_ugy", LEVELS_UGY)
def test_the_nnps_is_within_5_per_cent_of_the_truth_with_the_maps_noise(
    noise, truth_of_nnps, kerma_ugy
):
    found = noise[kerma_ugy]
    used = between(found.frequencies_per_mm)
    truth = truth_of_nnps(found.frequencies_per_mm, kerma_ugy, found.signal_dn)
    assert found.pixels >= FEWEST_PIXELS
    assert found.across[used] == pytest.approx(truth[used], rel=0.05)
    assert found.down[used] == pytest.approx(truth[used], rel=0.05)
    assert (found.mean / truth)[used].mean() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("kerma_ugy", LEVELS_UGY)
def test_the_dqe_is_within_5_per_cent_of_the_truth(edges, noise, truth_of_nnps, kerma_ugy):
    found = measure_dqe(edges, noise[kerma_ugy], "RQA3", kerma_ugy)
    frequencies = found.frequencies_per_mm
    photons = kerma_ugy * beam_of(BeamQuality.RQA3, 50.0).photons_per_mm2_ugy
    nnps = truth_of_nnps(frequencies, kerma_ugy, noise[kerma_ugy].signal_dn)
    truth = presampled_mtf(frequencies, PITCH_MM) ** 2 / (nnps * photons)
    used = between(frequencies)
    assert found.mean[used] == pytest.approx(truth[used], rel=0.05)


BEAMS = [(beam, kerma) for beam in ("UNIT", "RQA3", "RQA5", "RQA7") for kerma in (0.5, 2.5, 10.0)]


@pytest.mark.parametrize(("beam", "kerma_ugy"), BEAMS)
def test_the_exposure_index_is_100_times_the_rqa3_equivalent_kerma(closure_panel, beam, kerma_ugy):
    spec = "flat" if beam == "UNIT" else f"flat:beam={beam}"
    (radiograph,) = closure_panel.radiographs(spec, kerma_ugy, beam=beam)
    truth = 100 * rqa3_equivalent_kerma_ugy(BeamQuality[beam], kerma_ugy)
    assert radiograph.exposure_index == pytest.approx(truth, rel=0.05)
    reported = deviation_index(radiograph.exposure_index, 250.0)
    assert reported == pytest.approx(10 * math.log10(radiograph.exposure_index / 250), abs=0.05)
    assert reported == pytest.approx(10 * math.log10(truth / 250), abs=0.25)


def test_electronic_and_row_noise_are_those_of_the_panel(closure_panel):
    closure_panel.rest()
    good = ~closure_panel.calibration.defect_mask
    found = measure_dark_noise((closure_panel.dark().pixels for _ in range(4)), good)
    assert found.pixel_noise_dn == pytest.approx(ELECTRONIC_NOISE_DN, rel=0.02)
    assert found.row_noise_dn == pytest.approx(ROW_NOISE_DN, rel=0.05)


def test_a_calibrated_panel_is_uniform_and_without_anomalous_pixels(closure_panel):
    flats = [closure_panel.images(FLAT, kerma, 1)[0] for kerma in (0.8, 2.5, 8.0, 20.0)]
    for flat in flats:
        found = measure_uniformity([flat], PITCH_MM)
        assert found.signal.overall < 0.01
        assert found.noise.local < 0.1 and found.snr.local < 0.1
    assert anomalous_pixels(flats, PITCH_MM).mean() <= 1e-5


def test_the_panels_own_lag_is_that_of_its_traps_and_little_is_left_of_it(closure_panel):
    closure_panel.rest()
    rested = closure_panel.dark()
    closure_panel.imager.place(FLAT)
    exposed = closure_panel.expose(Technique(50.0, 94.0, 100.0))
    after = [closure_panel.dark() for _ in range(3)]
    times_s = [(frame.timestamp_ns - exposed.timestamp_ns) / 1e9 for frame in after]
    exposed_dn, rested_dn, *left_dn = (
        level(closure_panel, one) for one in (exposed, rested, *after)
    )
    found = measure_lag(exposed_dn, left_dn, times_s, rested_dn)
    truth = [lag_fraction(seconds - WINDOW_AND_READ_OUT_S, 0.5) for seconds in times_s]
    assert [each.share for each in found.residuals] == pytest.approx(truth, rel=0.03, abs=2e-4)
    images = [closure_panel.corrected(frame).pixels for frame in (after[0], rested)]
    assert abs(images[0].mean() - images[1].mean()) <= 0.003 * found.exposed_dn


def level(panel, frame):
    """Mean signal above the dark maps, without the defects."""
    signal = frame.pixels - panel.calibration.dark.dark_of(frame)
    return float(signal.mean(where=~panel.calibration.defect_mask))
