import math

import numpy as np
import pytest

from acquisition import errors
from acquisition.correct import correct
from acquisition.exposure_index import deviation_index, find_regions, indicate_exposure


@pytest.mark.parametrize("kerma_ugy", [0.3, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0])
def test_index_of_a_flat_is_100_times_its_kerma(panel, calibration, kerma_ugy):
    radiograph = correct(panel.exposed(kerma_ugy, 40), calibration)
    assert radiograph.exposure_index == pytest.approx(100 * kerma_ugy, rel=0.05)
    assert radiograph.indication.anatomy_share == 0


@pytest.mark.parametrize("kerma_ugy", [0.3, 1.0, 2.5, 10.0, 60.0])
def test_index_of_a_hand_is_that_of_the_kerma_behind_it(
    panel, calibration, hand_transmission, kerma_ugy
):
    radiograph = correct(panel.exposed(kerma_ugy, 41, hand_transmission), calibration)
    behind = kerma_ugy * np.median(hand_transmission[hand_transmission < 0.85])
    assert radiograph.exposure_index == pytest.approx(100 * behind, rel=0.05)


def test_hand_is_told_from_direct_radiation(panel, calibration, hand_transmission):
    radiograph = correct(panel.exposed(5.0, 42, hand_transmission), calibration)
    indication = radiograph.indication
    assert indication.direct_dn == pytest.approx(5.0 * panel.sensitivity, rel=0.02)
    assert indication.anatomy_share == pytest.approx((hand_transmission < 0.85).mean(), rel=0.15)


def test_lead_letters_and_collimator_blades_do_not_count_as_anatomy(
    panel, calibration, hand_transmission
):
    plain = correct(panel.exposed(5.0, 43, hand_transmission), calibration)
    marked = hand_transmission.copy()
    marked[20:60, 20:60] = 0.05
    marked[:, 560:] = 0.002
    with_letters = correct(panel.exposed(5.0, 43, marked), calibration)
    assert with_letters.exposure_index == pytest.approx(plain.exposure_index, rel=0.02)


def test_hand_over_half_the_field_is_still_found(panel, calibration):
    transmission = np.full(panel.gain.shape, 0.4)
    transmission[:, :150] = 1.0
    radiograph = correct(panel.exposed(5.0, 44, transmission), calibration)
    assert radiograph.exposure_index == pytest.approx(200, rel=0.05)


def test_frame_without_x_rays_has_an_index_near_zero(panel, calibration):
    assert abs(correct(panel.dark(99), calibration).exposure_index) < 1


def test_regions_of_an_empty_image_hold_no_anatomy():
    assert not find_regions(np.zeros((75, 60), np.float32), 4000.0).has_anatomy


@pytest.mark.parametrize(("index", "target"), [(250, 250), (500, 250), (125, 250), (315, 400)])
def test_deviation_index_is_ten_times_the_logarithm_of_the_ratio(index, target):
    assert deviation_index(index, target) == pytest.approx(10 * math.log10(index / target))


def test_deviation_index_of_known_ratios():
    # IEC 62494-1: +1 is 26 % more, -1 is 21 % less, 3 is a factor of 2.
    assert deviation_index(126, 100) == pytest.approx(1, abs=0.005)
    assert deviation_index(79.4, 100) == pytest.approx(-1, abs=0.005)
    assert deviation_index(200, 100) == pytest.approx(3.0103, abs=1e-4)


def test_deviation_index_without_exposure_is_refused():
    with pytest.raises(errors.NoExposure) as caught:
        deviation_index(0.0, 250)
    assert caught.value.code == "E-ACQ-2"


@pytest.mark.parametrize("target", [0.0, -250.0, float("nan")])
def test_target_that_makes_no_sense_is_refused(target):
    with pytest.raises(errors.SettingUnusable) as caught:
        deviation_index(250, target)
    assert caught.value.code == "E-ACQ-3"


def test_index_without_a_sensitivity_is_refused():
    image = np.ones((75, 60), np.float32)
    with pytest.raises(errors.SettingUnusable):
        indicate_exposure(image, np.zeros((75, 60), np.uint8), 4000.0, 0.0)
