from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growth.references import Position
from growth.visits import EarlierVisit, put_in_order

BORN, TODAY = date(2017, 3, 14), date(2026, 11, 27)
MAY, JUNE = date(2025, 5, 2), date(2025, 6, 2)


def ordered(*visits):
    return put_in_order(visits, BORN, TODAY)


def test_visits_told_by_date_stay_as_they_are():
    told = (EarlierVisit(MAY, 125.0), EarlierVisit(JUNE, 126.0))
    assert ordered(*told) == (told, ())


def test_visits_told_in_any_order_are_put_in_order_and_it_is_said():
    visits, remarks = ordered(EarlierVisit(JUNE, 126.0), EarlierVisit(MAY, 125.0))
    assert [visit.date for visit in visits] == [MAY, JUNE]
    assert remarks == ("The earlier visits were not told by date; they were put in order.",)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2017, 3, 13), "lies before the birth"),
        (TODAY, "is not earlier than this one"),
        (date(2062, 1, 1), "is not earlier than this one"),
    ],
)
def test_a_visit_that_cannot_be_earlier_is_named_with_its_figures(day, why):
    visits, remarks = ordered(EarlierVisit(day, 125.0, None, 24.5, 96.4))
    assert visits == ()
    assert remarks == (
        f"The visit of {day} {why} and was not used "
        "(height 125 cm, weight 24.5 kg, bone age 96.4 months).",
    )


def test_one_day_told_twice_is_put_together():
    read = EarlierVisit(MAY, 125.0, None, None, 96.4, (85.0, 108.0), "GP")
    visits, remarks = ordered(EarlierVisit(MAY, 125.0, Position.STANDING, 24.0, 96.0), read)
    together = EarlierVisit(MAY, 125.0, Position.STANDING, 24.0, 96.4, (85.0, 108.0), "GP")
    assert visits == (together,)
    assert remarks == ("The visit of 2025-05-02 is told 2 times; the figures were put together.",)


def test_figures_of_one_day_that_contradict_one_another_are_named_and_not_used():
    visits, remarks = ordered(EarlierVisit(MAY, 125.0, None, 24.0), EarlierVisit(MAY, 152.0))
    assert visits == (EarlierVisit(MAY, weight_kg=24.0),)
    assert remarks == ("On 2025-05-02 the height is told as 125 and as 152 cm; neither is used.",)


def test_a_height_told_lying_and_standing_is_not_used():
    lying, standing = (EarlierVisit(MAY, 125.0, position) for position in Position)
    visits, remarks = ordered(lying, standing)
    assert visits == (EarlierVisit(MAY),)
    assert "both lying and standing" in remarks[0]


visits_of_anybody = st.builds(
    EarlierVisit,
    date=st.dates(date(2017, 1, 1), date(2027, 1, 1)),
    height_cm=st.none() | st.sampled_from([110.0, 125.0]),
    height_position=st.none() | st.sampled_from(Position),
    weight_kg=st.none() | st.just(24.0),
    bone_age_months=st.none() | st.sampled_from([96.0, 96.4, 120.0]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(visits_of_anybody, max_size=12))
def test_no_day_is_lost_without_a_word(told):
    visits, remarks = ordered(*told)
    days = [visit.date for visit in visits]
    assert days == sorted(set(days))
    assert all(BORN <= day < TODAY for day in days)
    said = " ".join(remarks)
    assert all(visit.date in days or str(visit.date) in said for visit in told)
