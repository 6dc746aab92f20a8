"""What keeps a hand from being read, and what makes its bone age doubtful.

The checks of `acquisition` advise whoever stands beside the child; here they decide. What the net
needs must be in the picture: one hand, whole, with the ends of radius and ulna, its bones neither
washed out, nor lost in noise, nor in a cast, its wrist not under metal. What else they find is said
beside the number.
"""

import math
from typing import Final

import cv2
import numpy as np

from acquisition.hand import Hand
from acquisition.quality_image import (
    check_motion,
    check_noise,
    is_blank,
    is_film_lost_in_noise,
    metal_on_hand,
)
from acquisition.quality_objects import check_cast
from acquisition.quality_positioning import (
    FEWER_DIGITS,
    LEAST_FOREARM,
    check_hand,
    check_spread,
    cuts,
    forearm_shown,
)
from acquisition.view import View
from bone_age.crop import BELOW_PALM, SMALLEST_SIDE, Crop

MORE_THAN_ONE: Final = "More than one hand is in the picture."
_NO_HAND: Final = {
    "Q-HAND-1": "Nothing lies in the beam.",
    "Q-HAND-2": "This does not look like a hand with its fingers spread.",
    "Q-HAND-3": MORE_THAN_ONE,
}
_CUT: Final = "A finger, the thumb or the palm is cut off."
_NO_WRIST: Final = "The wrist is cut off: the ends of radius and ulna do not show."
_SHORT_WRIST: Final = (
    "The forearm ends close to the wrist: the growth plates of radius and ulna may not show."
)
WASHED_OUT: Final = "The hand is washed out: no bones stand out in it."
_NOISY: Final = "The bones are lost in noise."
FEW_PIXELS: Final = (
    f"The picture has too few pixels for bones to show, fewer than {SMALLEST_SIDE} across: use the "
    "full picture."
)
# From the middle of the palm in palm radii, where the joint face lies at 1.0 to 1.3: nearer,
# generated hands were read wrong by a year and more. Of films that were squashed to a square, which
# shortens the forearm, radiologists read 3 in 300 that end between the two.
SHORTEST_FOREARM, SHORTEST_ON_FILM = 1.3, 1.15

_CAST: Final = "Something dense, such as a plaster cast, surrounds the hand or the forearm."
_METAL_ON_WRIST: Final = "Metal lies on the wrist: it covers carpal bones, radius or ulna."

_FEWER: Final = "Fewer than five digits can be told apart."
_METAL: Final = "Metal lies on the hand or the forearm."
_MOVED: Final = "The hand may have moved during the exposure."


# How much of the crop's detail is fine: differences of blurs with these sigmas, in 256ths of its
# side (about 0.65 mm of a child's hand), by the 95th percentile on the hand less its skin.
CROP_SIDE: Final = 256
FINE_DETAIL, COARSE_DETAIL = (0.5, 1.0), (2.0, 4.0)
ON_HAND_ABOVE, SKIN = 0.25, 5
# docs/models.md, "Blurred films": 1 of 286 good films lies below; of the same films blurred by 4
# pixels of 950 all but 3, by 8 pixels all.
LEAST_FINE_SHARE: Final = 0.345
BLURRED: Final = (
    "The bones are blurred, as by motion or in a picture of too few pixels: a reading may be off."
)


def why_film_not_read(view: View) -> tuple[str, ...]:
    """Return the reasons for which nothing may be read in any picture, none where it can be.

    A second hand of any size is one too many: the net might read the other child's.
    """
    if isinstance(view.found, Hand) and not view.found.is_alone:
        return (MORE_THAN_ONE,)
    return _why_not_read(view, SHORTEST_ON_FILM, is_noisy=is_film_lost_in_noise(view))


def as_told_of(shape: tuple[int, ...], reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Blame too few pixels instead of noise where the picture is smaller than the smallest crop."""
    if min(shape) >= SMALLEST_SIDE:
        return reasons
    return tuple(FEW_PIXELS if reason == _NOISY else reason for reason in reasons)


def why_exposure_not_read(view: View) -> tuple[str, ...]:
    """Return the reasons for which nothing may be read in the unit's own image.

    Plaster and metal are told by how much they attenuate, which is only guessed of a film.
    """
    is_so = (
        (check_cast(view) is not None, _CAST),
        (_is_metal_on_wrist(view), _METAL_ON_WRIST),
    )
    objects = (reason for applies, reason in is_so if applies)
    is_noisy = check_noise(view) is not None
    return (*_why_not_read(view, SHORTEST_FOREARM, is_noisy=is_noisy), *objects)


def _why_not_read(view: View, shortest_forearm: float, *, is_noisy: bool) -> tuple[str, ...]:
    """`shortest_forearm` is in palm radii."""
    what = check_hand(view)
    if what is not None:
        return (_NO_HAND[what.code],)
    is_so = (
        (bool(cuts(view)), _CUT),
        (forearm_shown(view) < shortest_forearm, _NO_WRIST),
        (is_blank(view), WASHED_OUT),
        (is_noisy, _NOISY),
    )
    return tuple(reason for applies, reason in is_so if applies)


def _is_metal_on_wrist(view: View) -> bool:
    """Tell whether metal lies between the middle of the palm and the end of the net's frame."""
    if not isinstance(view.found, Hand):
        return False
    rows, columns = np.nonzero(metal_on_hand(view))
    across, down = columns - view.found.palm[0], rows - view.found.palm[1]
    turn = math.radians(view.found.rotation_deg)
    below = across * math.sin(turn) + down * math.cos(turn)
    return bool(((below > 0) & (below < BELOW_PALM * view.found.palm_radius)).any())


def doubts_of_film(view: View) -> tuple[str, ...]:
    """Return what makes the reading of any picture doubtful: what the hand's outline tells."""
    spread = check_spread(view)
    is_so = (
        (forearm_shown(view) < LEAST_FOREARM, _SHORT_WRIST),
        (spread is not None and spread.code == FEWER_DIGITS, _FEWER),
    )
    return tuple(doubt for applies, doubt in is_so if applies)


def doubts_of_crop(crop: Crop) -> tuple[str, ...]:
    """Return what makes the reading of any picture doubtful: how sharp its bones are.

    `crop` is the hand as `crop_hand` cuts it out.
    """
    return (BLURRED,) if fine_share(crop) < LEAST_FINE_SHARE else ()


def fine_share(crop: Crop) -> float:
    """Return how much fine detail the hand in a crop shows beside its coarse detail."""
    pixel = crop.shape[0] / CROP_SIDE
    kernel = np.ones((max(1, round(SKIN * pixel)),) * 2, np.uint8)
    inside = cv2.erode((crop > ON_HAND_ABOVE).astype(np.uint8), kernel) > 0
    if not inside.any():
        return math.inf
    fine, coarse = (
        float(
            np.quantile(np.abs(_blurred(crop, a * pixel) - _blurred(crop, b * pixel))[inside], 0.95)
        )
        for a, b in (FINE_DETAIL, COARSE_DETAIL)
    )
    return fine / max(coarse, 1e-9)


def _blurred(crop: Crop, sigma: float) -> Crop:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma), np.float32)


def doubts_of_exposure(view: View) -> tuple[str, ...]:
    """Return what makes the reading of the unit's own image doubtful.

    Metal and motion are told by the pixel size and the exposure, which no film says.
    """
    is_so = (
        (bool(metal_on_hand(view).any()), _METAL),
        (check_motion(view) is not None, _MOVED),
    )
    return (*(doubt for applies, doubt in is_so if applies), *doubts_of_film(view))
