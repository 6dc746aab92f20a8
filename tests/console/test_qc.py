"""The quality control as a service engineer runs it and asks for it afterwards."""

import json
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from acquisition.detector_quality.record import as_record
from console.errors import QualityUnknown
from console.quality_series import Press, quality_list, quality_record, quality_report
from records.database import Database
from records.detector_quality import QualityEntry, QualitySeries
from reports.errors import ResultUnusable
from reports.quality_pdf import render_quality
from tests.console.test_serve import served
from tests.detector_quality_example import MADE, quality


def test_it_ends_with_a_record_and_a_pdf(quality_control):
    out, done = quality_control
    record = json.loads((out / "detector-quality.json").read_text())
    assert done.stdout.strip() == str(out / "detector-quality.pdf")
    assert (out / "detector-quality.pdf").read_bytes().startswith(b"%PDF")
    assert record["passed"] is True and record["beam"] == "RQA3"
    for judged in record["judgements"]:
        assert f"good    {judged['name']}: " in done.stderr


def test_long_work_shows_its_progress(quality_control):
    _, done = quality_control
    for kind in ("dark frames", "edge upright", "flats at 1.2 mAs", "darks after an exposure"):
        assert kind in done.stderr


def test_every_exposure_is_in_the_journal(site, quality_control):
    assert site.run("journal").stdout.count("detector quality") == 22


@pytest.fixture
def series(site, quality_control):
    with closing(Database(site.data / "records.db")) as database:
        yield QualitySeries(database)


def test_the_series_lists_one_and_gives_it_whole_and_as_pdf(series, quality_control):
    out, _ = quality_control
    (listed,) = quality_list(series)
    assert listed["passed"] is True and listed["outside"] == []
    assert listed["simulated"] is True and listed["damaged"] is None
    assert listed["figures"]["Electronic noise of a pixel"] == pytest.approx(7.0, rel=0.05)
    record = json.loads((out / "detector-quality.json").read_text())
    assert quality_record(series, "latest") == {"id": listed["id"], "damaged": None, **record}
    pdf = (out / "detector-quality.pdf").read_bytes()
    assert quality_report(series, listed["id"]) == pdf


def test_an_unknown_quality_control_is_refused(series):
    with pytest.raises(QualityUnknown, match="'q-9'"):
        quality_record(series, "q-9")


def test_a_site_without_any_has_no_latest(tmp_path):
    with closing(Database(tmp_path / "records.db")) as database:
        assert quality_list(QualitySeries(database)) == []
        with pytest.raises(QualityUnknown):
            quality_report(QualitySeries(database), "latest")


def test_the_service_gives_the_series_without_a_unit(site, quality_control, tmp_path):
    config = tmp_path / "site.toml"
    config.write_text('detector = "usbip://127.0.0.1:9/1-1"\ngenerator = "pmx:///none"\nport = 0\n')
    with served(site, "--config", config) as (address, _):
        base = f"{address}/api/diagnostics/detector-quality"
        (listed,) = json.loads(urllib.request.urlopen(base, timeout=30).read())
        with urllib.request.urlopen(f"{base}/latest/report.pdf", timeout=30) as answer:
            assert answer.headers["Content-Type"] == "application/pdf"
            assert answer.read().startswith(b"%PDF")
        record = json.loads(urllib.request.urlopen(f"{base}/{listed['id']}", timeout=30).read())
        assert record["id"] == listed["id"] and len(record["levels"]) == 4
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{base}/none", timeout=30)
    assert (refused.value.code, json.loads(refused.value.read())["code"]) == (404, "E-DIA-8")


def test_without_a_terminal_nothing_is_exposed(site, tmp_path):
    urls = ("--detector", "usbip://127.0.0.1:9/1-1", "--generator", "pmx:///none")
    done = site.run("qc", *urls, "--out", tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("E-DIA-7: Nothing was exposed")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--detector"),
        (("--detector", "usb://"), "--detector"),
        (("--simulated", "--detector", "usb://"), "a unit of its own"),
        (("--simulated", "--kerma-ugy", "2.5"), "no dosimeter measures a simulated beam"),
    ],
)
def test_a_unit_is_named_or_simulated_and_never_both(site, options, said):
    done = site.run("qc", *options)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def series_of(folder, *records):
    series = QualitySeries(Database(folder / "records.db"))
    for number, record in enumerate(records):
        made = MADE + timedelta(days=number)
        series.add(QualityEntry(f"q{number}", "TB-7", made, True, record))
    return series


def test_a_real_detectors_control_is_not_called_simulated(tmp_path):
    series = series_of(tmp_path, as_record(quality()), as_record(quality(model="HandPanel")))
    assert [each["simulated"] for each in quality_list(series)] == [False, True]


@pytest.mark.parametrize("left", [{}, {"detector": {"model": "HandPanel"}}, {"judgements": 7}])
def test_a_damaged_record_is_listed_as_damaged_beside_the_others(tmp_path, left):
    series = series_of(tmp_path, as_record(quality()), left, as_record(quality()))
    newest, damaged, oldest = quality_list(series)
    assert newest["damaged"] is None and newest["figures"] and oldest["figures"]
    assert damaged["damaged"] and damaged["id"] == "q1" and damaged["figures"] == {}
    assert quality_record(series, "q1")["damaged"] == damaged["damaged"]


def test_a_pdf_that_many_ask_for_is_printed_once_and_a_newer_one_anew(tmp_path):
    series = series_of(tmp_path, as_record(quality()), as_record(quality(model="HandPanel")))
    press = Press(series)
    newest = press.report("latest")
    assert press.report("q1") is newest and newest == quality_report(series, "q1")
    assert press.report("q0") == quality_report(series, "q0") != newest


def test_a_record_that_is_no_json_any_more_is_damaged_too(tmp_path):
    series = series_of(tmp_path, as_record(quality()), as_record(quality()))
    with sqlite3.connect(tmp_path / "records.db") as rows:
        rows.execute("UPDATE detector_quality SET record = substr(record, 1, 99) WHERE id = 'q0'")
    assert [bool(each["damaged"]) for each in quality_list(series)] == [False, True]


def test_the_pdf_leaves_a_damaged_record_out_of_the_series_and_says_so(tmp_path):
    series = series_of(tmp_path, as_record(quality()), {}, as_record(quality()))
    pdf = PdfReader(BytesIO(quality_report(series, "latest")))
    assert "Left out: 1 whose record is damaged." in pdf.pages[3].extract_text()
    with pytest.raises(ResultUnusable, match="incomplete"):
        quality_report(series, "q1")


def test_another_image_size_of_the_same_detector_is_another_series(tmp_path):
    sizes = (100.0, 400.0, 100.0)
    records = [
        as_record(quality(pitch, MADE + timedelta(days=day))) for day, pitch in enumerate(sizes)
    ]
    series = series_of(tmp_path, *records)
    assert quality_report(series, "latest") == render_quality(records[2], records[::2])
