import pytest
import torch

from bone_age.regions import WINDOWS
from bone_age.training.kinds import KINDS, WINDOW_SIZE


def ramp(axis):
    """Return a crop whose grey is the place across (1) or down (0)."""
    place = (torch.arange(256) + 0.5) / 256
    return torch.meshgrid(place, place, indexing="ij")[axis][None, None]


@pytest.mark.parametrize("place", range(len(WINDOWS)))
def test_each_window_shows_its_part_of_the_crop(place):
    left, top, right, bottom = list(WINDOWS.values())[place]
    across, down = (
        KINDS["regions"].shown(ramp(axis), torch.ones(1), 256)[place][0] for axis in (1, 0)
    )
    assert across.shape == (1, 1, *WINDOW_SIZE)
    assert (across.min(), across.max()) == (
        pytest.approx(left, abs=0.01),
        pytest.approx(right, abs=0.01),
    )
    assert (down.min(), down.max()) == (
        pytest.approx(top, abs=0.01),
        pytest.approx(bottom, abs=0.01),
    )


def test_a_net_of_regions_is_told_which_one_it_sees():
    told = [told.tolist() for _, told in KINDS["regions"].shown(ramp(0), torch.zeros(1), 256)]
    assert told == [[[-1, 1, 0, 0]], [[-1, 0, 1, 0]], [[-1, 0, 0, 1]]]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_learnt_from_is_the_same_for_the_same_chance(kind):
    crops, sex = torch.rand(6, 1, 64, 64), torch.tensor([0.0, 1.0] * 3)
    one, other = (kind.changed(crops, sex, 64, torch.Generator().manual_seed(4)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_every_region_is_learnt_from():
    _, told = KINDS["regions"].changed(
        torch.rand(64, 1, 64, 64), torch.ones(64), 64, torch.Generator().manual_seed(4)
    )
    assert told[:, 1:].sum(dim=0).min() > 10
