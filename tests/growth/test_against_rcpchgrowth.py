"""Our scores beside those of rcpchgrowth, an independent program (docs/growth.md compares them).

It is under the AGPL and only imported here; its ages, tables and formulas are its own.
"""

import random
from bisect import bisect
from datetime import date, timedelta
from itertools import pairwise
from math import prod

import pytest

from bone_age.reading import Sex
from growth.ages import exact_age
from growth.assess import assess
from growth.assessment import Score
from growth.child import Child, Gestation
from growth.lms import Lms, sds_of
from growth.references import Measure, Position, Reference, sds_for, size_for
from growth.references.tables import Stage, lms_curves

rcpchgrowth = pytest.importorskip(
    "rcpchgrowth", reason="rcpchgrowth, the independent program, is not installed"
)
from rcpchgrowth.cdc import cdc_lms_array_for_measurement_and_sex  # noqa: E402
from rcpchgrowth.date_calculations import (  # noqa: E402
    chronological_decimal_age,
    corrected_decimal_age,
)
from rcpchgrowth.global_functions import sds_for_measurement  # noqa: E402

WHO, CDC, CHINA = Reference
HEIGHT, WEIGHT, BMI = Measure
BOY, GIRL = Sex.MALE, Sex.FEMALE
SEXES = {BOY: "male", GIRL: "female"}
# What is compared, in how many of the children at least: the WHO has no weight after 10 years.
COMPARED = {
    (WHO, HEIGHT): 1900,
    (WHO, WEIGHT): 850,
    (WHO, BMI): 1500,
    (CDC, HEIGHT): 1900,
    (CDC, WEIGHT): 1900,
}
SEEDS, CHILDREN_OF_A_SEED = (1, 2, 3), 700
AGREED_SDS = 0.002
TWO_YEARS_DAYS = 731
FOUR_YEARS_DAYS = 1461
# The WHO's tables of days that rcpchgrowth reads end on day 1856, its months begin at 61.
JOIN_DAYS = range(1827, 1857)
# L of the CDC's boys turns a corner at 24.5 and at 36.5 months, which their cubic rounds off and
# a straight line keeps: the days, and the scores that are further apart there.
CORNERS = {
    "short boys of 25 months": (range(749, 771), (-3.0, -2.2)),
    "tall boys of 25 months": (range(749, 770), (2.2, 3.0)),
    "short boys of 36 months": (range(1089, 1107), (-3.0, -2.2)),
    "short boys of 37 months": (range(1116, 1134), (-3.0, -2.2)),
}


def theirs(reference, measure, sex, age_days, size):
    """Return their score, from days over 365.25 as they count."""
    born = date(2000, 1, 1)
    age = chronological_decimal_age(born, born + timedelta(days=age_days))
    return sds_for_measurement(reference.value, age, measure.value, size, SEXES[sex])


def is_at_a_corner(sex, days, sds):
    """Tell whether a height is one of those in `CORNERS`."""
    return sex is BOY and any(
        days in on and low <= sds <= high for on, (low, high) in CORNERS.values()
    )


def is_left_out(reference, measure, sex, days, sds):
    """Tell whether a score is in one of the places that docs/growth.md names, apart from ours."""
    if reference is WHO:
        return days in JOIN_DAYS
    return measure is HEIGHT and is_at_a_corner(sex, days, sds)


def random_child(chance):
    """Return a child of 2 to 19 years, with its day: sizes within 3 SD, as scales show them."""
    sex, days = chance.choice(list(Sex)), chance.randint(TWO_YEARS_DAYS, 6939)
    months, born = days / 30.4375, date(1995, 1, 1) + timedelta(days=chance.randint(0, 9000))
    tall = chance.uniform(-2.9, 2.9)
    heavy = min(2.9, max(-2.9, tall + chance.gauss(0, 1)))
    height = round(size_for(CDC, HEIGHT, sex, months, tall), 1)
    weight = round(size_for(CDC, WEIGHT, sex, months, heavy), 2)
    return Child("P", "N", sex, born, height, weight), born + timedelta(days=days)


@pytest.fixture(scope="module")
def compared():
    """Return for each reference and measure both scores within 3 SD, with sex and age in days."""
    pairs = {key: [] for key in COMPARED}
    for chance in map(random.Random, SEEDS):
        for _ in range(CHILDREN_OF_A_SEED):
            compare(*random_child(chance), pairs)
    return pairs


def compare(child, day, pairs):
    growth, days = assess(child, day, None, Position.STANDING), (day - child.birth_date).days
    for reference, measure in COMPARED:
        assessed = getattr(growth, measure.value)
        ours = assessed.scores[reference]
        if isinstance(ours, Score) and abs(ours.sds) <= 3:
            other = theirs(reference, measure, child.sex, days, assessed.size)
            pairs[reference, measure].append((ours.sds, other, child.sex, days))


@pytest.mark.parametrize(("reference", "measure"), COMPARED)
def test_2000_children_score_the_same_from_two_years_on(compared, reference, measure):
    pairs = compared[reference, measure]
    assert len(pairs) >= COMPARED[reference, measure]
    apart = [
        (ours, other, sex, days)
        for ours, other, sex, days in pairs
        if abs(ours - other) > AGREED_SDS and not is_left_out(reference, measure, sex, days, ours)
    ]
    assert apart == []


@pytest.mark.parametrize(("reference", "sds"), [(WHO, -0.8327), (CDC, -0.9684)])
def test_the_boy_of_the_reference_cases_scores_the_same_as_a_measurement_of_theirs(
    boy, visit, reference, sds
):
    said = rcpchgrowth.Measurement(
        birth_date=boy.birth_date,
        observation_date=visit,
        measurement_method="height",
        observation_value=boy.height_cm,
        reference=reference.value,
        sex="male",
    ).measurement["measurement_calculated_values"]
    assert said["chronological_sds"] == pytest.approx(sds, abs=5e-5)
    assert assess(boy, visit, None).height.scores[reference].sds == pytest.approx(sds, abs=5e-5)


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("sex", Sex)
def test_both_ends_of_the_join_at_five_years_are_the_same(measure, sex):
    for days in (1826, 1857):
        for sds in (-2.0, 0.0, 2.0):
            size = size_for(WHO, measure, sex, days / 30.4375, sds)
            assert theirs(WHO, measure, sex, days, size) == pytest.approx(sds, abs=AGREED_SDS)


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("sex", Sex)
def test_between_60_and_61_months_they_go_on_with_days_and_then_jump(measure, sex):
    size = size_for(WHO, measure, sex, 61, -2.0)
    before, after = (theirs(WHO, measure, sex, days, size) for days in (1856, 1857))
    ours = [sds_for(WHO, measure, sex, days / 30.4375, size) for days in (1856, 1857)]
    assert abs(ours[1] - ours[0]) < 0.01 < abs(after - before) < 0.25


def test_their_row_for_girls_of_1827_days_is_that_of_the_boys():
    boys, girls = (theirs(WHO, HEIGHT, sex, 1827, 109.9773) for sex in (BOY, GIRL))
    assert boys == girls == pytest.approx(0, abs=1e-9)
    assert theirs(WHO, HEIGHT, GIRL, 1828, 109.9773) > 0.1


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("sds", [-4.5, -3.5, 3.5, 4.5])
def test_beyond_three_sd_both_follow_the_rule_of_the_who(measure, sds):
    for days in (900, 1500, 2200, 3200):
        size = size_for(WHO, measure, GIRL, days / 30.4375, sds)
        assert theirs(WHO, measure, GIRL, days, size) == pytest.approx(sds, abs=AGREED_SDS)


def test_below_the_95th_centile_their_bmi_of_the_cdc_is_ours_and_beyond_it_the_extended_one():
    median, high = (size_for(CDC, BMI, BOY, 120.0, sds) for sds in (0.0, 2.5))
    days = 120 * 30.4375
    assert theirs(CDC, BMI, BOY, days, median) == pytest.approx(0, abs=AGREED_SDS)
    assert abs(theirs(CDC, BMI, BOY, days, high) - 2.5) > 0.1


@pytest.mark.parametrize("sex", Sex)
def test_their_rows_of_the_cdcs_stature_are_ours(sex):
    curve = lms_curves(CDC)[HEIGHT, Stage.CHILD, sex]
    rows = cdc_lms_array_for_measurement_and_sex(5.0, "height", SEXES[sex])
    for months, row, other in zip(curve.ages_months, curve.rows, rows, strict=True):
        assert other["decimal_age"] * 12 == pytest.approx(months)
        assert (other["L"], other["M"], other["S"]) == (row.power, row.median, row.variation)


def cubic_at(months):
    """Return L, M and S on the cubic through two rows before and two after (Lagrange)."""
    curve = lms_curves(CDC)[HEIGHT, Stage.CHILD, BOY]
    after = bisect(curve.ages_months, months)
    ages, rows = (each[after - 2 : after + 2] for each in (curve.ages_months, curve.rows))
    shares = [prod((months - b) / (a - b) for b in ages if b != a) for a in ages]
    return Lms(
        *(
            sum(share * getattr(row, name) for share, row in zip(shares, rows, strict=True))
            for name in Lms.__slots__
        )
    )


@pytest.mark.parametrize("place", CORNERS)
def test_at_a_corner_of_l_their_cubic_leaves_the_straight_line_of_the_cdcs_program(place):
    """Both go through the same rows; what lies between them is the whole difference."""
    on, ends = CORNERS[place]
    sds = max(ends, key=abs)
    for days in on:
        months = days / 30.4375
        size = size_for(CDC, HEIGHT, BOY, months, sds)
        other = theirs(CDC, HEIGHT, BOY, days, size)
        assert other == pytest.approx(sds_of(size, cubic_at(months)), abs=1e-4)
        assert AGREED_SDS < abs(other - sds) < 0.005


def test_where_l_of_the_cdcs_boys_turns():
    curve = lms_curves(CDC)[HEIGHT, Stage.CHILD, BOY]
    slopes = {
        a: (above.power - below.power) / (b - a)
        for (a, b), (below, above) in zip(
            pairwise(curve.ages_months), pairwise(curve.rows), strict=True
        )
    }
    assert slopes[24.0] > 0.13 and slopes[24.5] < -0.16
    assert slopes[35.5] < -0.08 and slopes[36.5] > 0.13


@pytest.mark.parametrize("sds", [-3.0, -2.19, -1.0, 0.0, 1.0, 2.19, 3.0])
def test_on_all_other_days_of_the_first_years_boys_of_the_cdc_score_the_same(sds):
    for days in range(TWO_YEARS_DAYS, FOUR_YEARS_DAYS):
        if not is_at_a_corner(BOY, days, sds):
            size = size_for(CDC, HEIGHT, BOY, days / 30.4375, sds)
            assert theirs(CDC, HEIGHT, BOY, days, size) == pytest.approx(sds, abs=AGREED_SDS)


def test_below_two_years_their_cdc_is_the_who():
    size = size_for(WHO, WEIGHT, BOY, 12.0, 1.0)
    days = round(12 * 30.4375)
    assert theirs(CDC, WEIGHT, BOY, days, size) == pytest.approx(1.0, abs=AGREED_SDS)
    assert abs(sds_for(CDC, WEIGHT, BOY, 12.0, size) - 1.0) > 0.1


def test_in_the_second_year_the_months_of_the_who_stand_in_for_its_days():
    for days in range(183, TWO_YEARS_DAYS - 1, 7):
        for measure in Measure:
            size = size_for(WHO, measure, GIRL, days / 30.4375, -2.0)
            assert theirs(WHO, measure, GIRL, days, size) == pytest.approx(-2.0, abs=0.01)


def test_they_correct_every_gestation_at_every_age_and_we_only_preterm_below_two_years():
    born, day = date(2020, 1, 1), date(2026, 1, 1)
    child = Child("P", "N", GIRL, born, 115.0, gestation=Gestation(31, 4))
    assert corrected_decimal_age(born, day, 31, 4) < exact_age(born, day).decimal_years - 0.1
    assert assess(child, day, None, Position.STANDING).corrected_age is None
