"""The calibration as a service engineer reads it."""

from pathlib import Path
from typing import Final

import numpy as np

from acquisition.array_files import write_atomically
from acquisition.calibration import Calibration
from acquisition.calibration_frames import LARGEST_TEMPERATURE_DIFFERENCE_C
from acquisition.defects import count_defects
from acquisition.errors import CalibrationNotSaved

REPORT_NAME: Final = "calibration-report.md"
# Flat-panel practice: 16 darks and 32 flats at least; fewer add their own noise to every image.
ADVISED_DARKS, ADVISED_FLATS = 16, 32


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
    technique = calibration.flat_technique
    return _section(
        "Frames",
        f"{calibration.dark_frames} darks of {calibration.integration_ms:g} ms "
        f"at {calibration.temperature_c:.1f} C",
        f"{calibration.flat_frames} flats at {technique.kv:g} kV, {technique.ma:g} mA, "
        f"{technique.ms:g} ms ({technique.mas:g} mAs), level {calibration.flat_level_dn:.0f} DN",
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
    return _section("Maps", *lines)


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
        f"Valid within {LARGEST_TEMPERATURE_DIFFERENCE_C:g} C of {calibration.temperature_c:.1f} C",
    )


def _remarks(calibration: Calibration) -> list[str]:
    remarks = []
    if calibration.dark_frames < ADVISED_DARKS:
        remarks.append(f"Fewer than {ADVISED_DARKS} darks: the offset map is noisier than advised.")
    if calibration.flat_frames < ADVISED_FLATS:
        remarks.append(f"Fewer than {ADVISED_FLATS} flats: the gain map is noisier than advised.")
    return _section("Remarks", *remarks) if remarks else []


def _section(title: str, *lines: str) -> list[str]:
    return ["", f"## {title}", *(f"- {line}" for line in lines)]
