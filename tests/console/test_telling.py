"""What long work says where nobody has a screen: a log, a pipe, a service."""

import pytest

from console.telling import Telling


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
