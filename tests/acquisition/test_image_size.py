"""Images of a size that no panel has are refused, before the computer stumbles over them."""

from dataclasses import replace

import numpy as np
import pytest

from acquisition import errors
from acquisition.correct import correct
from acquisition.quality import judge


@pytest.fixture(scope="module")
def exposed(panel):
    return panel.exposed(5.0, 50)


@pytest.mark.parametrize("shape", [(1, 1), (240, 1), (1, 240), (63, 240), (240, 63)])
def test_an_image_too_small_to_look_at_is_refused(exposed, calibration, shape):
    with pytest.raises(errors.FrameUnusable, match=f"{shape[0]} x {shape[1]} pixels") as caught:
        correct(replace(exposed, pixels=np.ones(shape, np.uint16)), calibration)
    assert caught.value.code == "E-ACQ-1"


@pytest.mark.parametrize("pitch_um", [0.0, -400.0, float("nan"), float("inf"), 9.0, 1001.0, 30.0])
def test_a_pitch_that_no_panel_has_is_refused(exposed, calibration, pitch_um):
    with pytest.raises(errors.FrameUnusable, match=" um"):
        correct(replace(exposed, pixel_pitch_um=pitch_um), calibration)


@pytest.mark.parametrize("shape", [(240, 1), (1, 240)])
def test_the_checks_look_at_no_picture_one_pixel_wide(exposed, calibration, shape):
    radiograph = correct(exposed, calibration)
    with pytest.raises(errors.FrameUnusable):
        judge(replace(radiograph, pixels=np.full(shape, 2000, np.float32)))
