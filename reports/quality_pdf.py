"""The quality control of a detector for the service engineer: A4, figures first, then the plots.

It is made from the plain record alone, so that the same record gives the same bytes at any time.
"""

from collections.abc import Sequence
from datetime import datetime

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from acquisition.detector_quality.record_shape import why_damaged
from reports import typeset
from reports.content import is_simulated
from reports.errors import ResultUnusable
from reports.figures import measured
from reports.inks import BOLD
from reports.quality_figures import figures_page
from reports.quality_series import series_page
from reports.quality_sharpness import sharpness_page
from reports.quality_sheet import Record
from reports.sheet import BAD, GOOD, WIDTH, Head, render
from reports.wording import en_quality


def render_quality(record: Record, series: Sequence[Record]) -> bytes:
    """Return the PDF of one quality control; `series` are its detector's, oldest first, itself too.

    Raises ResultUnusable for a record that lacks what the PDF shows.
    """
    why = why_damaged(record)
    if why is not None:
        raise ResultUnusable(f"The record of the quality control is incomplete: {why}.")
    try:
        head = Head(en_quality.TITLE, _running_head(record), _warning(record), en_quality.FOOTER)
        return render(head, record["detector"]["serial"], lambda: _parts(record, series))
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError) as exc:
        raise ResultUnusable(f"The record of the quality control is incomplete: {exc}.") from exc


def _parts(record: Record, series: Sequence[Record]) -> Sequence[Sequence[Flowable]]:
    return (
        [*_verdict(record), *_judgements(record), *_circumstances(record)],
        sharpness_page(record),
        figures_page(record),
        series_page(series),
    )


def _warning(record: Record) -> str:
    return en_quality.SIMULATED if is_simulated(record["detector"]["model"]) else ""


def _running_head(record: Record) -> str:
    detector, made = record["detector"], datetime.fromisoformat(record["made"])
    return f"{detector['serial']} · {made:%Y-%m-%d %H:%M}"


# Page one: passed or not, and why


def _verdict(record: Record) -> list[Flowable]:
    judged = record["judgements"]
    outside = sum(not each["passed"] for each in judged)
    said = en_quality.FAILED.format(outside=outside, figures=len(judged))
    sentence = said if outside else en_quality.PASSED.format(figures=len(judged))
    return [typeset.styled(sentence, BOLD, 14, 20, BAD if outside else GOOD)]


def _judgements(record: Record) -> list[Flowable]:
    rows: typeset.Rows = [[typeset.label(heading) for heading in en_quality.JUDGEMENT_HEADINGS]]
    rows += [_judgement(each) for each in record["judgements"]]
    widths = [60 * mm, 22 * mm, 24 * mm, 16 * mm]
    table = typeset.ruled(rows, [*widths, WIDTH - sum(widths)])
    return [table, Spacer(0, 1 * mm), typeset.note(en_quality.JUDGEMENT_NOTE)]


def _judgement(judged: Record) -> list[Flowable | str]:
    color, word = (GOOD, en_quality.GOOD) if judged["passed"] else (BAD, en_quality.OUTSIDE)
    return [
        typeset.text(judged["name"]),
        typeset.text(measured(judged["value"], judged["unit"])),
        typeset.text(_allowed(judged)),
        typeset.styled(word, BOLD, 8.5, 11, color),
        typeset.note(judged["source"]),
    ]


def _allowed(judged: Record) -> str:
    low, high, unit = judged["lowest"], judged["highest"], judged["unit"]
    if low is None:
        return en_quality.AT_MOST.format(limit=measured(high, unit))
    if high is None:
        return en_quality.AT_LEAST.format(limit=measured(low, unit))
    return en_quality.BETWEEN.format(low=f"{low:g}", high=measured(high, unit))


def _circumstances(record: Record) -> list[Flowable]:
    detector = record["detector"]
    facts = (
        (detector["vendor"], detector["model"], detector["serial"]),
        (detector["firmware_version"],),
        (f"{detector['rows']} x {detector['columns']}", detector["pixel_pitch_um"]),
        (record["temperature_c"],),
        (record["beam"], record["kerma_source"]),
        (_frames_in_words(record),),
        (record["calibration_id"],),
    )
    rows: typeset.Rows = [
        [typeset.label(name), typeset.text(form.format(*values))]
        for (name, form), values in zip(en_quality.CIRCUMSTANCES, facts, strict=True)
    ]
    return [
        typeset.heading(en_quality.UNDER_WHAT),
        typeset.ruled(rows, [36 * mm, WIDTH - 36 * mm]),
    ]


def _frames_in_words(record: Record) -> str:
    kermas = ", ".join(f"{level['kerma_ugy']:.2g}" for level in record["levels"])
    tilts = " and ".join(f"{abs(edge['angle_deg']):.2f}" for edge in record["edges"])
    return en_quality.FRAMES.format(
        flats=record["levels"][0]["frames"],
        kermas=kermas,
        tilts=tilts,
        darks=record["dark"]["frames"],
    )
