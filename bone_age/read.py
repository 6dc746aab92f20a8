"""Read the bone age of a hand from its pixels and the sex, and from nothing else."""

from typing import Final

from acquisition.corrections import Signal
from acquisition.display import attenuation
from acquisition.exposure_index import NO_SIGNAL_DN, NO_X_RAYS
from acquisition.hand import NotAHand, find_hand
from acquisition.radiograph import Radiograph
from bone_age.crop import crop_hand
from bone_age.model import ReadingModel
from bone_age.reading import BoneAgeReading, Sex

METHOD: Final = "Greulich-Pyle style, by a convolutional net on the whole hand and wrist"


def read_bone_age(model: ReadingModel, radiograph: Radiograph, sex: Sex) -> BoneAgeReading:
    """Read an image of the unit, or refuse with reasons.

    The pixels are taken as attenuation; dose, dates and pixel size do not come in.
    """
    direct_dn = radiograph.indication.direct_dn
    if direct_dn < NO_SIGNAL_DN:
        return _refused(model, (NO_X_RAYS,))
    return read_picture_bone_age(model, attenuation(radiograph.pixels, direct_dn), sex)


def read_picture_bone_age(model: ReadingModel, picture: Signal, sex: Sex) -> BoneAgeReading:
    """Read a grey picture (rows, columns) as `read_picture` returns it, or refuse with reasons."""
    hand = find_hand(picture)
    if isinstance(hand, NotAHand):
        return _refused(model, hand.reasons)
    months = model.read(crop_hand(picture, hand, model.pixels), sex)
    youngest, oldest = model.range_months
    if not youngest <= months <= oldest:
        return _refused(
            model, ("The hand looks younger or older than any that the model was calibrated on.",)
        )
    interval = (max(0.0, months - model.error_months), months + model.error_months)
    return BoneAgeReading(months, interval, model.coverage, (), METHOD, model.identity)


def _refused(model: ReadingModel, reasons: tuple[str, ...]) -> BoneAgeReading:
    return BoneAgeReading(None, None, None, reasons, METHOD, model.identity)
