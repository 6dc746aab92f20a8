"""Read the bone age of a hand from its pixels and the sex, and from nothing else."""

import math
from dataclasses import replace
from typing import Final

from acquisition.corrections import Signal
from acquisition.display import attenuation
from acquisition.exposure_index import NO_X_RAYS
from acquisition.film_view import find_on_film, look_at_film
from acquisition.hand import Hand, NotAHand
from acquisition.quality_exposure import is_washed_out
from acquisition.radiograph import Radiograph
from acquisition.view import hand_on_panel, look_at
from bone_age.model import ReadingModel
from bone_age.readable import (
    WASHED_OUT,
    doubts_of_exposure,
    doubts_of_film,
    why_exposure_not_read,
    why_film_not_read,
)
from bone_age.reading import BoneAgeReading, Sex

# models/hand-1/CARD.md: under 2 years are rare in the films (89 of 12,311, 4 of the held-out ones),
# and small children are read too old.
RARE_BELOW_MONTHS: Final = 24.0
RARE: Final = (
    "The model learnt from few children with a bone age under 2 years: it may read too old here."
)


def read_bone_age(model: ReadingModel, radiograph: Radiograph, sex: Sex) -> BoneAgeReading:
    """Read an image of the unit, or refuse with reasons; say what makes the reading doubtful.

    The pixels are taken as attenuation; dose, dates and pixel size do not come into the number.
    """
    view = look_at(radiograph)
    if view is None:
        return _refused(model, (NO_X_RAYS,))
    if is_washed_out(radiograph):
        return _refused(model, (WASHED_OUT,))
    picture = attenuation(radiograph.pixels, radiograph.indication.direct_dn)
    reasons = why_exposure_not_read(view)
    seen = hand_on_panel(view, radiograph)
    if reasons or isinstance(seen, NotAHand):
        return _refused(model, reasons)
    hand = _as_on_film(picture, seen)
    return _doubted(_read(model, picture, hand, sex), doubts_of_exposure(view))


def _as_on_film(picture: Signal, seen: Hand) -> Hand:
    """Return the hand as it is found in a file, so that a visit's image and file are read alike.

    Where it is lost in the whole picture, as an infant's may be, it is the one that was seen.
    """
    found = find_on_film(picture)
    if isinstance(found, Hand) and math.dist(found.palm, seen.palm) < seen.palm_radius:
        return found
    return seen


def read_picture_bone_age(model: ReadingModel, picture: Signal, sex: Sex) -> BoneAgeReading:
    """Read a grey picture (rows, columns) as `read_picture` returns it, or refuse with reasons."""
    hand = find_on_film(picture)
    if isinstance(hand, NotAHand):
        return _refused(model, hand.reasons)
    view = look_at_film(picture, hand)
    reasons = why_film_not_read(view)
    if reasons:
        return _refused(model, reasons)
    return _doubted(_read(model, picture, hand, sex), doubts_of_film(view))


def _read(model: ReadingModel, picture: Signal, hand: Hand, sex: Sex) -> BoneAgeReading:
    """Read a hand that was found in the picture."""
    # Rounded here, once: screen, report and result say the same number.
    months = round(model.read(model.crop(picture, hand), sex), 1)
    youngest, oldest = model.range_months
    if not youngest <= months <= oldest:
        return _refused(
            model, ("The hand looks younger or older than any that the model was calibrated on.",)
        )
    interval = (max(0.0, months - model.error_months), months + model.error_months)
    return BoneAgeReading(months, interval, model.coverage, (), model.method, model.identity)


def _doubted(reading: BoneAgeReading, doubts: tuple[str, ...]) -> BoneAgeReading:
    """Put the doubts beside the number; where there is none there is nothing to doubt."""
    months = reading.bone_age_months
    if months is None:
        return reading
    return replace(reading, doubts=(*doubts, RARE) if months < RARE_BELOW_MONTHS else doubts)


def _refused(model: ReadingModel, reasons: tuple[str, ...]) -> BoneAgeReading:
    return BoneAgeReading(None, None, None, reasons, model.method, model.identity)
