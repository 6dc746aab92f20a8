"""The regions that are read by themselves, as they lie in the picture."""

import numpy as np
import pytest

from acquisition.hand import find_hand
from bone_age.reading import Region
from bone_age.regions import region_corners
from tests.bone_age.test_crop import drawn_hand


def middles(picture):
    corners = region_corners(find_hand(picture))
    return {region: np.mean(corners[region], axis=0) for region in corners}


def test_fingers_lie_above_the_carpals_and_these_above_the_forearm():
    found = middles(drawn_hand())
    assert found[Region.FINGERS][1] < found[Region.CARPALS][1] < found[Region.WRIST][1]


def direction_deg(picture):
    """Return where the fingers lie, seen from the forearm."""
    found = middles(picture)
    across, down = np.subtract(found[Region.FINGERS], found[Region.WRIST])
    return np.degrees(np.arctan2(across, -down))


@pytest.mark.parametrize("turn_deg", [-40.0, 25.0])
def test_the_regions_turn_with_the_hand(turn_deg):
    turned = direction_deg(drawn_hand(turn_deg=turn_deg)) - direction_deg(drawn_hand())
    assert turned == pytest.approx(turn_deg, abs=8)
