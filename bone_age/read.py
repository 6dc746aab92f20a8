"""Read the bone age of a hand from its pixels and the sex, and from nothing else."""

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
from bone_age.crop import crop_hand
from bone_age.model import ReadingModel
from bone_age.readable import (
    SHORTEST_FOREARM,
    SHORTEST_ON_FILM,
    WASHED_OUT,
    doubts_of_exposure,
    doubts_of_film,
    why_not_read,
)
from bone_age.reading import BoneAgeReading, Sex

METHOD: Final = "Greulich-Pyle style, by a convolutional net on the whole hand and wrist"


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
    reasons = why_not_read(view, SHORTEST_FOREARM)
    hand = hand_on_panel(view, radiograph)
    if reasons or isinstance(hand, NotAHand):
        return _refused(model, reasons)
    return _doubted(_read(model, picture, hand, sex), doubts_of_exposure(view))


def read_picture_bone_age(model: ReadingModel, picture: Signal, sex: Sex) -> BoneAgeReading:
    """Read a grey picture (rows, columns) as `read_picture` returns it, or refuse with reasons."""
    hand = find_on_film(picture)
    if isinstance(hand, NotAHand):
        return _refused(model, hand.reasons)
    view = look_at_film(picture, hand)
    reasons = why_not_read(view, SHORTEST_ON_FILM)
    if reasons:
        return _refused(model, reasons)
    return _doubted(_read(model, picture, hand, sex), doubts_of_film(view))


def _read(model: ReadingModel, picture: Signal, hand: Hand, sex: Sex) -> BoneAgeReading:
    """Read a hand that was found in the picture."""
    months = model.read(crop_hand(picture, hand, model.pixels), sex)
    youngest, oldest = model.range_months
    if not youngest <= months <= oldest:
        return _refused(
            model, ("The hand looks younger or older than any that the model was calibrated on.",)
        )
    interval = (max(0.0, months - model.error_months), months + model.error_months)
    return BoneAgeReading(months, interval, model.coverage, (), METHOD, model.identity)


def _doubted(reading: BoneAgeReading, doubts: tuple[str, ...]) -> BoneAgeReading:
    """Put the doubts beside the number; where there is none there is nothing to doubt."""
    return reading if reading.refused else replace(reading, doubts=doubts)


def _refused(model: ReadingModel, reasons: tuple[str, ...]) -> BoneAgeReading:
    return BoneAgeReading(None, None, None, reasons, METHOD, model.identity)
