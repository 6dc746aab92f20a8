from dataclasses import replace

from acquisition.calibration_report import report_text, save_report


def test_report_tells_panel_frames_defects_and_validity(calibration):
    text = report_text(calibration)
    for words in (
        "Serial number TB-1",
        "750 x 600 pixels of 400 um",
        "16 darks of 500 ms at 27.0 C",
        "32 flats at 50 kV, 50 mA, 12 ms (0.6 mAs)",
        "noisy: 10",
        "valid until 2026-03-03 08:00 UTC",
        "Valid within 3 C of 27.0 C",
    ):
        assert words in text
    assert "Remarks" not in text


def test_report_says_when_frames_were_few(calibration):
    text = report_text(replace(calibration, dark_frames=4, flat_frames=8))
    assert "Fewer than 16 darks" in text
    assert "Fewer than 32 flats" in text


def test_report_lies_beside_the_maps(calibration, tmp_path):
    path = save_report(calibration, tmp_path)
    assert path.read_text() == report_text(calibration)
