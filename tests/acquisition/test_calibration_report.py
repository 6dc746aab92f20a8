from dataclasses import replace

from acquisition.calibration_report import report_text, save_report


def test_report_tells_panel_frames_defects_and_validity(calibration):
    text = report_text(calibration)
    for words in (
        "Serial number TB-1",
        "750 x 600 pixels of 400 um",
        "16 darks of 500 ms at 27.0 C",
        "32 flats at 50 kV (32 at 0.6 mAs: ",
        "Dark current: not measured",
        "Linearity: not measured",
        "Lag: not measured, not corrected",
        "noisy: 10",
        "valid until 2026-03-09 08:00 UTC",
        "Dark maps valid until 2026-03-03 08:00 UTC and within 3 C of 27.0 C",
    ):
        assert words in text
    assert "Fewer than" not in text
    assert "no row reference" in text


def test_report_says_when_frames_were_few(calibration):
    dark = replace(calibration.dark, frames=4)
    levels = (replace(calibration.flat_levels[0], frames=8),)
    text = report_text(replace(calibration, dark=dark, flat_levels=levels))
    assert "Fewer than 16 darks" in text
    assert "Fewer than 14 flats" in text


def test_report_lies_beside_the_maps(calibration, tmp_path):
    path = save_report(calibration, tmp_path)
    assert path.read_text() == report_text(calibration)
