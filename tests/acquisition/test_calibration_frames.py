from dataclasses import replace
from itertools import chain

import numpy as np
import pytest

from acquisition import errors
from acquisition.calibration import calibrate


@pytest.fixture
def attempt(panel, made):
    def calibrate_with(darks=None, flats=None):
        darks = panel.darks(4) if darks is None else darks
        flats = panel.flats(4) if flats is None else flats
        return calibrate(darks, flats, panel.sensitivity, made)

    return calibrate_with


def _shadowed(panel, transmission, count=4):
    return (panel.exposed(10.0, number, transmission) for number in range(count))


def test_hand_left_in_the_beam_is_noticed(attempt, panel, hand_transmission):
    with pytest.raises(errors.ObjectInBeam) as caught:
        attempt(flats=_shadowed(panel, hand_transmission))
    assert caught.value.code == "E-CAL-16"


def test_an_object_is_noticed_at_the_first_flat(attempt, panel, hand_transmission):
    taken = []

    def flats():
        for flat in _shadowed(panel, hand_transmission):
            taken.append(flat)
            yield flat

    with pytest.raises(errors.ObjectInBeam):
        attempt(flats=flats())
    assert len(taken) == 1


def test_coin_in_the_beam_is_noticed(attempt, panel):
    transmission = np.ones(panel.gain.shape)
    transmission[300:350, 300:350] = 0.5
    with pytest.raises(errors.ObjectInBeam):
        attempt(flats=_shadowed(panel, transmission))


def test_collimated_field_is_noticed(attempt, panel):
    transmission = np.ones(panel.gain.shape)
    transmission[:, :60] = 0.01
    with pytest.raises(errors.FlatNotUniform) as caught:
        attempt(flats=_shadowed(panel, transmission))
    assert caught.value.code == "E-CAL-15"


def test_tube_far_off_centre_is_noticed(attempt, panel):
    transmission = np.linspace(0.4, 1.6, panel.gain.shape[1])[None, :]
    with pytest.raises(errors.FlatNotUniform):
        attempt(flats=_shadowed(panel, transmission))


@pytest.mark.parametrize(
    ("kerma_ugy", "error", "code"),
    [
        (2.0, errors.FlatTooDark, "E-CAL-13"),
        (50.0, errors.FlatTooBright, "E-CAL-14"),
        (70.0, errors.FlatTooBright, "E-CAL-14"),
    ],
)
def test_flats_of_the_wrong_brightness_are_refused(attempt, panel, kerma_ugy, error, code):
    with pytest.raises(error) as caught:
        attempt(flats=panel.flats(4, kerma_ugy))
    assert caught.value.code == code


def test_flats_of_changing_brightness_are_refused(attempt, panel):
    with pytest.raises(errors.FramesDiffer):
        attempt(flats=chain(panel.flats(2, 10.0), panel.flats(2, 14.0)))


def test_generator_that_varies_a_little_does_no_harm(attempt, panel):
    steady = attempt(flats=panel.flats(8, 10.0))
    wavering = attempt(flats=chain(panel.flats(4, 10.0), panel.flats(4, 10.5)))
    good = ~panel.defects
    assert np.count_nonzero(wavering.defect_mask & good) == 0
    assert np.abs(wavering.gain - steady.gain)[good].mean() < 0.01


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: replace(frame, detector=replace(frame.detector, serial="TB-2")),
        lambda frame: replace(frame, pixels=frame.pixels[:-1]),
        lambda frame: replace(frame, pixel_pitch_um=139.0),
        lambda frame: replace(frame, integration_ms=250.0),
        lambda frame: replace(frame, temperature_c=31.0),
    ],
)
def test_mixed_frames_are_refused(attempt, panel, spoil):
    with pytest.raises(errors.FramesDiffer) as caught:
        attempt(darks=chain(panel.darks(4), [spoil(panel.dark(9))]))
    assert caught.value.code == "E-CAL-11"
    with pytest.raises(errors.FramesDiffer):
        attempt(flats=chain(panel.flats(4), [spoil(panel.exposed(10.0, 9))]))


def test_flats_of_two_techniques_are_refused(attempt, panel):
    odd = panel.exposed(10.0, 9)
    technique = replace(odd.exposure.technique, kv=45.0)
    odd = replace(odd, exposure=replace(odd.exposure, technique=technique))
    with pytest.raises(errors.FramesDiffer):
        attempt(flats=chain(panel.flats(4), [odd]))


def test_dark_frame_with_x_rays_is_refused(attempt, panel):
    with pytest.raises(errors.DarkNotDark) as caught:
        attempt(darks=chain(panel.darks(4), [panel.exposed(10.0, 9)]))
    assert caught.value.code == "E-CAL-12"


def test_bright_frame_without_exposure_is_no_dark(attempt, panel):
    bright = replace(panel.exposed(10.0, 9), exposure=None)
    with pytest.raises(errors.DarkNotDark):
        attempt(darks=chain(panel.darks(4), [bright]))


def test_flat_without_x_rays_is_refused(attempt, panel):
    with pytest.raises(errors.FlatTooDark):
        attempt(flats=panel.darks(4))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_frames_are_refused(attempt, panel, count):
    with pytest.raises(errors.TooFewFrames):
        attempt(darks=panel.darks(count))
    with pytest.raises(errors.TooFewFrames) as caught:
        attempt(flats=panel.flats(count))
    assert caught.value.code == "E-CAL-10"


def test_panel_full_of_defects_is_refused(attempt, panel):
    def broken(frames):
        for frame in frames:
            pixels = frame.pixels.copy()
            pixels[::9, ::9] = 0
            yield replace(frame, pixels=pixels)

    with pytest.raises(errors.TooManyDefects) as caught:
        attempt(broken(panel.darks(4)), broken(panel.flats(4)))
    assert caught.value.code == "E-CAL-17"


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((4, 4)), np.zeros((2, 4, 4), np.uint16), np.zeros((0, 4), np.uint16)],
)
def test_frame_that_is_no_image_is_refused(attempt, panel, pixels):
    with pytest.raises(errors.FrameUnusable) as caught:
        attempt(darks=[replace(panel.dark(0), pixels=pixels)])
    assert caught.value.code == "E-ACQ-1"
