import numpy as np
import pytest

from firmware_sim.patients import outlines


def area(outline: outlines.Points) -> float:
    x, y = outline.T
    return float(abs(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2


def test_ellipse_has_its_area() -> None:
    outline = outlines.ellipse(np.array([3.0, 4.0]), 2.0, 5.0)
    assert area(outline) == pytest.approx(np.pi * 10, rel=0.01)


def test_smooth_curve_runs_through_its_corners() -> None:
    corners = np.array([(0.0, 0.0), (4.0, 1.0), (5.0, 5.0), (1.0, 4.0)])
    curve = outlines.smooth_curve(corners, 40)
    distances = np.linalg.norm(curve[:, None] - corners[None], axis=2)
    assert distances.min(axis=0) == pytest.approx(0.0, abs=1e-12)


def test_long_bone_is_narrowest_in_its_shaft() -> None:
    tube = outlines.Tube(60.0, 15.0, 8.0, 14.0, 0.07, 0.15, 0.0)
    widths = tube.width_at(np.linspace(0, 60, 61))
    assert 25 < np.argmin(widths) < 50
    assert widths.min() == pytest.approx(8.0, rel=0.02)


def test_epiphysis_caps_the_plate_with_horns() -> None:
    plain, capped = (outlines.plate_outline(6.0, 4.0, horns) for horns in (0.0, 1.0))
    lift = (capped - plain)[:, 1]
    assert lift.max() > 0.4
    assert lift[np.abs(plain[:, 0]) < 4.0] == pytest.approx(0.0)
    assert lift[plain[:, 1] < 0.0] == pytest.approx(0.0)


def test_turning_is_clockwise() -> None:
    assert outlines.turned(np.array([0.0, 1.0]), 90.0) == pytest.approx([1.0, 0.0])
    assert outlines.direction(90.0) == pytest.approx([1.0, 0.0])
