"""How the figures of an evaluation are written: values with intervals, shares, bands, tables.

`Record` is the plain data of `console.evaluating`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports import typeset
from reports.figures import signed
from reports.sheet import WIDTH
from reports.wording import en_evaluation

Record = Mapping[str, Any]

DASH: Final = "–"
# The middle of each band on an axis of years, by its lower end.
MIDDLES: Final = {0: 1.0, 2: 4.0, 6: 8.0, 10: 12.0, 14: 16.0, 18: 19.0}


def with_interval(estimate: Record | None, unit: str = "months") -> str:
    """Return a figure with its interval: "7.31 (7.02 to 7.60)"; shares in percent."""
    if estimate is None:
        return DASH
    value = plain(estimate["value"], unit)
    if estimate["low"] is None:
        return f"{value} ({en_evaluation.NO_INTERVAL})"
    low, high = plain(estimate["low"], unit), plain(estimate["high"], unit)
    end = " %" if unit == "share" else ""
    return f"{value}{end} ({low} to {high})"


def plain(value: float, unit: str = "months") -> str:
    """Return a number of months to a hundredth, or a share in percent to a tenth."""
    said = f"{100 * value:.1f}" if unit == "share" else f"{value:.2f}"
    return said.replace("-", "−")


def signed_interval(estimate: Record | None) -> str:
    """Return a figure that may lie on both sides of zero, with its interval."""
    if estimate is None:
        return DASH
    if estimate["low"] is None:
        return f"{signed(estimate['value'], 2)} ({en_evaluation.NO_INTERVAL})"
    low, high = signed(estimate["low"], 2), signed(estimate["high"], 2)
    return f"{signed(estimate['value'], 2)} ({low} to {high})"


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], widths_mm: Sequence[float]
) -> Flowable:
    """Return a table of small print; the last column takes what is left of the width."""
    set_rows: typeset.Rows = [[typeset.label(heading) for heading in headings]]
    set_rows += [[typeset.remark(cell) for cell in row] for row in rows]
    widths = [each * mm for each in widths_mm]
    return typeset.ruled(set_rows, [*widths, WIDTH - sum(widths)])


def measured_in_words(judged: Record) -> str:
    """Return the measured figure of a verdict with its interval."""
    if judged["lowest"] is not None and judged["lowest"] < 0:
        return signed_interval(judged["measured"])
    return with_interval(judged["measured"], judged["unit"])


def asked_in_words(judged: Record) -> str:
    """Return what a verdict asks."""
    low, highest, is_share = judged["lowest"], judged["highest"], judged["unit"] == "share"
    high = f"{100 * highest:.3g} %" if is_share else f"{highest:.1f} months"
    if low is None:
        return en_evaluation.AT_MOST.format(high=high)
    if low == -highest:
        return en_evaluation.WITHIN.format(high=high)
    return en_evaluation.BETWEEN.format(low=f"{100 * low:.3g}", high=high)
