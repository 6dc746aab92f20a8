"""What a service engineer lays on the panel instead of a hand: an edge and a step wedge."""

import numpy as np

from firmware_sim.patients.errors import PatientError
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.metal import Metal

# IEC 62220-1-1 wants 1.5 to 3 degrees; the rim may also lie along the rows, 90 degrees further.
STEEPEST_DEGREES, FLATTEST_DEGREES = -45.0, 135.0
# The wedge: steps of aluminium 1 mm each, 20 mm long and 60 mm wide in the panel's middle (our
# choice: from the finger's to beyond the wrist's attenuation at 50 kV).
WEDGE_STEPS, STEP_MM, STEP_LENGTH_MM, WEDGE_WIDTH_MM = 12, 1.0, 20.0, 60.0


def edge_angle(value: str) -> float:
    """Return the angle in degrees from upright; raises PatientError."""
    try:
        angle = float(value)
    except ValueError:
        angle = float("nan")
    if not STEEPEST_DEGREES <= angle <= FLATTEST_DEGREES:
        raise PatientError(
            f"The edge's angle cannot be {value!r};"
            f" use a number from {STEEPEST_DEGREES:g} to {FLATTEST_DEGREES:g}."
        )
    return angle


def step_wedge(geometry: PanelGeometry) -> Metal:
    """Return the aluminium wedge, its thinnest step at the finger tips' end of the panel."""
    height, width = geometry.size_mm
    down = (np.arange(geometry.rows) + 0.5) * geometry.pitch_mm - height / 2.0
    across = (np.arange(geometry.columns) + 0.5) * geometry.pitch_mm - width / 2.0
    step = np.floor(down / STEP_LENGTH_MM) + WEDGE_STEPS // 2
    on_it = (step >= 0) & (step < WEDGE_STEPS)
    thickness = np.where(on_it, (step + 1.0) * STEP_MM, 0.0)
    covered = np.abs(across) < WEDGE_WIDTH_MM / 2.0
    return Metal("aluminium", np.outer(thickness, covered).astype(np.float32))
