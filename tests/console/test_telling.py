"""What the screen says of a reading, and of long work where nobody has a screen."""

from dataclasses import replace

import pytest

from bone_age.reading import BoneAgeReading, ModelIdentity, Region, RegionReading, Trust
from console.read_files import ReadHow, Row
from console.telling import Telling, in_words

MODEL = ModelIdentity("hand-net", "1", "9f" * 32, "41" * 32, Trust.UNSIGNED, None)
READING = BoneAgeReading(104.4, (93.0, 115.0), 0.9, (), "Greulich-Pyle style", MODEL)
REGIONS = (RegionReading(Region.FINGERS, 164.956), RegionReading(Region.CARPALS, 84.2))
ROW = Row("1", "a.png", "F", 104.4, 93.0, 115.0, False, (), 0.1)
HOW = ReadHow(0.9, "Greulich-Pyle style", MODEL)


def test_the_screen_says_the_parts_of_the_hand_in_one_line():
    *_, parts = in_words(replace(READING, regions=REGIONS))
    assert parts == "By part of the hand: fingers 13 y 9 mo, carpals 7 y 0 mo."
    assert len(in_words(READING)) == 1


def test_a_row_says_the_parts_that_it_has():
    parted = replace(ROW, fingers_months=164.956, carpals_months=84.2)
    assert parted.in_words(HOW) == (
        f"{ROW.in_words(HOW)} By part of the hand: fingers 13 y 9 mo, carpals 7 y 0 mo."
    )


def test_a_row_says_its_interval_method_and_model_and_ends_before_its_doubts():
    assert replace(ROW, doubts=("Blurred.",)).in_words(HOW) == (
        "a.png: bone age 8 y 8 mo (90 % interval 7 y 9 mo to 9 y 7 mo), 104.4 months; "
        "Greulich-Pyle style, hand-net 1. DOUBTFUL: Blurred."
    )


def lines_of(capsys, kind, steps, wanted):
    with Telling().progress("calibrating") as told:
        for done in steps:
            told(kind, done, wanted)
            yield capsys.readouterr().err


def test_each_step_is_told_the_moment_it_is_reached(capsys):
    heard = list(lines_of(capsys, "flat frames", range(4), 3))
    assert heard == [f"calibrating: flat frames {done} of 3\n" for done in range(4)]


@pytest.mark.parametrize(("wanted", "most"), [(14, 15), (24_000, 21), (24_007, 21)])
def test_very_many_steps_are_told_in_some_twenty_lines_down_to_the_last(capsys, wanted, most):
    heard = [line for line in lines_of(capsys, "kB", range(wanted + 1), wanted) if line]
    assert len(heard) == most
    assert heard[-1] == f"calibrating: kB {wanted} of {wanted}\n"


def test_a_step_that_is_told_twice_is_written_once(capsys):
    assert list(lines_of(capsys, "files", (0, 0, 1, 1), 1))[1::2] == ["", ""]
