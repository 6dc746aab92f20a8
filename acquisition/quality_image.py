"""Checks of the picture itself: metal, motion, noise."""

import math
from typing import Final

import cv2
import numpy as np

from acquisition.corrections import Mask, Signal
from acquisition.finding import Finding, Severity
from acquisition.hand import Hand
from acquisition.view import View, disc_grown

# 1 cm of bone with 2 cm of soft tissue attenuates by 2.34 and scatter makes it less; generated
# hands end at 1.7, metal begins at 3.1.
METAL_ABOVE: Final = 2.6
# A stud or the loop of a hair tie is larger.
SMALLEST_METAL_MM2: Final = 3.0
# The code of metal on the hand: its bone age is doubtful.
METAL_ON_HAND: Final = "Q-OBJ-1"
# What lies within this distance of the hand's skin covers it, with its own half-shadow.
ON_HAND_MM: Final = 1.0


def check_metal(view: View) -> Finding | None:
    """Tell of what no bone attenuates so much: on the hand, or beside it."""
    metal = _pieces_of_metal(view)
    area_mm2 = float(metal.sum()) * view.pitch_mm**2
    if not area_mm2:
        return None
    figures = {"area_mm2": area_mm2}
    if metal_on_hand(view).any():
        return Finding(METAL_ON_HAND, Severity.REPEAT, _METAL_ON_HAND, figures)
    return Finding("Q-OBJ-2", Severity.NOTE, _METAL_BESIDE, figures)


def metal_on_hand(view: View) -> Mask:
    """Mark where metal covers flesh, or lies within `ON_HAND_MM` of it."""
    return np.asarray(_pieces_of_metal(view) & _skin(view))


_METAL_ON_HAND: Final = (
    "Metal lies on the hand or the forearm (ring, bracelet, watch): take it off, and repeat; where "
    "it covers no growth plate a doctor may accept the image."
)
_METAL_BESIDE: Final = (
    "Metal lies beside the hand: if it is no marker, take it away next time; do not repeat for it."
)


def _pieces_of_metal(view: View) -> Mask:
    marked = ((view.smooth > METAL_ABOVE) & view.field).astype(np.uint8)
    count, labels, figures, _ = cv2.connectedComponentsWithStats(marked)
    large = np.asarray(figures)[:, cv2.CC_STAT_AREA] * view.pitch_mm**2 >= SMALLEST_METAL_MM2
    large[0] = False
    return np.asarray(large[labels], dtype=np.bool_)


def _skin(view: View) -> Mask:
    """Return what lies around or under the skin: a ring is metal in the middle of it."""
    flesh = ((view.smooth < METAL_ABOVE) & view.region).astype(np.uint8)
    return np.asarray(disc_grown(flesh, ON_HAND_MM / view.pitch_mm) > 0)


# Gaussian blurs in mm whose gradients are compared. An edge blurred by w keeps
# sqrt((coarse^2 + w^2) / (fine^2 + w^2)) of its sharpness: 2.5 without, 1.6 with 2 mm of motion.
FINE_MM, COARSE_MM = 0.4, 1.0
# Edges weaker than this in 1/mm are noise and marbling.
WEAKEST_EDGE: Final = 0.02
# The skin, and what lies this close to it, is round and never sharp.
UNDER_SKIN_MM: Final = 1.2
# The sharpest edges tell: those above this quantile are step-like in every hand.
SHARPEST: Final = 0.85
# Directions in which edges are collected, each over the edges within this angle; fewer edges than
# this tell nothing.
DIRECTIONS, WITHIN_DEG, FEWEST_EDGES = 8, 20.0, 60
# Sharpness of a hand that lies still, by the angle of the edge's normal from across the fingers to
# along them and on; medians of 140 generated hands and 150 films that no campaign reports on.
STILL: Final = (2.23, 2.24, 2.39, 2.59, 2.69, 2.64, 2.54, 2.30)
# Of still hands and films 99 of 100 had at least 0.85 of it, hands that moved by 2 mm 0.7 to 0.9,
# by 2.5 mm at most 0.82.
LEAST_SHARPNESS: Final = 0.84
# They were measured on pixels of 0.4 mm.
COARSEST_MM: Final = 0.5
# The code of a hand that moved.
MOVED: Final = "Q-MOT-1"
# Our choice: of 57 good hands with smaller palms (under about three years) 5 looked as if they had
# moved, because their edges are too round for the blurs above, the largest with a palm of 20 mm; of
# 59 larger ones up to four years none did.
SMALLEST_PALM_MM: Final = 22.0
# The growth plates of radius and ulna lie within this of the palm's middle, in palm radii.
WITH_WRIST: Final = 1.6


def check_motion(view: View) -> Finding | None:
    """Tell when edges are unsharp in one direction or in all.

    Pixels coarser than those that a still hand was measured on tell nothing.
    """
    if not isinstance(view.found, Hand) or view.pitch_mm > COARSEST_MM:
        return None
    sharpness = _sharpness(view, view.found)
    if sharpness is None or sharpness >= LEAST_SHARPNESS:
        return None
    palm_mm = view.found.palm_radius * view.pitch_mm
    figures = {"sharpness": sharpness, "palm_radius_mm": palm_mm}
    if palm_mm < SMALLEST_PALM_MM:
        return Finding(MOVED, Severity.WARNING, _MOTION_OF_SMALL, figures)
    return Finding(MOVED, Severity.REPEAT, _MOTION, figures)


_MOTION: Final = (
    "The hand moved during the exposure, its edges are blurred: hold it still, and repeat if the "
    "growth plates cannot be seen."
)

_MOTION_OF_SMALL: Final = (
    "The edges look blurred, which in so small a hand may be its round bones: look at the picture, "
    "and repeat only if you see that the hand moved."
)


def _sharpness(view: View, hand: Hand) -> float | None:
    """Return the sharpness in the worst direction against that of a still hand, None untold."""
    ratio, angle_deg, edges = _edges(view, hand)
    chosen = edges & _under_skin(view) & _above_forearm(hand, view.sharp.shape)
    ratios, angles = ratio[chosen], angle_deg[chosen]
    shares, told = np.zeros(DIRECTIONS), np.zeros(DIRECTIONS)
    for number in range(DIRECTIONS):
        apart = np.abs((angles - number * 180.0 / DIRECTIONS + 90.0) % 180.0 - 90.0)
        here = ratios[apart < WITHIN_DEG]
        if here.size >= FEWEST_EDGES:
            shares[number], told[number] = np.quantile(here, SHARPEST) / STILL[number], 1.0
    # Motion blurs neighbouring directions too; a single one that is low is chance.
    weight = 2 * told + np.roll(told, 1) + np.roll(told, -1)
    total = 2 * shares + np.roll(shares, 1) + np.roll(shares, -1)
    return float((total[told > 0] / weight[told > 0]).min()) if told.any() else None


def _edges(view: View, hand: Hand) -> tuple[Signal, Signal, Mask]:
    """Return fine over coarse gradient, its direction from across the fingers, and the edges."""
    across, down = _gradient(view.sharp, COARSE_MM / view.pitch_mm)
    fine_across, fine_down = _gradient(view.sharp, FINE_MM / view.pitch_mm)
    strength = cv2.magnitude(across, down)
    # Along the coarse gradient noise of the fine one has no preferred sign.
    along = fine_across * across + fine_down * down
    ratio = along / np.maximum(strength * strength, np.float32(1e-9))
    angle = np.degrees(np.arctan2(down, across)) + np.float32(hand.rotation_deg)
    strong = np.asarray(strength, np.float32) > WEAKEST_EDGE * view.pitch_mm
    edges = strong & _crests(np.asarray(strength, np.float32), across, down)
    return np.asarray(ratio, np.float32), np.asarray(angle, np.float32), edges


def _gradient(image: Signal, sigma: float) -> tuple[Signal, Signal]:
    """Return the change per pixel across and down of the image blurred by `sigma` pixels."""
    blurred = cv2.GaussianBlur(image, (0, 0), sigma)
    across, down = (
        cv2.Sobel(blurred, -1, *order, ksize=1, scale=0.5) for order in ((1, 0), (0, 1))
    )
    return np.asarray(across, np.float32), np.asarray(down, np.float32)


def _crests(strength: Signal, across: Signal, down: Signal) -> Mask:
    """Mark where the gradient is greatest along itself: the middle of each edge."""
    direction = np.rint(np.degrees(np.arctan2(down, across)) / 45.0).astype(int) % 4
    rows, columns = strength.shape
    around = np.pad(strength, 1)
    marked = np.zeros(strength.shape, np.bool_)
    for number, (row, column) in enumerate(((0, 1), (1, 1), (1, 0), (1, -1))):
        before = around[1 - row : 1 - row + rows, 1 - column : 1 - column + columns]
        after = around[1 + row : 1 + row + rows, 1 + column : 1 + column + columns]
        marked |= (direction == number) & (strength >= before) & (strength >= after)
    return marked


def _under_skin(view: View) -> Mask:
    # Nothing ends at the edge of the field: the tissue goes on beyond it.
    depth = cv2.distanceTransform(view.tissue.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(depth * view.pitch_mm > UNDER_SKIN_MM)


def _above_forearm(hand: Hand, shape: tuple[int, ...]) -> Mask:
    """Return the hand with its wrist: the long shafts of the forearm would outvote it."""
    near = disc_grown(hand.mask.astype(np.uint8), 4.0) > 0
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    across, down = hand.wrist[0] - hand.palm[0], hand.wrist[1] - hand.palm[1]
    along = (columns - hand.palm[0]) * across + (rows - hand.palm[1]) * down
    return np.asarray(near & (along < WITH_WRIST * hand.palm_radius * math.hypot(across, down)))


# The code of a picture that is lost in noise.
TOO_NOISY: Final = "Q-NOISE-1"
# 1 mm of cortical bone behind a hand attenuates the 50 kV beam by about 0.11 (ICRU-44 at 38 keV:
# 0.47 cm2/g x 1.92 g/cm3 = 0.09 per mm, 0.13 at 33 keV).
BONE_CONTRAST: Final = 0.11
# Rose, J Opt Soc Am 1948;38:196: a detail is seen with certainty from five times its noise.
ROSE: Final = 5.0
# The noise of one pixel alone, by the median of what this kernel leaves; its gain is 6 (Immerkaer,
# Comput Vis Image Underst 1996;64:300), a normal deviate's median is 0.6745.
_LEFT_OVER: Final = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_LEFT_OVER_GAIN, _NORMAL_MEDIAN = 6.0, 0.6745


def check_noise(view: View) -> Finding | None:
    """Tell when 1 mm of bone on 1 mm2 is lost in the noise behind the hand."""
    ratio = _contrast_to_noise(view, 1)
    if ratio >= ROSE:
        return None
    figures = {"contrast_to_noise": ratio}
    return Finding(TOO_NOISY, Severity.REPEAT, _TOO_NOISY, figures)


def is_film_lost_in_noise(view: View) -> bool:
    """Tell the same of a film, of whose noise scaling and compression take the finest away.

    At pixels of twice the size more of the noise is left, but fine bone is taken for noise as well:
    the geometric mean of both ratios decides.
    """
    return _contrast_to_noise(view, 1) * _contrast_to_noise(view, 2) < ROSE**2


def _contrast_to_noise(view: View, binning: int) -> float:
    """Return by how much 1 mm of bone on 1 mm2 exceeds the noise in pixels so many times larger."""
    region = view.found.mask if isinstance(view.found, Hand) else view.region
    rows, columns = (side // binning for side in region.shape)

    def binned(pixels: Signal) -> Signal:
        whole = pixels[: rows * binning, : columns * binning]
        return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA))

    left = np.abs(cv2.filter2D(binned(view.sharp), -1, _LEFT_OVER))
    left = left[binned(region.astype(np.float32)) > 0]
    if not left.size:
        return math.inf
    noise_pixel = float(np.median(left)) / (_LEFT_OVER_GAIN * _NORMAL_MEDIAN)
    return BONE_CONTRAST / max(noise_pixel * binning * view.pitch_mm, 1e-9)


_TOO_NOISY: Final = (
    "Growth plates are lost in noise: repeat with more mAs unless a doctor finds it readable."
)


# Bones are told from what lies around them over this distance, under the skin by this much.
BONE_MM, UNDER_BRIGHT_SKIN_MM = 3.0, 2.5
# Films begin at 0.09, newborns at 0.05; of a washed-out or evenly grey hand less than 0.02 is left.
LEAST_BONE_CONTRAST: Final = 0.03


def bone_contrast(view: View) -> float:
    """Return by how much attenuation the clearest fifth of the bones stands out in the hand."""
    depth = cv2.distanceTransform(view.region.astype(np.uint8), cv2.DIST_L2, 5) * view.pitch_mm
    inside = np.asarray(depth > UNDER_BRIGHT_SKIN_MM)
    if not inside.any():
        return 0.0
    # Averaged within the hand alone: its skin is no bone.
    hand = view.region.astype(np.float32)
    sums, shares = (
        cv2.GaussianBlur(part, (0, 0), BONE_MM / view.pitch_mm)
        for part in (view.smooth * hand, hand)
    )
    around = np.asarray(sums / np.maximum(shares, np.float32(1e-6)))
    return float(np.quantile(np.abs(view.smooth - around)[inside], 0.8))


def is_blank(view: View) -> bool:
    """Tell whether no bone stands out in the hand."""
    return bone_contrast(view) < LEAST_BONE_CONTRAST
