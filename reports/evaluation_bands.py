"""The pages of an evaluation on bands of bone age, by sex, and on single readings."""

from collections.abc import Sequence
from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from bone_age.evaluation import band_in_words
from reports import typeset
from reports.axes import Axis, linear_axis
from reports.evaluation_agreement import SEX_COLORS, level
from reports.evaluation_sheet import (
    DASH,
    MIDDLES,
    Record,
    plain,
    signed_interval,
    table,
    with_interval,
)
from reports.figures import signed, years_and_months
from reports.inks import QUIET
from reports.plots import Curve, plot
from reports.sheet import HALF, side_by_side
from reports.wording import ENGLISH, en_evaluation

_SIZE: Final = (HALF[0], 58 * mm)
_WIDTHS: Final = (14.0, 22.0, 11.0, 37.0, 37.0, 13.0, 32.0)
# Girls left and boys right of the middle of a band, in years.
_BESIDE: Final = {"*": 0.0, "F": -0.3, "M": 0.3}


def bands_page(record: Record) -> list[Flowable]:
    """Return error, bias and coverage by the bone age that was read, by sex."""
    groups = record["evaluation"]["by_read"]
    if not groups:
        return []
    nominal = record["interval_coverage"]
    errors = _plot(en_evaluation.ERROR_BY_BAND, groups, "FM", "mean_absolute_error_months", ())
    biases = _plot(en_evaluation.BIAS_BY_BAND, groups, "FM", "bias_months", (-2.0, 2.0))
    asked = (100 * nominal - 6, 100 * nominal + 6)
    covered = _plot(en_evaluation.COVERAGE_BY_BAND, groups, "*", "coverage", asked)
    return [
        typeset.heading(en_evaluation.BANDS),
        side_by_side([errors, biases]),
        side_by_side([covered, [Spacer(0, 6 * mm), *_singles(record)]]),
        typeset.note(en_evaluation.BANDS_NOTE),
        _table(groups),
    ]


def labels_page(record: Record) -> list[Flowable]:
    """Return bias and error by the label, the worst readings, and why images were refused."""
    groups = record["evaluation"]["by_label"]
    parts: list[Flowable] = []
    if groups:
        biases = _plot(en_evaluation.BIAS_BY_BAND, groups, "FM", "bias_months", ())
        errors = _plot(en_evaluation.ERROR_BY_BAND, groups, "FM", "mean_absolute_error_months", ())
        parts = [
            typeset.heading(en_evaluation.BY_LABEL),
            typeset.note(en_evaluation.BY_LABEL_NOTE),
            side_by_side([biases, errors]),
            _table(groups),
            *_worst(record),
        ]
    return [*parts, *_refusals(record)]


def _plot(
    title: str, groups: Sequence[Record], sexes: str, figure: str, asked: Sequence[float]
) -> Flowable:
    """Plot a figure over bands with its intervals; `asked` are the limits that are drawn."""
    scale = 100 if figure == "coverage" else 1
    by_sex = {sex: [each for each in groups if each["sex"] == sex] for sex in sexes}
    curves = [
        curve
        for sex, chosen in by_sex.items()
        for curve in _with_bars(sex, chosen, figure, scale)
        if chosen
    ]
    x = Axis(en_evaluation.YEARS, 0.0, 20.0, tuple((float(at), str(at)) for at in MIDDLES))
    heights = [height for curve in curves for _, height in curve.points]
    y = _upright(figure, [*heights, *asked])
    names = (en_evaluation.ASKED, "")
    limits = [level(name, at, x, QUIET) for name, at in zip(names, asked, strict=False)]
    return plot(title, x, y, [*curves, *limits], _SIZE)


def _upright(figure: str, heights: Sequence[float]) -> Axis:
    """Return the axis of a figure: coverage to 100 %, errors from 0, biases around 0."""
    if figure == "coverage":
        return linear_axis("", min(50.0, *heights), 100.0)
    if figure == "bias_months":
        far = max(4.0, *(1.1 * abs(height) for height in heights))
        return linear_axis("", -far, far)
    return linear_axis("", 0.0, max(10.0, *(1.1 * height for height in heights)))


def _with_bars(sex: str, groups: Sequence[Record], figure: str, scale: float) -> list[Curve]:
    color = SEX_COLORS[sex]
    placed = [(MIDDLES[each["band_years"][0]] + _BESIDE[sex], each[figure]) for each in groups]
    name = en_evaluation.GROUPS[sex]
    points = tuple((x, scale * found["value"]) for x, found in placed)
    bars = [
        Curve("", ((x, scale * found["low"]), (x, scale * found["high"])), color)
        for x, found in placed
        if found["low"] is not None
    ]
    return [Curve(name, points, color, dots=True), *bars]


def _table(groups: Sequence[Record]) -> Flowable:
    rows = [
        (
            en_evaluation.GROUPS[each["sex"]],
            band_in_words(each["band_years"]),
            str(each["n"]),
            with_interval(each["mean_absolute_error_months"]),
            signed_interval(each["bias_months"]),
            plain(each["root_mean_square_months"]["value"]),
            with_interval(each["coverage"], "share"),
            plain(each["mean_width_months"]),
        )
        for each in groups
    ]
    return table(en_evaluation.BAND_HEADINGS, rows, _WIDTHS)


def _singles(record: Record) -> list[Flowable]:
    """Return how readings with and without a doubt differ, for a column of half the width."""
    found = record["evaluation"]
    if found["doubted"] is None:
        return [typeset.label(en_evaluation.DOUBTS), typeset.text(en_evaluation.NO_DOUBTED)]
    rows: typeset.Rows = [[typeset.label(each) for each in en_evaluation.DOUBT_HEADINGS]]
    named = ((en_evaluation.UNDOUBTED, "undoubted"), (en_evaluation.DOUBTED, "doubted"))
    rows += [_doubt_row(name, found[which]) for name, which in named if found[which] is not None]
    widths = [20 * mm, 10 * mm, 30 * mm, HALF[0] - 60 * mm]
    return [typeset.label(en_evaluation.DOUBTS), typeset.ruled(rows, widths)]


def _doubt_row(name: str, group: Record) -> list[Flowable | str]:
    cells = (
        name,
        str(group["n"]),
        with_interval(group["mean_absolute_error_months"]),
        signed_interval(group["bias_months"]),
    )
    return [typeset.remark(cell) for cell in cells]


def _worst(record: Record) -> list[Flowable]:
    rows = [_worst_row(case) for case in record["evaluation"]["worst"]]
    widths = (30.0, 14.0, 22.0, 22.0, 32.0)
    return [
        typeset.heading(en_evaluation.WORST),
        table(en_evaluation.WORST_HEADINGS, rows, widths),
    ]


def _worst_row(case: Record) -> tuple[str, ...]:
    read, labelled = case["read_months"], case["labelled_months"]
    return (
        case["id"],
        ENGLISH.sexes[case["sex"]],
        years_and_months(labelled),
        years_and_months(read),
        f"{signed(read - labelled, 1)} months",
        " ".join(case["doubts"]) or DASH,
    )


def _refusals(record: Record) -> list[Flowable]:
    reasons: dict[str, Any] = record["evaluation"]["reasons"]
    title = typeset.heading(en_evaluation.REFUSALS)
    if not reasons:
        return [title, typeset.text(en_evaluation.NO_REFUSALS)]
    rows = [(str(count), reason) for reason, count in reasons.items()]
    return [title, table(en_evaluation.REFUSAL_HEADINGS, rows, (18.0,))]
