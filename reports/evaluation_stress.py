"""The pages of an evaluation on changed pictures, poses of one child, and doses."""

from collections.abc import Sequence
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from reports import typeset
from reports.axes import Axis, linear_axis, logarithmic_axis
from reports.evaluation_sheet import (
    DASH,
    Record,
    plain,
    signed_interval,
    table,
    with_interval,
)
from reports.inks import QUIET
from reports.plots import PALETTE, Curve, plot
from reports.sheet import HALF, WIDTH, side_by_side
from reports.wording import en_evaluation

_IN_ROW: Final = 3
_SIZE: Final = (WIDTH / _IN_ROW - 3 * mm, 38 * mm)
_SMALL: Final = (WIDTH / _IN_ROW - 3 * mm, 20 * mm)
_DOSE_SIZE: Final = (HALF[0], 62 * mm)
# Refusals up to this share are drawn on the same scale; so are errors up to so many months.
_LEAST_REFUSED, _LEAST_MONTHS = 10.0, 10.0


def stress_pages(record: Record) -> list[list[Flowable]]:
    """Return the curves, then the figures and the repeatability; nothing without a stress part."""
    stress = record["stress"]
    if stress is None or not stress["curves"]:
        return []
    title = typeset.heading(en_evaluation.STRESS.format(n=stress["images"]))
    note = typeset.note(en_evaluation.STRESS_NOTE)
    return [
        [title, note, Spacer(0, 2 * mm), *_rows_of_plots(stress["curves"])],
        [*_repeatability(stress["repeatability"]), *_figures(stress["curves"])],
    ]


def _rows_of_plots(curves: Sequence[Record]) -> list[Flowable]:
    drawn = [curve for curve in curves if len(curve["steps"]) > 3]
    highest = max(_heights(drawn, ("error_months", "absolute_change_months"), 1))
    refused = max(_heights(drawn, ("refused_share",), 100))
    months = linear_axis(en_evaluation.MONTHS, 0.0, max(_LEAST_MONTHS, 1.05 * highest))
    percent = linear_axis("", 0.0, max(_LEAST_REFUSED, 1.05 * refused))
    cells: list[list[Flowable]] = [_cell(curve, months, percent) for curve in drawn]
    while len(cells) % _IN_ROW:
        cells.append([])
    return [side_by_side(cells[at : at + _IN_ROW]) for at in range(0, len(cells), _IN_ROW)]


def _heights(curves: Sequence[Record], figures: Sequence[str], scale: float) -> list[float]:
    found = [
        step["effect"][figure] for curve in curves for step in curve["steps"] for figure in figures
    ]
    return [0.0, *(scale * each["value"] for each in found if each is not None)]


def _cell(curve: Record, months: Axis, percent: Axis) -> list[Flowable]:
    """Draw error and change of one stress, and its refusals below, on the scales of all."""
    amounts = [step["amount"] for step in curve["steps"]]
    ticks = tuple((amount, _amount(amount)) for amount in amounts)
    x = Axis(curve["unit"], amounts[0], amounts[-1], ticks)
    lines = [
        _line(en_evaluation.ERROR_CURVE, curve, "error_months", 0),
        _line(en_evaluation.CHANGE_CURVE, curve, "absolute_change_months", 1),
    ]
    refused = _line("", curve, "refused_share", 4)
    bare = Axis("", x.low, x.high, x.ticks)
    return [
        plot(curve["name"], bare, months, lines, _SIZE),
        plot(en_evaluation.REFUSED_CURVE, x, percent, [refused], _SMALL),
    ]


def _line(name: str, curve: Record, figure: str, color: int) -> Curve:
    scale = 100 if figure == "refused_share" else 1
    found = [(step["amount"], step["effect"][figure]) for step in curve["steps"]]
    points = tuple((at, scale * each["value"]) for at, each in found if each is not None)
    return Curve(name, points, PALETTE[color], dots=True)


def _amount(amount: float) -> str:
    return f"{amount:g}".replace("-", "−")


def _figures(curves: Sequence[Record]) -> list[Flowable]:
    rows = [
        _row(curve, number, step) for curve in curves for number, step in enumerate(curve["steps"])
    ]
    return [
        typeset.heading(en_evaluation.STRESS_TABLE),
        typeset.note(en_evaluation.STRESS_TABLE_NOTE),
        table(en_evaluation.STRESS_HEADINGS, rows, (32.0, 44.0, 10.0, 16.0, 21.0, 21.0, 17.0)),
    ]


def _row(curve: Record, number: int, step: Record) -> tuple[str, ...]:
    """Return one row; the first of a stress names it, what is there or not has no amount."""
    unit, stepped = curve["unit"], len(curve["steps"]) > 1
    effect = step["effect"]
    figures = ("absolute_change_months", "error_months", "error_unchanged_months")
    return (
        "" if number else curve["name"],
        f"{_amount(step['amount'])} {unit}".strip() if stepped else "",
        str(effect["n"]),
        str(effect["refused"]),
        signed_value(effect["change_months"]),
        *(DASH if effect[each] is None else plain(effect[each]["value"]) for each in figures),
    )


def signed_value(estimate: Record | None) -> str:
    """Return a figure that may lie on both sides of zero, without its interval."""
    return DASH if estimate is None else signed_interval(estimate).split(" ")[0]


def _repeatability(found: Record | None) -> list[Flowable]:
    said = en_evaluation.NOT_REPEATED
    if found is not None:
        said = en_evaluation.REPEATED.format(
            children=found["children"],
            deviation=with_interval(found["standard_deviation_months"]),
            refused=with_interval(found["refused_share"], "share"),
            smallest=found["smallest_change_months"],
        )
    return [typeset.heading(en_evaluation.REPEATABILITY), typeset.text(said)]


def doses_page(record: Record) -> list[Flowable]:
    """Return the dose ladder as curves and a table; nothing without a dose study."""
    steps = record["doses"]
    if not steps:
        return []
    x = logarithmic_axis(en_evaluation.KERMA, [step["dose_ugy"] for step in steps])
    return [
        typeset.heading(en_evaluation.DOSES),
        side_by_side([_dose_errors(steps, x), _dose_refusals(steps, x)]),
        typeset.note(en_evaluation.DOSE_NOTE),
        Spacer(0, 2 * mm),
        table(
            en_evaluation.DOSE_HEADINGS,
            [_dose_row(step) for step in steps],
            (17.0, 10.0, 11.0, 28.0, 13.0, 13.0, 12.0, 14.0, 32.0, 11.0),
        ),
    ]


def _dose_errors(steps: Sequence[Record], x: Axis) -> Flowable:
    at_dose = _over_doses(steps, "error_months")
    of_files = _over_doses(steps, "file_error_months")
    heights = [height for _, height in (*at_dose, *of_files)]
    y = linear_axis("", 0.0, max(_LEAST_MONTHS, *(1.1 * height for height in [0.0, *heights])))
    curves = [
        Curve(en_evaluation.AT_DOSE, at_dose, PALETTE[0], dots=True),
        Curve(en_evaluation.OF_FILES, of_files, QUIET, dashed=True),
    ]
    return plot(en_evaluation.DOSE_ERROR, x, y, curves, _DOSE_SIZE)


def _dose_refusals(steps: Sequence[Record], x: Axis) -> Flowable:
    points = tuple((step["dose_ugy"], 100 * step["refused_share"]["value"]) for step in steps)
    y = linear_axis("", 0.0, max(_LEAST_REFUSED, *(1.1 * height for _, height in points)))
    curve = Curve("", points, PALETTE[4], dots=True)
    return plot(en_evaluation.DOSE_REFUSED, x, y, [curve], _DOSE_SIZE)


def _over_doses(steps: Sequence[Record], figure: str) -> tuple[tuple[float, float], ...]:
    found = [(step["dose_ugy"], step[figure]) for step in steps]
    return tuple((dose, months) for dose, months in found if months is not None)


def _dose_row(step: Record) -> tuple[str, ...]:
    index = step["exposure_index"]
    figures = ("change_months", "error_months", "file_error_months")
    return (
        f"{step['dose_ugy']:g} µGy",
        DASH if index is None else f"{index:.0f}",
        str(step["hands"]),
        with_interval(step["refused_share"], "share"),
        str(step["files_refused"]),
        *(_plain_or_dash(step[name]) for name in figures),
        signed_interval(step["loss_months"]),
        _plain_or_dash(step["width_months"]),
        en_evaluation.WITHOUT_LOSS if step["without_loss"] else "",
    )


def _plain_or_dash(months: float | None) -> str:
    return DASH if months is None else plain(months)
