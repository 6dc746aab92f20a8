import pytest

from growth.child import Gestation
from growth.errors import GestationUnusable


@pytest.mark.parametrize(
    ("weeks", "days", "is_preterm", "days_early"),
    [
        (22, 0, True, 126),
        (31, 4, True, 59),
        (36, 6, True, 22),
        (37, 0, False, 21),
        (40, 0, False, 0),
        (42, 1, False, -15),
    ],
)
def test_a_child_is_preterm_before_37_completed_weeks(weeks, days, is_preterm, days_early):
    born = Gestation(weeks, days)
    assert (born.is_preterm, born.days_early) == (is_preterm, days_early)


@pytest.mark.parametrize(
    ("weeks", "days"), [(21, 6), (45, 0), (31, 7), (31, -1), (0, 0), (-31, 4), (310, 4)]
)
def test_weeks_that_no_child_is_born_after_are_refused(weeks, days):
    with pytest.raises(GestationUnusable, match=f"{weeks} weeks and {days} days"):
        Gestation(weeks, days)


def test_gestation_is_said_in_weeks_and_days():
    assert f"{Gestation(31, 4)}, {Gestation(28, 1)}" == "31 weeks and 4 days, 28 weeks and 1 day"
    assert Gestation(31, 4).as_record() == {"gestation_weeks": 31, "gestation_days": 4}
