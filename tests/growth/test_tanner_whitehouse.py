from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bone_age.reading import Sex
from growth.ages import ExactAge
from growth.errors import OutsideReference
from growth.predicted_height import AdultHeight, RefusedHeight, RusBoneAge
from growth.references import Measure, Reference, size_for
from growth.references.prediction_tables import Menarche, equations
from growth.tanner_whitehouse import adult_height_cm, equation_at, tanner_whitehouse

BOY, GIRL = Sex.MALE, Sex.FEMALE
NOT_YET, OCCURRED = Menarche
TW3 = "TW3-C RUS"

FORKS = [(BOY, None), (GIRL, NOT_YET), (GIRL, OCCURRED)]


def aged(years):
    return ExactAge(int(years), 0, 0, round(years * 365.25))


def predicted(sex, years, height_cm, bone_age_years=None, menarche=None):
    rus = None if bone_age_years is None else RusBoneAge(12 * bone_age_years, TW3)
    return tanner_whitehouse(sex, aged(years), height_cm, menarche, rus)


def rows_of(sex, menarche):
    wanted = {None, NOT_YET} if menarche is not OCCURRED else {OCCURRED}
    return [row for row in equations(sex) if row.menarche in wanted]


@pytest.mark.parametrize(("sex", "menarche"), FORKS)
def test_every_equation_comes_out_at_its_age(sex, menarche):
    for row in rows_of(sex, menarche):
        found = equation_at(sex, row.age_years, menarche)
        figures = (found.height, found.age, found.bone_age, found.constant, found.residual_sd_cm)
        assert figures == pytest.approx(
            (row.height, row.age, row.bone_age, row.constant, row.residual_sd_cm)
        )


def test_there_are_24_equations_for_boys_and_30_for_girls():
    assert (len(equations(BOY)), len(equations(GIRL))) == (24, 30)


@pytest.mark.parametrize(("sex", "menarche"), FORKS)
def test_ages_rise_and_more_height_and_less_age_are_a_taller_adult(sex, menarche):
    rows = rows_of(sex, menarche)
    assert all(young.age_years < old.age_years for young, old in pairwise(rows))
    assert all(0.8 < row.height < 1.3 for row in rows)
    assert all(row.age < 0 and row.bone_age <= 0 for row in rows)
    assert all(0.8 <= row.residual_sd_cm <= 4 for row in rows)


def test_a_boy_of_9_and_a_half_years_and_130_cm():
    # SMART's program: 1.21 x 130 - 6.5 x 9.5 - 0.8 x 8.7 + 82 = 170.6 cm.
    equation = equation_at(BOY, 9.5, None)
    assert adult_height_cm(equation, 130.0, 9.5, 8.7) == pytest.approx(170.59, abs=0.005)
    assert round(predicted(BOY, 9.5, 130.0, 8.7).cm, 1) == 170.6


def test_the_formula_can_be_checked_by_hand():
    # Years that are whole in days of 365.25.
    assert predicted(BOY, 8.0, 127.0, 7.5).formula == "1.22 x 127.0 - 7.2 x 8.00 - 0.4 x 7.50 + 82"
    assert predicted(BOY, 4.0, 102.0).formula == "1.2 x 102.0 - 7.3 x 4.00 + 82"


@pytest.mark.parametrize(
    ("menarche", "cm"),
    # 0.83 x 152 - 2.4 x 12 - 3.4 x 12 + 111 and 0.91 x 152 - 1.4 x 12 - 3.2 x 12 + 82.
    [(NOT_YET, 167.56), (OCCURRED, 165.12)],
)
def test_a_girl_of_12_years_before_and_after_menarche(menarche, cm):
    assert predicted(GIRL, 12.0, 152.0, 12.0, menarche).cm == pytest.approx(cm)


def test_between_half_years_the_equation_lies_between_theirs():
    young, middle, old = (equation_at(BOY, years, None) for years in (13.0, 13.25, 13.5))
    assert middle.constant == (young.constant + old.constant) / 2
    assert middle.height == pytest.approx((young.height + old.height) / 2)


# With either of the other transcriptions an average boy would leap by 4 cm and more.
@pytest.mark.parametrize("young", [7.5, 12.0, 12.5])
def test_the_prediction_of_an_average_boy_takes_no_leap_where_transcriptions_differ(young):
    before, after = (
        adult_height_cm(
            equation_at(BOY, years, None),
            size_for(Reference.WHO, Measure.HEIGHT, BOY, 12 * years, 0),
            *(years, years),
        )
        for years in (young, young + 0.5)
    )
    assert after == pytest.approx(before, abs=1.5)


@pytest.mark.parametrize(
    ("sex", "years", "menarche", "named"),
    [
        (BOY, 5.0, None, "1.29 instead of 1.20"),
        (BOY, 12.4, None, "108 instead of 103"),
        (GIRL, 14.3, NOT_YET, "0.99 instead of 0.95"),
    ],
)
def test_where_two_transcriptions_differ_the_prediction_says_so(sex, years, menarche, named):
    height = predicted(sex, years, {BOY: 120.0, GIRL: 155.0}[sex], years, menarche)
    assert any(named in doubt for doubt in height.doubts)


@pytest.mark.parametrize(
    ("sex", "years", "menarche"),
    [(BOY, 8.0, None), (BOY, 12.0, None), (BOY, 13.0, None), (GIRL, 14.0, NOT_YET)],
)
def test_an_equation_that_is_not_doubtful_says_nothing_of_it(sex, years, menarche):
    assert equation_at(sex, years, menarche).doubt == ""


def test_the_limits_of_the_youngest_are_the_residual_sd_of_the_equation():
    height = predicted(BOY, 5.0, 110.0)
    error_cm = 1.96 * equation_at(BOY, 5.0, None).residual_sd_cm
    assert height.high_cm - height.cm == pytest.approx(error_cm)
    assert height.bone_age_part_cm is None


def test_the_scatter_of_ratings_is_carried_through():
    """1.96 x 3.6 = 7.06 cm of the equation, 0.8 x 1.96 x 0.67 = 1.05 cm of the rating."""
    height = predicted(BOY, 9.5, 130.0, 8.7)
    assert height.high_cm - height.cm == pytest.approx((7.056**2 + 1.0506**2) ** 0.5, abs=1e-3)
    assert height.bone_age_part_cm == pytest.approx((height.cm - 1.0506, height.cm + 1.0506))
    assert "3.6 cm" in height.interval and "0.67 years" in height.interval


def test_a_bone_age_that_was_read_never_stands_in_for_a_rus_bone_age():
    refused = predicted(BOY, 9.5, 130.0)
    assert isinstance(refused, RefusedHeight)
    assert "Greulich and Pyle" in refused.reason and "stages" in refused.reason


def test_the_standard_of_the_bone_age_stands_beside_the_figure():
    (doubt,) = predicted(BOY, 9.5, 130.0, 8.7).doubts
    assert "TW2" in doubt and TW3 in doubt


@pytest.mark.parametrize("sex", Sex)
def test_the_youngest_need_no_bone_age(sex):
    height = predicted(sex, 5.0, 108.0)
    assert isinstance(height, AdultHeight)
    assert "RUS" not in height.interval


@pytest.mark.parametrize("years", [10.6, 12.0, 15.2])
def test_a_girl_of_whom_menarche_is_not_told_is_refused_where_it_matters(years):
    assert "never assumed" in predicted(GIRL, years, 150.0, 12.0).reason


def test_younger_girls_need_not_be_asked_about_menarche():
    assert predicted(GIRL, 10.4, 138.0, 10.0).cm == predicted(GIRL, 10.4, 138.0, 10.0, NOT_YET).cm


@pytest.mark.parametrize(
    ("sex", "years", "menarche", "range_"),
    [
        (BOY, 3.9, None, "for boys run from 4 to 17.5 years"),
        (BOY, 17.6, None, "for boys run from 4 to 17.5 years"),
        (GIRL, 14.6, NOT_YET, "before menarche run from 4 to 14.5 years"),
        (GIRL, 10.8, OCCURRED, "after menarche run from 11 to 15.5 years"),
        (GIRL, 15.6, OCCURRED, "after menarche run from 11 to 15.5 years"),
    ],
)
def test_outside_the_equations_there_is_no_prediction(sex, years, menarche, range_):
    with pytest.raises(OutsideReference, match=range_):
        equation_at(sex, years, menarche)
    assert range_ in predicted(sex, years, 150.0, 12.0, menarche).reason


def test_a_prediction_below_the_present_height_is_refused():
    assert "does not hold" in predicted(GIRL, 15.5, 190.0, 17.0, OCCURRED).reason


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(FORKS), st.floats(3, 19), st.floats(80, 200), st.floats(3, 18), st.booleans()
)
def test_a_prediction_lies_within_its_limits_and_never_below_today(
    fork, years, height_cm, bone_age_years, is_entered
):
    sex, menarche = fork
    entered = bone_age_years if is_entered else None
    height = predicted(sex, years, height_cm, entered, menarche)
    if isinstance(height, AdultHeight):
        assert height_cm <= height.low_cm <= height.cm < height.high_cm
