"""The quality control of a detector for the service engineer: A4, figures first, then the plots.

It is made from the plain record alone, so that the same record gives the same bytes at any time.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
)

from acquisition.detector_quality.noise_power import FEWEST_PIXELS
from reports import typeset
from reports.charts import BOLD, HAIRLINE, INK, QUIET, REGULAR
from reports.content import is_simulated
from reports.errors import ResultUnusable
from reports.figures import measured
from reports.plots import (
    PALETTE,
    Axis,
    Corner,
    Curve,
    fitting_axis,
    grey_map,
    linear_axis,
    logarithmic_axis,
    plot,
    points_of,
)
from reports.wording import en, en_quality

Record = Mapping[str, Any]

_PAGE_WIDTH, _PAGE_HEIGHT = A4
_MARGIN: Final = 16 * mm
_WIDTH: Final = _PAGE_WIDTH - 2 * _MARGIN
_WIDE: Final = (_WIDTH, 62 * mm)
_HALF: Final = (_WIDTH / 2 - 3 * mm, 54 * mm)
_THIRD: Final = (_WIDTH / 3 - 3 * mm, 76 * mm)
_FOLLOWED_SIZE: Final = (_WIDTH / 2 - 3 * mm, 62 * mm)
_GOOD, _BAD = HexColor("#3d7a3a"), HexColor("#8a2f0b")
# IEC 62220-1-1:2015: frequencies at which figures are reported.
_REPORTED_STEP_PER_MM: Final = 0.5


def render_quality(record: Record, series: Sequence[Record]) -> bytes:
    """Return the PDF of one quality control; `series` are its detector's, oldest first, itself too.

    Raises ResultUnusable for a record that lacks what the PDF shows.
    """
    try:
        pages = _build(record, series, 1)[0]
        return _build(record, series, pages)[1]
    except (KeyError, IndexError, TypeError, ValueError) as exc:
        raise ResultUnusable(f"The record of the quality control is incomplete: {exc}.") from exc


def _build(record: Record, series: Sequence[Record], pages: int) -> tuple[int, bytes]:
    typeset.register_typefaces()
    target = BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=A4,
        invariant=1,
        initialFontName=REGULAR,
        title=en_quality.TITLE,
        author=en.PRODUCT,
        subject=record["detector"]["serial"],
        creator=en.PRODUCT,
        lang="en",
        pageTemplates=[_page(record, pages)],
    )
    parts: tuple[list[Flowable], ...] = (
        [*_verdict(record), *_judgements(record), *_circumstances(record)],
        [*_sharpness_and_noise(record), *_reported(record)],
        [*_maps(record), *_response(record), *_lag_and_defects(record)],
        _trend(series),
    )
    story = [flowable for part in parts for flowable in (*part, PageBreak())]
    document.build(story[:-1])
    return document.page, target.getvalue()


def _page(record: Record, pages: int) -> PageTemplate:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        top = _PAGE_HEIGHT - 14 * mm
        canvas.setFillColor(INK)
        canvas.setFont(BOLD, 14)
        canvas.drawString(_MARGIN, top, en_quality.TITLE)
        canvas.setFillColor(QUIET)
        canvas.setFont(REGULAR, 8)
        canvas.drawRightString(_MARGIN + _WIDTH, top, _running_head(record))
        if is_simulated(record["detector"]["model"]):
            canvas.setFillColor(_BAD)
            canvas.drawString(_MARGIN, top - 4.5 * mm, en_quality.SIMULATED)
        canvas.setStrokeColor(HAIRLINE)
        canvas.line(_MARGIN, 12 * mm, _MARGIN + _WIDTH, 12 * mm)
        canvas.setFillColor(QUIET)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawString(_MARGIN, 8.5 * mm, en_quality.FOOTER)
        where = en.PAGE.format(page=document.page, pages=pages)
        canvas.drawRightString(_MARGIN + _WIDTH, 8.5 * mm, where)

    padding = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    frame = Frame(_MARGIN, 15 * mm, _WIDTH, _PAGE_HEIGHT - 37 * mm, **padding)
    return PageTemplate("quality", [frame], onPage=draw)


def _running_head(record: Record) -> str:
    detector, made = record["detector"], datetime.fromisoformat(record["made"])
    return f"{detector['serial']} · {made:%Y-%m-%d %H:%M}"


# Page one: passed or not, and why


def _verdict(record: Record) -> list[Flowable]:
    judged = record["judgements"]
    outside = sum(not each["passed"] for each in judged)
    said = en_quality.FAILED.format(outside=outside, figures=len(judged))
    sentence = said if outside else en_quality.PASSED.format(figures=len(judged))
    return [typeset.styled(sentence, BOLD, 14, 20, _BAD if outside else _GOOD)]


def _judgements(record: Record) -> list[Flowable]:
    rows: typeset.Rows = [[typeset.label(heading) for heading in en_quality.JUDGEMENT_HEADINGS]]
    rows += [_judgement(each) for each in record["judgements"]]
    widths = [60 * mm, 22 * mm, 24 * mm, 16 * mm]
    table = typeset.ruled(rows, [*widths, _WIDTH - sum(widths)])
    return [table, Spacer(0, 1 * mm), typeset.note(en_quality.JUDGEMENT_NOTE)]


def _judgement(judged: Record) -> list[Flowable | str]:
    color, word = (_GOOD, en_quality.GOOD) if judged["passed"] else (_BAD, en_quality.OUTSIDE)
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
        typeset.ruled(rows, [36 * mm, _WIDTH - 36 * mm]),
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


# Page two: MTF, NNPS and DQE


def _sharpness_and_noise(record: Record) -> list[Flowable]:
    frequencies = record["levels"][0]["frequencies_per_mm"]
    x = linear_axis(en_quality.FREQUENCY, 0.0, frequencies[-1])
    return [
        typeset.heading(en_quality.SHARPNESS),
        plot("MTF", x, _unit_axis(), _mtf_curves(record), _WIDE),
        plot("NNPS", x, _nnps_axis(record), _level_curves(record, _nnps_um2), _WIDE),
        plot("DQE", x, _unit_axis(), _level_curves(record, _dqe), _WIDE),
    ]


def _unit_axis() -> Axis:
    return linear_axis("", 0.0, 1.0)


def _nnps_axis(record: Record) -> Axis:
    values = [value for level in record["levels"] for value in _nnps_um2(level) if value]
    return logarithmic_axis(en_quality.SQUARE_UM, values)


def _nnps_um2(level: Record) -> list[float | None]:
    found = _both(level, "nnps_across_mm2", "nnps_down_mm2")
    return [None if value is None else value * 1e6 for value in found]


def _dqe(level: Record) -> list[float | None]:
    return _both(level, "dqe_across", "dqe_down")


def _both(level: Record, one: str, other: str) -> list[float | None]:
    """Mean of both axes of the panel."""
    pairs = zip(level[one], level[other], strict=True)
    return [None if None in pair else sum(pair) / 2 for pair in pairs]


def _mtf_curves(record: Record) -> list[Curve]:
    return [
        Curve(
            edge["direction"],
            ((0.0, 1.0), *points_of(edge["frequencies_per_mm"], edge["mtf"])),
            PALETTE[number],
            dashed=bool(number),
        )
        for number, edge in enumerate(record["edges"])
    ]


def _level_curves(record: Record, values: Callable[[Record], list[float | None]]) -> list[Curve]:
    return [
        Curve(
            _kerma(level),
            points_of(level["frequencies_per_mm"], values(level)),
            PALETTE[number % len(PALETTE)],
        )
        for number, level in enumerate(record["levels"])
    ]


def _kerma(level: Record) -> str:
    return f"{level['kerma_ugy']:.2g} µGy"


def _reported(record: Record) -> list[Flowable]:
    """Return the table of figures at multiples of 0.5 per mm."""
    frequencies = record["levels"][0]["frequencies_per_mm"]
    wanted = [
        index
        for index, frequency in enumerate(frequencies)
        if math.isclose(frequency / _REPORTED_STEP_PER_MM % 1, 0, abs_tol=1e-6)
        or math.isclose(frequency / _REPORTED_STEP_PER_MM % 1, 1, abs_tol=1e-6)
    ]
    level = _reference(record)
    lines: list[tuple[str, Sequence[float | None], str]] = [
        *((f"MTF {edge['direction']}", edge["mtf"], ".3f") for edge in record["edges"]),
        (f"NNPS, µm², {_kerma(level)}", _nnps_um2(level), ".3g"),
        *((f"DQE, {_kerma(each)}", _dqe(each), ".3f") for each in record["levels"]),
    ]
    rows: typeset.Rows = [
        [
            typeset.label(en_quality.FREQUENCY),
            *(typeset.label(f"{frequencies[index]:.1f}") for index in wanted),
        ]
    ]
    rows += [
        [typeset.label(name), *(typeset.text(_formed(values[at], form)) for at in wanted)]
        for name, values, form in lines
    ]
    width = 40 * mm
    cell = min(16 * mm, (_WIDTH - width) / max(len(wanted), 1))
    pixels = en_quality.PIXELS.format(million=level["pixels"] / 1e6, wanted=FEWEST_PIXELS / 1e6)
    return [
        typeset.ruled(rows, [width, *[cell] * len(wanted)]),
        typeset.note(f"{en_quality.MAPS_ADD} {pixels}"),
    ]


def _formed(value: float | None, form: str) -> str:
    return en_quality.NO_FIGURE if value is None else format(value, form)


def _reference(record: Record) -> Record:
    """Return the level nearest to 2.5 uGy, at which the maps and NNPS are shown."""
    levels: Sequence[Record] = record["levels"]
    return min(levels, key=lambda level: abs(math.log(level["kerma_ugy"] / 2.5)))


# Page three: uniformity and response


def _maps(record: Record) -> list[Flowable]:
    level = _reference(record)
    found = level["uniformity"]
    snr = [
        [signal / noise for signal, noise in zip(*rows, strict=True)]
        for rows in zip(found["signal_dn"], found["noise_dn"], strict=True)
    ]
    maps = (
        ("signal", en_quality.SIGNAL_MAP, found["signal_dn"], ".0f"),
        ("noise", en_quality.NOISE_MAP, found["noise_dn"], ".1f"),
        ("snr", en_quality.SNR_MAP, snr, ".1f"),
    )
    cells = [
        [
            grey_map(title, values, form, _THIRD),
            typeset.note(
                en_quality.NON_UNIFORMITY.format(
                    overall=100 * found[name]["overall"], local=100 * found[name]["local"]
                )
            ),
        ]
        for name, title, values, form in maps
    ]
    return [
        typeset.heading(en_quality.UNIFORMITY.format(kerma=_kerma(level))),
        _side_by_side(cells),
        typeset.note(en_quality.MAP_NOTE),
    ]


def _side_by_side(cells: Sequence[Flowable | list[Flowable]]) -> Table:
    table = Table([list(cells)], colWidths=[_WIDTH / len(cells)] * len(cells), hAlign="LEFT")
    table.setStyle(typeset.PLAIN)
    return table


def _response(record: Record) -> list[Flowable]:
    response = record["response"]
    return [
        typeset.heading(en_quality.RESPONSE),
        _side_by_side([_deviations(response), _noise_parts(response)]),
        typeset.note(_response_in_words(response)),
    ]


def _deviations(response: Record) -> Flowable:
    points = tuple(
        (
            level["kerma_ugy"],
            100 * (level["signal_dn"] / (response["sensitivity"] * level["kerma_ugy"]) - 1),
        )
        for level in response["levels"]
    )
    x = logarithmic_axis(en_quality.KERMA, [kerma for kerma, _ in points])
    y = fitting_axis("%", [0.0, *(off for _, off in points)], 4.0)
    curve = Curve("", points, PALETTE[0], dots=True)
    return plot(en_quality.DEVIATION, x, y, [curve], _HALF)


def _noise_parts(response: Record) -> Flowable:
    levels = response["levels"]
    kermas = [level["kerma_ugy"] for level in levels]
    found = tuple((level["kerma_ugy"], level["noise_dn"]) for level in levels)
    parts = (
        (en_quality.QUANTUM, "quantum", 1),
        (en_quality.STRUCTURE, "structure", 2),
        (en_quality.ELECTRONIC, "electronic", 0),
    )
    curves = [Curve(en_quality.MEASURED, found, PALETTE[0], dots=True)]
    for color, (word, name, power) in enumerate(parts, 1):
        if response[name] > 0:
            line = tuple((k, math.sqrt(response[name] * k**power)) for k in kermas)
            curves.append(Curve(word, line, PALETTE[color], dashed=True))
    x = logarithmic_axis(en_quality.KERMA, kermas)
    y = logarithmic_axis("DN", [max(noise, 1.0) for curve in curves for _, noise in curve.points])
    return plot(en_quality.NOISE_PARTS, x, y, curves, _HALF, Corner.LEFT)


def _response_in_words(response: Record) -> str:
    lowest = response["electronic"] / response["quantum"] if response["quantum"] else None
    highest = response["quantum"] / response["structure"] if response["structure"] else None
    return en_quality.RESPONSE_NOTE.format(
        sensitivity=response["sensitivity"],
        factory=response["factory_sensitivity"],
        lowest=measured(lowest, "µGy"),
        highest=measured(highest, "µGy"),
    )


# Page four: lag, defects and the series


def _lag_and_defects(record: Record) -> list[Flowable]:
    found = ((en_quality.BEFORE, "lag"), (en_quality.AFTER, "corrected_lag"))
    curves = [
        Curve(name, _left_over(record[key]), PALETTE[number], dots=True)
        for number, (name, key) in enumerate(found)
    ]
    shares = [share for curve in curves for _, share in curve.points]
    x = linear_axis(en_quality.SECONDS, 0.0, 1.1 * curves[0].points[-1][0])
    y = linear_axis("%", 1.2 * min(0.0, *shares), 1.2 * max(0.4, *shares))
    lag = plot(en_quality.LAG, x, y, curves, _HALF)
    return [typeset.heading(en_quality.LAG_AND_DEFECTS), _side_by_side([lag, _defects(record)])]


def _left_over(lag: Record) -> tuple[tuple[float, float], ...]:
    return tuple((each["after_s"], 100 * each["share"]) for each in lag["residuals"])


def _defects(record: Record) -> Table:
    found, dark = record["defects"], record["dark"]
    defects = found["count"]
    facts: list[tuple[str, Any]] = [
        (en_quality.DEFECTIVE, defects["pixels"]),
        *((kind.lower().replace("_", " "), n) for kind, n in defects["by_kind"].items() if n),
        (en_quality.SINGLES, defects["singles"]),
        (en_quality.CLUSTERS.format(largest=defects["largest_cluster"]), defects["clusters"]),
        (en_quality.LINES, defects["lines"]),
        (en_quality.ANOMALOUS, f"{100 * found['anomalous']:.2g} %"),
        (en_quality.DARK_LEVEL, f"{dark['level_dn']:.0f} DN"),
        (en_quality.DARK_NOISE, f"{dark['pixel_noise_dn']:.2f} / {dark['row_noise_dn']:.2f} DN"),
    ]
    rows: typeset.Rows = [[typeset.label(name), typeset.text(str(value))] for name, value in facts]
    return typeset.ruled(rows, [_HALF[0] - 34 * mm, 34 * mm])


def _trend(series: Sequence[Record]) -> list[Flowable]:
    plots = [_trend_plot(title, least, value, series) for title, least, value in _FOLLOWED]
    pairs = [_side_by_side(plots[at : at + 2]) for at in range(0, len(plots), 2)]
    first = en_quality.FIRST_OF_SERIES if len(series) == 1 else en_quality.TREND_NOTE
    said = first.format(count=len(series))
    return [typeset.heading(en_quality.TREND), *pairs, typeset.note(said)]


def _trend_plot(
    title: str, least: float, value: Callable[[Record], float | None], series: Sequence[Record]
) -> Flowable:
    start = datetime.fromisoformat(series[0]["made"])
    days = [(datetime.fromisoformat(one["made"]) - start).total_seconds() / 86400 for one in series]
    points = points_of(days, [value(one) for one in series])
    x = linear_axis(en_quality.DAYS.format(start=start), 0.0, 1.02 * days[-1] or 1.0)
    y = fitting_axis("", [figure for _, figure in points] or [0.0], least)
    curves = [Curve("", points, PALETTE[0], dots=True)]
    if len(points) > 1:
        level = points[0][1]
        curves.append(Curve("", ((x.low, level), (x.high, level)), PALETTE[1], dashed=True))
    return plot(title, x, y, curves, _FOLLOWED_SIZE)


def _at_one(values: Sequence[float | None], frequencies: Sequence[float]) -> float | None:
    """Return the value at 1 per mm, or at the highest frequency of a coarser panel."""
    return values[min(range(len(frequencies)), key=lambda index: abs(frequencies[index] - 1.0))]


def _mean_mtf(record: Record) -> float | None:
    found = [_at_one(edge["mtf"], edge["frequencies_per_mm"]) for edge in record["edges"]]
    known = [value for value in found if value is not None]
    return sum(known) / len(known) if known else None


def _reference_dqe(record: Record) -> float | None:
    level = _reference(record)
    return _at_one(_dqe(level), level["frequencies_per_mm"])


# What is followed over time: its title, the least height of its axis, and where it stands.
_FOLLOWED: Final[tuple[tuple[str, float, Callable[[Record], float | None]], ...]] = (
    (en_quality.TREND_MTF, 0.1, _mean_mtf),
    (en_quality.TREND_DQE, 0.2, _reference_dqe),
    (en_quality.TREND_SENSITIVITY, 40.0, lambda one: one["response"]["sensitivity"]),
    (en_quality.TREND_NOISE, 2.0, lambda one: one["dark"]["pixel_noise_dn"]),
    (
        en_quality.TREND_UNIFORMITY,
        5.0,
        lambda one: 100 * _reference(one)["uniformity"]["snr"]["local"],
    ),
    (en_quality.TREND_DEFECTS, 20.0, lambda one: one["defects"]["count"]["pixels"]),
)
