"""Noise of a pixel, told from one image alone."""

from datetime import UTC, datetime

import numpy as np
import pytest

from acquisition.exposure_index import ExposureIndication, find_regions
from acquisition.image_noise import pixel_noise_percent
from acquisition.radiograph import Radiograph
from device.frame import DetectorIdentity

PITCH_UM = 100.0
DIRECT_DN, HAND_DN, ELECTRONIC_DN = 8000.0, 2000.0, 8.0


def image(share_of_quanta, hand_dn=HAND_DN):
    """A hand of 20 x 30 mm with a bright field, quantum noise as a share of direct radiation."""
    signal = np.full((600, 600), DIRECT_DN)
    signal *= 1 + 0.05 * np.linspace(-1, 1, 600)  # the heel of the anode
    signal[150:450, 200:400] = hand_dn
    quanta = (share_of_quanta * DIRECT_DN) ** 2 * signal / DIRECT_DN
    noise = np.random.default_rng(4).normal(0, 1, signal.shape) * np.sqrt(quanta + ELECTRONIC_DN**2)
    return radiograph((signal + noise).astype(np.float32), hand_dn)


def radiograph(pixels, hand_dn):
    seen = ExposureIndication(200.0, hand_dn, DIRECT_DN, 0.2, 0.0, 0.0)
    identity = DetectorIdentity("Simulated", "coarse", "SIM-1", "1", 1)
    made = datetime(2026, 3, 2, tzinfo=UTC)
    return Radiograph(pixels, PITCH_UM, identity, 26.0, 500.0, 0, None, seen, "c", made)


def noise_of(shown):
    return pixel_noise_percent(shown, find_regions(shown.pixels, PITCH_UM))


@pytest.mark.parametrize("share", [0.003, 0.006, 0.02])
def test_it_is_the_noise_behind_the_hand_not_beside_it(share):
    behind = np.sqrt((share * DIRECT_DN) ** 2 * HAND_DN / DIRECT_DN + ELECTRONIC_DN**2) / HAND_DN
    assert noise_of(image(share)) == pytest.approx(100 * behind, rel=0.05)


def test_a_full_detector_tells_no_noise():
    full = np.full((600, 600), 65535.0, np.float32)
    full[150:450, 200:400] = HAND_DN
    assert noise_of(radiograph(full, HAND_DN)) is None


def test_without_a_free_field_no_noise_is_told():
    noise = np.random.default_rng(5).normal(0, 30.0, (600, 600))
    covered = (HAND_DN + noise).astype(np.float32)
    covered[:20, :20] = DIRECT_DN
    assert noise_of(radiograph(covered, HAND_DN)) is None
