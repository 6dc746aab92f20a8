import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growth.errors import MeasurementUnusable, NoSuchSize
from growth.lms import (
    Lms,
    centile_of,
    restricted_sds_of,
    restricted_size_at,
    sds_of,
    sds_of_centile,
    size_at,
)

# L, M and S as wide as the tables of this package.
rows = st.builds(Lms, st.floats(-3.0, 2.0), st.floats(2.0, 180.0), st.floats(0.03, 0.16))
# The WHO's rows, for which sizes exist at 3 SD either side.
who_rows = st.builds(Lms, st.floats(-2.0, 1.0), st.floats(2.0, 180.0), st.floats(0.03, 0.16))
near = st.floats(-2.0, 2.0)
far = st.floats(-4.0, 8.0)


@settings(max_examples=40, deadline=None)
@given(rows, near)
def test_the_size_of_a_score_has_that_score(row, sds):
    assert sds_of(size_at(sds, row), row) == pytest.approx(sds, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(who_rows, far)
def test_the_restricted_size_of_a_score_has_that_score(row, sds):
    try:
        size = restricted_size_at(sds, row)
    except NoSuchSize:
        return
    assert restricted_sds_of(size, row) == pytest.approx(sds, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(rows, near, near)
def test_a_larger_score_is_a_larger_size(row, one, other):
    low, high = sorted((one, other))
    assert size_at(low, row) <= size_at(high, row)


@settings(max_examples=40, deadline=None)
@given(who_rows, st.floats(0.3, 3.0), st.floats(0.3, 3.0))
def test_a_larger_size_is_a_larger_restricted_score(row, one, other):
    low, high = sorted((one, other))
    lower, higher = (restricted_sds_of(part * row.median, row) for part in (low, high))
    assert lower <= higher + 1e-9


@settings(max_examples=40, deadline=None)
@given(rows)
def test_the_median_scores_nothing(row):
    assert sds_of(row.median, row) == 0
    assert size_at(0.0, row) == pytest.approx(row.median, rel=1e-15)


@settings(max_examples=40, deadline=None)
@given(st.floats(-2.5, 2.5))
def test_a_power_of_zero_is_the_limit_of_small_powers(sds):
    small, none = (Lms(power, 30.0, 0.1) for power in (1e-7, 0.0))
    assert size_at(sds, none) == pytest.approx(size_at(sds, small), rel=1e-6)
    assert sds_of(35.0, none) == pytest.approx(math.log(35 / 30) / 0.1, rel=1e-12)


def test_a_power_of_one_is_the_plain_standard_deviation():
    assert sds_of(110.0, Lms(1.0, 100.0, 0.04)) == pytest.approx(2.5)


def test_beyond_three_sd_each_further_one_is_as_wide_as_the_last():
    row = Lms(-0.5, 20.0, 0.15)
    two, three = size_at(2, row), size_at(3, row)
    assert restricted_sds_of(three + 2 * (three - two), row) == pytest.approx(5)
    assert sds_of(three + 2 * (three - two), row) < 5
    low_two, low_three = size_at(-2, row), size_at(-3, row)
    assert restricted_sds_of(low_three - (low_two - low_three), row) == pytest.approx(-4)


@pytest.mark.parametrize("size", [0.0, -1.0, math.nan, math.inf])
def test_a_size_that_is_none_is_refused(size):
    with pytest.raises(MeasurementUnusable):
        sds_of(size, Lms(1.0, 100.0, 0.04))


def test_a_curve_beyond_the_distribution_is_refused():
    with pytest.raises(NoSuchSize):
        size_at(3.0, Lms(-2.5, 18.0, 0.15))
    with pytest.raises(NoSuchSize):
        restricted_size_at(-60.0, Lms(1.0, 100.0, 0.04))


# The standard normal distribution, to the tables' four places.
@pytest.mark.parametrize(
    ("sds", "centile"), [(0.0, 50.0), (1.0, 84.1345), (-2.0, 2.2750), (-1.8808, 3.0)]
)
def test_a_centile_is_the_normal_distribution(sds, centile):
    assert centile_of(sds) == pytest.approx(centile, abs=1e-3)
    assert sds_of_centile(centile) == pytest.approx(sds, abs=1e-3)


@pytest.mark.parametrize("centile", [0.0, 100.0, -1.0, math.nan])
def test_a_centile_outside_its_range_is_refused(centile):
    with pytest.raises(NoSuchSize):
        sds_of_centile(centile)
