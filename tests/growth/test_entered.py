import pytest

from bone_age.reading import Sex
from growth.entered import NOTHING_ENTERED, Entered, entered_from, entered_record
from growth.errors import EnteredUnusable

TOLD = {
    "tanner_stage": 3,
    "menarche_age_years": 11.5,
    "treatment": "GnRH analogue since 2025-01",
    "height_cm": 150.0,
}


def test_what_was_entered_stands_as_it_was_entered():
    entered = entered_from(TOLD, Sex.FEMALE, 12.0)
    assert entered == Entered(3, None, 11.5, "GnRH analogue since 2025-01")
    assert entered_record(entered) == {
        "tanner_stage": 3,
        "menarche": True,
        "menarche_age_years": 11.5,
        "treatment": "GnRH analogue since 2025-01",
    }


def test_what_was_not_entered_is_not_known():
    assert entered_from({}, Sex.FEMALE, 12.0) == NOTHING_ENTERED
    assert set(entered_record(NOTHING_ENTERED).values()) == {None}


@pytest.mark.parametrize("menarche", [True, False])
def test_menarche_may_be_told_without_an_age(menarche):
    entered = entered_from({"menarche": menarche}, Sex.FEMALE, 12.0)
    assert entered_record(entered)["menarche"] is menarche


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"tanner_stage": 0}, "tanner_stage is 0; the stages are 1 to 5"),
        ({"tanner_stage": 6}, "tanner_stage is 6"),
        ({"tanner_stage": True}, "tanner_stage must be a whole number"),
        ({"tanner_stage": 2.5}, "tanner_stage must be a whole number"),
        ({"menarche": "no"}, "menarche must be true or false"),
        ({"menarche_age_years": "11"}, "menarche_age_years must be a number"),
        ({"menarche_age_years": 12.5}, "must lie between 1 and the age at the visit, 12.0"),
        ({"menarche_age_years": 138}, "must lie between 1 and the age at the visit"),
        ({"menarche_age_years": float("nan")}, "must lie between"),
        ({"menarche": False, "menarche_age_years": 11.5}, "not yet, and with an age"),
        ({"treatment": 3}, "treatment must be a text"),
        ({"treatment": "x" * 201}, "at most 200 characters"),
        ({"treatment": "a\nb"}, "cannot be printed"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(told, named):
    with pytest.raises(EnteredUnusable, match=named):
        entered_from(told, Sex.FEMALE, 12.0)


@pytest.mark.parametrize("told", [{"menarche": False}, {"menarche_age_years": 11.5}])
def test_a_boy_has_no_menarche(told):
    with pytest.raises(EnteredUnusable, match="girls only; check the sex"):
        entered_from(told, Sex.MALE, 12.0)
