"""What lies on the hand or around it, and is none of it: a plaster cast, or metal."""

from typing import Final

import cv2
import numpy as np

from acquisition.finding import Finding, Severity
from acquisition.quality_image import check_metal
from acquisition.view import View

# The code of a cast: no bone age is read through it, and nothing is repeated for it.
CAST: Final = "Q-OBJ-3"
# Close under the skin flesh is thin: generated hands attenuate there by 1.1 at most. The wall of a
# cast is seen edge-on there, and attenuates by 1.5 and more.
EDGE_ON_ABOVE: Final = 1.3
# Where a wall of 3 to 6 mm shows, and the half-shadow of skin and blade does not.
NEAREST_MM, DEEPEST_MM = 1.5, 3.5
FROM_BLADE_MM: Final = 6.5
# 40 generated casts had 0.25 or more of their outline so dense, 70 generated hands with and without
# other faults 0.012 at most, 90 real films that thresholds may be set on 0.023 at most.
LEAST_SHARE: Final = 0.1


def check_objects(view: View) -> Finding | None:
    """Tell of a cast or, where there is none, of metal: bone behind plaster is as dense as that."""
    return check_cast(view) or check_metal(view)


def check_cast(view: View) -> Finding | None:
    """Tell when something dense surrounds hand or forearm."""
    depth_mm, from_blade_mm = (
        cv2.distanceTransform(marked.astype(np.uint8), cv2.DIST_L2, 5) * view.pitch_mm
        for marked in (view.region, view.field)
    )
    rim = (depth_mm > NEAREST_MM) & (depth_mm < DEEPEST_MM) & (from_blade_mm > FROM_BLADE_MM)
    share = float((view.smooth[rim] > EDGE_ON_ABOVE).mean()) if rim.any() else 0.0
    if share < LEAST_SHARE:
        return None
    return Finding(CAST, Severity.WARNING, _CAST, {"share_of_outline": share})


_CAST: Final = (
    "Something dense surrounds the hand or the forearm, such as a plaster cast: a doctor decides "
    "whether the growth plates show behind it; do not repeat while it is on."
)
