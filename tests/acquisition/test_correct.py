from dataclasses import replace

import numpy as np
import pytest

from acquisition import errors
from acquisition.averages import block_medians, central_area
from acquisition.correct import correct


@pytest.fixture(scope="module")
def flat(panel, calibration):
    return correct(panel.exposed(5.0, 77), calibration)


def _regions(image, size):
    """Regions of 20 mm (2500 pixels) inside a border of 10 mm, after AAPM Report 150."""
    inner = image[25:-25, 25:-25]
    rows, columns = inner.shape[0] // size, inner.shape[1] // size
    tiles = inner[: rows * size, : columns * size].reshape(rows, size, columns, size)
    return tiles.swapaxes(1, 2).reshape(rows, columns, -1)


def _local(values):
    around = (values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]) / 4
    return np.abs(values[1:-1, 1:-1] - around).max() / np.median(values)


def test_corrected_flat_is_even_in_signal_and_noise(flat):
    # Measured as in AAPM Report 150; limits: signal 5 % global, 2 % local; noise 10 % local.
    regions = _regions(flat.pixels, 50)
    mean, noise = regions.mean(axis=2), regions.std(axis=2)
    assert np.ptp(mean) / np.median(mean) < 0.05
    assert _local(mean) < 0.02
    assert _local(noise) < 0.10


def test_corrected_flat_has_almost_no_anomalous_pixels(flat):
    level, spread = np.median(flat.pixels), flat.pixels.std()
    assert np.mean(np.abs(flat.pixels - level) > 5 * spread) <= 1e-4


def test_corrected_signal_is_the_kerma_times_sensitivity(panel, flat):
    centre = flat.pixels[central_area(flat.pixels.shape, 0.8)]
    assert centre.mean() == pytest.approx(5.0 * panel.sensitivity, rel=0.005)


def test_noise_of_a_corrected_flat_is_quantum_noise_and_what_the_maps_add(panel, flat):
    good = flat.pixels[~panel.defects]
    relative = np.sqrt(1 / (5.0 * panel.quanta_per_ugy) + 1 / (320 * panel.quanta_per_ugy))
    electronic = panel.noise_dn / (5.0 * panel.sensitivity)
    assert good.std() / good.mean() == pytest.approx(np.hypot(relative, electronic), rel=0.05)


def test_defects_leave_no_trace_in_a_flat(panel, flat):
    level, spread = np.median(flat.pixels), flat.pixels.std()
    assert np.all(np.abs(flat.pixels[panel.defects] - level) < 5 * spread)


def test_hand_comes_out_as_it_went_in(panel, calibration, hand_transmission):
    image = correct(panel.exposed(8.0, 5, hand_transmission), calibration).pixels
    truth = 8.0 * panel.sensitivity * hand_transmission
    smooth, expected = (block_medians(a.astype(np.float32), 5) for a in (image, truth))
    assert np.abs(smooth / expected - 1).mean() < 0.01


def test_radiograph_keeps_where_it_comes_from(panel, calibration):
    raw = panel.exposed(5.0, 78)
    radiograph = correct(raw, calibration)
    assert radiograph.exposure is raw.exposure
    assert radiograph.detector.serial == "TB-1"
    assert radiograph.calibration_id == calibration.calibration_id
    assert radiograph.pixels.dtype == np.float32
    assert not radiograph.pixels.flags.writeable


def test_same_frame_gives_the_same_bytes(panel, calibration):
    raw = panel.exposed(5.0, 79)
    one, other = correct(raw, calibration), correct(raw, calibration)
    assert one.pixels.tobytes() == other.pixels.tobytes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: replace(raw, detector=replace(raw.detector, serial="TB-2")),
        lambda raw: replace(raw, pixels=raw.pixels[1:]),
        lambda raw: replace(raw, integration_ms=250.0),
    ],
)
def test_frame_of_another_panel_or_setting_is_refused(panel, calibration, spoil):
    with pytest.raises(errors.CalibrationForOtherDetector) as caught:
        correct(spoil(panel.exposed(5.0, 80)), calibration)
    assert caught.value.code == "E-CAL-3"


def test_frame_that_is_no_16_bit_image_is_refused(panel, calibration):
    raw = panel.exposed(5.0, 81)
    with pytest.raises(errors.FrameUnusable):
        correct(replace(raw, pixels=raw.pixels.astype(np.float32)), calibration)
