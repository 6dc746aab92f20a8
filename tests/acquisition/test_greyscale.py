import numpy as np
import pytest

from acquisition.greyscale import jnd_index, luminance_cd_m2, presented_cd_m2, screen_codes


# PS3.14 Annex B, table B-1: JND index and luminance.
@pytest.mark.parametrize(
    ("jnd", "luminance"), [(1, 0.0500), (2, 0.0547), (3, 0.0594), (1023, 3993.404)]
)
def test_luminances_are_those_of_the_standard(jnd, luminance):
    assert luminance_cd_m2(np.array([jnd]))[0] == pytest.approx(luminance, rel=2e-3)


def test_equal_steps_of_p_values_are_equal_steps_of_jnd():
    steps = np.diff(jnd_index(presented_cd_m2(np.linspace(0, 1, 18))))
    assert steps == pytest.approx(np.full(17, steps.mean()), rel=0.01)


def test_a_screen_shows_codes_with_the_luminance_of_their_p_values():
    p_values = np.linspace(0, 1, 256)
    codes = screen_codes(p_values)
    light = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    assert 1.0 + 349.0 * light == pytest.approx(presented_cd_m2(p_values), rel=0.01)


def test_black_white_and_order_are_kept():
    codes = screen_codes(np.linspace(0, 1, 4096))
    assert codes[0] == pytest.approx(0, abs=0.002)
    assert codes[-1] == pytest.approx(1, abs=0.002)
    assert np.all(np.diff(codes) >= 0)
