from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest

from acquisition.exposure_index import EXPOSURE_INDEX_NOTE
from acquisition.quality_exposure import Light, light_of
from bone_age.reading import Sex
from growth.child import Child
from reports.chart import Mark
from reports.content import report_content
from reports.errors import ResultUnusable
from reports.reading_part import Fact
from reports.wording import CHINESE, ENGLISH, Wording
from tests.reports.conftest import ACCEPTED, PARTS, result_of

Result = Callable[..., dict[str, Any]]
INFANT = Child("B-1", "Jonas", Sex.MALE, date(2025, 6, 1), 79.0, 10.1)


def values(facts: tuple[Any, ...]) -> dict[str, str]:
    return {fact.label: fact.value for fact in facts}


def test_the_reading_comes_with_interval_difference_and_sds(result: Result) -> None:
    reading = report_content(result(), b"").reading
    assert reading.headline == "8 y 8 mo"
    assert reading.interval is not None
    assert (reading.interval.label, reading.interval.value) == (
        "90 % interval",
        "7 y 9 mo to 9 y 7 mo",
    )
    facts = values(reading.facts)
    assert facts["Bone age minus age"] == "−10 mo (−9.5 months)"
    assert facts["Bone age SDS"] == "−1.63 SD (Brush Foundation)"


def test_a_doubtful_reading_says_so_at_the_number(result: Result) -> None:
    doubted = result()
    doubted["reading"]["doubts"] = ["Metal lies on the hand or the forearm."]
    assert report_content(doubted, b"").reading.doubts == (
        ENGLISH.doubtful,
        "Metal lies on the hand or the forearm.",
    )
    assert report_content(result(), b"").reading.doubts == ()


def with_parts(whole: dict[str, Any], **said: Any) -> dict[str, Any]:
    whole["reading"] |= PARTS | said
    return whole


def test_the_parts_of_the_hand_stand_in_one_order_in_years_and_months(result: Result) -> None:
    reading = report_content(with_parts(result()), b"").reading
    assert [(fact.label, fact.value) for fact in reading.regions] == [
        ("Fingers", "8 y 11 mo"),
        ("Carpal bones", "9 mo"),
        ("Radius and ulna", "13 y 9 mo"),
    ]
    assert reading.spread == Fact("Spread of the nets", "2.1 months (standard deviation)")


def test_of_what_a_model_does_not_give_nothing_is_said(result: Result) -> None:
    for said in ({}, {"spread_months": None, "regions": []}):
        whole = result()
        whole["reading"] |= said
        reading = report_content(whole, b"").reading
        assert (reading.regions, reading.spread) == ((), None)


@pytest.mark.parametrize(
    "region",
    [
        {"region": "toes", "bone_age_months": 100.0},
        {"region": "fingers"},
        {"region": "fingers", "bone_age_months": None},
        "fingers",
    ],
)
def test_a_part_that_is_none_is_refused(result: Result, region: Any) -> None:
    with pytest.raises(ResultUnusable):
        report_content(with_parts(result(), regions=[region]), b"")


def test_a_refused_reading_has_no_part_and_no_map_of_what_moved_it(result: Result) -> None:
    refused = with_parts(result(bone_age_months=None, reasons=("No hand.",)))
    content = report_content(refused, b"", b"a map")
    assert (content.reading.regions, content.reading.spread) == ((), None)
    assert content.looked_at_png is None


def test_sds_names_its_formula_and_population(result: Result) -> None:
    formula = report_content(result(), b"").reading.formula
    assert "(bone age - mean bone age at this age) / SD" in formula
    assert "Brush Foundation" in formula


def test_the_two_conventions_stand_apart(result: Result) -> None:
    conventions = report_content(result(bone_age_months=99.0), b"").reading.conventions
    assert [fact.value for fact in conventions] == [
        "delayed; interval crosses the limit",
        "delayed; interval crosses the limit",
    ]
    apart = report_content(result(bone_age_months=101.0), b"").reading.conventions
    assert [fact.value for fact in apart] == [
        "delayed; interval crosses the limit",
        "within 2 SD; interval crosses the limit",
    ]


def test_without_sds_only_the_convention_by_months_is_given(result: Result) -> None:
    reading = report_content(result(INFANT, 18.4), b"").reading
    assert [fact.label for fact in reading.conventions] == [ENGLISH.by_months.format(limit=12)]
    assert any("24 to 204 months" in note for note in reading.notes)


def test_a_refused_reading_has_reasons_and_no_figure_in_its_place(result: Result) -> None:
    content = report_content(result(bone_age_months=None, reasons=("No hand.",)), b"")
    reading = content.reading
    assert reading.headline == ENGLISH.no_bone_age
    assert reading.reasons == ("No hand.",)
    assert (reading.interval, reading.strip, reading.conventions) == (None, None, ())
    assert reading.facts == ()
    drawn = {
        series.mark for chart in content.charts.charts for series in chart.series if series.points
    }
    assert drawn.isdisjoint({Mark.AT_BONE_AGE, Mark.READ})


def test_a_result_without_a_reading_says_so(result: Result) -> None:
    bare = result()
    del bare["reading"], bare["growth"]
    content = report_content(bare, b"")
    assert content.reading.reasons == (ENGLISH.not_read_yet,)
    assert content.growth.remarks == (ENGLISH.no_growth,)


def test_growth_is_scored_against_three_references(result: Result) -> None:
    height, weight, bmi = report_content(result(), b"").growth.rows
    assert height.size == "130.0 cm"
    assert height.scores[0] == "−0.83 SD (centile 20.3)"
    assert [row.measure for row in (height, weight, bmi)] == ["Height", "Weight", "BMI"]
    assert len(height.scores) == 3


def test_target_heights_come_with_range_and_formula(result: Result) -> None:
    heights = report_content(result(), b"").adult_height
    assert {line.method: line.figure for line in heights.lines} == {
        "Target height, Tanner": "175.0 cm (166.5 to 183.5)",
        "Target height, Luo 1998": "177.4 cm (167.4 to 187.4)",
    }
    assert "45.99 + 0.78" in heights.formulas[0]


def test_a_child_nobody_measured_has_no_growth_rows(result: Result) -> None:
    unmeasured = Child("A-7", "Anna", Sex.FEMALE, date(2015, 1, 5))
    content = report_content(result(unmeasured, 133.0), b"")
    assert content.growth.rows == ()
    assert content.growth.remarks == ("Not known at this visit: height, weight, BMI.",)
    assert [line.bar for line in content.adult_height.lines] == [None]


def test_every_exposure_is_listed_and_counted(result: Result, exposures: Any) -> None:
    visit = report_content(result(exposures=exposures), b"").visit
    assert [cells[-1] for cells in visit.exposures] == [
        "rejected: the hand moved",
        "unclear, counted in full: cable pulled",
        "no X-rays: switch released early",
        "accepted",
    ]
    assert visit.exposures[2][6] == ENGLISH.no_score
    assert visit.dose[0].startswith("All exposures together: 3 exposures with X-rays")
    assert "28.50 µGy" in visit.dose[0]
    assert "2.052 µGy·m² (20.52 mGy·cm²)" in visit.dose[0]


@pytest.fixture
def exposures(result: Result) -> tuple[dict[str, Any], ...]:
    accepted = result()["exposures"][0]
    nothing = {"ms": None, "mas": None, "entrance_air_kerma_ugy": None}
    return (
        accepted | {"outcome": "rejected", "reason": "the hand moved"},
        accepted | {"outcome": "unclear", "reason": "cable pulled"},
        accepted | nothing | {"outcome": "no X-rays", "reason": "switch released early"},
        accepted,
    )


def test_the_effective_dose_stands_there_as_an_estimate_or_not_at_all(result: Result) -> None:
    assert report_content(result(), b"").visit.dose[-1] == ENGLISH.no_effective_dose
    told = result()
    told["dose"] |= {
        "effective_dose_total_usv": 0.037,
        "effective_dose_usv_per_ugy": 0.0039,
        "effective_dose_factor": 3.0,
    }
    said = report_content(told, b"").visit.dose[-1]
    assert "an estimate that may be wrong by a factor of 3" in said
    assert "0.037 µSv, from 0.0039 µSv per µGy" in said and "forearm" in said


def test_the_exposure_index_says_how_it_was_calibrated_once(result: Result) -> None:
    noted = result()
    message = f"Too little dose (DI -1.4). {EXPOSURE_INDEX_NOTE}"
    noted["findings"] = [{"code": "Q-EXP-3", "severity": "warning", "message": message}]
    visit = report_content(noted, b"").visit
    assert " ".join(visit.dose).count(EXPOSURE_INDEX_NOTE) == 1
    assert visit.findings[0].message == "Too little dose (DI -1.4)."


def test_what_the_preset_promised_stands_beside_what_the_image_has(result: Result) -> None:
    promised, image = report_content(result(), b"").visit.expected
    assert promised == ("Expected of preset child", "9.5", "242", "1.2 % (100 µm)")
    assert image == ("This image", "9.5", "234", "1.1 % (100 µm)")


def test_a_technique_of_no_preset_has_nothing_to_be_expected_of(result: Result) -> None:
    told = result()
    told["exposure"] |= {"preset": None, "expected": None, "noise_percent": None}
    visit = report_content(told, b"").visit
    assert visit.expected == (("This image", "9.5", "234", ENGLISH.noise_not_measured),)
    assert ENGLISH.no_preset in visit.expected_note


def test_noise_that_the_preset_does_not_promise_for_such_pixels_is_not_compared(
    result: Result,
) -> None:
    told = result()
    told["exposure"] |= {"noise_pixel_um": 139.0}
    told["exposure"]["expected"] |= {"noise_percent": None}
    promised, measured = report_content(told, b"").visit.expected
    assert promised[-1] == ENGLISH.noise_not_promised and "139 µm" in measured[-1]


@pytest.mark.parametrize(
    ("deviation", "said"),
    [
        (-3.1, "Red: far too little dose (deviation index −3.1)."),
        (-1.1, "Amber: too little dose (deviation index −1.1)."),
        (1.0, "Green: dose on target (deviation index +1.0)."),
        (2.9, "Amber: more dose than needed (deviation index +2.9)."),
        (3.1, "Red: far too much dose (deviation index +3.1)."),
    ],
)
def test_the_light_is_a_word_too(result: Result, deviation: float, said: str) -> None:
    told, light = result(), light_of(deviation)
    told["exposure"] |= {"light": light.light.value, "light_meaning": light.meaning}
    told["exposure"]["deviation_index"] = deviation
    visit = report_content(told, b"").visit
    assert visit.light is not None and visit.light.words == said
    assert (said in visit.picture_warnings) == (light.light is Light.RED)
    assert any("AAPM Report 116" in note for note in visit.findings_notes)


def test_a_result_of_an_earlier_version_has_no_light(result: Result) -> None:
    earlier = result()
    earlier["exposure"] = {"exposure_index": 1.0, "target_exposure_index": 2, "deviation_index": -3}
    visit = report_content(earlier, b"").visit
    assert (visit.light, visit.expected) == (None, ())


def test_an_image_that_nobody_reviewed_is_called_so_wherever_it_stands(result: Result) -> None:
    told = result(exposures=(ACCEPTED | {"outcome": "not reviewed"},)) | {"findings": [CUT]}
    told["visit"] |= {"review": "not reviewed", "accepted_by": None}
    visit = report_content(told, b"").visit
    assert visit.picture_warnings[0] == ENGLISH.not_reviewed in visit.timeline_notes
    assert visit.exposures[0][-1] == "not reviewed by a person"
    said = (*visit.picture_warnings, *visit.timeline_notes, *visit.dose)
    assert any("Exposure index" in line for line in visit.dose)
    assert "accepted" not in " ".join(said)


def test_page_one_names_the_heading_under_which_the_findings_stand() -> None:
    assert ENGLISH.findings in ENGLISH.accepted_despite and ENGLISH.findings in ENGLISH.read_despite


def test_a_day_that_is_not_that_of_the_exposure_is_told_as_given(result: Result) -> None:
    told = result()
    told["visit"]["started"] = "2026-11-27T09:02:11+08:00"
    content = report_content(told, b"")
    assert values(content.identity.facts)["Examined, as given"] == "2026-09-10"
    assert content.visit.timeline_title == "Time line of 2026-11-27 (UTC+08:00)"
    assert values(report_content(result(), b"").identity.facts)["Examined"] == "2026-09-10"


CUT = {"code": "Q-POS-1", "severity": "repeat", "message": "A finger runs out of the panel."}
MIRRORED = {"code": "Q-SIDE-1", "severity": "warning", "message": "It looks like a right hand."}


def test_page_one_says_that_advice_to_repeat_was_not_followed(result: Result) -> None:
    warned = result() | {"findings": [CUT]}
    (warning,) = report_content(warned, b"").visit.picture_warnings
    assert "advised to repeat this image (Q-POS-1)" in warning
    assert "accepted all the same by: Dr. Chen" in warning


def test_page_one_says_that_the_side_is_in_doubt(result: Result) -> None:
    (warning,) = report_content(result() | {"findings": [MIRRORED]}, b"").visit.picture_warnings
    assert "right hand or a mirrored image (Q-SIDE-1)" in warning


def test_page_one_does_not_say_that_a_right_hand_is_as_ordered(result: Result) -> None:
    note = report_content(result() | {"findings": [MIRRORED]}, b"").visit.picture_note
    assert "A left hand was ordered; the R was set by the computer" in note
    assert "The side is as ordered" not in note
    assert "The side is as ordered" in report_content(result(), b"").visit.picture_note


def test_page_one_says_that_nobody_can_tell_the_side(result: Result) -> None:
    untold = MIRRORED | {"code": "Q-SIDE-2"}
    (warning,) = report_content(result() | {"findings": [untold]}, b"").visit.picture_warnings
    assert "cannot be told from the image (Q-SIDE-2)" in warning


def test_page_one_says_nothing_of_checks_that_ask_for_nothing(result: Result) -> None:
    assert report_content(result(), b"").visit.picture_warnings == ()


def test_versions_of_software_and_model_are_named(result: Result) -> None:
    device = values(report_content(result(), b"").visit.device)
    assert device["Software"] == "boneage-dr 0.9.1"
    assert device["Reading model"] == "hand-net 1.2.3"
    assert device["Model SHA-256"] == "9f2c" * 16


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ({}, "unsigned development release"),
        ({"trust": "named by its hash"}, "not signed by a trusted key; its hash was named by an"),
        ({"trust": "signed", "signed_by": "acme (01ab)"}, "signed with the key acme (01ab)"),
    ],
)
def test_the_report_says_who_answers_for_the_model(
    result: Result, model: dict[str, Any], said: str
) -> None:
    visit = result()
    visit["reading"]["model"] = visit["reading"]["model"] | model
    device = values(report_content(visit, b"").visit.device)
    assert device["Package SHA-256"] == "41d7" * 16
    assert device["Model release"].startswith(said)


def test_a_visit_before_models_were_packages_is_still_printed(result: Result) -> None:
    visit = result()
    model = visit["reading"]["model"]
    visit["reading"]["model"] = {name: model[name] for name in ("name", "version", "sha256")}
    assert "Model release" not in values(report_content(visit, b"").visit.device)


def test_a_simulated_device_is_declared(result: Result) -> None:
    real, simulated = result(), result()
    simulated["device"]["detector_model"] = "HandPanel 2430 (simulated)"
    assert not report_content(real, b"").simulated
    assert report_content(simulated, b"").simulated


@pytest.mark.parametrize("name", ["visit", "patient", "dose"])
def test_a_result_without_its_core_is_refused(result: Result, name: str) -> None:
    lacking = result()
    del lacking[name]
    with pytest.raises(ResultUnusable, match=name):
        report_content(lacking, b"")


def test_a_birth_date_after_the_visit_is_refused(result: Result) -> None:
    wrong = result()
    wrong["patient"]["birth_date"] = "2027-01-01"
    with pytest.raises(ResultUnusable, match="after the visit"):
        report_content(wrong, b"")


def test_the_content_is_plain_data(result: Result) -> None:
    assert asdict(report_content(result(), b"png"))["picture_png"] == b"png"


@pytest.mark.parametrize(
    ("part", "entry", "value"),
    [
        ("reading", "interval_months", [-1e9, 1e9]),
        ("reading", "interval_months", [120.0, 90.0]),
        ("reading", "bone_age_months", 3000.0),
    ],
)
def test_a_bone_age_that_no_child_has_is_no_report(part: str, entry: str, value: Any) -> None:
    edited = deepcopy(result_of())
    edited[part][entry] = value
    with pytest.raises(ResultUnusable):
        report_content(edited, b"")


def test_a_height_that_no_child_has_is_no_report() -> None:
    edited = deepcopy(result_of())
    edited["growth"]["height"]["cm"] = 1e9
    with pytest.raises(ResultUnusable, match="which no child has"):
        report_content(edited, b"")


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=lambda words: words.language)
@pytest.mark.parametrize(
    ("apart", "field"),
    [
        ((-9.0, -16.0, -6.1), "regions_below"),
        ((6.1, 20.0, 9.0), "regions_above"),
        ((-9.0, -16.0, -5.9), ""),
        ((-9.0, 8.0, -7.0), ""),
        ((), ""),
    ],
)
def test_parts_that_all_read_on_one_side_of_the_whole_are_explained(
    result: Result, words: Wording, apart: tuple[float, ...], field: str
) -> None:
    said = result()
    names = ("fingers", "carpals", "radius and ulna")
    said["reading"]["regions"] = [
        {"region": name, "bone_age_months": 104.4 + off}
        for name, off in zip(names, apart, strict=False)
    ]
    aside = report_content(said, b"", None, words).reading.regions_aside
    assert aside == (getattr(words, field) if field else "")
