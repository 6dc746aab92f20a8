import json
import os
from datetime import date
from pathlib import Path

import pytest

from acquisition.dose import technique_for
from acquisition.technique_presets import read_presets
from bone_age.reading import Sex
from device.technique import HAND_PRESET
from examination.errors import NoOrder, OrderUnreadable, OrderWrong
from examination.order import Asked, check_for_child, read_order, with_technique
from growth.child import Gestation
from growth.entered import NOTHING_ENTERED, Entered
from growth.errors import EarlierVisitWrong, EnteredUnusable, StageUnusable
from growth.references import Position
from growth.scoring import SHEETS, Sheet, bones_of, sheet_told

VISIT = date(2026, 11, 23)
SAID = {"id": "P-1", "name": "李华", "sex": "F", "birth_date": "2017-03-14"}


@pytest.fixture
def patient_file(tmp_path):
    def write(**changed):
        path = tmp_path / "patient.json"
        said = {name: value for name, value in (SAID | changed).items() if value != "absent"}
        path.write_text(json.dumps(said), encoding="utf-8")
        return path

    return write


def test_a_patient_file_becomes_an_order(patient_file):
    child = read_order(patient_file(height_cm=134.5), HAND_PRESET, VISIT).child
    assert (child.id, child.name, child.sex) == ("P-1", "李华", Sex.FEMALE)
    assert child.birth_date == date(2017, 3, 14)
    assert child.height_cm == 134.5
    assert child.weight_kg is None


def test_an_order_says_how_the_child_was_measured(patient_file):
    order = read_order(patient_file(height_position="recumbent"), HAND_PRESET, VISIT)
    assert order.height_position is Position.RECUMBENT
    assert read_order(patient_file(), HAND_PRESET, VISIT).height_position is None


PRESETS = read_presets()


@pytest.fixture
def ordered(patient_file):
    """An order for a girl of 9.7 years."""
    return read_order(patient_file(), HAND_PRESET, VISIT)


def test_a_child_gets_the_preset_of_its_age(ordered):
    order = with_technique(ordered, Asked(), PRESETS)
    assert order.preset == "older child"
    assert order.technique == PRESETS[3].technique
    assert order.target_exposure_index == PRESETS[3].target_exposure_index


def test_a_thin_hand_gets_less_than_its_age_would_say(ordered):
    order = with_technique(ordered, Asked(thickness_mm=15), PRESETS)
    assert order.preset == "infant"
    assert order.technique.mas < with_technique(ordered, Asked(), PRESETS).technique.mas


def test_what_the_operator_asks_for_stands_and_is_no_preset(ordered):
    order = with_technique(ordered, Asked(ms=20), PRESETS)
    assert (order.technique.ms, order.technique.kv) == (20, PRESETS[3].kv)
    assert order.preset == ""


def test_what_a_preset_promises_is_kept_with_the_order_until_another_technique_is_asked(ordered):
    order = with_technique(ordered, Asked(), PRESETS)
    kept = ordered.as_on_record(json.loads(json.dumps(order.as_record())))
    assert kept.expected == order.expected == PRESETS[3].expected
    assert order.exposed_with(order.technique.with_mas(0.4)).expected is None
    assert with_technique(ordered, Asked(ms=20), PRESETS).expected is None


@pytest.mark.parametrize("thickness_mm", [0, 2.2, 7.9, 60, 200, float("nan"), -15])
def test_a_thickness_that_is_no_palms_is_refused(ordered, thickness_mm):
    with pytest.raises(OrderWrong, match="in millimetres, from 8 to below 60"):
        with_technique(ordered, Asked(thickness_mm=thickness_mm), PRESETS)


@pytest.mark.parametrize("thickness_mm", [8, 22, 59.9])
def test_every_palm_has_a_preset(ordered, thickness_mm):
    assert with_technique(ordered, Asked(thickness_mm=thickness_mm), PRESETS).preset


@pytest.mark.parametrize("kerma_ugy", [1.0, 9.5, 47.3, 60.0])
def test_up_to_the_largest_dose_a_hand_may_be_exposed(kerma_ugy):
    check_for_child(technique_for(kerma_ugy))


def test_without_a_file_there_is_no_order():
    with pytest.raises(NoOrder):
        read_order(None, HAND_PRESET, VISIT)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 100_000, b'{"sex": "F", "sex": "M"}']
)
def test_a_file_that_is_no_patient_file_is_refused(tmp_path, content):
    path = tmp_path / "patient.json"
    path.write_bytes(content)
    with pytest.raises(OrderUnreadable):
        read_order(path, HAND_PRESET, VISIT)


def test_a_pipe_is_no_patient_file_and_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "patient.json")
    with pytest.raises(OrderUnreadable, match="it is no ordinary file"):
        read_order(tmp_path / "patient.json", HAND_PRESET, VISIT)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(OrderUnreadable):
        read_order(tmp_path / "nobody.json", HAND_PRESET, VISIT)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"id": ""}, "id"),
        ({"name": "absent"}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "Li \ud800 Hua"}, "name"),
        ({"id": "\u200b"}, "id"),
        ({"height_cm": 10**400}, "height_cm"),
        ({"sex": "absent"}, "sex"),
        ({"sex": "female"}, "sex"),
        ({"sex": []}, "sex"),
        ({"birth_date": "14.3.2017"}, "birth_date"),
        ({"birth_date": 20170314}, "birth_date"),
        ({"birth_date": "2026-11-24"}, "birth date"),
        ({"birth_date": "1990-01-01"}, "birth date"),
        ({"height_cm": 1.345}, "height_cm"),
        ({"height_cm": "134"}, "height_cm"),
        ({"height_cm": True}, "height_cm"),
        ({"weight_kg": -3}, "weight_kg"),
        ({"father_cm": float("nan")}, "father_cm"),
        ({"height_cm": 1.345}, "centimetres"),
        ({"hieght_cm": 134.5}, "hieght_cm"),
        ({"height_position": "sitting"}, "height_position"),
        ({"gestation_weeks": 21, "gestation_days": 6}, "21 weeks and 6 days"),
        ({"gestation_weeks": 31, "gestation_days": 7}, "31 weeks and 7 days"),
        ({"gestation_weeks": 31.5}, "gestation_weeks"),
        ({"gestation_weeks": True}, "gestation_weeks"),
        ({"gestation_weeks": "31"}, "gestation_weeks"),
        ({"gestation_days": 4}, "gestation_days"),
        ({"gestation": {"weeks": 31}}, "gestation"),
        ({"name": "a\\b"}, "DICOM"),
        ({"id": "P" * 65}, "DICOM"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(patient_file, changed, named):
    with pytest.raises(OrderWrong, match=named):
        read_order(patient_file(**changed), HAND_PRESET, VISIT)


def test_an_order_tells_puberty_treatment_and_earlier_visits(patient_file):
    told = [{"date": "2025-05-02", "height_cm": 125, "bone_age_method": "GP, Dr. 王"}]
    path = patient_file(tanner_stage=2, menarche=False, treatment="GH", earlier_visits=told)
    order = read_order(path, HAND_PRESET, VISIT)
    assert order.entered == Entered(2, False, None, "GH")
    assert [visit.height_cm for visit in order.earlier] == [125.0]
    assert read_order(patient_file(), HAND_PRESET, VISIT).entered == NOTHING_ENTERED


@pytest.mark.parametrize(
    ("changed", "error", "named"),
    [
        ({"tanner_stage": 9}, EnteredUnusable, "tanner_stage"),
        ({"menarche": False, "sex": "M"}, EnteredUnusable, "girls only"),
        ({"earlier_visits": "2025"}, EarlierVisitWrong, "must be a list"),
        ({"earlier_visits": [{"date": "2025"}]}, EarlierVisitWrong, "number 1, date"),
    ],
)
def test_what_cannot_be_entered_stops_the_order(patient_file, changed, error, named):
    with pytest.raises(error, match=named):
        read_order(patient_file(**changed), HAND_PRESET, VISIT)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, None),
        ({"gestation_weeks": None, "gestation_days": None}, None),
        ({"gestation_weeks": 31}, Gestation(31)),
        ({"gestation_weeks": 31, "gestation_days": 4}, Gestation(31, 4)),
    ],
)
def test_gestation_is_read_where_it_is_told(patient_file, said, expected):
    assert read_order(patient_file(**said), HAND_PRESET, VISIT).child.gestation == expected


def test_an_order_keeps_gestation_as_it_was_told_and_is_silent_where_it_was_not(patient_file):
    told = read_order(patient_file(gestation_weeks=31, gestation_days=4), HAND_PRESET, VISIT)
    child = told.as_record()["child"]
    assert (child["gestation_weeks"], child["gestation_days"]) == (31, 4)
    untold = read_order(patient_file(), HAND_PRESET, VISIT).as_record()["child"]
    assert not [name for name in untold if "gestation" in name]


def test_a_rare_letter_in_a_name_keeps_nobody_from_being_examined(patient_file):
    path = patient_file(name="Li \U00020bb7")
    assert read_order(path, HAND_PRESET, VISIT).child.name == "Li \U00020bb7"


@pytest.mark.parametrize(("typed", "sheet"), SHEETS.items())
def test_a_patient_file_may_name_a_sheet_as_it_is_typed(typed, sheet):
    stages = dict.fromkeys(bones_of(sheet), "6" if sheet is Sheet.RUS_CHN else "F")
    scored = sheet_told({"scoring": {"sheet": typed, "stages": stages}}, Sex.MALE)
    assert scored.sheet is sheet and scored.stages == stages


def test_a_sheet_of_another_name_is_told_which_there_are():
    with pytest.raises(StageUnusable, match=r"rus-chn, tw3-c, tw3, .*RUS-CHN"):
        sheet_told({"scoring": {"sheet": "gp", "stages": {}}}, Sex.MALE)


def test_the_sheet_in_the_manual_can_be_put_into_a_patient_file():
    manual = Path(__file__).parents[2].joinpath("docs", "growth.md").read_text(encoding="utf-8")
    (said,) = (block for block in manual.split("```") if '"scoring": {' in block)
    told = json.loads(said)
    assert sheet_told(told, Sex(told["sex"])).sheet is Sheet.RUS_CHN
