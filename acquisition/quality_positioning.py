"""Checks of what lies on the panel, and how: a left hand, whole, alone, spread and straight."""

import math
from typing import Final

import numpy as np

from acquisition.corrections import Mask, Signal
from acquisition.finding import Finding, Severity
from acquisition.hand import Digit, Hand, NotAHand, Side
from acquisition.hand_outline import Point
from acquisition.view import Contact, View, seek_hand

# The codes of a right or mirrored hand, and of one whose side nobody can tell: page one of the
# report asks for them.
RIGHT_HAND: Final = "Q-SIDE-1"
SIDE_UNTOLD: Final = "Q-SIDE-2"
FEWER_DIGITS: Final = "Q-POS-3"
NOTHING, NO_HAND, TWO_HANDS = "Q-HAND-1", "Q-HAND-2", "Q-HAND-3"
# The code of a hand that does not lie upright, and its figure: by how many degrees the picture has
# to be turned clockwise until the fingers point up. DICOM asks for it.
TURNED_HAND, ROTATION_FIGURE = "Q-POS-5", "rotation_degrees"
# Our choice: an infant's hand covers less with its forearm (2,000 to 5,000 mm2 below half a year,
# when 1 good hand in 12 is not recognised).
SMALL_TISSUE_MM2: Final = 5500.0
# Our choice: the smallest newborn's hand covers 1,500 mm2, a lead letter 100, a large coin 500.
SMALLEST_HAND_MM2: Final = 800.0
# Our choices below, from 180 generated hands and 150 films that no campaign reports on.
# Lengths in palm radii are measured from the middle of the palm.
# The radius' joint face lies at 1.0 to 1.3, its growth plate at 1.5 in the youngest.
LEAST_FOREARM: Final = 1.5
FIVE: Final = 5
# A finger that is cut meets the edge over 8 mm or more; a thin shadow of noise over less.
SHORTEST_CUT_MM: Final = 5.0
# The forearm leaves the field within this angle of the digits' opposite.
FOREARM_WITHIN_DEG: Final = 50.0
# The thumbs of 240 hands stood apart from their neighbours by 26 degrees or more, toes lie in an
# even fan of less than 20; where only four are told apart, toes are shorter on average than this.
THUMB_APART_DEG, SHORTEST_DIGITS = 23.0, 1.0
# Digits end within this reach in palm radii; what lies beyond, but not behind the wrist, may be a
# second hand from this part of the first one's area, and is one of nearly the same size.
LONGEST_REACH, BESIDE_DEG, SECOND_AREA, PAIR_RATIO = 3.7, 45.0, 0.25, 1.4
# Neighbouring fingers that touch along more than this part of their common length lie together.
TOUCHING_PART: Final = 0.6
# The reading straightens any hand; beyond this the forearm turns with it and covers the wrist.
MOST_TURNED_DEG: Final = 30.0


def check_hand(view: View) -> Finding | None:
    """Tell when there is nothing on the panel, no hand, or more than one."""
    tissue_mm2 = float(view.region.sum()) * view.pitch_mm**2
    figures = {"tissue_mm2": tissue_mm2}
    if isinstance(view.found, NotAHand) and tissue_mm2 < SMALLEST_HAND_MM2:
        return Finding(NOTHING, Severity.REPEAT, _NOTHING, figures)
    if _shows_two(view):
        return Finding(TWO_HANDS, Severity.REPEAT, _TWO_HANDS, figures)
    if isinstance(view.found, NotAHand) or _has_toes(view.found):
        is_small = tissue_mm2 < SMALL_TISSUE_MM2
        severity, advice = (
            (Severity.WARNING, _NO_SMALL_HAND) if is_small else (Severity.REPEAT, _NO_HAND)
        )
        return Finding(NO_HAND, severity, advice, figures)
    return None


_NOTHING: Final = "Nothing lies in the beam: lay the hand on the panel, and repeat."
_NO_HAND: Final = (
    "This does not look like a hand with its fingers spread: look at the picture, and repeat with "
    "the left hand flat if it is something else or the fingers lie over one another."
)
_NO_SMALL_HAND: Final = (
    "No hand is recognised, as happens with infants: look at the picture, and repeat with the left "
    "hand flat only if it is something else or the fingers lie over one another."
)
_TWO_HANDS: Final = "More than one hand lies on the panel: repeat with the left hand alone."


def _shows_two(view: View) -> bool:
    """Tell whether two hands are found one by one: beside the first, or in the halves."""
    if not isinstance(view.found, Hand):
        return _are_a_pair(*_halves(view))
    around = _around(view.found, view.tissue.shape)
    beside = _angles_deg(view.found, view.tissue & ~around) > BESIDE_DEG
    if beside.sum() < SECOND_AREA * (view.tissue & around).sum():
        return False
    rest = seek_hand(np.where(around, np.float32(0), view.smooth), view.pitch_mm)
    return _are_a_pair(view.found, rest) or _are_a_pair(*_halves(view))


def _halves(view: View) -> tuple[Hand | NotAHand, Hand | NotAHand]:
    middle = view.smooth.shape[1] // 2
    left, right = view.smooth[:, :middle], view.smooth[:, middle:]
    return seek_hand(left, view.pitch_mm), seek_hand(right, view.pitch_mm)


def _are_a_pair(one: Hand | NotAHand, other: Hand | NotAHand) -> bool:
    """Tell whether both are hands, and of one size: half a hand and a letter are not."""
    if not (isinstance(one, Hand) and isinstance(other, Hand)):
        return False
    return abs(math.log(one.palm_radius / other.palm_radius)) < math.log(PAIR_RATIO)


def _around(hand: Hand, shape: tuple[int, ...]) -> Mask:
    """Return the disc that holds the palm with all its digits."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    far = np.hypot(columns - hand.palm[0], rows - hand.palm[1])
    return np.asarray(far <= LONGEST_REACH * hand.palm_radius)


def _angles_deg(hand: Hand, marked: Mask) -> Signal:
    """Return the angle at the palm between the wrist and every marked pixel (n,), 0 to 180."""
    rows, columns = np.nonzero(marked)
    direction = np.degrees(np.arctan2(rows - hand.palm[1], columns - hand.palm[0]))
    difference = direction - _direction_deg(hand.palm, hand.wrist)
    return np.asarray(np.abs((difference + 180.0) % 360.0 - 180.0), dtype=np.float32)


def _has_toes(hand: Hand) -> bool:
    """Tell whether five digits lie in an even fan, or four short ones do."""
    directions = np.radians([_direction_deg(hand.palm, digit.tip) for digit in hand.digits])
    apart_deg = float(np.degrees(np.abs(np.diff(np.unwrap(directions)))).max())
    lengths = [math.dist(digit.tip, digit.root) / hand.palm_radius for digit in hand.digits]
    is_short = hand.side is Side.UNCLEAR and float(np.mean(lengths)) < SHORTEST_DIGITS
    return apart_deg < THUMB_APART_DEG and (len(hand.digits) == FIVE or is_short)


def told_side(view: View) -> Side | None:
    """Return the side by which an image with one hand may be marked, None where none was found.

    With fewer than five digits it is unclear: without its thumb a hand may look like the other.
    """
    if not isinstance(view.found, Hand):
        return None
    return Side.UNCLEAR if len(view.found.digits) < FIVE else view.found.side


def check_side(view: View) -> Finding | None:
    """Warn of a right or mirrored hand, and of one whose side nobody can tell."""
    match told_side(view):
        case Side.RIGHT:
            return Finding(RIGHT_HAND, Severity.WARNING, _LOOKS_RIGHT, {})
        case Side.UNCLEAR:
            return Finding(SIDE_UNTOLD, Severity.WARNING, _SIDE_UNTOLD, {})
        case _:
            return None


_LOOKS_RIGHT: Final = (
    "This looks like a right hand, or the image is mirrored: check the patient's hand and the "
    "marker before the image is used. It is no reason to expose the child again."
)

_SIDE_UNTOLD: Final = (
    "Which hand this is cannot be told from the image: check the patient's hand and the marker "
    "before the image is used. It is no reason to expose the child again."
)


def check_digits_inside(view: View) -> Finding | None:
    """Tell when the panel's edge cuts digits or palm."""
    cut = [contact for contact in cuts(view) if not contact.is_at_blade]
    if not cut:
        return None
    return Finding("Q-POS-1", Severity.REPEAT, _CUT_DIGITS, _cut_figures(cut))


_CUT_DIGITS: Final = (
    "A finger, the thumb or the palm runs out of the panel: repeat with the whole hand inside."
)


def check_wrist_inside(view: View) -> Finding | None:
    """Tell when the panel ends before the growth plates of radius and ulna."""
    cut = [contact for contact in _cut_wrists(view) if not contact.is_at_blade]
    if not cut:
        return None
    return Finding("Q-POS-2", Severity.REPEAT, _CUT_WRIST, _cut_figures(cut))


_CUT_WRIST: Final = (
    "The wrist is cut off: repeat with the hand higher, so that the ends of radius and ulna show."
)


def check_collimation(view: View) -> Finding | None:
    """Tell when a blade of the collimator cuts digits, palm or wrist."""
    cut = [contact for contact in (*cuts(view), *_cut_wrists(view)) if contact.is_at_blade]
    if not cut:
        return None
    return Finding("Q-COL-1", Severity.REPEAT, _CLIPPED, _cut_figures(cut))


_CLIPPED: Final = "The collimator cuts into the hand: open it, and repeat."


def _cut_figures(cut: list[Contact]) -> dict[str, float]:
    return {"places": float(len(cut)), "longest_mm": max(contact.length_mm for contact in cut)}


def cuts(view: View) -> list[Contact]:
    """Return where the edge of the field cuts something else than the forearm."""
    long = [contact for contact in view.contacts if contact.length_mm >= SHORTEST_CUT_MM]
    if isinstance(view.found, Hand):
        return [contact for contact in long if _is_of_digits(view.found, contact)]
    # What is no hand may leave the panel once, as a forearm does; blades are set around a hand.
    at_panel = [contact for contact in long if not contact.is_at_blade]
    once_less = sorted(at_panel, key=lambda contact: contact.length_mm)[:-1]
    return [*once_less, *(contact for contact in long if contact.is_at_blade)]


def _is_of_digits(hand: Hand, contact: Contact) -> bool:
    """Tell whether it lies beside the forearm, or begins beside it close to the palm."""
    close = math.dist(contact.nearest, hand.palm) < LEAST_FOREARM * hand.palm_radius
    begins_beside = close and _from_wrist_deg(hand, contact.nearest) > FOREARM_WITHIN_DEG
    return begins_beside or _from_wrist_deg(hand, contact.middle) > FOREARM_WITHIN_DEG


def _cut_wrists(view: View) -> list[Contact]:
    """Return where the forearm leaves the field too near to the palm."""
    return [contact for reach, contact in _forearm_ends(view) if reach < LEAST_FOREARM]


def forearm_shown(view: View) -> float:
    """Return how far from the middle of the palm the forearm shows, in palm radii.

    Infinite where it ends inside the field, or where there is no hand.
    """
    return min((reach for reach, _ in _forearm_ends(view)), default=math.inf)


def _forearm_ends(view: View) -> list[tuple[float, Contact]]:
    if not isinstance(view.found, Hand):
        return []
    hand = view.found
    return [
        (math.dist(contact.nearest, hand.palm) / hand.palm_radius, contact)
        for contact in view.contacts
        if contact.length_mm >= SHORTEST_CUT_MM and not _is_of_digits(hand, contact)
    ]


def _from_wrist_deg(hand: Hand, place: Point) -> float:
    """Return the angle at the palm between the wrist and a place, 0 to 180."""
    difference = _direction_deg(hand.palm, place) - _direction_deg(hand.palm, hand.wrist)
    return abs((difference + 180.0) % 360.0 - 180.0)


def _direction_deg(start: Point, end: Point) -> float:
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def check_spread(view: View) -> Finding | None:
    """Tell when fingers lie side by side without air between them, or over one another."""
    if not isinstance(view.found, Hand) or _has_toes(view.found):
        return None
    hand, digits = view.found, view.found.digits
    parts = [_touching_part(view, hand, *pair) for pair in zip(digits, digits[1:], strict=False)]
    figures = {"digits": float(len(digits)), "touching_part": max(parts)}
    if len(digits) < FIVE and not cuts(view):
        return Finding(FEWER_DIGITS, Severity.WARNING, _FEWER_DIGITS, figures)
    if max(parts) <= TOUCHING_PART:
        return None
    return Finding("Q-POS-4", Severity.WARNING, _TOUCHING, figures)


_FEWER_DIGITS: Final = (
    "Fewer than five digits can be told apart: repeat only if fingers lie over one another."
)
_TOUCHING: Final = (
    "Fingers lie against each other: repeat only if their bones overlap in the picture, and spread "
    "them next time."
)


def _touching_part(view: View, hand: Hand, one: Digit, other: Digit) -> float:
    """Return along which part of their common length two neighbours have no air between them."""
    begin = max(math.dist(digit.root, hand.palm) for digit in (one, other))
    end = min(math.dist(digit.tip, hand.palm) for digit in (one, other))
    # The web at the root is skin, and at the tip there is always air.
    reaches = np.linspace(begin + 0.35 * (end - begin), begin + 0.9 * (end - begin), 24)
    between = [_between(view, hand, one, other, float(reach)) for reach in reaches]
    return float(np.mean(between)) if end > begin else 0.0


def _between(view: View, hand: Hand, one: Digit, other: Digit, reach: float) -> bool:
    """Tell whether there is tissue all the way from one digit to the other at this reach."""
    ends = [_at_reach(hand, digit, reach) for digit in (one, other)]
    count = max(3, round(2 * math.dist(*ends)))
    places = np.rint(np.linspace(ends[0], ends[1], count)).astype(int)
    rows, columns = view.tissue.shape
    across, down = np.minimum(np.maximum(places, 0), (columns - 1, rows - 1)).T
    return bool(view.tissue[down, across].all())


def _at_reach(hand: Hand, digit: Digit, reach: float) -> Point:
    near, far = math.dist(digit.root, hand.palm), math.dist(digit.tip, hand.palm)
    part = (reach - near) / max(far - near, 1e-6)
    return (
        digit.root[0] + part * (digit.tip[0] - digit.root[0]),
        digit.root[1] + part * (digit.tip[1] - digit.root[1]),
    )


def check_rotation(view: View) -> Finding | None:
    """Tell when the hand lies far from upright on the panel."""
    if not isinstance(view.found, Hand) or abs(view.found.rotation_deg) <= MOST_TURNED_DEG:
        return None
    to_turn = view.found.rotation_deg
    message = (
        f"The hand lies turned by {abs(to_turn):.0f} degrees: the reading straightens it. {_NEXT}"
    )
    return Finding(TURNED_HAND, Severity.WARNING, message, {ROTATION_FIGURE: to_turn})


_NEXT: Final = "Lay the middle finger in line with the forearm next time; do not repeat for this."
