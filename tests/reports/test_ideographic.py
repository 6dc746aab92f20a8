"""Chinese lines break where typographers break them, and stay within their measure."""

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from reports import typeset
from reports.charts import REGULAR
from reports.glyphs import register_typefaces

SAID = (
    "本影像的曝光指数为 234，目标值 250，偏差指数 −0.3（按 RQA3 校准）。参照人群：Brush 基金会；"
    "“骨龄”为 8岁8个月，检查于 2026年11月27日，第 20.3 百分位，噪声 1.2%、1.1%！"
)


def lines_of(paragraph: Paragraph, width: float) -> list[str]:
    register_typefaces()
    paragraph.wrap(width, 1000)
    return ["".join(word.text for word in line.words) for line in paragraph.blPara.lines]


@pytest.mark.parametrize("width", range(40, 200, 7))
def test_no_line_is_wider_than_its_measure(width: int) -> None:
    for line in lines_of(typeset.text(SAID), width):
        assert stringWidth(line, REGULAR, 8.5) <= width + 0.01


@pytest.mark.parametrize("width", range(80, 200, 7))
def test_no_line_begins_with_a_closing_or_ends_with_an_opening_mark(width: int) -> None:
    for line in lines_of(typeset.text(SAID), width):
        assert line[0] not in "，。；：！？、）”%"
        assert line[-1] not in "（“"


@pytest.mark.parametrize("width", range(80, 200, 7))
def test_words_and_figures_with_their_units_are_never_torn(width: int) -> None:
    said = lines_of(typeset.text(SAID), width)
    for word in ("Brush", "RQA3", "−0.3", "2026年", "11月", "27日", "1.2%"):
        assert any(word in line for line in said), (word, said)


def test_nothing_is_lost_between_the_lines() -> None:
    assert "".join(lines_of(typeset.text(SAID), 90)).replace(" ", "") == SAID.replace(" ", "")


def test_a_code_point_is_never_torn() -> None:
    said = lines_of(typeset.text("[U+0645][U+062D][U+20BB7]" * 5), 90)
    assert len(said) > 4
    assert all(line.startswith("[U+") and line.endswith("]") for line in said)


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert lines_of(typeset.text("值" + "f" * 60), 60)[1].startswith("f")
