import json
from dataclasses import replace
from datetime import date

import pytest

from growth.assess import assess
from growth.assessment import as_record
from growth.child import Gestation
from growth.references import Position, Reference


@pytest.fixture
def record(boy, visit):
    return as_record(assess(boy, visit, 104.4))


def test_a_record_survives_json(record):
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_a_record_has_the_promised_names(record):
    assert {
        "height",
        "weight",
        "bmi",
        "target_height",
        "bone_age_minus_age_months",
        "bone_age_sds",
        "refusals",
    } <= set(record)
    for measure, unit in (("height", "cm"), ("weight", "kg"), ("bmi", "kg_m2")):
        assert set(record[measure]) == {unit, "who", "cdc", "china"}
        assert set(record[measure]["who"]) == {"sds", "centile"}
    assert {"tanner_cm", "luo_cm"} <= set(record["target_height"])


def test_a_record_holds_the_numbers_of_the_assessment(record):
    assert record["height"]["cm"] == 130.0
    assert record["height"]["cdc"]["sds"] == pytest.approx(-0.9684, abs=5e-5)
    assert record["target_height"]["tanner_range_cm"] == [166.5, 183.5]
    assert record["bone_age_minus_age_months"] == pytest.approx(-9.54, abs=0.005)
    assert (record["age"]["years"], record["age"]["months"]) == (9, 6)
    assert record["references"]["china"] == "China (Zong & Li 2013)"
    assert record["position"] is None


def test_a_refused_figure_is_null_with_its_reason(boy, visit):
    bare = replace(boy, height_cm=None, mother_cm=None)
    record = as_record(assess(bare, visit, None, Position.STANDING))
    assert record["height"]["cm"] is None
    assert record["height"]["who"] == {
        "sds": None,
        "centile": None,
        "reason": "The height was not measured.",
    }
    assert record["target_height"]["tanner_cm"] is None
    assert record["target_height"]["luo_range_cm"] is None
    assert record["bone_age_minus_age_months"] is None
    assert record["bone_age_sds"] is None
    assert record["bone_age_sds_reason"] in record["refusals"]
    assert record["position"] == "standing"
    assert len(record["refusals"]) == 4


def test_a_record_names_the_headline_and_the_weak_point_of_a_reference(boy, visit):
    record = as_record(assess(boy, visit, None, None, Reference.CHINA))
    assert record["headline"] == "china"
    assert list(record["reference_notes"]) == ["china"]
    assert "single source" in record["reference_notes"]["china"]


def test_a_record_holds_both_ages_of_a_preterm_child(boy):
    infant = replace(boy, birth_date=date(2025, 3, 10), gestation=Gestation(31, 4))
    record = as_record(assess(infant, date(2026, 4, 14), None))
    corrected = record["corrected_age"]
    assert set(corrected) == set(record["age"]) | {"gestation_weeks", "gestation_days"}
    assert (corrected["total_days"], record["age"]["total_days"]) == (341, 400)
    assert (corrected["gestation_weeks"], corrected["gestation_days"]) == (31, 4)


def test_without_a_correction_there_is_no_corrected_age(record):
    assert record["corrected_age"] is None


def test_a_record_holds_both_conventions_of_maturity_beside_each_other(record):
    assert record["maturity"] == {
        "by_months": {"limit_months": 12.0, "verdict": "normal"},
        "by_sds": {"limit_sds": 2.0, "verdict": "normal"},
    }


def test_a_convention_without_its_figure_says_why(boy, visit):
    said = as_record(assess(boy, visit, None))["maturity"]
    assert {each["verdict"] for each in said.values()} == {"unknown"}
    assert {each["reason"] for each in said.values()} == {"No bone age was read."}
