"""A radiograph as the checks look at it: measured once, judged many times."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from acquisition.calibration_checks import check_size
from acquisition.corrections import Mask, Signal
from acquisition.display import attenuation
from acquisition.exposure_index import NO_SIGNAL_DN
from acquisition.hand import Digit, Hand, NotAHand, Side, find_hand
from acquisition.hand_outline import Bits, Point
from acquisition.radiograph import Radiograph

# A finger of an infant has 15 of these pixels, and noise of 0.3 uGy does not show on them.
VIEW_MM: Final = 0.4
# A blade lets less than 0.01 through, and scatter from the hand adds up to 0.03; 1 cm of bone with
# 2 cm of soft tissue lets 0.096 through.
BLADE_BELOW: Final = 0.05
# Blades are straight: what they cover has at least this share of the panel's shorter side on its
# edge. A coin that lies on the edge has less.
BLADE_SHARE: Final = 0.25
# 0.12 is about 4 mm of soft tissue at 50 kV (2 cm attenuate by 0.73).
TISSUE_ABOVE: Final = 0.12
# Air that is left around the hand where it is looked for.
AROUND_MM: Final = 12.0
# Width of the half-shadow of a blade and of the blurred edge of the field.
EDGE_MM: Final = 2.0


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the hand meets the edge of the field: how long, where, and whether a blade is there.

    `nearest` is the place of it that is nearest to the palm, or to the picture's middle.
    """

    length_mm: float
    middle: Point
    nearest: Point
    is_at_blade: bool


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A coarse picture of the attenuation (rows, columns) and what was found on it.

    `sharp` is the attenuation as measured, `smooth` with its noise averaged over a pixel more and 0
    under blades. `field` is where the beam reached the panel, `tissue` where something lies in it,
    `region` what of it is connected with the hand, or the largest piece. All is in pixels of this
    picture, which are `pitch_mm` wide; `contacts` are where the region runs out of the field.
    """

    sharp: Signal
    smooth: Signal
    pitch_mm: float
    field: Mask
    tissue: Mask
    found: Hand | NotAHand
    region: Mask
    contacts: tuple[Contact, ...]

    @property
    def side(self) -> Side | None:
        """Which hand it looks like, None where there is none."""
        return self.found.side if isinstance(self.found, Hand) else None


def look_at(radiograph: Radiograph) -> View | None:
    """Find field, tissue and hand; None where the image holds no X-rays.

    Raises `FrameUnusable` for an image of a size that no panel has.
    """
    check_size(radiograph.pixels.shape, radiograph.pixel_pitch_um)
    direct_dn = radiograph.indication.direct_dn
    if direct_dn < NO_SIGNAL_DN:
        return None
    coarse, pitch_mm = _coarse(radiograph)
    blurred = np.asarray(cv2.GaussianBlur(coarse, (0, 0), 1.0), dtype=np.float32)
    dense = attenuation(blurred, direct_dn)
    field = _field(dense, pitch_mm)
    shown = np.where(field, dense, np.float32(0))
    tissue = np.asarray(shown > TISSUE_ABOVE)
    found = seek_hand(shown, pitch_mm)
    region = _hand_region(tissue, found)
    return View(
        sharp=attenuation(coarse, direct_dn),
        smooth=shown,
        pitch_mm=pitch_mm,
        field=field,
        tissue=tissue,
        found=found,
        region=region,
        contacts=tuple(contacts_of(field, region, found, pitch_mm)),
    )


def seek_hand(shown: Signal, pitch_mm: float) -> Hand | NotAHand:
    """Look for the hand where most tissue lies: an infant's is lost in the whole field."""
    found = in_largest(shown, AROUND_MM / pitch_mm)
    # Most of the tissue may be something else.
    return find_hand(shown) if found is None or isinstance(found, NotAHand) else found


def in_largest(shown: Signal, around: float) -> Hand | NotAHand | None:
    """Look for the hand in the largest piece of tissue with some pixels around; None without."""
    tissue = np.asarray(shown > TISSUE_ABOVE, dtype=np.uint8)
    count, _, figures, _ = cv2.connectedComponentsWithStats(tissue)
    if count == 1:
        return None
    left, top, width, height = np.asarray(figures)[1:][figures[1:, cv2.CC_STAT_AREA].argmax(), :4]
    margin = round(around)
    left, top = max(0, left - margin), max(0, top - margin)
    part = np.s_[top : top + height + 2 * margin, left : left + width + 2 * margin]
    # Of grey levels in the noise of the air the search would learn nothing.
    found = find_hand(np.where(shown[part] > TISSUE_ABOVE / 2, shown[part], np.float32(0)))
    if isinstance(found, NotAHand):
        return found
    return _moved(found, (left, top), shown.shape, part)


def _moved(
    hand: Hand, corner: tuple[int, int], shape: tuple[int, ...], part: tuple[slice, slice]
) -> Hand:
    """Return a hand found in a part of the picture in the whole picture's pixels."""

    mask = np.zeros(shape, dtype=np.bool_)
    mask[part] = hand.mask

    def moved(point: Point) -> Point:
        return (point[0] + corner[0], point[1] + corner[1])

    return _with_points(replace(hand, field=None), mask, moved)


def scaled(hand: Hand, factor: float, shape: tuple[int, int]) -> Hand:
    """Return the hand in a picture of this shape with so many times the pixels along a side."""
    move = (factor - 1) / 2
    affine = np.array([[factor, 0.0, move], [0.0, factor, move]])

    def warped(marked: Mask) -> Mask:
        bits, size = marked.astype(np.uint8), (shape[1], shape[0])
        return np.asarray(cv2.warpAffine(bits, affine, size, flags=cv2.INTER_NEAREST) > 0)

    def moved(point: Point) -> Point:
        return (point[0] * factor + move, point[1] * factor + move)

    field = None if hand.field is None else warped(hand.field)
    larger = replace(hand, palm_radius=hand.palm_radius * factor, field=field)
    return _with_points(larger, warped(hand.mask), moved)


def hand_on_panel(view: View, radiograph: Radiograph) -> Hand | NotAHand:
    """Return the hand that was found, in the pixels of the radiograph that was looked at."""
    if isinstance(view.found, NotAHand):
        return view.found
    factor = view.pitch_mm * 1000 / radiograph.pixel_pitch_um
    rows, columns = radiograph.pixels.shape
    return scaled(view.found, factor, (rows, columns))


def _with_points(hand: Hand, mask: Mask, moved: Callable[[Point], Point]) -> Hand:
    digits = tuple(Digit(moved(digit.tip), moved(digit.root)) for digit in hand.digits)
    return replace(hand, mask=mask, palm=moved(hand.palm), wrist=moved(hand.wrist), digits=digits)


def _coarse(radiograph: Radiograph) -> tuple[Signal, float]:
    """Average whole pixels of the panel to about `VIEW_MM`."""
    factor = max(1, round(VIEW_MM * 1000 / radiograph.pixel_pitch_um))
    rows, columns = (size // factor for size in radiograph.pixels.shape)
    whole = radiograph.pixels[: rows * factor, : columns * factor]
    coarse = cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(coarse, dtype=np.float32), radiograph.pixel_pitch_um * factor / 1000


def _field(dense: Signal, pitch_mm: float) -> Mask:
    """Return what the beam reached: not what blades cover from the panel's edge inwards."""
    covered = np.asarray(dense > -math.log(BLADE_BELOW), dtype=np.uint8)
    count, labels = cv2.connectedComponents(covered)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    long = np.bincount(edge, minlength=count) >= BLADE_SHARE * min(dense.shape)
    long[0] = False
    blades = np.asarray(long[labels], dtype=np.uint8)
    if not blades.any():
        return np.ones(dense.shape, dtype=np.bool_)
    return np.asarray(disc_grown(blades, EDGE_MM / pitch_mm) == 0)


def disc_grown(marked: Bits, pixels: float) -> Bits:
    """Return the mask grown by so many pixels all round."""
    distance = cv2.distanceTransform(1 - marked, cv2.DIST_L2, 5)
    return np.asarray(distance <= pixels, dtype=np.uint8)


def contacts_of(
    free: Mask, region: Mask, found: Hand | NotAHand, pitch_mm: float
) -> Iterator[Contact]:
    """Yield where the region meets the outermost mm of the field."""
    width = max(1, round(1.0 / pitch_mm))
    kernel = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
    field = free.astype(np.uint8)
    inner = cv2.erode(field, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    meeting = np.asarray((field > inner) & region, dtype=np.uint8)
    at_panel = np.zeros(field.shape, np.bool_)
    at_panel[:width], at_panel[-width:], at_panel[:, :width], at_panel[:, -width:] = (True,) * 4
    count, labels, figures, middles = cv2.connectedComponentsWithStats(meeting)
    middle = (labels.shape[1] / 2, labels.shape[0] / 2)
    palm = found.palm if isinstance(found, Hand) else middle
    for number in range(1, count):
        here = labels == number
        yield Contact(
            float(figures[number, cv2.CC_STAT_AREA]) * pitch_mm / width,
            (float(middles[number][0]), float(middles[number][1])),
            _nearest(here, palm),
            float(at_panel[here].mean()) < 0.5,
        )


def _nearest(marked: Mask, place: Point) -> Point:
    rows, columns = np.nonzero(marked)
    at = int(np.hypot(columns - place[0], rows - place[1]).argmin())
    return (float(columns[at]), float(rows[at]))


def _hand_region(tissue: Mask, found: Hand | NotAHand) -> Mask:
    _, labels = cv2.connectedComponents(tissue.astype(np.uint8))
    within = labels[found.mask] if isinstance(found, Hand) else labels.ravel()
    pieces = np.bincount(within, minlength=1)
    pieces[0] = 0
    return np.asarray((labels == int(pieces.argmax())) & tissue, dtype=np.bool_)
