import re
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from io import BytesIO

import pypdf
import pytest

from bone_age.reading import Sex
from reports.changes import Change, changes_between, in_words
from reports.content import report_content
from reports.pdf import render
from reports.sign_off_part import (
    SignOff,
    SignOffEvent,
    SignOffState,
    history_rows,
    sign_off_part,
)
from reports.wording import CHINESE, ENGLISH
from tests.reports.children import five_children, no_longer_corrected
from tests.reports.conftest import BOY, PARTS, result_of
from tests.reports.test_growth_in_languages import TOLD, result_for

AT = datetime(2026, 9, 11, 12, 0, tzinfo=timezone(timedelta(hours=8)))
DRAFTED = SignOffEvent(AT - timedelta(days=1), SignOffState.DRAFT, 1)
SIGNED = SignOffEvent(AT, SignOffState.SIGNED, 1, "陈医生", key="Clinic (SHA-256 1234)")


def changed(**entries):
    """A result of which entries of the patient were changed."""
    result = deepcopy(result_of())
    result["patient"].update(entries)
    return result


def amended(after, reason="The scale was wrong."):
    changes = changes_between(result_of(), after)
    event = SignOffEvent(AT, SignOffState.AMENDED, 2, "Dr. Wang", reason, "", 1, changes)
    return SignOff("visit-7", 2, SignOffState.AMENDED, (DRAFTED, SIGNED, event))


def printed(result, picture_png, sign_off):
    return render(report_content(result, picture_png, sign_off=sign_off))


def pages_of(pdf):
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def test_every_page_of_a_draft_says_which_report_and_version_it_is(picture_png):
    pdf = render(report_content(result_of(), picture_png))
    assert all("Report visit-7, version 1: draft" in page for page in pages_of(pdf))
    assert ENGLISH.unsigned in pages_of(pdf)[0] and ENGLISH.signature in pages_of(pdf)[0]
    assert pypdf.PdfReader(BytesIO(pdf)).metadata["/Keywords"] == "report visit-7; version 1; draft"


def test_page_one_of_a_signed_report_says_who_when_and_how(picture_png):
    sign_off = SignOff("visit-7", 1, SignOffState.SIGNED, (DRAFTED, SIGNED))
    first, *_, last, _family = pages_of(printed(result_of(), picture_png, sign_off))
    assert "Signed: version 1. By 陈医生 on 2026-09-11 12:00 (UTC+08:00)." in first
    assert "by the key of Clinic (SHA-256 1234)" in first
    assert ENGLISH.signer_as_typed in first and ENGLISH.unsigned not in first
    assert ENGLISH.history in last and "the software" in last and ENGLISH.verify_note in last


def test_page_one_of_an_amendment_says_what_changed_and_why(picture_png):
    after = changed(weight_kg=27.5, name="Li Wei 李巍")
    first, *others = pages_of(printed(after, picture_png, amended(after)))
    assert "Amended: version 2 replaces version 1." in first
    assert "Reason: The scale was wrong." in first
    assert "Changed: Name Li Wei 李伟 → Li Wei 李巍; Weight in kg 26.0 → 27.5." in first
    behind = " ".join(others)
    assert "amended, replaces version 1" in behind
    assert "What version 2 changed of version 1" in behind


def test_what_has_no_room_on_page_one_stands_on_the_last(picture_png):
    after = changed(weight_kg=27.5, height_cm=131.0, mother_cm=160.0, father_cm=171.0)
    first, *_, last, _family = pages_of(printed(after, picture_png, amended(after)))
    assert (
        "; 1 more, see the technical record" in first and "171.0" not in first.split("Changed:")[1]
    )
    assert "Father's height in cm 175.0 171.0" in last


def test_every_page_of_a_long_table_of_changes_says_of_which_version_it_is(picture_png):
    after = five_children()["near-adult-height"]
    *_, behind, last, _family = pages_of(printed(after, picture_png, amended(after)))
    for page in (behind, last):
        assert "What version 2 changed of version 1" in page and "Before" in page


def test_the_longest_reason_and_name_leave_page_one_whole(picture_png):
    longest = SignOffEvent(
        AT, SignOffState.AMENDED, 2, "王" * 120, "因" * 600, "K" * 100, 1, SIGNED.changes
    )
    sign_off = SignOff("visit-7", 2, SignOffState.AMENDED, (DRAFTED, SIGNED, longest))
    pages = pages_of(printed(result_of(), picture_png, sign_off))
    assert sum(page.replace(" ", "").count("因" * 20) >= 1 for page in pages) >= 1
    assert "8 y 8 mo" in pages[0]


def test_a_signed_version_of_an_amendment_in_another_language_stays_amended():
    after = changed(weight_kg=27.5)
    sign_off = amended(after)
    again = SignOffEvent(AT + timedelta(hours=1), SignOffState.SIGNED, 2, "Dr. Chen")
    part = sign_off_part(
        SignOff("visit-7", 2, SignOffState.AMENDED, (*sign_off.events, again)), ENGLISH
    )
    assert part.headline == "Amended: version 2 replaces version 1."
    assert part.lines[0].startswith("By Dr. Chen on 2026-09-11 13:00 (UTC+08:00).")


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (
            "reading.bone_age_months",
            104.4,
            98.0,
            ("8 y 8 mo (104.4 months)", "8 y 2 mo (98.0 months)"),
        ),
        ("reading.interval_months", [93.4, 115.4], None, ("93.4, 115.4", "not known")),
        ("growth.height.who.sds", -0.83268, -0.83401, ("−0.833", "−0.834")),
        ("growth.bmi.who.sds", -0.536, 0.031, ("−0.54", "0.03")),
        ("reading.refused", False, True, ("no", "yes")),
        ("patient.height_cm", None, 130.0, ("not known", "130.0")),
        ("something.new", "", 3, ("not known", "3")),
    ],
)
def test_a_change_is_told_in_the_words_of_the_report(path, old, new, said):
    (change,) = in_words([{"path": path, "old": old, "new": new}], ENGLISH)
    assert (change.old, change.new) == said
    assert change.label == ENGLISH.changed_fields.get(path, "something.new")


def test_a_copy_in_another_language_is_told_as_one():
    first = SignOffEvent(AT, SignOffState.SIGNED, 1, "Dr. Chen")
    rows = history_rows((first, replace(first, at=AT + timedelta(hours=1))), ENGLISH)
    assert [row[2] for row in rows] == ["signed", ENGLISH.signed_copy]


def test_the_stages_of_a_sheet_have_words():
    before, after = ({"growth": {"scoring": {"stages": {"ulna": stage}}}} for stage in "67")
    (change,) = in_words(changes_between(before, after), ENGLISH)
    assert change == Change("Stage, Ulna", "6", "7")


def test_one_more_finding_is_one_change_and_not_all_of_them():
    before, after = (
        {"findings": [{"code": code, "message": "."} for code in codes]}
        for codes in (("Q-2",), ("Q-1", "Q-2"))
    )
    paths = [change["path"] for change in changes_between(before, after)]
    assert sorted(paths) == ["findings[Q-1].code", "findings[Q-1].message"]


def test_a_size_is_told_once():
    heavier = result_of(replace(BOY, weight_kg=27.5))
    paths = [change["path"] for change in changes_between(result_of(), heavier)]
    assert paths[0] == "patient.weight_kg" and "growth.weight.kg" not in paths


def test_nothing_in_place_of_nothing_is_no_change():
    assert changes_between({"a": None, "b": [], "c": ""}, {"a": [], "b": "", "c": None}) == []


def test_an_age_is_told_once_and_a_sex_in_words():
    other = result_of(replace(BOY, sex=Sex.FEMALE, birth_date=date(2017, 3, 15)))
    told = {
        change.label: change for change in in_words(changes_between(result_of(), other), ENGLISH)
    }
    assert (told["Sex"].old, told["Sex"].new) == ("male", "female")
    assert not [label for label in told if label.startswith("growth.age")]


def test_this_visit_among_all_visits_is_told_once():
    before, after = five_children()["delayed-boy"], five_children()["delayed-boy"]
    for visit in after["growth"]["follow_up"]["visits"]:
        visit["weight_kg"] += 1.0
    (earlier,) = changes_between(before, after)
    assert re.fullmatch(r"growth\.follow_up\.visits\[2026-03-.+\]\.weight_kg", earlier["path"])


def test_what_is_not_of_the_child_is_no_change():
    assert changes_between({"seconds": {"a": 1}, "b": 2}, {"seconds": {"a": 3}, "b": 2}) == []


def fields_of_results():
    """Every field that some result has, an item of a list as "[]"."""
    finding = {"code": "Q-1", "severity": "note", "message": "."}
    whole = result_of() | {"findings": [finding]}
    whole["reading"] |= PARTS
    judged = (result_for(child, told) for child, told in TOLD.values())
    results = [whole, *judged, *five_children().values(), no_longer_corrected()]
    changes = [change["path"] for result in results for change in changes_between({}, result)]
    return {re.sub(r"\[.+?\]", "[]", path) for path in changes}


def test_every_field_of_which_the_report_has_words_is_one_of_a_result():
    fields = fields_of_results()
    beside = ("reason", "remarks", "doubts")  # where there is one to tell
    sayings = {f"{field.rpartition('.')[0]}.{said}" for field in fields for said in beside}
    beyond = {"radiograph_sha256", "looked_at_sha256", "reading.doubts", "visit.procedure"}
    assert set(ENGLISH.changed_fields) - fields - sayings <= beyond | {"growth.refusals"}


def test_what_changes_with_a_child_or_a_reading_has_words():
    """What has none names its list's item, or is the same for every child."""
    unnamed = {
        *("growth.adult_height[].method", "growth.follow_up.visits[].date"),
        *("reading.regions[].region", "reading.model.package_sha256", "reading.model.trust"),
        *("growth.references.who", "growth.references.cdc", "growth.references.china"),
        *("growth.maturity.by_months.limit_months", "growth.maturity.by_sds.limit_sds"),
        "growth.reference_notes.china",
    }
    of_a_child = {field for field in fields_of_results() if re.match("growth|patient|read", field)}
    assert of_a_child - set(ENGLISH.changed_fields) == unnamed


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("growth.weight.who.reason", None, "Too old.", ("none", "Too old.")),
        ("reading.doubts", [], ["Blurred.", "Cut."], ("none", "Blurred. Cut.")),
        ("reading.doubts", ["Blurred."], None, ("Blurred.", "none")),
        ("patient.treatment", None, "insulin", ("not known", "insulin")),
        ("reading.interval_months", None, [93.4, 115.4], ("not known", "93.4, 115.4")),
    ],
)
def test_a_text_that_was_not_there_is_none_and_sentences_follow_one_another(path, old, new, said):
    (change,) = in_words([{"path": path, "old": old, "new": new}], ENGLISH)
    assert (change.old, change.new) == said


def test_chinese_sentences_in_a_change_are_joined_without_a_comma_of_lists():
    change = {"path": "reading.doubts", "old": None, "new": ["骨骼影像模糊。", "手指被截断。"]}
    (told,) = in_words([change], CHINESE)
    assert (told.old, told.new) == ("无", "骨骼影像模糊。手指被截断。")
