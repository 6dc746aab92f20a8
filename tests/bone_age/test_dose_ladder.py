"""The figures of a dose study, against cases worked by hand."""

import pytest

from bone_age.dose_ladder import Exposed, dose_steps, lowest_without_loss


def hand(dose, months, label=100.0, of_file=101.0, width=20.0):
    return Exposed(
        id="a",
        dose_ugy=dose,
        exposure_index=None if months is None else 100.0 * dose,
        months=months,
        width_months=None if months is None else width,
        file_months=of_file,
        label_months=label,
    )


def test_error_and_loss_are_of_the_hands_that_were_read_both_ways():
    exposed = [hand(1, 104.0), hand(1, 98.0), hand(1, None), hand(1, 90.0, of_file=None)]
    (step,) = dose_steps(exposed)
    assert (step.hands, step.refused, step.files_refused) == (4, 1, 1)
    assert (step.error_months, step.file_error_months) == (3.0, 1.0)  # 4 and 2; 1 and 1
    assert step.change_months == pytest.approx(3.0)  # 3 and 3
    assert step.loss_months.value == pytest.approx(2.0)
    assert step.loss_months.high == pytest.approx(3.96, abs=0.001)  # losses 3 and 1
    assert (step.width_months, step.exposure_index) == (20.0, 100.0)


def test_without_labels_only_the_change_is_told():
    (step,) = dose_steps([hand(1, 104.0, label=None)])
    assert step.change_months == pytest.approx(3.0)
    assert step.loss_months is None and not step.without_loss


def test_one_hand_has_a_loss_without_an_interval():
    (step,) = dose_steps([hand(1, 104.0)])
    assert (step.loss_months.value, step.loss_months.high) == (3.0, None)


def test_the_lowest_dose_without_loss_has_none_with_loss_above_it():
    ladder = {1: 101.2, 2.5: 104.0, 10: 101.3, 60: 101.0}
    steps = dose_steps([hand(dose, months) for dose, months in ladder.items()])
    assert [step.dose_ugy for step in steps] == [1, 2.5, 10, 60]
    assert lowest_without_loss(steps) == 10


@pytest.mark.parametrize(("refused", "fine"), [(1, True), (2, False)])
def test_a_hundredth_more_may_be_refused(refused, fine):
    hands = [hand(1, None if number < refused else 101.0) for number in range(100)]
    assert dose_steps(hands)[0].without_loss is fine


@pytest.mark.parametrize(("months", "fine"), [(101.29, True), (101.31, False)])
def test_a_loss_of_more_than_its_limit_is_one(months, fine):
    (step,) = dose_steps([hand(1, months)])
    assert step.without_loss is fine
