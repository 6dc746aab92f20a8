"""The page of a detector's quality control on sharpness, noise and DQE by frequency."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from acquisition.detector_quality.noise_power import FEWEST_PIXELS
from reports import typeset
from reports.axes import Axis, linear_axis, logarithmic_axis
from reports.plots import PALETTE, Curve, plot, points_of
from reports.quality_sheet import Record, both_axes, dqe_of, kerma_in_words, reference_level
from reports.sheet import WIDTH
from reports.wording import en_quality

_WIDE: Final = (WIDTH, 62 * mm)
# IEC 62220-1-1:2015: frequencies at which figures are reported.
_REPORTED_STEP_PER_MM: Final = 0.5


def sharpness_page(record: Record) -> list[Flowable]:
    """Return the plots of all frequencies, and the figures at those of the standard."""
    return [*_plots(record), *_reported(record)]


def _plots(record: Record) -> list[Flowable]:
    frequencies = record["levels"][0]["frequencies_per_mm"]
    x = linear_axis(en_quality.FREQUENCY, 0.0, frequencies[-1])
    return [
        typeset.heading(en_quality.SHARPNESS),
        plot("MTF", x, _unit_axis(), _mtf_curves(record), _WIDE),
        plot("NNPS", x, _nnps_axis(record), _level_curves(record, _nnps_um2), _WIDE),
        plot("DQE", x, _unit_axis(), _level_curves(record, dqe_of), _WIDE),
    ]


def _unit_axis() -> Axis:
    return linear_axis("", 0.0, 1.0)


def _nnps_axis(record: Record) -> Axis:
    values = [value for level in record["levels"] for value in _nnps_um2(level) if value]
    return logarithmic_axis(en_quality.SQUARE_UM, values)


def _nnps_um2(level: Record) -> list[float | None]:
    found = both_axes(level, "nnps_across_mm2", "nnps_down_mm2")
    return [None if value is None else value * 1e6 for value in found]


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
            kerma_in_words(level),
            points_of(level["frequencies_per_mm"], values(level)),
            PALETTE[number % len(PALETTE)],
        )
        for number, level in enumerate(record["levels"])
    ]


def _reported(record: Record) -> list[Flowable]:
    """Return the table of figures at multiples of 0.5 per mm."""
    frequencies = record["levels"][0]["frequencies_per_mm"]
    wanted = [
        index
        for index, frequency in enumerate(frequencies)
        if math.isclose(frequency / _REPORTED_STEP_PER_MM % 1, 0, abs_tol=1e-6)
        or math.isclose(frequency / _REPORTED_STEP_PER_MM % 1, 1, abs_tol=1e-6)
    ]
    level = reference_level(record)
    lines: list[tuple[str, Sequence[float | None], str]] = [
        *((f"MTF {edge['direction']}", edge["mtf"], ".3f") for edge in record["edges"]),
        (f"NNPS, µm², {kerma_in_words(level)}", _nnps_um2(level), ".3g"),
        *((f"DQE, {kerma_in_words(each)}", dqe_of(each), ".3f") for each in record["levels"]),
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
    cell = min(16 * mm, (WIDTH - width) / max(len(wanted), 1))
    pixels = en_quality.PIXELS.format(million=level["pixels"] / 1e6, wanted=FEWEST_PIXELS / 1e6)
    return [
        typeset.ruled(rows, [width, *[cell] * len(wanted)]),
        typeset.note(f"{en_quality.MAPS_ADD} {pixels}"),
    ]


def _formed(value: float | None, form: str) -> str:
    return en_quality.NO_FIGURE if value is None else format(value, form)
