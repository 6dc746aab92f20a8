import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from reports.content import ReportContent, report_content
from reports.errors import LargerThanPage, PictureUnreadable
from reports.pdf import render
from reports.wording import ENGLISH
from tests.reports.conftest import BOY, PARTS

Result = Callable[..., dict[str, Any]]
LONG_NAME = "欧阳喆堃·阿卜杜热合曼·买买提艾力·伊敏尼亚孜·古丽巴哈尔"


@pytest.fixture
def content(result: Result, picture_png: bytes) -> ReportContent:
    return report_content(result(), picture_png)


def named(content: ReportContent, name: str) -> ReportContent:
    return replace(content, identity=replace(content.identity, name=name))


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def fonts_of(pdf: bytes) -> list[Any]:
    pages = PdfReader(BytesIO(pdf)).pages
    return [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]


def test_advice_that_was_not_followed_stands_under_the_picture(
    result: Result, picture_png: bytes
) -> None:
    cut = {"code": "Q-POS-2", "severity": "repeat", "message": "The wrist is cut off."}
    first, _, second, _ = pages_of(
        render(report_content(result() | {"findings": [cut]}, picture_png))
    )
    assert "advised to repeat this image (Q-POS-2)" in first
    assert "The wrist is cut off." in second


def test_every_page_carries_the_child_and_its_number_in_its_part(content: ReportContent) -> None:
    pages = pages_of(render(content))
    numbers = ("Page 1 of 3", "Page 2 of 3", "Page 3 of 3", "Page 1 of 1")
    for number, page in zip(numbers, pages, strict=True):
        assert "Li Wei 李伟" in page
        assert "P-1" in page
        assert number in page
        assert ENGLISH.footer in page


def test_the_first_page_leads_with_the_reading(content: ReportContent) -> None:
    first, _, second, _ = pages_of(render(content))
    for said in ("8 y 8 mo", "90 % interval: 7 y 9 mo to 9 y 7 mo", "−10 mo", "−1.63 SD"):
        assert said in first
    for said in ("Technique and dose", "9.50", "RQA3", "9f2c9f2c", "What this report is not"):
        assert said in second


def test_the_same_content_gives_the_same_bytes(content: ReportContent) -> None:
    assert render(content) == render(content)


def test_every_typeface_is_embedded(content: ReportContent) -> None:
    fonts = fonts_of(render(content))
    assert {str(font["/BaseFont"]).split("+")[1] for font in fonts} == {
        "NotoSansSCReport-Regular",
        "NotoSansSCReport-Bold",
    }
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


def test_a_refused_reading_prints_no_bone_age(result: Result, picture_png: bytes) -> None:
    refused = result(bone_age_months=None, reasons=("This is not a hand.",))
    first, _, second, _ = pages_of(render(report_content(refused, picture_png)))
    assert ENGLISH.no_bone_age in first
    assert "This is not a hand." in first
    for word in ("interval", "Bone age SDS", "Bone age minus age", "same height at bone age"):
        assert word not in first + second


def test_a_long_chinese_name_is_printed_whole_on_both_pages(content: ReportContent) -> None:
    for page in pages_of(render(named(content, LONG_NAME))):
        assert LONG_NAME in page.replace(" ", "")


def test_markup_in_a_result_is_printed_as_it_stands(result: Result, picture_png: bytes) -> None:
    refused = result(bone_age_months=None, reasons=("<b>contrast < 3 & dark",))
    assert "<b>contrast < 3 & dark" in pages_of(render(report_content(refused, picture_png)))[0]


@pytest.mark.parametrize("picture", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_corrupt_picture_is_refused(content: ReportContent, picture: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        render(replace(content, picture_png=picture))


def picture_width(pdf: bytes) -> float:
    """Return the width of the only picture on page one, in points."""
    drawn = PdfReader(BytesIO(pdf)).pages[0].get_contents().get_data().decode("latin-1")
    matrix = re.search(r"([\d.]+) 0 0 [\d.]+ 0 0 cm\s+/FormXob", drawn)
    assert matrix is not None
    return float(matrix[1])


def test_a_child_that_nobody_measured_has_a_larger_picture_on_page_one(
    result: Result, picture_png: bytes
) -> None:
    measured, unmeasured = (
        render(report_content(result(child), picture_png))
        for child in (BOY, replace(BOY, height_cm=None, weight_kg=None))
    )
    assert len(pages_of(measured)) == len(pages_of(unmeasured)) == 4
    assert picture_width(unmeasured) > picture_width(measured)


def test_a_page_with_many_remarks_keeps_its_signature(result: Result, picture_png: bytes) -> None:
    mistyped = replace(BOY, birth_date=date(2026, 3, 1), height_cm=134.0, weight_kg=28.0)
    first, *_ = pages_of(render(report_content(result(mistyped), picture_png)))
    for said in ("check the measurement", ENGLISH.adult_height, ENGLISH.signature):
        assert said in first


def in_parts(
    result: Result, picture_png: bytes, looked_at_png: bytes | None, **said: Any
) -> ReportContent:
    whole = result(**said)
    whole["reading"] |= PARTS
    return report_content(whole, picture_png, looked_at_png)


def test_the_parts_stand_on_page_one_and_what_they_are_not(
    result: Result, picture_png: bytes
) -> None:
    first, *_ = pages_of(render(in_parts(result, picture_png, None)))
    assert "Fingers Carpal bones Radius and ulna 8 y 11 mo 9 mo 13 y 9 mo" in first
    for said in (ENGLISH.regions_note, ENGLISH.adult_height, ENGLISH.signature):
        assert said in first


def test_the_spread_of_the_nets_is_never_shown_as_the_interval(
    result: Result, picture_png: bytes
) -> None:
    first, _, technical, _ = pages_of(render(in_parts(result, picture_png, None)))
    assert "standard deviation)" not in first
    assert "2.1 months (standard deviation)" in technical
    assert ENGLISH.spread_note in technical


def test_the_map_says_what_it_is_not_and_speaks_to_whoever_cannot_see_it(
    result: Result, picture_png: bytes, looked_at_png: bytes
) -> None:
    pdf = render(in_parts(result, picture_png, looked_at_png))
    assert "not where anything is wrong" in pages_of(pdf)[2]
    picture = ENGLISH.picture_alt.format(view=ENGLISH.view)
    first, charts, technical, family = alternatives_of(pdf)
    assert first == [picture, "bone age 8 y 8 mo; age 9 y 5 mo"]
    assert len(charts) == 4
    assert (technical, family) == ([ENGLISH.looked_at_alt], [picture])


def alternatives_of(pdf: bytes) -> list[list[str]]:
    """Return what each page says in place of its pictures."""
    drawn = [page.get_contents().get_data() for page in PdfReader(BytesIO(pdf)).pages]  # type: ignore[union-attr]
    spans = [re.findall(rb"/Alt <(\w+)>>> BDC", page) for page in drawn]
    return [[bytes.fromhex(each.decode()).decode("utf-16") for each in page] for page in spans]


def test_a_map_that_is_no_picture_is_refused(result: Result, picture_png: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        render(in_parts(result, picture_png, b"not a picture"))


def test_the_longest_reading_leaves_no_word_out_and_none_outside_the_page(
    result: Result, picture_png: bytes, looked_at_png: bytes
) -> None:
    longest = in_parts(
        result, picture_png, looked_at_png, child=replace(BOY, height_cm=134.0, weight_kg=68.0)
    )
    doubts = (ENGLISH.doubtful, *(f"Doubt {number}: {ENGLISH.spread_note}" for number in range(4)))
    pdf = render(replace(longest, reading=replace(longest.reading, doubts=doubts)))
    said = " ".join(pages_of(pdf))
    for words in (*doubts, ENGLISH.regions_note, ENGLISH.signature, *ENGLISH.limit_sentences):
        assert words in said
    assert outside_the_frame(pdf) == []


def outside_the_frame(pdf: bytes) -> list[str]:
    """Return the texts that begin outside the margins of an A4 page, or in its foot."""
    found: list[str] = []
    for page in PdfReader(BytesIO(pdf)).pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)

        def look(text: str, matrix: Any, at: Any, *_: Any, size: Any = (width, height)) -> None:
            x, y = (
                matrix[0] * at[4] + matrix[2] * at[5] + matrix[4],
                matrix[1] * at[4] + matrix[3] * at[5] + matrix[5],
            )
            is_inside = 44 < x < size[0] - 44 and 20 < y < size[1] - 20
            if text.strip() and not is_inside:
                found.append(text)

        page.extract_text(visitor_text=look)
    return found


def test_the_light_and_what_was_expected_stand_with_the_checks(content: ReportContent) -> None:
    _, _, technical, _ = pages_of(render(content))
    for said in ("Green: dose on target", "Expected of preset child", "This image", "1.1 %"):
        assert said in technical


def test_a_visit_with_very_much_to_say_takes_numbered_pages(
    result: Result, picture_png: bytes
) -> None:
    long = result()
    event = {"at": "2026-09-10T09:05:31+08:00", "what": "the panel was asked again for its frame"}
    long["timeline"] = [event] * 160
    *pages, family = pages_of(render(report_content(long, picture_png)))
    assert len(pages) > 3
    assert all(f"of {len(pages)}" in page and "Li Wei" in page for page in pages)
    assert "Page 1 of 1" in family


def test_a_text_that_no_page_holds_is_refused(result: Result, picture_png: bytes) -> None:
    endless = {"code": "Q-POS-2", "severity": "repeat", "message": "again and " * 5000}
    told = result() | {"findings": [endless]}
    with pytest.raises(LargerThanPage, match="too long"):
        render(report_content(told, picture_png))
