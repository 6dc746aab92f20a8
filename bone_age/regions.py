"""Where the crop shows the parts of the hand that are read each for itself."""

from typing import Final

from acquisition.hand import Hand
from bone_age.crop import Corners, Window, corners_in_picture
from bone_age.reading import Region

# Left, top, right, bottom in shares of the crop's side, looked up in the crops of films of all
# ages; carpals and growth plates of the forearm lie close together, so that each window has a
# margin of the other. Even about the middle: the crop may be mirrored.
WINDOWS: Final[dict[Region, Window]] = {
    Region.FINGERS: (0.0, 0.0, 1.0, 0.6),
    Region.CARPALS: (0.18, 0.55, 0.82, 0.82),
    Region.WRIST: (0.15, 0.68, 0.85, 1.0),
}


def region_corners(hand: Hand) -> dict[Region, Corners]:
    """Return the corners of each region's window in the picture that the hand was found in."""
    return {region: corners_in_picture(hand, window) for region, window in WINDOWS.items()}
