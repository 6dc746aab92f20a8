import json
import shutil
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from console.assemble import open_site
from console.errors import ResultUnreadable
from console.reprint import Layout, print_report
from console.settings import Settings
from tests.console.conftest import Site


def print_kept(data, result):
    with open_site(Settings(data_directory=data)) as (reports, site):
        on = datetime(2026, 11, 27, tzinfo=UTC)
        return print_report(reports, result, Layout("en", "a4"), site, on)


@pytest.fixture
def visit(demo, tmp_path):
    _, out, _ = demo
    return shutil.copytree(out, tmp_path / "visit")


def test_a_report_printed_again_has_the_same_bytes(site, visit, tmp_path):
    done = site.run("report", visit / "result.json", "--out", tmp_path / "again.pdf")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.pdf").read_bytes() == (visit / "report.pdf").read_bytes()


@pytest.mark.parametrize("content", ["", "[]", "{", "{}", '{"visit": 3, "patient": {}}'])
def test_a_result_that_is_none_is_one_clear_sentence_and_leaves_nothing(
    site, visit, tmp_path, content
):
    (visit / "result.json").write_text(content)
    done = site.run("report", visit / "result.json", "--out", tmp_path / "again.pdf")
    assert done.returncode == 1
    assert done.stderr.startswith("E-") and done.stderr.count("\n") == 1
    assert not (tmp_path / "again.pdf").exists()


@pytest.mark.parametrize("name", ["result.json", "radiograph.png", "for_processing.dcm"])
def test_a_report_never_overwrites_a_file_of_its_visit(site, visit, name):
    before = (visit / name).read_bytes()
    done = site.run("report", visit / "result.json", "--out", visit / name)
    assert done.returncode == 2
    assert (visit / name).read_bytes() == before


def test_a_patient_file_is_told_to_be_no_result(site, visit, tmp_path):
    (visit / "result.json").write_text('{"id": "P-1", "name": "Li Hua"}')
    done = site.run("report", visit / "result.json", "--out", tmp_path / "again.pdf")
    assert "is no result of a visit" in done.stderr


def test_a_missing_picture_is_named(site, visit, tmp_path):
    (visit / "radiograph.png").unlink()
    done = site.run("report", visit / "result.json", "--out", tmp_path / "again.pdf")
    assert done.stderr.startswith("E-CFG-8: ") and "radiograph.png" in done.stderr


def test_a_map_that_the_result_names_and_nobody_finds_is_named(visit, tmp_path):
    result = json.loads((visit / "result.json").read_text())
    assert result["files"]["looked_at"] == "looked_at.png"
    (visit / "looked_at.png").unlink()
    with pytest.raises(ResultUnreadable, match=r"looked_at.png cannot be read"):
        print_kept(tmp_path, visit / "result.json")


def test_a_name_that_no_typeface_has_is_printed_with_its_code_point(visit, tmp_path):
    site = Site(tmp_path / "site")
    result = json.loads((visit / "result.json").read_text())
    result["patient"]["name"] = "\U00020bb7"
    (visit / "result.json").write_text(json.dumps(result))
    done = site.run("report", visit / "result.json", "--out", tmp_path / "again.pdf")
    assert done.returncode == 0, done.stderr
    assert "[U+20BB7]" in PdfReader(tmp_path / "again.pdf").pages[0].extract_text()


def test_the_report_is_printed_again_in_another_language(site, visit, tmp_path):
    out = tmp_path / "again.pdf"
    done = site.run("report", visit / "result.json", "--out", out, "--language", "zh")
    assert done.returncode == 0, done.stderr
    assert "骨龄与生长发育评估报告" in PdfReader(out).pages[0].extract_text()


def test_the_report_of_a_visit_can_be_signed_as_it_was_printed(site, visit):
    done = site.run("sign", visit / "report.pdf", "--signer", "Dr. Chen")
    assert done.returncode == 0, done.stderr
    assert "version 1: signed" in site.run("verify", visit / "report.pdf").stdout
