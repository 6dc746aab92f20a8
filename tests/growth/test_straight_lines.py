"""A figure between two rows of a table lies on the straight line between them."""

import pytest

from growth.straight_lines import on_line, rows_around

AGES = (24.0, 36.0, 48.0)


@pytest.mark.parametrize(
    ("age", "expected"),
    [(24.0, (0, 0.0)), (27.0, (0, 0.25)), (36.0, (1, 0.0)), (45.0, (1, 0.75)), (48.0, (1, 1.0))],
)
def test_a_place_has_a_row_before_it_and_a_part_of_the_way_to_the_next(age, expected):
    assert rows_around(AGES, age) == expected


def test_a_figure_goes_with_the_part_of_the_way():
    assert [on_line(100.0, 104.0, part) for part in (0.0, 0.25, 1.0)] == [100.0, 101.0, 104.0]
