"""The report in other people's programs: opened without a warning, and read aloud in order."""

import shutil
import subprocess
import warnings
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pdfminer.high_level import extract_text
from pypdf import PdfReader

from reports.content import report_content
from reports.paper import A4
from reports.pdf import Part, render
from reports.wording import LANGUAGES, wording_of
from tests.reports.children import five_children

GIRL = five_children()["precocious-girl"]


@pytest.fixture(scope="module", params=LANGUAGES)
def printed(request: pytest.FixtureRequest, picture_png: bytes) -> tuple[str, bytes]:
    words = wording_of(request.param)
    return request.param, render(report_content(GIRL, picture_png, None, words))


@pytest.mark.parametrize(
    ("package", "command"),
    [("poppler-utils", ["pdftoppm", "-r", "30"]), ("qpdf", ["qpdf", "--check"])],
)
def test_it_opens_without_a_warning(
    printed: tuple[str, bytes], tmp_path: Path, package: str, command: list[str]
) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not here: install {package}")
    file = tmp_path / "report.pdf"
    file.write_bytes(printed[1])
    target = [str(tmp_path / "page")] if command[0] == "pdftoppm" else []
    done = subprocess.run([*command, str(file), *target], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_pdfminer_reads_it_without_a_warning(printed: tuple[str, bytes]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert GIRL["patient"]["name"] in extract_text(BytesIO(printed[1]))


def test_viewers_show_its_title_language_and_outline(printed: tuple[str, bytes]) -> None:
    language, pdf = printed
    words = wording_of(language)
    with pikepdf.open(BytesIO(pdf)) as document, document.open_outline() as outline:
        assert document.docinfo["/Title"] == words.title
        assert document.Root.Lang == words.tag
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert [entry.title for entry in outline.root] == [
            words.physician_title,
            words.charts_title,
            words.technical_title,
            words.family_title,
        ]


def test_the_outline_leads_to_the_page_of_each_part(printed: tuple[str, bytes]) -> None:
    reader = PdfReader(BytesIO(printed[1]))
    leads_to = [reader.get_destination_page_number(entry) for entry in reader.outline]  # type: ignore[arg-type]
    assert leads_to == [0, 1, 2, 3]


def test_texts_are_read_in_the_order_in_which_they_stand(printed: tuple[str, bytes]) -> None:
    words = wording_of(printed[0])
    first = PdfReader(BytesIO(printed[1])).pages[0].extract_text()
    order = (words.title, words.patient_id, words.by_region, words.adult_height, words.facts)
    places = [first.index(said) for said in (*order, words.signature, words.footer)]
    assert places == sorted(places)


def test_each_reader_may_get_his_pages_alone(picture_png: bytes) -> None:
    content = report_content(GIRL, picture_png)
    pages = {
        part: [page.extract_text() for page in PdfReader(BytesIO(render(content, A4, part))).pages]
        for part in Part
    }
    assert pages[Part.ALL] == [*pages[Part.PHYSICIAN], *pages[Part.PARENTS]]
    assert len(pages[Part.PARENTS]) == 1
