"""The page of an evaluation on how readings and labels agree: the figures and the two plots."""

from collections.abc import Sequence
from typing import Any, Final

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from growth.ages import MONTHS_PER_YEAR
from reports import typeset
from reports.axes import Axis, linear_axis
from reports.evaluation_sheet import (
    DASH,
    Record,
    plain,
    signed_interval,
    table,
    with_interval,
)
from reports.figures import signed
from reports.inks import INK, QUIET
from reports.plots import PALETTE, Curve, plot
from reports.sheet import HALF, side_by_side
from reports.wording import en_evaluation

_SIZE: Final = (HALF[0], 78 * mm)
# More dots than this run into one another and make the file large (our choice).
MOST_DOTS: Final = 3000
_DOT: Final = 0.9
# Both sexes in two hues, told apart in print without colour by the plots by sex on the next page.
SEX_COLORS: Final = {"F": PALETTE[1], "M": PALETTE[0], "*": INK}

_Points = list[tuple[str, float, float]]


def agreement_page(record: Record) -> list[Flowable]:
    """Return both plots and the table by sex, or one sentence where nothing was read."""
    title = typeset.heading(en_evaluation.AGREEMENT)
    agreements = record["evaluation"]["agreements"]
    if not agreements:
        return [title, typeset.text(en_evaluation.NOTHING_READ)]
    points, note = _shown(record["cases"])
    both = agreements[0]
    return [
        title,
        side_by_side([_read_against_labelled(points, both), _bland_altman(points, both)]),
        typeset.note(note),
        _table(record, agreements),
    ]


def _shown(cases: Sequence[Record]) -> tuple[_Points, str]:
    """Return sex, label and reading in months of each reading, or of evenly chosen ones."""
    read = [
        (case["sex"], case["labelled_months"], case["read_months"])
        for case in cases
        if case["read_months"] is not None
    ]
    if len(read) <= MOST_DOTS:
        return read, en_evaluation.DOTS_NOTE
    chosen = [read[number * len(read) // MOST_DOTS] for number in range(MOST_DOTS)]
    return chosen, en_evaluation.SOME_DOTS_NOTE.format(shown=len(chosen), n=len(read))


def _dots(points: _Points, sex: str) -> Curve:
    placed = tuple((x, y) for each, x, y in points if each == sex)
    name = en_evaluation.GROUPS[sex]
    return Curve(name, placed, SEX_COLORS[sex], dots=True, lined=False, radius=_DOT)


def _read_against_labelled(points: _Points, both: Record) -> Flowable:
    years = [(sex, x / MONTHS_PER_YEAR, y / MONTHS_PER_YEAR) for sex, x, y in points]
    oldest = max(20.0, *(max(x, y) for _, x, y in years))
    x = linear_axis(en_evaluation.LABELLED_YEARS, 0.0, oldest)
    y = linear_axis("", 0.0, oldest)
    lines = [Curve(en_evaluation.IDENTITY, ((0.0, 0.0), (oldest, oldest)), QUIET, dashed=True)]
    if both["deming"] is not None:
        slope = both["deming"]["slope"]["value"]
        start = both["deming"]["intercept_months"]["value"] / MONTHS_PER_YEAR
        told = [x for _, x, _ in years]
        ends = tuple((year, start + slope * year) for year in (min(told), max(told)))
        lines.append(Curve(en_evaluation.DEMING_LINE, ends, INK))
    dots = [_dots(years, sex) for sex in "FM"]
    return plot(en_evaluation.PREDICTED, x, y, [*dots, *lines], _SIZE)


def _bland_altman(points: _Points, both: Record) -> Flowable:
    placed = [(sex, (x + y) / 2 / MONTHS_PER_YEAR, y - x) for sex, x, y in points]
    means = [mean for _, mean, _ in placed]
    far = max(12.0, *(1.05 * abs(off) for _, _, off in placed))
    x = linear_axis(en_evaluation.MEAN_YEARS, 0.0, max(20.0, *means))
    low, high = both["limits_months"]
    lines = [
        level(en_evaluation.BIAS_LINE, both["bias_months"]["value"], x, INK),
        level(en_evaluation.LIMITS, low, x, QUIET),
        level("", high, x, QUIET),
    ]
    dots = [_dots(placed, sex) for sex in "FM"]
    return plot(en_evaluation.BLAND_ALTMAN, x, linear_axis("", -far, far), [*dots, *lines], _SIZE)


def level(name: str, height: float, x: Axis, color: Color) -> Curve:
    """Return a dashed line across the whole plot."""
    return Curve(name, ((x.low, height), (x.high, height)), color, dashed=True)


def _table(record: Record, agreements: Sequence[Record]) -> Flowable:
    nominal = f"{100 * record['interval_coverage']:.0f} %"
    headings = ("", *(en_evaluation.GROUPS[each["sex"]] for each in agreements))
    rows = [
        (name.format(nominal=nominal), *(_cell(each, path) for each in agreements))
        for path, name in en_evaluation.AGREEMENT_ROWS
    ]
    return table(headings, rows, [58.0, *[40.0] * (len(agreements) - 1)])


def _cell(agreement: Record, path: str) -> str:
    kind, _, part = path.partition(".")
    value: Any = agreement[kind]
    if part and value is not None:
        value = value[part]
    if kind in ("more_than_months", "within_years", "coverage"):
        return with_interval(value, "share")
    return _written(kind, value)


def _written(kind: str, value: Any) -> str:
    if value is None:
        return DASH
    if kind == "limits_months":
        return f"{signed(value[0], 2)} to {signed(value[1], 2)}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return plain(value)
    is_signed = kind in ("bias_months", "by_mean") or (kind == "deming" and value["value"] < 0)
    return signed_interval(value) if is_signed else with_interval(value)
