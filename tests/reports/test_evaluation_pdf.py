"""The PDF of an evaluation: what a physician or an auditor reads on it."""

import copy
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports.evaluation_pdf import render_evaluation
from reports.wording import en_evaluation
from tests.evaluation_example import Example, cases, example, record_of


@pytest.fixture(scope="module")
def record():
    return record_of(example())


@pytest.fixture(scope="module")
def pages(record):
    return pages_of(render_evaluation(record))


def pages_of(pdf):
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_every_page_names_the_model_and_its_number(pages):
    for number, page in enumerate(pages, 1):
        assert "example 1 · 2026-03-02 08:30" in page
        assert f"Page {number} of {len(pages)}" in page


def test_the_first_page_has_every_figure_asked_beside_the_one_measured(record, pages):
    for judged in record["verdicts"]:
        assert judged["name"] in pages[0]
    error = record["verdicts"][0]["measured"]
    said = f"{error['value']:.2f} ({error['low']:.2f} to {error['high']:.2f})"
    assert f"Mean absolute error at most 7.0 months {said} 395" in pages[0]
    assert record["model"]["sha256"] in pages[0] and record["list_sha256"] in pages[0]


def test_a_missed_figure_is_named_on_top(record):
    worse = copy.deepcopy(record)
    worse["verdicts"][0]["outcome"] = "MISSED"
    assert "1 of " in pages_of(render_evaluation(worse))[0].split("400 images")[0]


def test_few_images_are_stated_and_not_judged():
    made = Example(cases(20), None, ())
    first = pages_of(render_evaluation(record_of(made)))[0]
    assert en_evaluation.NONE_JUDGED in first and "met" not in first.split("Bands are")[0]


def test_the_worst_readings_and_the_reasons_of_refusals_are_named(record, pages):
    assert all(case["id"] in pages[3] for case in record["evaluation"]["worst"])
    assert "5 The hand is cut off." in pages[3]


def test_stress_and_doses_are_told_where_they_were_measured(pages):
    whole = " ".join(pages)
    assert "What changed pictures do to the reading (40 images)" in whole
    assert "Ten poses of each of 40 children" in whole
    assert "0.3 µGy" in whole and "no loss" in whole


def test_without_stress_and_doses_there_is_no_page_of_them():
    whole = " ".join(pages_of(render_evaluation(record_of(Example(cases(60), None, ())))))
    assert "Repeatability" not in whole and "µGy" not in whole


def test_a_list_that_was_refused_whole_is_told():
    refused = [case for case in cases(400) if case.read_months is None]
    whole = " ".join(pages_of(render_evaluation(record_of(Example(refused, None, ())))))
    assert en_evaluation.NOTHING_READ in whole and "The hand is cut off." in whole


def test_the_same_record_gives_the_same_bytes(record):
    assert render_evaluation(record) == render_evaluation(copy.deepcopy(record))
