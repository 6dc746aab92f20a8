"""The figures of a dose study, against cases worked by hand."""

from dataclasses import replace

import pytest

from console.dose_ladder import (
    Exposed,
    cells_of_step,
    dose_steps,
    lowest_in_words,
    lowest_without_loss,
)


def hand(dose, months, label=100.0, of_file=101.0, width=20.0):
    return Exposed(dose, months, None if months is None else width, of_file, label)


def test_error_and_loss_are_of_the_hands_that_were_read_both_ways():
    exposed = [hand(1, 104.0), hand(1, 98.0), hand(1, None), hand(1, 90.0, of_file=None)]
    (step,) = dose_steps(exposed)
    assert (step.hands, step.refused, step.files_refused) == (4, 1, 1)
    assert step.error_months == pytest.approx(3.0)  # 4 and 2
    assert step.loss_months == pytest.approx(2.0)  # the files: 1 and 1
    assert step.change_months == pytest.approx(3.0)  # 3 and 3
    assert step.loss_95_months == pytest.approx(1.96)  # losses 3 and 1
    assert step.width_months == 20.0


def test_without_labels_only_the_change_is_told():
    (step,) = dose_steps([hand(1, 104.0, label=None)])
    assert step.change_months == pytest.approx(3.0)
    assert step.loss_months is None and not step.is_without_loss
    assert "no bone ages" in lowest_in_words([step])
    assert cells_of_step(step)[4:6] == ("- (-)", "-")


def test_the_lowest_dose_without_loss_has_none_with_loss_above_it():
    ladder = {1: 101.2, 2.5: 104.0, 10: 101.3, 60: 101.0}
    steps = dose_steps([hand(dose, months) for dose, months in ladder.items()])
    assert [step.dose_ugy for step in steps] == [1, 2.5, 10, 60]
    assert lowest_without_loss(steps) == 10
    assert lowest_in_words(steps).startswith("Lowest dose without loss: 10 uGy (")


@pytest.mark.parametrize(("refused", "fine"), [(1, True), (2, False)])
def test_a_hundredth_more_may_be_refused(refused, fine):
    hands = [hand(1, None if number < refused else 101.0) for number in range(100)]
    assert dose_steps(hands)[0].is_without_loss is fine


def test_a_loss_of_more_than_its_limit_is_one():
    (step,) = dose_steps([hand(1, 101.2)])
    assert step.is_without_loss
    assert not replace(step, error_months=1.31).is_without_loss
    assert lowest_in_words([replace(step, error_months=1.31)]).startswith("No dose of these")
