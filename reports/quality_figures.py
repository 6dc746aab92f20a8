"""The page of a detector's quality control on uniformity, response, lag, defects and dark noise."""

import math
from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from reports import typeset
from reports.axes import fitting_axis, linear_axis, logarithmic_axis
from reports.figures import measured
from reports.plots import PALETTE, Curve, grey_map, plot
from reports.quality_sheet import Record, kerma_in_words, reference_level
from reports.sheet import HALF, WIDTH, side_by_side
from reports.wording import en_quality

_THIRD: Final = (WIDTH / 3 - 3 * mm, 76 * mm)


def figures_page(record: Record) -> list[Flowable]:
    """Return the maps at the reference level, and what was found at all levels and without any."""
    return [*_maps(record), *_response(record), *_lag_and_defects(record)]


def _maps(record: Record) -> list[Flowable]:
    level = reference_level(record)
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
        typeset.heading(en_quality.UNIFORMITY.format(kerma=kerma_in_words(level))),
        side_by_side(cells),
        typeset.note(en_quality.MAP_NOTE),
    ]


def _response(record: Record) -> list[Flowable]:
    response = record["response"]
    return [
        typeset.heading(en_quality.RESPONSE),
        side_by_side([_deviations(response), _noise_parts(response)]),
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
    return plot(en_quality.DEVIATION, x, y, [curve], HALF)


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
    return plot(en_quality.NOISE_PARTS, x, y, curves, HALF)


def _response_in_words(response: Record) -> str:
    lowest = response["electronic"] / response["quantum"] if response["quantum"] else None
    highest = response["quantum"] / response["structure"] if response["structure"] else None
    return en_quality.RESPONSE_NOTE.format(
        sensitivity=response["sensitivity"],
        factory=response["factory_sensitivity"],
        lowest=measured(lowest, "µGy"),
        highest=measured(highest, "µGy"),
    )


def _lag_and_defects(record: Record) -> list[Flowable]:
    found = ((en_quality.BEFORE, "lag"), (en_quality.AFTER, "corrected_lag"))
    curves = [
        Curve(name, _left_over(record[key]), PALETTE[number], dots=True)
        for number, (name, key) in enumerate(found)
    ]
    shares = [share for curve in curves for _, share in curve.points]
    x = linear_axis(en_quality.SECONDS, 0.0, 1.1 * curves[0].points[-1][0])
    y = linear_axis("%", 1.2 * min(0.0, *shares), 1.2 * max(0.4, *shares))
    lag = plot(en_quality.LAG, x, y, curves, HALF)
    return [typeset.heading(en_quality.LAG_AND_DEFECTS), side_by_side([lag, _defects(record)])]


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
    return typeset.ruled(rows, [HALF[0] - 34 * mm, 34 * mm])
