"""The calibration as a service engineer reads it."""

from pathlib import Path
from typing import Final

import numpy as np

from acquisition.array_files import write_atomically
from acquisition.calibration_checks import LARGEST_TEMPERATURE_DIFFERENCE_C
from acquisition.calibration_maps import Calibration
from acquisition.calibration_validity import MOST_EXPOSURES
from acquisition.corrections import SATURATION_DN
from acquisition.defects import count_defects
from acquisition.errors import CalibrationNotSaved

REPORT_NAME: Final = "calibration-report.md"
# Flat-panel practice: 16 darks at least; 14 flats of up to 33000 DN hold as many quanta as the
# usual 32 of 11000 DN. Fewer add their own noise to every image.
ADVISED_DARKS, ADVISED_FLATS = 16, 14


def save_report(calibration: Calibration, folder: Path) -> Path:
    """Write the report beside the maps; raises `CalibrationNotSaved`."""
    path = folder / REPORT_NAME
    try:
        write_atomically(path, report_text(calibration).encode())
    except OSError as exc:
        raise CalibrationNotSaved(
            f"The calibration report could not be written to {folder}. Check the disk."
        ) from exc
    return path


def report_text(calibration: Calibration) -> str:
    """Return the report in Markdown: panel, frames, maps, defects, validity, what to watch."""
    parts = (_panel, _frames, _maps, _defects, _validity, _remarks)
    return (
        "\n".join(["# Calibration report", *(line for part in parts for line in part(calibration))])
        + "\n"
    )


def _panel(calibration: Calibration) -> list[str]:
    rows, columns = calibration.offset.shape
    return _section(
        "Panel",
        f"Serial number {calibration.serial}, model {calibration.model}, "
        f"firmware {calibration.firmware_version}",
        f"{rows} x {columns} pixels of {calibration.pixel_pitch_um:g} um",
        f"Sensitivity at RQA3: {calibration.sensitivity_rqa3:.1f} DN per uGy",
    )


def _frames(calibration: Calibration) -> list[str]:
    technique, dark = calibration.flat_technique, calibration.dark
    times = f"{dark.integration_ms:g} ms"
    if dark.longest_ms > dark.shortest_ms:
        times = f"{dark.shortest_ms:g} to {dark.longest_ms:g} ms"
    levels = (
        f"{level.frames} at {level.mas:.3g} mAs: {level.level_dn:.0f} DN"
        for level in calibration.flat_levels
    )
    return _section(
        "Frames",
        f"{dark.frames} darks of {times} at {dark.temperature_c:.1f} C, "
        f"made {dark.made:%Y-%m-%d %H:%M %Z}",
        f"{calibration.flat_frames} flats at {technique.kv:g} kV ({', '.join(levels)}), "
        f"mean level {calibration.flat_level_dn:.0f} DN",
    )


def _maps(calibration: Calibration) -> list[str]:
    good = ~calibration.defect_mask
    lines = []
    for name, array, unit in (
        ("Offset", calibration.offset, " DN"),
        ("Gain", calibration.gain, ""),
    ):
        low, middle, high = np.percentile(array[good][::7], (0.5, 50, 99.5))
        lines.append(f"{name}: median {middle:.4g}{unit}, 99 % between {low:.4g} and {high:.4g}")
    return _section("Maps", *lines, _current(calibration), _bend(calibration), _lag(calibration))


def _current(calibration: Calibration) -> str:
    dark = calibration.dark
    if dark.current is None:
        return "Dark current: not measured (darks of one integration time)"
    middle = float(np.median(dark.current[::7]))
    return (
        f"Dark current: median {middle:.3g} DN per s at {dark.temperature_c:.1f} C, doubles in "
        f"{dark.doubling_c:.1f} C ({dark.doubling})"
    )


def _bend(calibration: Calibration) -> str:
    if calibration.curvature is None:
        return "Linearity: not measured (flats of one level)"
    bend = float(np.median(calibration.curvature)) * SATURATION_DN
    return f"Linearity: the response bends by {bend:.2%} up to full scale; corrected"


def _lag(calibration: Calibration) -> str:
    if calibration.lag is None:
        return "Lag: not measured, not corrected"
    lag = calibration.lag
    terms = ", ".join(
        f"{part:.2g} with {1 / rate:.2g} s"
        for rate, part in zip(lag.rates_per_s, lag.parts, strict=True)
    )
    return (
        f"Lag: {lag.part_after(1.0):.2%} after 1 s, {lag.part_after(20.0):.4%} after 20 s "
        f"({terms}); corrected for {lag.memory_s:.0f} s"
    )


def _defects(calibration: Calibration) -> list[str]:
    count = count_defects(calibration.defects)
    return _section(
        "Defects",
        f"{count.pixels} pixels ({count.pixels / calibration.defects.size:.4%}): "
        f"{count.singles} single, {count.clusters} clusters (largest {count.largest_cluster}), "
        f"{count.lines} lines",
        *(
            f"{name.lower().replace('_', ' ')}: {pixels}"
            for name, pixels in count.by_kind.items()
            if pixels
        ),
    )


def _validity(calibration: Calibration) -> list[str]:
    return _section(
        "Validity",
        f"Made {calibration.created:%Y-%m-%d %H:%M %Z}, valid until "
        f"{calibration.valid_until:%Y-%m-%d %H:%M %Z}",
        f"Dark maps valid until {calibration.dark.valid_until:%Y-%m-%d %H:%M %Z} and within "
        f"{LARGEST_TEMPERATURE_DIFFERENCE_C:g} C of {calibration.temperature_c:.1f} C; new darks "
        "need no X-rays (boneage calibrate --dark-only)",
        f"Valid for {MOST_EXPOSURES} exposures, for firmware {calibration.firmware_version}",
    )


def _remarks(calibration: Calibration) -> list[str]:
    remarks = []
    if calibration.dark_frames < ADVISED_DARKS:
        remarks.append(f"Fewer than {ADVISED_DARKS} darks: the offset map is noisier than advised.")
    if calibration.flat_frames < ADVISED_FLATS:
        remarks.append(f"Fewer than {ADVISED_FLATS} flats: the gain map is noisier than advised.")
    if calibration.dark.row_reference is None:
        remarks.append("The panel sends no row reference: row noise is not corrected.")
    return _section("Remarks", *remarks) if remarks else []


def _section(title: str, *lines: str) -> list[str]:
    return ["", f"## {title}", *(f"- {line}" for line in lines)]
