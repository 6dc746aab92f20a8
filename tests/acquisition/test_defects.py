from dataclasses import replace

import numpy as np
import pytest

from acquisition.calibration import calibrate
from acquisition.defects import DefectKind, count_defects


def test_every_injected_defect_is_found(panel, calibration):
    assert np.all(calibration.defect_mask[panel.defects])


def test_false_alarms_are_at_most_one_in_a_hundred_thousand(panel, calibration):
    false = calibration.defect_mask & ~panel.defects
    assert false.mean() <= 1e-5


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("stuck", DefectKind.DEAD),
        ("weak", DefectKind.UNDER_RESPONDING),
        ("warm", DefectKind.HOT),
        ("full", DefectKind.HOT),
        ("restless", DefectKind.NOISY),
    ],
)
def test_each_defect_is_called_what_it_is(panel, calibration, name, kind):
    where = getattr(panel, name) & ~panel.full if name == "stuck" else getattr(panel, name)
    assert np.all(calibration.defects[where] & kind)


def test_noisy_line_is_found_whole(panel, made):
    def with_noisy_row(frames):
        for number, frame in enumerate(frames):
            pixels = frame.pixels.astype(np.int64)
            pixels[100] += np.random.default_rng(number).integers(-60, 61, pixels.shape[1])
            yield replace(frame, pixels=np.clip(pixels, 0, 65535).astype(np.uint16))

    found = calibrate(with_noisy_row(panel.darks(8)), panel.flats(4), 1024.0, made)
    assert np.all(found.defects[100] & DefectKind.NOISY_LINE)
    assert not np.any(found.defects[102, ~panel.defects[102]])


def test_shapes_are_counted():
    defects = np.zeros((60, 60), dtype=np.uint8)
    defects[5, 5] = DefectKind.DEAD
    defects[10:13, 10:13] = DefectKind.HOT
    defects[30, :] = DefectKind.DEAD
    defects[40:, 50:52] = DefectKind.DEAD
    defects[:, 20] = DefectKind.DEAD
    defects[58:, 3] = DefectKind.DEAD
    count = count_defects(defects)
    assert (count.singles, count.clusters, count.lines) == (1, 2, 3)
    assert count.pixels == 1 + 9 + 60 + 40 + 59 + 2
    assert count.largest_cluster == 9
    assert count.by_kind["HOT"] == 9


def test_perfect_panel_has_nothing_to_count():
    count = count_defects(np.zeros((8, 8), dtype=np.uint8))
    assert (count.pixels, count.largest_cluster) == (0, 0)
