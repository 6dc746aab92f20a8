"""A film, or any picture of a hand, laid out as the checks look at the unit's own images."""

import math
from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Mask, Signal
from acquisition.hand import (
    SMALLEST_SIDE,
    WORKING_SIDE,
    Hand,
    NotAHand,
    Tone,
    find_hand,
    find_hand_in_whole,
)
from acquisition.hand_field import find_field
from acquisition.view import (
    AROUND_MM,
    TISSUE_ABOVE,
    VIEW_MM,
    Contact,
    View,
    contacts_of,
    disc_grown,
    in_largest,
    scaled,
)

# Of a film neither pixel size nor exposure are known. Its hand is taken for one with a palm of this
# radius whose bright bone attenuates so much (the middle of 180 generated hands).
PALM_OF_FILM_MM, BONE_OF_FILM = 25.0, 1.2
# The brightest bone, but for letters on it; the bare film lies this close to the hand.
BRIGHT_QUANTILE, BARE_WITHIN = 0.97, 0.25
# A quarter of a film at least is bare, and more than a hundredth is bone; a film without a larger
# hand is taken for the whole panel's.
BARE_OF_FILM, BRIGHTEST_OF_FILM, PANEL_MM = 0.25, 0.005, 300.0
# Our choices, of which 16 in 31 films that had been refused were then found whole: the border is so
# broad, in shares of the sides; greys are raised to this power.
BORDER, SPREAD_GAMMA, BORDER_QUANTILE = 0.06, 0.45, 0.002
# Borders of films and lines are thinner than a digit, which is 0.4 palm radii wide and more.
THINNER_THAN_DIGIT: Final = 0.12
# Where a film's edge meets the hand: this close to palm or tip, in palm radii.
NEAR_PALM, NEAR_TIP = 1.8, 0.5
# A diaphragm's field is found somewhat too narrow: only what cuts into the palm is certain.
ACROSS_PALM: Final = 1.1
# Where a diaphragm ends, as a share of the longer side: 3 pixels of those it is sought on.
EDGE_OF_FIELD: Final = 0.0125


def look_at_film(picture: NDArray[np.generic], hand: Hand) -> View:
    """Lay out a hand that was found in a film or any picture as the checks look at it.

    Greys are taken for attenuation from the bare film to bright bone, lengths for those of a hand
    of middling size: what is told in mm or by the noise is told roughly.
    """
    factor = max(1, round(VIEW_MM / PALM_OF_FILM_MM * hand.palm_radius))
    rows, columns = (size // factor for size in picture.shape)
    whole = picture[: rows * factor, : columns * factor].astype(np.float32)
    coarse = np.asarray(
        cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.float32
    )
    found = scaled(hand, 1 / factor, (rows, columns))
    sharp = _as_attenuation(coarse, found)
    smooth = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 1.0), dtype=np.float32)
    field = _field_of_film(found)
    region = _with_palm(found)
    pitch_mm = PALM_OF_FILM_MM / found.palm_radius
    return View(
        sharp=sharp,
        smooth=smooth,
        pitch_mm=pitch_mm,
        field=field,
        tissue=np.asarray(smooth > TISSUE_ABOVE),
        found=found,
        region=region,
        contacts=tuple(
            contact
            for contact in contacts_of(field, region, found, pitch_mm)
            if _is_of_hand(found, contact)
        ),
    )


def _field_of_film(hand: Hand) -> Mask:
    """Return what a diaphragm left free, less its edge: the mask ends somewhat within it."""
    if hand.field is None:
        return np.ones(hand.mask.shape, dtype=np.bool_)
    width = 2 * round(EDGE_OF_FIELD * max(hand.mask.shape)) + 1
    kernel = np.ones((width, width), np.uint8)
    return np.asarray(cv2.erode(hand.field.astype(np.uint8), kernel, borderValue=1) > 0)


def _is_of_hand(hand: Hand, contact: Contact) -> bool:
    """Tell whether palm or digits end there: frames and strips of films join the mask elsewhere."""
    to_palm = math.dist(contact.nearest, hand.palm) / hand.palm_radius
    if contact.is_at_blade:
        return to_palm < ACROSS_PALM
    to_tip = min(math.dist(contact.middle, digit.tip) for digit in hand.digits)
    return to_palm < NEAR_PALM or to_tip < NEAR_TIP * hand.palm_radius


def _with_palm(hand: Hand) -> Mask:
    """Return what of the mask hangs together with the palm: no border of the film, no letters."""
    reach = round(THINNER_THAN_DIGIT * hand.palm_radius)
    # Beyond the picture's edge the hand goes on.
    wide = np.pad(hand.mask.astype(np.uint8), reach + 1, mode="edge")
    core = np.asarray(cv2.distanceTransform(wide, cv2.DIST_L2, 5) > reach, dtype=np.uint8)
    inside = np.s_[reach + 1 : -reach - 1, reach + 1 : -reach - 1]
    opened = disc_grown(core, float(reach))[inside] & hand.mask
    _, labels = cv2.connectedComponents(opened.astype(np.uint8))
    across, down = (round(at) for at in hand.palm)
    return np.asarray(opened.astype(np.bool_) & (labels == labels[down, across]))


def find_on_film(picture: NDArray[np.generic]) -> Hand | NotAHand:
    """Find the hand in a film or any picture; an infant's also where it is lost in the whole."""
    found = find_hand(picture)
    if isinstance(found, Hand) or min(picture.shape, default=0) < 2 or picture.ndim != 2:
        return found
    grey = picture.astype(np.float32)
    bare, bright = np.quantile(grey, (BARE_OF_FILM, 1 - BRIGHTEST_OF_FILM))
    if not bright > bare:
        return found
    shown = (grey - bare) * np.float32(BONE_OF_FILM / (bright - bare))
    closer = in_largest(np.maximum(shown, np.float32(0)), AROUND_MM / PANEL_MM * max(grey.shape))
    return found if closer is None or isinstance(closer, NotAHand) else closer


def find_again_on_film(picture: NDArray[np.generic]) -> Iterator[Hand | NotAHand]:
    """Look for the hand once or twice more, where letters, a border or a shade may have hidden it.

    Dark greys are spread, and no diaphragm is believed in. First the border of the film is blanked,
    then, where a field of the film looks exposed, all around it.
    """
    if min(picture.shape, default=0) < SMALLEST_SIDE or picture.ndim != 2:
        return
    grey = picture.astype(np.float32)
    shown = _stretched(grey, np.ones(grey.shape, np.bool_))
    yield find_hand_in_whole(_alone(shown, _without_border(grey.shape)))
    field = _exposed_field(shown)
    if field is not None:
        yield find_hand_in_whole(_alone(_stretched(grey, field), field))


def _stretched(grey: Signal, inside: Mask) -> Signal:
    darkest, brightest = np.quantile(grey[inside], (BORDER_QUANTILE, 1 - BORDER_QUANTILE))
    span = max(float(brightest - darkest), 1e-6)
    return np.asarray(np.clip((grey - darkest) / span, 0, 1), np.float32)


def _alone(shown: Signal, inside: Mask) -> Signal:
    """Spread dark greys, and give what lies around the grey of the bare film."""
    bare = np.float32(np.quantile(shown[inside], BARE_OF_FILM))
    return np.asarray(np.where(inside, shown, bare) ** SPREAD_GAMMA, np.float32)


def _without_border(shape: tuple[int, ...]) -> Mask:
    rows, columns = (round(BORDER * side) for side in shape)
    inside = np.zeros(shape, np.bool_)
    inside[rows : shape[0] - rows, columns : shape[1] - columns] = True
    return inside


def _exposed_field(shown: Signal) -> Mask | None:
    scale = min(1.0, WORKING_SIDE / max(shown.shape))
    small = cv2.resize(shown, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    field = find_field(np.asarray(small, np.float32))
    if field is None:
        return None
    size = (shown.shape[1], shown.shape[0])
    return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_NEAREST) > 0)


def _as_attenuation(grey: Signal, hand: Hand) -> Signal:
    """Scale greys so that the film beside the hand is 0 and bright bone is `BONE_OF_FILM`."""
    white = grey if hand.tone is Tone.BONE_WHITE else -grey
    near = disc_grown(hand.mask.astype(np.uint8), BARE_WITHIN * hand.palm_radius) > 0
    beside = near & ~hand.mask
    bare = float(np.median(white[beside])) if beside.any() else float(white.min())
    bright = float(np.quantile(white[hand.mask], BRIGHT_QUANTILE)) if hand.mask.any() else bare
    scale = BONE_OF_FILM / max(bright - bare, 1e-6)
    return np.asarray((white - bare) * np.float32(scale), dtype=np.float32)
