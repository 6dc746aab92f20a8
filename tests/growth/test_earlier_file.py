import json
import os
from datetime import date

import pytest

from growth.earlier_file import MOST_VISITS, earlier_visits_from, read_earlier_visits
from growth.errors import EarlierUnreadable, EarlierVisitWrong
from growth.references import Position
from growth.visits import EarlierVisit

BORN = date(2017, 3, 14)
HEADING = "date,height_cm,height_position,weight_kg,bone_age_months\n"
TOLD = {
    "date": "2025-05-02",
    "height_cm": 125,
    "height_position": "standing",
    "weight_kg": 24.5,
    "bone_age_months": 96.4,
    "bone_age_interval_months": [84.0, 109],
    "bone_age_method": "GP, Dr. Wang",
}
VISIT = EarlierVisit(
    date(2025, 5, 2), 125.0, Position.STANDING, 24.5, 96.4, (84.0, 109.0), "GP, Dr. Wang"
)


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "earlier"
        path.write_text(content, encoding="utf-8")
        return read_earlier_visits(path, BORN)

    return read


def test_a_csv_is_a_row_for_each_visit_and_empty_cells_are_not_known(read):
    content = "\ufeff" + HEADING + "2024-05-02,119.2,,,\n\n2025-05-02, 125 ,standing,24.5,96\n"
    assert read(content) == (
        EarlierVisit(date(2024, 5, 2), 119.2),
        EarlierVisit(date(2025, 5, 2), 125.0, Position.STANDING, 24.5, 96.0),
    )


def test_a_csv_may_tell_interval_and_method_too(read):
    heading = "bone_age_method,date,bone_age_months,bone_age_low_months,bone_age_high_months\n"
    (visit,) = read(heading + '"GP, Dr. Wang",2025-05-02,96.4,84,109\n')
    assert visit == EarlierVisit(
        date(2025, 5, 2), None, None, None, 96.4, (84, 109), "GP, Dr. Wang"
    )


def test_a_json_list_tells_the_same(read):
    assert read(json.dumps([TOLD])) == (VISIT,)
    assert earlier_visits_from([TOLD], BORN) == (VISIT,)


def test_a_file_without_visits_tells_of_none(read):
    assert read(HEADING) == read("[]") == ()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"date": None}, "number 1, date"),
        ({"date": "2.5.2025"}, "date"),
        ({"date": 20250502}, "date"),
        ({"height_cm": 1.25}, "height_cm: it must be a number between 30 and 250"),
        ({"height_cm": "125"}, "height_cm"),
        ({"height_cm": True}, "height_cm"),
        ({"height_cm": float("nan")}, "height_cm"),
        ({"height_cm": 10**400}, "height_cm"),
        ({"height_position": "sitting"}, "standing or recumbent"),
        ({"height_position": []}, "standing or recumbent"),
        ({"weight_kg": 24500}, "weight_kg"),
        ({"bone_age_months": -1}, "bone_age_months"),
        ({"bone_age_months": 8.4, "bone_age_interval_months": None}, "looks like years"),
        ({"bone_age_interval_months": [97, 109]}, "must lie within it"),
        ({"bone_age_interval_months": [84]}, "two ends"),
        ({"bone_age_interval_months": [84, None]}, "bone_age_interval_months"),
        ({"bone_age_months": None}, "must lie within it"),
        ({"bone_age_method": ""}, "printable text"),
        ({"bone_age_method": "a\nb"}, "printable text"),
        ({"bone_age_method": "x" * 301}, "at most 300"),
        ({"hieght_cm": 3}, "hieght_cm': nobody knows this name"),
    ],
)
def test_what_cannot_be_is_refused_by_number_and_name(changed, named):
    with pytest.raises(EarlierVisitWrong, match=named):
        earlier_visits_from([TOLD | changed], BORN)


@pytest.mark.parametrize("told", [{}, "2025", 3, [3], [[]], [TOLD] * (MOST_VISITS + 1)])
def test_what_is_no_list_of_visits_is_refused(told):
    with pytest.raises(EarlierVisitWrong):
        earlier_visits_from(told, BORN)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("2025-05-02,1.25,,,", "line 3, height_cm"),
        ("2025-05-02,125cm,,,", "line 3, height_cm: it must be a number"),
        ("2025-05-02,1_25,,,", "line 3, height_cm: it must be a number"),
        ("2025-05-02,nan,,,", "line 3, height_cm"),
        (",125,,,", "line 3, date"),
        ("2025-05-02,125,,,,96", "line 3, cells: there are more than columns"),
    ],
)
def test_a_wrong_row_of_a_csv_is_named_by_its_line(read, row, named):
    with pytest.raises(EarlierVisitWrong, match=named):
        read(HEADING + "2024-05-02,119,,,\n" + row + "\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "first line must name the columns"),
        ("date;height_cm\n", "nobody knows the column 'date;height_cm'"),
        ("height_cm\n125\n", "date among them"),
        ("date,date\n", "each once"),
        ("{}", "one JSON list"),
        ("[" * 100_000, "recursion"),
        ('[{"date": "2025-05-02", "date": "2024-05-02"}]', "a field is there twice"),
        ('date\n"2025', "unexpected end"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_the_reason(read, content, why):
    with pytest.raises(EarlierUnreadable, match=why):
        read(content)


def test_a_missing_file_and_a_pipe_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("nowhere.csv", "pipe"):
        with pytest.raises(EarlierUnreadable, match="cannot be read"):
            read_earlier_visits(tmp_path / name, BORN)
