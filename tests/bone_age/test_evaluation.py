"""The figures of an evaluation against cases worked out by hand."""

import numpy as np
import pytest

from bone_age.evaluation import (
    Case,
    Estimate,
    agreement,
    bootstrapped,
    deming,
    evaluate,
    regression,
    share,
)
from bone_age.reading import Sex
from bone_age.verdict import Outcome, at_most, repeatability, verdicts


def case(labelled, read, *, sex=Sex.FEMALE, half=10.0, id_="a", reasons=(), doubts=()):
    span = None if read is None else (read - half, read + half)
    return Case(id_, sex, float(labelled), read, span, reasons, doubts)


def many(count, error=1.0, half=10.0):
    """Return images of 60 to 180 months, read too old and too young by the same error in turn."""
    labels = np.linspace(60, 180, count)
    return [
        case(label, label + error * (-1) ** n, half=half, id_=str(n))
        for n, label in enumerate(labels)
    ]


def test_four_readings_worked_out_by_hand():
    # Errors +3, -1, +7, -13: absolute 24 / 4, squares 228 / 4, sum -4.
    cases = [case(100, 103), case(110, 109), case(120, 127), case(130, 117)]
    found = agreement("*", cases)
    assert found.mean_absolute_error_months.value == 6
    assert found.root_mean_square_months.value == pytest.approx(57**0.5)
    assert found.bias_months.value == -1
    # Deviations from the bias: 4, 0, 8, -12; squares 224 / 3.
    assert found.standard_deviation_months == pytest.approx((224 / 3) ** 0.5)
    assert found.limits_months == pytest.approx((-17.936, 15.936), abs=1e-3)
    assert [each.value for each in found.more_than_months.values()] == [0.5, 0.25, 0]
    assert [each.value for each in found.within_years.values()] == [0.5, 0.75, 1]
    assert found.coverage.value == 0.75 and found.mean_width_months == 20


def test_an_error_of_six_months_is_not_more_than_six():
    found = agreement("*", [case(100, 106.0)])
    assert found.more_than_months["6"].value == 0 and found.within_years["0.5"].value == 1


def test_demings_line_errs_on_both_sides_alike():
    # x 0, 1, 2 and y 0, 2, 2: variances and covariance 2/3, 8/9, 2/3.
    x, y = np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 2.0])
    slope, intercept = deming(x, y)
    assert slope == pytest.approx((2 / 9 + (4 / 81 + 16 / 9) ** 0.5) / (4 / 3))
    assert intercept == pytest.approx(4 / 3 - slope)
    turned, _ = deming(y, x)
    assert turned == pytest.approx(1 / slope)


def test_least_squares_of_three_points():
    slope, intercept = regression(np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 2.0]))
    assert (slope, intercept) == pytest.approx((1, 1 / 3))


def test_wilsons_interval_of_nine_in_ten():
    found = share(9, 10)
    assert found.value == 0.9
    # (0.9 + 0.1921) / 1.3842 = 0.7890, give or take 1.96 x 0.1364 / 1.3842 = 0.1931.
    assert (found.low, found.high) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert share(0, 10).low == 0 and share(10, 10).high == pytest.approx(1)


def test_the_bootstrap_is_as_wide_as_theory_says_and_always_the_same():
    errors = np.random.default_rng(3).normal(0, 10, 400)
    found = bootstrapped(lambda values: values.mean(-1), errors)
    half = 1.96 * errors.std() / 20
    assert found.high - found.low == pytest.approx(2 * half, rel=0.06)
    assert found == bootstrapped(lambda values: values.mean(-1), errors)


def test_nine_images_have_a_figure_and_no_interval():
    found = agreement("*", many(9))
    assert found.mean_absolute_error_months == Estimate(1.0, None, None)
    assert found.by_mean is None and found.deming is None


def test_one_age_alone_gives_no_line():
    cases = [case(100, 100.0) for _ in range(20)]
    assert agreement("*", cases).deming is None


def test_refused_images_are_counted_with_each_reason_once():
    refused = [case(90, None, reasons=("Cut.", "Cut.")), case(90, None, reasons=("Cut.", "Dark."))]
    found = evaluate([*many(18), *refused])
    assert (found.n, found.refused, found.refused_share.value) == (20, 2, 0.1)
    assert found.reasons == {"Cut.": 2, "Dark.": 1}
    assert found.agreements[0].n == 18


def test_a_list_of_refusals_alone_has_no_agreement():
    found = evaluate([case(90, None, reasons=("Cut.",))])
    assert found.agreements == () and found.worst == () and found.undoubted is None
    assert [each.name for each in verdicts(found, 0.9)] == ["Refused"]


def test_bands_are_of_the_age_that_was_read_and_apart_of_the_one_that_was_told():
    found = evaluate([case(71, 73.0)])
    assert [group.band_years for group in found.by_read if group.sex == "*"] == [(6, 10)]
    assert [group.band_years for group in found.by_label if group.sex == "*"] == [(2, 6)]


def test_girls_and_boys_are_told_apart():
    found = evaluate([case(100, 104.0), case(100, 90.0, sex=Sex.MALE)])
    bias = {each.sex: each.bias_months.value for each in found.agreements}
    assert bias == {"*": -3, "F": 4, "M": -10}


def test_doubtful_readings_are_told_apart():
    found = evaluate([case(100, 101.0), case(100, 120.0, doubts=("Metal.",))])
    assert found.undoubted.mean_absolute_error_months.value == 1
    assert found.doubted.mean_absolute_error_months.value == 20


def test_the_five_worst_are_named_worst_first():
    cases = [case(100, 100.0 + error, id_=str(error)) for error in (1, -9, 3, 8, 2, 7)]
    assert [each.id for each in evaluate(cases).worst] == ["-9", "8", "7", "3", "2"]


@pytest.mark.parametrize(
    ("measured", "n", "outcome"),
    [
        (Estimate(6.9, 6.8, 7.0), 100, Outcome.MET),
        (Estimate(6.9, 6.5, 7.3), 100, Outcome.CLOSE),
        (Estimate(7.1, 6.8, 7.4), 100, Outcome.MISSED),
        (Estimate(9.0, 8.0, 9.9), 99, Outcome.TOO_FEW),
    ],
)
def test_a_figure_is_judged_by_its_value_and_its_interval_is_told(measured, n, outcome):
    assert at_most("Mean absolute error", "months", 7.0, measured, n).outcome is outcome


def test_a_reader_that_is_right_meets_everything_that_many_images_judge():
    said = {each.name: each.outcome for each in verdicts(evaluate(many(1000, 12.0, 11.0)), 0.9)}
    assert said["Mean absolute error"] is Outcome.MISSED
    assert said["Interval coverage"] is Outcome.MISSED
    assert said["Bias"] is Outcome.MET or said["Bias"] is Outcome.CLOSE
    assert said["Refused"] is Outcome.MET


def test_repeatability_is_judged_from_thirty_children_on():
    assert repeatability(Estimate(2.4, None, None), 30).outcome is Outcome.MISSED
    assert repeatability(Estimate(2.4, None, None), 29).outcome is Outcome.TOO_FEW
