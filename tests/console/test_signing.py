"""Sign, amend, verify, tamper, verify again: as a person at the command line does it."""

import json
import shutil
from dataclasses import replace

import pytest
from pypdf import PdfReader

from console.settings import Settings
from tests.reports.conftest import BOY, MODEL, picture_png, result_of  # noqa: F401 (a fixture)
from tests.reports.test_digital_signature import LOCKED, PASSPHRASE, pem_of, private  # noqa: F401


@pytest.fixture
def run(in_process, monkeypatch, tmp_path):
    monkeypatch.setenv("BONEAGE_DATA_DIRECTORY", str(tmp_path / "data"))
    return in_process


@pytest.fixture
def visit(tmp_path, picture_png):  # noqa: F811
    folder = tmp_path / "visit"
    folder.mkdir()
    (folder / "radiograph.png").write_bytes(picture_png)
    (folder / "result.json").write_text(json.dumps(result_of()))
    return folder


@pytest.fixture
def draft(run, visit):
    assert run("report", visit / "result.json", "--out", visit / "report.pdf").code == 0
    return visit / "report.pdf"


@pytest.fixture
def signed(run, draft):
    done = run("sign", draft, "--signer", "Dr. Chen")
    assert done.code == 0, done.err
    return draft


@pytest.fixture
def corrected(tmp_path):
    result = result_of(replace(BOY, weight_kg=27.5))
    path = tmp_path / "corrected.json"
    path.write_text(json.dumps(result))
    return path


def amend(run, report, corrected, out, *more):
    said = ["--signer", "Dr. Wang", "--reason", "The scale was wrong.", "--out", out, *more]
    return run("amend", report, "--result", corrected, *said)


def test_a_draft_verifies_as_one(run, draft):
    done = run("verify", draft)
    assert done.code == 0
    assert "Report visit-7, version 1: draft." in done.out and "recorded bytes" in done.out


def test_an_earlier_draft_is_told_apart_from_the_later_one(run, draft, visit, corrected, tmp_path):
    (visit / "result.json").write_text(corrected.read_text())
    run("report", visit / "result.json", "--out", tmp_path / "later.pdf")
    assert "REPLACED: version 2 of this report, draft" in run("verify", draft).out


def test_signing_replaces_the_file_and_says_that_the_name_is_as_typed(run, draft):
    before = draft.read_bytes()
    done = run("sign", draft, "--signer", "Dr. Chen")
    assert (done.code, draft.read_bytes() != before) == (0, True)
    assert "Names are as typed" in done.out
    assert "version 1, by Dr. Chen: signed" in run("verify", draft).out


def test_amending_makes_a_new_file_and_verify_says_that_the_old_one_is_replaced(
    run, signed, corrected, tmp_path
):
    out, before = tmp_path / "amended.pdf", signed.read_bytes()
    assert amend(run, signed, corrected, out).code == 0
    assert signed.read_bytes() == before
    told = run("verify", out).out
    assert "version 2: amended" in told and "reason: The scale was wrong." in told
    assert "REPLACED: version 2" in run("verify", signed).out and "REPLACED" not in told


def test_an_amendment_judges_growth_anew_and_keeps_what_the_reading_allows(
    run, signed, visit, tmp_path
):
    result = json.loads((visit / "result.json").read_text())
    result["patient"]["mother_cm"] = 150.0
    edited, out = tmp_path / "edited.json", tmp_path / "amended.pdf"
    edited.write_text(json.dumps(result))
    assert amend(run, signed, edited, out).code == 0
    first = " ".join(PdfReader(out).pages[0].extract_text().split())
    assert "169.0 cm (160.5 to 177.5)" in first  # (175 + 150 + 13) / 2, within 8.5
    assert "joined with the interval of the bone age" in first


def edit(path, part, entry, value):
    result = json.loads(path.read_text())
    result[part][entry] = value
    path.write_text(json.dumps(result))
    return path


def test_a_draft_that_was_typed_wrong_is_printed_with_its_growth_judged_anew_and_signed(
    run, draft, visit
):
    edit(visit / "result.json", "patient", "height_cm", 120.0)
    assert run("report", visit / "result.json", "--out", draft).code == 0
    first = " ".join(PdfReader(draft).pages[0].extract_text().split())
    assert "120.0 cm" in first and "130.0" not in first and "version 2: draft" in first
    assert run("sign", draft, "--signer", "Dr. Chen").code == 0


def test_a_draft_whose_sex_was_corrected_needs_another_reading(run, visit, tmp_path):
    edit(visit / "result.json", "patient", "sex", "F")
    done = run("report", visit / "result.json", "--out", tmp_path / "draft.pdf")
    assert done.err.startswith("E-SGN-7: ") and "read the image again" in done.err
    assert not (tmp_path / "draft.pdf").exists()


def test_a_patient_that_no_order_takes_is_not_printed(run, visit, tmp_path):
    edit(visit / "result.json", "patient", "name", None)
    done = run("report", visit / "result.json", "--out", tmp_path / "draft.pdf")
    assert done.err.startswith("E-ORD-3: The patient's name is missing.")


def test_a_draft_that_a_later_one_replaced_is_not_signed(run, draft, visit, tmp_path):
    before = (visit / "result.json").read_text()
    edit(visit / "result.json", "patient", "weight_kg", 27.5)
    run("report", visit / "result.json", "--out", tmp_path / "later.pdf")
    done = run("sign", draft, "--signer", "Dr. Chen")
    assert done.err.startswith("E-SGN-2: Version 2, a draft of a corrected result,")
    (visit / "result.json").write_text(before)
    run("report", visit / "result.json", "--out", draft)
    assert "version 3: draft" in run("verify", draft).out
    assert run("sign", draft, "--signer", "Dr. Chen").code == 0


def test_a_bone_age_that_somebody_typed_is_not_printed_as_the_models(run, draft, visit, tmp_path):
    edit(visit / "result.json", "reading", "bone_age_months", 100.0)
    done = run("report", visit / "result.json", "--out", tmp_path / "typed.pdf")
    assert done.err.startswith("E-SGN-7: ") and "a method of its own" in done.err


@pytest.mark.parametrize(
    "careless",
    [
        {"bone_age_months": 98.0, "sex": None},
        {"bone_age_months": 98.0, "model": None},
        {"bone_age_months": 98.0, "model": MODEL | {"version": "2.3"}},
        {"bone_age_months": 98.0, "method": "Dr. Wang, by atlas"},
        {"sex": "F"},
    ],
)
def test_no_careless_edit_makes_it_the_models(run, draft, visit, tmp_path, careless):
    result = json.loads((visit / "result.json").read_text())
    result["reading"] |= careless
    result["patient"]["sex"] = result["reading"]["sex"] or "M"
    (visit / "result.json").write_text(json.dumps(result))
    done = run("report", visit / "result.json", "--out", tmp_path / "typed.pdf")
    assert done.err.startswith("E-SGN-7: ") and "a method of its own" in done.err


def test_a_hand_that_was_read_again_as_the_other_sex_is_printed(run, draft, visit, tmp_path):
    result = json.loads((visit / "result.json").read_text())
    result["patient"]["sex"] = "F"
    result["reading"] |= {"sex": "F", "bone_age_months": 98.0, "interval_months": [87.0, 109.0]}
    (visit / "result.json").write_text(json.dumps(result))
    out = tmp_path / "again.pdf"
    assert run("report", visit / "result.json", "--out", out).code == 0
    assert "healthy girls" in PdfReader(out).pages[0].extract_text()


def test_a_physicians_own_reading_is_printed_as_one(run, signed, visit, tmp_path):
    result, out = visit / "result.json", tmp_path / "amended.pdf"
    own = {"bone_age_months": 98.0, "refused": False, "reasons": [], "method": "Dr. Wang, by atlas"}
    said = json.loads(result.read_text()) | {"reading": own}
    result.write_text(json.dumps(said))
    assert amend(run, signed, result, out).code == 0
    first = " ".join(PdfReader(out).pages[0].extract_text().split())
    assert "8 y 2 mo" in first and "Dr. Wang, by atlas" in first and "% interval" not in first


def test_a_refused_reading_with_a_bone_age_is_a_contradiction(run, visit, tmp_path):
    edit(visit / "result.json", "reading", "refused", True)
    done = run("report", visit / "result.json", "--out", tmp_path / "draft.pdf")
    assert done.err.startswith("E-SGN-7: The reading of this result is refused and has a bone")


def test_the_familys_page_is_that_of_the_version_that_counts(run, signed, visit, tmp_path):
    before = (visit / "result.json").read_text()
    edit(visit / "result.json", "patient", "height_cm", 120.0)
    assert amend(run, signed, visit / "result.json", tmp_path / "amended.pdf").code == 0
    for result in (before, (visit / "result.json").read_text()):
        (visit / "result.json").write_text(result)
        out = tmp_path / "family.pdf"
        assert run("report", visit / "result.json", "--out", out, "--part", "parents").code == 0
        page = PdfReader(out).pages[0].extract_text()
        assert "120.0 cm" in page and "version 2: amended" in page


def test_a_file_that_is_no_draft_is_not_overwritten(run, visit, tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("Call the family.")
    done = run("report", visit / "result.json", "--out", notes)
    assert done.err.startswith("E-SGN-2: ") and notes.read_text() == "Call the family."


def test_a_bundle_of_another_report_is_not_overwritten(run, draft, visit, tmp_path):
    bundle = tmp_path / "bundle.json"
    assert run("report", visit / "result.json", "--out", draft, "--fhir", bundle).code == 0
    before = bundle.read_text()
    edit(visit / "result.json", "visit", "id", "visit-8")
    out = tmp_path / "other.pdf"
    assert run("report", visit / "result.json", "--out", out, "--fhir", bundle).code == 2
    assert bundle.read_text() == before


def test_the_same_result_amends_nothing(run, signed, visit, tmp_path):
    done = amend(run, signed, visit / "result.json", tmp_path / "amended.pdf")
    assert done.err.startswith("E-SGN-5: ")


def test_a_bone_age_is_not_taken_over_for_the_other_sex(run, signed, visit, tmp_path):
    result = json.loads((visit / "result.json").read_text())
    result["patient"]["sex"] = "F"
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps(result))
    done = amend(run, signed, edited, tmp_path / "amended.pdf")
    assert done.code == 1 and done.err.startswith("E-SGN-7: ")
    assert not (tmp_path / "amended.pdf").exists()


def test_the_parents_page_of_a_signed_report_is_no_draft(run, signed, visit, tmp_path):
    out = tmp_path / "parents.pdf"
    assert run("report", visit / "result.json", "--out", out, "--part", "parents").code == 0
    assert "version 1: signed" in PdfReader(out).pages[0].extract_text()


def test_the_report_itself_may_become_the_amendment_and_no_other_file(
    run, signed, corrected, tmp_path
):
    other = tmp_path / "letter.pdf"
    other.write_bytes(b"a letter")
    assert amend(run, signed, corrected, other).code == 2
    assert other.read_bytes() == b"a letter"
    assert amend(run, signed, corrected, signed).code == 0
    assert "version 2: amended" in run("verify", signed).out


def test_a_tampered_report_is_said_and_exits_with_1(run, signed):
    signed.write_bytes(signed.read_bytes() + b"\n")
    done = run("verify", signed)
    assert done.code == 1
    assert done.err.startswith("E-SGN-4: ") and done.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 of another site", b"\x00" * 1000])
def test_a_file_that_nobody_knows_is_said_and_exits_with_1(run, tmp_path, content):
    (tmp_path / "other.pdf").write_bytes(content)
    done = run("verify", tmp_path / "other.pdf")
    assert (done.code, done.err[:9]) == (1, "E-SGN-3: ")


def test_a_file_that_is_not_there_is_one_clear_sentence(run, tmp_path):
    assert run("verify", tmp_path / "none.pdf").err.startswith("E-CFG-13: ")
    assert run("sign", tmp_path, "--signer", "Dr. Chen").err.startswith("E-CFG-13: ")


def test_an_empty_name_is_one_clear_sentence_and_leaves_the_file(run, draft):
    before = draft.read_bytes()
    assert run("sign", draft, "--signer", " ").err.startswith("E-SGN-1: ")
    assert draft.read_bytes() == before


def test_a_draft_printed_after_the_signature_says_that_the_report_is_signed(
    run, signed, visit, tmp_path
):
    done = run("report", visit / "result.json", "--out", tmp_path / "again.pdf")
    assert "This is a draft; version 1 of this report is signed." in done.err
    assert "REPLACED" in run("verify", tmp_path / "again.pdf").out


def test_a_draft_is_never_printed_over_a_signed_report(run, signed, visit):
    before = signed.read_bytes()
    done = run("report", visit / "result.json", "--out", signed)
    assert done.err.startswith("E-SGN-2: ") and signed.read_bytes() == before


@pytest.mark.parametrize("locked", [False, True])
def test_a_clinics_key_adds_a_signature_that_tampering_breaks(
    run,
    draft,
    tmp_path,
    monkeypatch,
    private,  # noqa: F811
    locked,
):
    pytest.importorskip("pyhanko", reason="needs the extra `sign`")
    key = tmp_path / "clinic.pem"
    key.write_bytes(pem_of(private, LOCKED) if locked else pem_of(private))
    monkeypatch.setenv("BONEAGE_SIGNING_PASSPHRASE", PASSPHRASE if locked else "")
    assert run("sign", draft, "--signer", "Dr. Chen", "--key", key).code == 0
    told = run("verify", draft).out
    assert "whole, no byte was changed" in told and "not who signed it" in told
    draft.write_bytes(draft.read_bytes().replace(b"%PDF-1.", b"%PDF-2.", 1))
    broken = run("verify", draft)
    assert broken.code == 1 and "BROKEN" in broken.out


def test_a_locked_key_without_its_passphrase_signs_nothing(run, draft, tmp_path, private):  # noqa: F811
    key, before = tmp_path / "clinic.pem", draft.read_bytes()
    key.write_bytes(pem_of(private, LOCKED))
    done = run("sign", draft, "--signer", "Dr. Chen", "--key", key)
    assert done.err.startswith("E-REP-6: ") and draft.read_bytes() == before


def test_a_signed_file_gets_no_key_afterwards_and_it_is_said(run, visit, tmp_path, private):  # noqa: F811
    copies = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    for copy in copies:
        run("report", visit / "result.json", "--out", copy)
    key = tmp_path / "clinic.pem"
    key.write_bytes(pem_of(private))
    assert run("sign", copies[0], "--signer", "Dr. Chen").code == 0
    done = run("sign", copies[1], "--signer", "Dr. Chen", "--key", key)
    assert done.err.startswith("E-SGN-2: ") and "without this key" in done.err


def test_the_passphrase_is_never_shown():
    assert "sesame" not in repr(Settings(signing_passphrase=PASSPHRASE))


def test_fhir_says_the_same_as_the_report(run, draft, corrected, tmp_path):
    fhir, statuses = tmp_path / "report.json", []
    for command in (
        ["sign", draft, "--signer", "Dr. Chen", "--fhir", fhir],
        ["amend", draft, "--result", corrected, "--signer", "Dr. Wang"]
        + ["--reason", "The scale was wrong.", "--out", draft, "--fhir", fhir],
    ):
        assert run(*command).code == 0
        statuses.append(json.loads(fhir.read_text())["entry"][0]["resource"]["status"])
    assert statuses == ["final", "amended"]


def test_fhir_never_overwrites_a_file_of_the_visit(run, visit, tmp_path):
    said = ["--out", tmp_path / "r.pdf", "--fhir", visit / "result.json"]
    assert run("report", visit / "result.json", *said).code == 2
    assert json.loads((visit / "result.json").read_text()) == json.loads(json.dumps(result_of()))


@pytest.mark.parametrize("bad", ["a folder", "a file/report.json", "n" * 300])
def test_a_bundle_that_cannot_be_written_is_found_before_anything_is_signed(
    run, draft, tmp_path, bad
):
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a file").write_text("a letter")
    before, files = draft.read_bytes(), sorted(tmp_path.iterdir())
    done = run("sign", draft, "--signer", "Dr. Chen", "--fhir", tmp_path / bad)
    assert done.code == 1 and done.err.startswith("E-REC-3: ") and done.err.count("\n") == 1
    assert draft.read_bytes() == before and sorted(tmp_path.iterdir()) == files
    assert "signed" not in run("verify", draft).out


def test_an_amendment_that_cannot_be_written_is_found_before_it_is_made(
    run, signed, corrected, tmp_path
):
    (tmp_path / "a file").write_text("a letter")
    for out, more in (
        (tmp_path / "a file" / "amended.pdf", []),
        (tmp_path / "amended.pdf", ["--fhir", tmp_path / "a file" / "amended.json"]),
    ):
        assert amend(run, signed, corrected, out, *more).err.startswith("E-REC-3: ")
    assert "amended" not in run("verify", signed).out
    assert not (tmp_path / "amended.pdf").exists()


def test_a_result_that_fhir_cannot_tell_is_not_signed(run, visit, tmp_path):
    result = json.loads((visit / "result.json").read_text())
    result["visit"]["ended"] = "noon"
    (visit / "result.json").write_text(json.dumps(result))
    draft, fhir = visit / "report.pdf", tmp_path / "report.json"
    assert run("report", visit / "result.json", "--out", draft).code == 0
    done = run("sign", draft, "--signer", "Dr. Chen", "--fhir", fhir)
    assert done.err.startswith("E-REP-3: ") and done.err.count("\n") == 1
    assert not fhir.exists() and "signed" not in run("verify", draft).out


def test_a_draft_whose_bundle_cannot_be_written_is_not_printed(run, visit, tmp_path):
    out = visit / "report.pdf"
    said = ["report", visit / "result.json", "--out", out, "--fhir"]
    assert run(*said, visit).err.startswith("E-REC-3: ")
    assert run(*said, out).code == 2  # the report itself
    assert not out.exists()
    assert run(*said, tmp_path / "new folder" / "report.json").code == 0


def test_a_corrected_result_whose_picture_cannot_be_read_is_named(run, signed, corrected):
    (corrected.parent / "radiograph.png").mkdir()
    done = amend(run, signed, corrected, corrected.parent / "a.pdf")
    assert done.err.startswith("E-CFG-8: ") and "radiograph.png" in done.err


def test_a_copy_of_the_file_is_the_same_report(run, signed, tmp_path):
    shutil.copy(signed, tmp_path / "copy.pdf")
    assert "version 1: signed" in run("verify", tmp_path / "copy.pdf").out
