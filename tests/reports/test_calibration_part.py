"""A report says that a site's own calibration was applied, and what was read without it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pypdf

from reports.calibration_part import calibration_part
from reports.content import report_content
from reports.pdf import render
from reports.wording import ENGLISH

Result = Callable[..., dict[str, Any]]
APPLIED = {
    "site": "北京儿童医院",
    "fitted_on": "2026-11-27",
    "sha256": "ab12" * 16,
    "signed_by": "kutaisi (0123456789abcdef)",
    "uncorrected_months": 109.8,
    "uncorrected_interval_months": [96.8, 122.8],
    "slope": 0.953,
    "slope_95": [0.921, 0.985],
    "intercept_months": -0.72,
    "intercept_95_months": [-4.3, 2.9],
    "fitted_months": [55.0, 190.0],
    "children": 61,
    "error_before_months": 7.8,
    "error_after_months": 6.1,
}


def reading(**changed: Any) -> dict[str, Any]:
    return {"bone_age_months": 104.4, "local_calibration": APPLIED | changed}


def pages_of(result: dict[str, Any], picture: bytes) -> list[str]:
    pages = pypdf.PdfReader(BytesIO(render(report_content(result, picture)))).pages
    return [page.extract_text().replace("\n", " ") for page in pages]


def test_page_one_says_what_was_read_without_the_local_calibration(
    result: Result, picture_png: bytes
) -> None:
    corrected = result()
    corrected["reading"]["local_calibration"] = APPLIED
    first, _, second, _ = pages_of(corrected, picture_png)
    assert "A local calibration of 北京儿童医院 was applied; without it the reading" in first
    assert "9 y 2 mo (8 y 1 mo to 10 y 3 mo)" in first
    for said in ("0.953 (95 %: 0.921 to 0.985) × the model's reading − 0.72", "61 children"):
        assert said in second
    for said in ("7.8 months before, 6.1 after", "key kutaisi (0123456789abcdef)", "ab12" * 16):
        assert said in second


def test_a_report_without_a_calibration_does_not_mention_one(
    result: Result, picture_png: bytes
) -> None:
    assert all("ocal calibration" not in page for page in pages_of(result(), picture_png))


def test_a_reading_beyond_what_was_fitted_is_told() -> None:
    within, beyond = (
        calibration_part(reading(fitted_months=[low, 190.0]), ENGLISH) for low in (55.0, 120.0)
    )
    assert within is not None and beyond is not None
    assert "beyond, it corrects as at the edge" in beyond.line
    assert "edge" not in within.line


def test_a_refused_reading_names_no_calibration() -> None:
    assert calibration_part(reading() | {"bone_age_months": None}, ENGLISH) is None
