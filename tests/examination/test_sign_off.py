"""A report is drafted, signed, amended and verified; nothing that was made is ever lost."""

import subprocess
import sys
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdf
import pytest

from bone_age.reading import Sex
from examination.drafts import Printed, draft_version, keep_draft, render_draft
from examination.errors import (
    AmendmentRefused,
    NotInThisState,
    OrderWrong,
    PrintedOtherwise,
    ReportAltered,
    ReportUnknown,
    ResultContradictory,
    SignOffIncomplete,
)
from examination.growth_again import growth_again
from examination.report_states import check_may_be_replaced, verify
from examination.sign_off import Corrected, Signer, amend, sign
from growth.judgement import WITHOUT_CUSTOMS
from records.database import Database
from records.errors import HistoryAltered, KeptFileUnreadable
from records.files import write_atomically
from records.reports import Reports
from reports.errors import ResultUnusable
from tests.examination.test_growth_again import STAGES
from tests.reports.conftest import BOY, picture_png  # noqa: F401 (a fixture)
from tests.reports.conftest import result_of as assessed

NOON = datetime(2026, 9, 11, 12, 0, tzinfo=timezone(timedelta(hours=8)))
CHEN = Signer("Dr. Chen", NOON)
WANG = Signer("Dr. Wang 王医生", NOON + timedelta(days=1))


def result_of(*said):
    """A result with all of its growth, as a visit leaves it."""
    result = assessed(*said)
    return result | {"growth": growth_again(result, WITHOUT_CUSTOMS)}


@pytest.fixture
def database(tmp_path):
    with closing(Database(tmp_path / "records.db")) as opened:
        yield opened


@pytest.fixture
def reports(database, tmp_path):
    return Reports(database, tmp_path / "reports")


@pytest.fixture
def draft(reports, picture_png):  # noqa: F811
    return drafted(reports, result_of(), picture_png)


@pytest.fixture
def signed(reports, draft):
    return pdf_of(reports, sign(reports, draft, CHEN))


@pytest.fixture
def corrected():
    return Corrected(with_weight(27.5))


@pytest.fixture
def amended(reports, signed, corrected):
    return pdf_of(reports, amend(reports, signed, corrected, WANG, "The scale was wrong."))


def with_weight(weight_kg):
    return result_of(replace(BOY, weight_kg=weight_kg))


def drafted(reports, result, picture, language="en"):
    printed = Printed(result, picture, language=language)
    version = draft_version(reports, printed)
    pdf = render_draft(printed, version)
    keep_draft(reports, printed, version, pdf, NOON)
    return pdf


def pdf_of(reports, document):
    return reports.content(document.files["report"])


def state_of(reports, pdf):
    document = verify(reports, pdf).document
    return document.version, document.state


def test_the_same_result_is_one_draft_of_one_version(reports, draft, picture_png):  # noqa: F811
    assert drafted(reports, result_of(), picture_png) == draft
    assert len(reports.of("visit-7")) == 1


def test_a_signed_report_replaces_its_draft_and_both_stay(reports, draft, signed):
    assert state_of(reports, signed) == (1, "signed")
    assert state_of(reports, draft) == (1, "draft")
    assert verify(reports, signed).replaced_by is None
    assert verify(reports, draft).replaced_by.state == "signed"


def test_with_a_fixed_clock_the_signed_report_has_the_same_bytes(
    signed,
    tmp_path,
    picture_png,  # noqa: F811
):
    with closing(Database(tmp_path / "other.db")) as database:
        other = Reports(database, tmp_path / "other")
        draft = drafted(other, result_of(), picture_png)
        assert pdf_of(other, sign(other, draft, CHEN)) == signed


def test_an_amendment_is_a_next_version_that_tells_what_changed(reports, signed, amended):
    assert state_of(reports, amended) == (2, "amended")
    assert verify(reports, signed).replaced_by.version == 2
    last = verify(reports, amended).history[-1]
    assert (last.signer, last.reason, last.replaces) == (WANG.name, "The scale was wrong.", 1)
    assert last.changes[0] == {"path": "patient.weight_kg", "old": 26.0, "new": 27.5}
    assert {change["path"].split(".")[0] for change in last.changes[1:]} == {"growth"}


def test_amendments_follow_one_another(reports, amended, picture_png):  # noqa: F811
    third = amend(reports, amended, Corrected(result_of()), CHEN, "It was right before.")
    assert (third.version, third.state) == (3, "amended")
    states = [(event.state, event.version) for event in verify(reports, amended).history]
    assert states == [("draft", 1), ("signed", 1), ("amended", 2), ("amended", 3)]


def test_a_time_is_told_in_the_zone_in_which_it_was_said(reports, signed):
    assert verify(reports, signed).history[-1].at.isoformat() == "2026-09-11T12:00:00+08:00"


def test_the_same_person_may_sign_a_copy_of_the_draft_and_gets_the_same_report(
    reports, draft, signed
):
    later = Signer(CHEN.name, NOON + timedelta(hours=1))
    assert pdf_of(reports, sign(reports, draft, later)) == signed
    assert len(reports.history("visit-7")) == 2


def test_the_same_amendment_again_gives_the_same_report(reports, signed, corrected, amended):
    again = amend(reports, signed, corrected, WANG, "The scale was wrong.")
    assert pdf_of(reports, again) == amended


@pytest.mark.parametrize("name", ["", "  \n", "x" * 121])
def test_a_signature_without_a_name_is_refused(reports, draft, name):
    with pytest.raises(SignOffIncomplete, match="needs the signer's name"):
        sign(reports, draft, Signer(name, NOON))


def test_an_amendment_without_a_reason_is_refused(reports, signed, corrected):
    with pytest.raises(SignOffIncomplete, match="needs its reason"):
        amend(reports, signed, corrected, WANG, " ")


def test_a_letter_of_a_name_that_no_face_has_is_signed_as_its_code_point(reports, draft):
    kept = sign(reports, draft, Signer("Dr. \U00020bb7", NOON))
    first = pypdf.PdfReader(BytesIO(reports.content(kept.files["report"]))).pages[0]
    assert "By Dr. [U+20BB7] on" in first.extract_text()


def test_a_signed_report_cannot_be_signed_again(reports, signed):
    with pytest.raises(NotInThisState, match="signed already"):
        sign(reports, signed, WANG)


def test_a_draft_that_another_signed_says_who_and_where(reports, draft, signed):
    with pytest.raises(NotInThisState, match=r"Dr\. Chen signed this version .*\.pdf"):
        sign(reports, draft, WANG)


def test_a_draft_is_not_amended(reports, draft, corrected):
    with pytest.raises(NotInThisState, match="needs no amendment"):
        amend(reports, draft, corrected, WANG, "The scale was wrong.")


def test_a_replaced_version_is_neither_signed_nor_amended(reports, draft, signed, amended):
    with pytest.raises(NotInThisState, match="Version 2 has replaced"):
        sign(reports, draft, CHEN)
    with pytest.raises(NotInThisState, match="Version 2 has replaced"):
        amend(reports, signed, Corrected(with_weight(28.0)), WANG, "Wrong again.")


def test_a_changed_result_cannot_be_signed_past_an_amendment(
    reports,
    signed,
    picture_png,  # noqa: F811
):
    changed = drafted(reports, with_weight(30.0), picture_png)
    assert state_of(reports, changed) == (2, "draft")
    with pytest.raises(NotInThisState, match="make it an amendment"):
        sign(reports, changed, CHEN)


def test_a_later_draft_replaces_an_earlier_one(reports, draft, picture_png):  # noqa: F811
    later = drafted(reports, with_weight(30.0), picture_png)
    assert verify(reports, draft).replaced_by.version == 2
    assert verify(reports, later).replaced_by is None


def test_an_amendment_that_was_drafted_keeps_the_number_of_its_draft(
    reports,
    signed,
    corrected,
    picture_png,  # noqa: F811
):
    drafted(reports, with_weight(30.0), picture_png)
    drafted(reports, corrected.result, picture_png)
    assert amend(reports, signed, corrected, WANG, "The scale was wrong.").version == 3


def test_a_result_that_changes_nothing_amends_nothing(reports, signed):
    same = deepcopy(result_of())
    same["seconds"] = {"total": 99.0}
    with pytest.raises(AmendmentRefused, match="nothing to amend"):
        amend(reports, signed, Corrected(same), WANG, "No reason.")


def test_the_result_of_another_visit_amends_nothing(reports, signed):
    other = deepcopy(result_of())
    other["visit"]["id"] = "visit-8"
    with pytest.raises(AmendmentRefused, match="visit-8"):
        amend(reports, signed, Corrected(other), WANG, "Wrong file.")


@pytest.mark.parametrize(
    ("part", "entry", "value", "named"),
    [
        ("patient", "height_cm", 131.0, "height.cm is 130"),
        ("patient", "weight_kg", None, "weight.kg is 26"),
        ("patient", "mother_cm", 150.0, "target_height"),
        ("patient", "birth_date", "2017-04-14", "age|height|weight|bmi|bone_age"),
        ("visit", "date", "2026-09-11", "age|height|weight|bmi|bone_age"),
        ("reading", "bone_age_months", 98.0, "bone_age"),
        ("reading", "bone_age_months", None, "bone_age"),
        ("reading", "interval_months", [200.0, 210.0], "does not hold its bone age"),
        ("patient", "sex", "F", "read as that of the other sex"),
    ],
)
def test_nobody_signs_a_result_whose_figures_are_of_another_child(
    reports, signed, part, entry, value, named
):
    edited = deepcopy(result_of())
    edited[part][entry] = value
    with pytest.raises(ResultContradictory, match=named):
        amend(reports, signed, Corrected(edited), WANG, "Typed in a hurry.")


EARLIER = [{"date": "2025-09-10", "height_cm": 124.0}]
EDITS = {
    "an adult height": (("adult_height", 0, "cm"), 199.0),
    "a velocity": (("follow_up", "velocity", "cm_per_year"), 9.9),
    "a size on the charts": (("follow_up", "visits", 0, "height_cm"), 99.0),
    "a verdict": (("maturity", "by_months", "verdict"), "advanced"),
    "a warning": (("remarks",), []),
    "what was entered": (("entered", "tanner_stage"), 9),
}


@pytest.mark.parametrize("edit", EDITS)
def test_nothing_of_growth_that_was_edited_is_signed(reports, picture_png, edit):  # noqa: F811
    (*path, last), value = EDITS[edit]
    edited = assessed()
    edited["patient"] |= {"earlier_visits": EARLIER, "height_position": None}
    edited["growth"] = growth_again(edited, WITHOUT_CUSTOMS)
    entry = edited["growth"]
    for name in path:
        entry = entry[name]
    entry[last] = value
    with pytest.raises(ResultContradictory, match=EDITS[edit][0][0]):
        sign(reports, drafted(reports, edited, picture_png), CHEN)


@pytest.mark.parametrize("entry", ["follow_up", "remarks", "adult_height", "scoring"])
def test_nothing_of_growth_that_was_taken_away_is_signed(reports, picture_png, entry):  # noqa: F811
    edited = result_of()
    edited["patient"] |= {"earlier_visits": EARLIER, "height_position": None}
    edited["patient"]["scoring"] = {"sheet": "RUS-CHN", "stages": STAGES}
    edited["growth"] = {
        name: said for name, said in growth_again(edited, WITHOUT_CUSTOMS).items() if name != entry
    }
    with pytest.raises(ResultContradictory, match=entry):
        sign(reports, drafted(reports, edited, picture_png), CHEN)


def test_a_next_visit_that_was_edited_is_not_signed(reports, picture_png):  # noqa: F811
    edited = result_of()
    rule = (
        'Next visit suggested in 6 months, about 2027-03-10, by the rule "x"; a physician decides.'
    )
    edited["growth"]["next_visit"] = {"months": 6, "date": "2036-01-01", "rule": rule}
    with pytest.raises(ResultContradictory, match="next_visit"):
        sign(reports, drafted(reports, edited, picture_png), CHEN)
    edited["growth"]["next_visit"]["date"] = "2027-03-10"
    assert sign(reports, drafted(reports, edited, picture_png), CHEN).state == "signed"


def test_a_reading_as_the_other_sex_is_not_signed_whatever_was_amended_before(
    reports,
    picture_png,  # noqa: F811
):
    edited = result_of(replace(BOY, sex=Sex.FEMALE))
    edited["reading"]["sex"] = "M"
    with pytest.raises(ResultContradictory, match="read as that of the other sex"):
        sign(reports, drafted(reports, edited, picture_png), CHEN)


def test_a_score_that_was_edited_is_not_signed(reports, signed):
    edited = deepcopy(result_of())
    edited["growth"]["height"]["who"]["sds"] = 40.0
    with pytest.raises(ResultContradictory, match=r"height\.who\.sds is 40\.0"):
        amend(reports, signed, Corrected(edited), WANG, "Typed in a hurry.")


@pytest.mark.parametrize(
    ("part", "entry", "value"),
    [
        ("patient", "birth_date", 5),
        ("patient", "height_cm", "131"),
        ("visit", "date", "2026-13-45"),
        ("growth", "height", None),
        ("growth", "age", 5),
        ("reading", "bone_age_months", "abc"),
    ],
)
def test_a_result_of_another_shape_is_one_clear_error(reports, signed, part, entry, value):
    edited = deepcopy(result_of())
    edited[part][entry] = value
    with pytest.raises((OrderWrong, ResultUnusable, ResultContradictory)):
        amend(reports, signed, Corrected(edited), WANG, "Typed in a hurry.")


def test_a_version_has_one_signer_in_every_language(reports, signed, picture_png):  # noqa: F811
    chinese = drafted(reports, result_of(), picture_png, "zh")
    with pytest.raises(NotInThisState, match=r"Dr\. Chen signed this version"):
        sign(reports, chinese, WANG)
    assert sign(reports, chinese, CHEN).language == "zh"


def test_a_refused_reading_without_growth_may_be_signed(reports, picture_png):  # noqa: F811
    refused = result_of(replace(BOY, height_cm=None), None, ("No hand.",))
    document = sign(reports, drafted(reports, refused, picture_png), CHEN)
    assert document.state == "signed"


def test_another_picture_is_another_draft(reports, draft, picture_png):  # noqa: F811
    another = bytes(cv2.imencode(".png", np.full((300, 240), 90, np.uint8))[1].tobytes())
    assert state_of(reports, drafted(reports, result_of(), another)) == (2, "draft")


def test_another_picture_is_a_change(reports, signed):
    another = bytes(cv2.imencode(".png", np.full((300, 240), 90, np.uint8))[1].tobytes())
    made = amend(reports, signed, Corrected(result_of(), another), WANG, "Wrong picture.")
    (change,) = verify(reports, pdf_of(reports, made)).history[-1].changes
    assert change["path"] == "radiograph_sha256"


def test_the_same_amendment_with_another_picture_is_another_one(reports, signed):
    result = result_of(replace(BOY, weight_kg=27.5))
    amend(reports, signed, Corrected(result), WANG, "The scale was wrong.")
    another = bytes(cv2.imencode(".png", np.full((300, 240), 90, np.uint8))[1].tobytes())
    with pytest.raises(NotInThisState, match="amend that one"):
        amend(reports, signed, Corrected(result, another), WANG, "The scale was wrong.")


@pytest.mark.parametrize("place", [100, 5000, -40])
def test_a_file_in_which_a_byte_was_changed_is_called_changed(reports, signed, place):
    tampered = bytearray(signed)
    tampered[place] ^= 1
    with pytest.raises(ReportAltered, match=r"was changed after it was made.*\.pdf"):
        verify(reports, bytes(tampered))


def test_a_tampered_file_is_neither_signed_nor_amended(reports, draft, signed, corrected):
    with pytest.raises(ReportAltered):
        sign(reports, draft + b"\n", CHEN)
    with pytest.raises(ReportAltered):
        amend(reports, signed + b"\n", corrected, WANG, "The scale was wrong.")


def test_a_report_of_another_site_is_unknown(signed, tmp_path):
    with closing(Database(tmp_path / "other.db")) as database, pytest.raises(ReportUnknown):
        verify(Reports(database, tmp_path / "other"), signed)


def test_an_edited_history_is_told_and_nothing_is_signed_on_it(reports, database, draft):
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE reports SET version = 3")
    for act in (lambda: verify(reports, draft), lambda: sign(reports, draft, CHEN)):
        with pytest.raises(HistoryAltered):
            act()


def test_nothing_is_signed_whose_picture_was_changed(reports, draft):
    picture = verify(reports, draft).document.files["radiograph"]
    reports.path_of(picture).write_bytes(b"another hand")
    with pytest.raises(KeptFileUnreadable):
        sign(reports, draft, CHEN)


def test_a_draft_that_would_look_different_today_is_not_signed(reports, picture_png):  # noqa: F811
    printed = Printed(result_of(), picture_png)
    pdf = render_draft(printed, 1) + b"% as an earlier software printed it"
    keep_draft(reports, printed, 1, pdf, NOON)
    with pytest.raises(PrintedOtherwise, match="print it again"):
        sign(reports, pdf, CHEN)


def test_a_signed_file_is_never_overwritten_by_a_draft(reports, draft, signed):
    check_may_be_replaced(reports, draft)
    with pytest.raises(NotInThisState, match="another file"):
        check_may_be_replaced(reports, signed)


def test_a_kill_at_any_step_leaves_the_old_state_or_the_new(tmp_path, picture_png):  # noqa: F811
    site = tmp_path / "site"
    with closing(Database(site / "records.db")) as database:
        draft = drafted(Reports(database, site / "reports"), result_of(), picture_png)
    write_atomically(site / "report.pdf", draft)
    script = Path(__file__).with_name("sign_and_die.py")
    subprocess.run([sys.executable, script, site], check=True, timeout=600)
    states = [state_after_a_kill(copy, draft) for copy in sorted(tmp_path.glob("killed-*"))]
    assert {"draft", "signed"} == set(states) and len(states) > 8


def state_after_a_kill(site, draft):
    """Return the state of the file after a kill; the same command again signs it, once."""
    with closing(Database(site / "records.db")) as database:
        reports, found = Reports(database, site / "reports"), (site / "report.pdf").read_bytes()
        state = verify(reports, found).document.state
        again = pdf_of(reports, sign(reports, draft, CHEN))
        assert state_of(reports, again) == (1, "signed")
        assert state == "draft" or found == again
        assert [event.event for event in reports.history("visit-7")] == ["draft", "signed"]
    return state


def test_times_are_utc_or_told_with_their_zone(reports, draft):
    sign(reports, draft, Signer("Dr. Chen", datetime(2026, 9, 11, 4, 0, tzinfo=UTC)))
    assert verify(reports, draft).history[-1].at == NOON
