import numpy as np
import pytest

from firmware_sim.patients import outlines
from firmware_sim.patients.inflate import Canvas, draw, empty_canvas, inflate
from firmware_sim.patients.parts import Matter, Part
from firmware_sim.patients.pose import Pose
from firmware_sim.physics.geometry import PanelGeometry

MATTER = Matter(
    half_depth_mm=8.0,
    cortex_mm=1.0,
    density=1.0,
    trabecular=0.2,
    grain_degrees=0.0,
    grain_offset=(0.0, 0.0),
)
DISC = Part("disc", (outlines.ellipse(np.zeros(2), 8.0, 8.0),), MATTER)


@pytest.fixture
def canvas() -> Canvas:
    return empty_canvas(Pose(PanelGeometry(60, 60, 500.0), 0.0, (0.0, 0.0)))


def test_disc_becomes_a_ball() -> None:
    distance = np.array([[0.0, 4.0, 8.0, 9.0]], np.float32)
    chords = [0.0, 2 * np.sqrt(48.0), 16.0, 16.0]
    assert inflate(distance, 8.0)[0] == pytest.approx(chords)


def test_ball_has_its_volume_and_a_bright_rim(canvas: Canvas) -> None:
    draw(canvas, DISC, label=3)
    volume_mm3 = canvas.volume_mm.sum() * 0.5**2
    assert volume_mm3 == pytest.approx(4 / 3 * np.pi * 8**3, rel=0.03)
    middle, rim = canvas.bone_mm[30, 30], canvas.bone_mm[30].max()
    assert rim > 1.1 * middle


def test_label_covers_the_bone(canvas: Canvas) -> None:
    draw(canvas, DISC, label=3)
    assert (canvas.label == 3).sum() * 0.25 == pytest.approx(np.pi * 64, rel=0.03)


def test_faded_part_counts_by_its_weight(canvas: Canvas) -> None:
    draw(canvas, DISC, label=3)
    full = canvas.bone_mm.copy()
    draw(canvas, Part("disc", DISC.outlines, MATTER, 0.25), label=4)
    assert canvas.bone_mm == pytest.approx(1.25 * full, rel=1e-5)
    assert not (canvas.label == 4).any()


def test_part_beside_the_panel_is_left_out(canvas: Canvas) -> None:
    draw(canvas, Part("far", (DISC.outlines[0] + 100.0,), MATTER), label=3)
    assert not canvas.bone_mm.any()
