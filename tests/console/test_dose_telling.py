"""The figures of a dose study as the screen says them."""

from bone_age.dose_ladder import dose_steps
from console.dose_telling import cells_of_step, lowest_in_words
from tests.bone_age.test_dose_ladder import hand


def test_a_dose_is_a_row_of_means_and_the_loss_with_its_interval():
    (step,) = dose_steps([hand(1, 104.0), hand(1, 98.0), hand(1, None)])
    said = ("1", "3", "1 (0)", "3.00", "3.00 (1.00)", "+2.00 (±1.96)", "20.0")
    assert cells_of_step(step) == said


def test_without_labels_there_is_no_error_and_no_lowest_dose():
    (step,) = dose_steps([hand(1, 104.0, label=None)])
    assert cells_of_step(step)[4:6] == ("- (-)", "-")
    assert "no bone ages" in lowest_in_words([step])


def test_the_lowest_dose_without_loss_is_named():
    steps = dose_steps([hand(1, 104.0), hand(10, 101.2)])
    assert lowest_in_words(steps).startswith("Lowest dose without loss: 10 uGy (")
    assert lowest_in_words(steps[:1]).startswith("No dose of these")
