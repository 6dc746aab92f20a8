from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bone_age.reading import Sex
from growth.ages import ExactAge
from growth.assessment import Refusal
from growth.errors import StageUnusable
from growth.references.prediction_tables import Menarche
from growth.references.scoring_tables import score_rows, stage_rows
from growth.scoring import (
    FULL_SCORE,
    Sheet,
    bones_of,
    permitted_stages,
    rus_bone_age_of,
    score_sheet,
    scoring_record,
    sheet_told,
)
from growth.tanner_whitehouse import tanner_whitehouse

BOY, GIRL = Sex.MALE, Sex.FEMALE
RUS_CHN, TW3_C, TW3 = Sheet
STAGE_FILES = {RUS_CHN: "rus_chn_stages.csv", TW3_C: "tw3_stages.csv"}
AGE_FILES = {RUS_CHN: "rus_chn_ages.csv", TW3_C: "tw3_c_ages.csv"}
EVERY_BONE = [(sheet, sex, bone) for sheet in STAGE_FILES for sex in Sex for bone in bones_of(TW3)]
BOTH = [(sheet, sex) for sheet in AGE_FILES for sex in Sex]


def filled(sheet, place):
    """Fill a sheet with the stages that lie so far along each bone's stages, 0 to 1."""
    stages = {bone: permitted_stages(sheet, bone) for bone in bones_of(sheet)}
    return {bone: each[round(place * (len(each) - 1))] for bone, each in stages.items()}


def with_score(sheet, sex, score):
    """Fill a sheet stage by stage up to a score or the next below it."""
    stages = dict.fromkeys(bones_of(sheet), permitted_stages(sheet, "radius")[0])
    for bone in bones_of(sheet):
        for stage in permitted_stages(sheet, bone):
            tried = score_sheet(sheet, sex, stages | {bone: stage})
            if tried.score <= score:
                stages[bone] = stage
    return score_sheet(sheet, sex, stages)


def test_a_sheet_has_thirteen_bones_of_the_forearm_and_of_rays_one_three_and_five():
    assert len(bones_of(RUS_CHN)) == 13
    assert bones_of(RUS_CHN) == bones_of(TW3)
    assert bones_of(TW3)[:3] == ("radius", "ulna", "metacarpal_1")


@pytest.mark.parametrize(("sheet", "sex", "bone"), EVERY_BONE)
def test_a_later_stage_has_more_points(sheet, sex, bone):
    points = [row.points for row in stage_rows(STAGE_FILES[sheet], sex) if row.bone == bone]
    assert len(points) == len(permitted_stages(sheet, bone)) - 1
    # Two stages of a boy's third proximal phalanx are worth the same, as TW3 prints them.
    equal = [one for one, next_ in pairwise(points) if one == next_]
    assert equal == ([4] if (sheet, sex, bone) == (TW3_C, BOY, "proximal_3") else [])
    assert points == sorted(points) and points[0] > 0


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("sheet", Sheet)
def test_the_last_stages_of_all_bones_add_up_to_1000(sheet, sex):
    scored = score_sheet(sheet, sex, filled(sheet, 1))
    assert scored.score == FULL_SCORE
    assert isinstance(scored.bone_age_months, Refusal)


@pytest.mark.parametrize(("bone", "last"), [("radius", "14"), ("ulna", "12"), ("distal_5", "11")])
def test_the_bones_of_rus_chn_have_their_own_last_stages(bone, last):
    assert permitted_stages(RUS_CHN, bone)[-1] == last


def test_the_boys_points_of_tw3_are_not_the_girls():
    # TW3, radius: boys 16 to 213, girls 23 to 218.
    radius = {
        sex: [row.points for row in stage_rows("tw3_stages.csv", sex) if row.bone == "radius"]
        for sex in Sex
    }
    assert radius[BOY] == [16, 21, 30, 39, 59, 87, 138, 213]
    assert radius[GIRL] == [23, 30, 44, 56, 78, 114, 160, 218]


@pytest.mark.parametrize(("sheet", "sex"), BOTH)
def test_scores_rise_with_bone_age_where_a_row_is_not_doubtful(sheet, sex):
    rows = [row for row in score_rows(AGE_FILES[sheet], sex) if not row.doubt]
    assert all(young.bone_age_years < old.bone_age_years for young, old in pairwise(rows))
    assert all(young.score < old.score for young, old in pairwise(rows))
    assert (rows[0].bone_age_years, rows[-1].score) == (1.0, FULL_SCORE)


@pytest.mark.parametrize(
    ("sheet", "printed"), [(RUS_CHN, {12.0: 597}), (TW3_C, {5.0: 44})], ids=lambda one: str(one)
)
def test_only_the_misprints_of_the_girls_are_doubtful(sheet, printed):
    doubtful = {
        (sex, row.bone_age_years): row.score
        for sex in Sex
        for row in score_rows(AGE_FILES[sheet], sex)
        if row.doubt and row.bone_age_years
    }
    assert doubtful == {(GIRL, age): score for age, score in printed.items()}


def test_a_boy_half_way_on_rus_chn_by_hand():
    # Points: 76+80+34+30+31+29+23+24+23+26+36+29+29 = 470; 11.9 years would be 416, 12.5 is 480:
    # 12 + 0.5 x (470 - 416) / (480 - 416) = 12.42 years.
    stages = dict.fromkeys(bones_of(RUS_CHN), "7") | {"ulna": "6"}
    scored = score_sheet(RUS_CHN, BOY, stages)
    assert scored.score == 470
    assert scored.bone_age_months == pytest.approx(12 * (12 + 0.5 * 54 / 64))
    assert scored.doubts == ()


def test_a_girl_on_tw3_c_by_hand():
    # Stage F throughout: 78+74+31+23+23+31+27+26+27+28+33+22+22 = 445; 423 is 9.0, 466 is 9.5.
    scored = score_sheet(TW3_C, GIRL, dict.fromkeys(bones_of(TW3_C), "F"))
    assert scored.score == 445
    assert scored.bone_age_months == pytest.approx(12 * (9 + 0.5 * 22 / 43))


@pytest.mark.parametrize(
    ("sheet", "score", "left_out"),
    [(RUS_CHN, 700, "597 points"), (TW3_C, 245, "44 points")],
)
def test_an_age_beside_a_misprint_is_given_and_called_doubtful(sheet, score, left_out):
    scored = with_score(sheet, GIRL, score)
    assert abs(scored.score - score) < 15
    (doubt,) = scored.doubts
    assert left_out in doubt and "straight line" in doubt
    assert isinstance(scored.bone_age_months, float)


def test_a_stage_that_its_sources_print_differently_says_so():
    stages = filled(TW3_C, 0.4) | {"metacarpal_1": "B"}
    assert any("metacarpal" in doubt for doubt in score_sheet(TW3_C, GIRL, stages).doubts)
    assert score_sheet(TW3_C, BOY, stages).doubts == ()


def test_the_british_sheet_gives_a_score_and_no_age():
    scored = score_sheet(TW3, BOY, filled(TW3, 0.5))
    assert scored.score > 0
    assert "not available" in scored.bone_age_months.reason
    assert rus_bone_age_of(scored) is None


@pytest.mark.parametrize(
    ("place", "reason"), [(0, "begin with"), (1, "last stage")], ids=["no bone", "all mature"]
)
@pytest.mark.parametrize(("sheet", "sex"), BOTH)
def test_outside_the_table_of_ages_there_is_no_bone_age(sheet, sex, place, reason):
    assert reason in score_sheet(sheet, sex, filled(sheet, place)).bone_age_months.reason


@pytest.mark.parametrize(
    ("sheet", "wrong", "named"),
    [
        (RUS_CHN, {"radius": "15"}, "radius cannot be in stage '15'"),
        (RUS_CHN, {"radius": "F"}, "0 to 14"),
        (TW3_C, {"ulna": "I"}, "A to H"),
        (TW3_C, {"distal_5": "J"}, "distal_5 cannot be"),
        (RUS_CHN, {"ulna": " "}, "none of ulna"),
        (RUS_CHN, {"hamate": "3"}, "no bone 'hamate'"),
    ],
)
def test_what_the_sheet_does_not_have_is_refused_in_one_sentence(sheet, wrong, named):
    with pytest.raises(StageUnusable, match=named) as refused:
        score_sheet(sheet, GIRL, filled(sheet, 0.5) | wrong)
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_a_missing_bone_is_named():
    stages = filled(TW3_C, 0.5)
    del stages["middle_3"]
    with pytest.raises(StageUnusable, match="none of middle_3"):
        score_sheet(TW3_C, BOY, stages)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(BOTH), st.floats(0, 1), st.floats(0, 1))
def test_a_riper_hand_is_never_a_younger_bone_age(which, one, other):
    sheet, sex = which
    younger, older = (score_sheet(sheet, sex, filled(sheet, x)) for x in sorted((one, other)))
    assert younger.score <= older.score
    ages = (younger.bone_age_months, older.bone_age_months)
    if not any(isinstance(age, Refusal) for age in ages):
        assert 12 <= ages[0] <= ages[1] <= 12 * 18


def test_a_record_holds_the_sheet_as_entered():
    record = scoring_record(score_sheet(TW3_C, GIRL, dict.fromkeys(bones_of(TW3_C), "f ")))
    assert (record["sheet"], record["score"]) == ("TW3-C RUS", 445)
    assert record["stages"]["radius"] == "F" and record["points"]["radius"] == 78
    assert "reason" not in record and record["doubts"] == []


def test_the_record_of_a_refused_age_has_its_reason():
    record = scoring_record(score_sheet(TW3, GIRL, filled(TW3, 0.5)))
    assert record["bone_age_months"] is None and record["reason"]


def test_a_scored_age_can_predict_adult_height():
    scored = score_sheet(TW3_C, GIRL, dict.fromkeys(bones_of(TW3_C), "F"))
    assert rus_bone_age_of(scored).months == scored.bone_age_months
    assert rus_bone_age_of(scored).standard == "TW3-C RUS"


def test_a_doubt_about_the_sheet_stands_beside_the_height_that_is_predicted_from_it():
    scored = with_score(RUS_CHN, GIRL, 700)
    height = tanner_whitehouse(
        GIRL, ExactAge(12, 0, 0, 4383), 150.0, Menarche.NOT_YET, rus_bone_age_of(scored)
    )
    assert "597 points" in scored.doubts[0] and scored.doubts[0] in height.doubts


def test_a_patient_file_may_hold_a_sheet():
    told = {"scoring": {"sheet": "RUS-CHN", "stages": dict.fromkeys(bones_of(RUS_CHN), 7)}}
    assert sheet_told(told, BOY).stages["radius"] == "7"
    assert sheet_told({}, BOY) is None


@pytest.mark.parametrize(
    ("scoring", "named"),
    [
        ("RUS-CHN", "needs a sheet"),
        ({"sheet": "GP", "stages": {}}, "RUS-CHN, TW3-C RUS, TW3 RUS"),
        ({"sheet": ["RUS-CHN"]}, "needs a sheet"),
        ({"sheet": "RUS-CHN", "stages": [7]}, "needs the stages"),
        ({"sheet": "RUS-CHN", "stages": {"radius": 7.0}}, "none of ulna"),
    ],
)
def test_a_sheet_in_a_patient_file_that_is_none_is_one_sentence(scoring, named):
    with pytest.raises(StageUnusable, match=named):
        sheet_told({"scoring": scoring}, BOY)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(Sheet),
    st.sampled_from(Sex),
    st.dictionaries(st.sampled_from([*bones_of(TW3), "hamate", ""]), st.text(max_size=3)),
)
def test_whatever_is_entered_is_scored_or_refused_by_name(sheet, sex, wrong):
    try:
        scored = score_sheet(sheet, sex, filled(sheet, 0.5) | wrong)
    except StageUnusable as refused:
        assert str(refused).endswith(".")
    else:
        assert 0 <= scored.score <= FULL_SCORE
