import numpy as np
import pytest

from bone_age.description import Interval
from bone_age.reading import Sex
from bone_age.training.films import Films
from bone_age.training.interval import Read, half_width_of, spreads, usual_distance_months


def children(seed, count=1500):
    """Return readings whose error grows with the spread that the nets tell, twice for boys."""
    chance = np.random.default_rng(seed)
    months, spread = chance.uniform(30, 200, count), chance.uniform(4, 12, count)
    is_female = (chance.random(count) < 0.5).astype(np.float32)
    errors = chance.normal(0, 1, count) * spread * (2 - is_female)
    films = Films(
        np.zeros((count, 1, 1), np.uint8), is_female, (months - errors).astype(np.float32)
    )
    return Read("children", films, months, spread, np.zeros((count, 0)))


def test_a_half_width_holds_nine_of_ten_new_children():
    chance = np.random.default_rng(3)
    half_width = half_width_of(np.abs(chance.normal(0, 8, 2000)))
    assert np.mean(np.abs(chance.normal(0, 8, 20000)) <= half_width) == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(("sex", "is_female"), [(Sex.FEMALE, 1.0), (Sex.MALE, 0.0)])
@pytest.mark.parametrize("sure", [True, False])
def test_the_interval_holds_nine_of_ten_of_each_sex_sure_or_not(sex, is_female, sure):
    interval, new = Interval(0.9, spreads=spreads(children(1))), children(2)
    chosen = (new.films.is_female == is_female) & ((new.spread_months < 8) == sure)
    inside = [
        abs(error) <= interval.half_width_months(sex, months, spread)
        for error, months, spread in zip(
            new.errors[chosen], new.months[chosen], new.spread_months[chosen], strict=True
        )
    ]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.05)


def test_regions_of_nearly_every_child_lie_no_farther_apart_than_is_said():
    apart = np.linspace(0, 50, 101)
    regions = np.column_stack([np.full(101, 90.0), 90 + apart, 90 + apart / 2])
    read = Read("children", children(1, 101).films, regions[:, 0], regions[:, 1], regions)
    assert usual_distance_months(read) == pytest.approx(49, abs=0.5)
