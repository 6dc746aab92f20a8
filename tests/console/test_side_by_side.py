"""Work in several processes: in order, and a thing that ends its process costs no other."""

from functools import partial

import pytest

from console.errors import SideProcessFailed
from console.side_by_side import Lost, side_by_side
from tests.console.deadly_work import open_nothing, open_work, open_work_once_deadly


def test_outcomes_come_in_the_order_of_their_things_however_many_are_in_hand():
    things = [f"film {number}" for number in range(40)]
    with side_by_side(open_work, 2) as crew:
        assert list(crew.in_order(things)) == [thing.upper() for thing in things]


def test_a_thing_that_ends_its_process_twice_is_lost_and_the_others_are_not():
    with side_by_side(open_work, 1) as crew:
        first, lost, last = crew.in_order(["a", "deadly", "b"])
    assert (first, last) == ("A", "B")
    assert lost == Lost("it ended the process that had it, twice (SIGKILL)")


def test_a_process_that_somebody_else_ended_costs_nothing(tmp_path):
    opening = partial(open_work_once_deadly, str(tmp_path / "marker"))
    with side_by_side(opening, 1) as crew:
        assert list(crew.in_order(["a", "b"])) == ["A", "B"]


def test_a_thing_that_takes_too_long_is_lost():
    with side_by_side(open_work, 1, patience_s=0.0) as crew:
        assert list(crew.in_order(["endless"])) == [Lost("it took longer than 0 s")]


def test_work_that_cannot_begin_is_told_in_a_sentence():
    with (
        side_by_side(open_nothing, 1) as crew,
        pytest.raises(SideProcessFailed, match="ValueError: there is no model"),
    ):
        list(crew.in_order(["a"]))


def test_nothing_to_do_needs_no_process():
    with side_by_side(open_nothing, 1) as crew:
        assert list(crew.in_order([])) == []
