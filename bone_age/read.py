"""Read the bone age of a hand from its pixels and the sex, and from nothing else."""

import math
import statistics
from dataclasses import replace
from typing import Final

from acquisition.corrections import Signal
from acquisition.display import attenuation
from acquisition.exposure_index import NO_X_RAYS
from acquisition.film_view import find_again_on_film, find_on_film, look_at_film
from acquisition.hand import Hand, NotAHand
from acquisition.quality_exposure import is_washed_out
from acquisition.radiograph import Radiograph
from acquisition.view import hand_on_panel, look_at
from bone_age.crop import Crop, crop_hand
from bone_age.description import LEAST_ERROR_MONTHS, OLDEST_MONTHS, Framing
from bone_age.local_calibration import corrected
from bone_age.model import ReadingModel, Said
from bone_age.readable import (
    CROP_SIDE,
    MORE_THAN_ONE,
    WASHED_OUT,
    as_told_of,
    doubts_of_crop,
    doubts_of_exposure,
    doubts_of_film,
    why_exposure_not_read,
    why_film_not_read,
)
from bone_age.reading import (
    BoneAgeReading,
    LookedAt,
    ModelIdentity,
    Region,
    RegionReading,
    Sex,
)

# models/hand-2.2/CARD.md: under 2 years are rare in the films (89 of 12,311, 6 of the held-out
# ones), and small children are read too old.
RARE_BELOW_MONTHS: Final = 24.0
RARE: Final = (
    "The model learnt from few children with a bone age under 2 years: it may read too old here."
)

# Nearly grown hands: docs/models.md, "Nearly grown children", says how these were measured. All 10
# girls and 13 of the 14 boys that the sentences tell of were read at or above these.
NEARLY_GROWN_MODEL: Final = ("hand", "2.2")
NEARLY_GROWN_FROM_MONTHS: Final = {Sex.FEMALE: 180.0, Sex.MALE: 204.0}
NEARLY_GROWN: Final = {
    Sex.FEMALE: (
        "Nearly grown girls may be read too young: hand 2.2 read 10 films of girls whose bone age "
        "was 17 years and more 14 months too young on average, half of them outside the interval."
    ),
    Sex.MALE: (
        "Nearly grown boys may be read too young: hand 2.2 read 14 films of boys whose bone age "
        "was 18 years and more 10 months too young on average, 3 of them outside the interval."
    ),
}

# A net that tells how readable a picture is puts the line between yes and no at one half. Our
# choice: of a hand that only another look found it must be surer.
LEAST_READABLE, LEAST_READABLE_AGAIN = 0.5, 0.6
NOT_READABLE: Final = (
    "This does not look like a whole hand that can be read, with every fingertip and the wrist."
)

NO_INTERVAL: Final = (
    "The model does not say honestly how far its reading may be off: by less than a month, or by "
    "more than the range that it reads."
)
# Our choice: parts of the hand and single nets are guessed a little beyond the ends of the atlas.
BEYOND_ATLAS_MONTHS: Final = 24.0
IMPOSSIBLE_PART: Final = "The model reads a part of the hand as no bone age that there is."

REGIONS_APART: Final = "Fingers, carpals and wrist read farther apart than in nearly every child."


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
    reading = _doubted(_read(model, model.crop(picture, hand), sex), sex, doubts_of_exposure(view))
    return corrected(reading, model.local_calibration, sex)


def _as_on_film(picture: Signal, seen: Hand) -> Hand:
    """Return the hand as it is found in a file, so that a visit's image and file are read alike.

    Where it is lost in the whole picture, as an infant's may be, it is the one that was seen.
    """
    found = find_on_film(picture)
    if isinstance(found, Hand) and math.dist(found.palm, seen.palm) < seen.palm_radius:
        return found
    return seen


def read_picture_bone_age(model: ReadingModel, picture: Signal, sex: Sex) -> BoneAgeReading:
    """Read a grey picture (rows, columns) as `read_picture` returns it, or refuse with reasons.

    What is refused is looked at again where the net can tell whether it then sees a hand, but not
    where more than one hand was seen: that nobody overrules.
    """
    reading = _read_film(model, picture, find_on_film(picture), sex, LEAST_READABLE)
    tells = model.net.interface.details.readable is not None
    if reading.refused and tells and MORE_THAN_ONE not in reading.reasons:
        others = find_again_on_film(picture)
        again = (_read_film(model, picture, each, sex, LEAST_READABLE_AGAIN) for each in others)
        reading = next((each for each in again if _is_final(each)), reading)
    return corrected(reading, model.local_calibration, sex)


def _is_final(reading: BoneAgeReading) -> bool:
    return not reading.refused or MORE_THAN_ONE in reading.reasons


def _read_film(
    model: ReadingModel, picture: Signal, hand: Hand | NotAHand, sex: Sex, least_readable: float
) -> BoneAgeReading:
    if isinstance(hand, NotAHand):
        return _refused(model, hand.reasons)
    view = look_at_film(picture, hand)
    reasons = why_film_not_read(view)
    if reasons:
        return _refused(model, as_told_of(picture.shape, reasons))
    crop = model.crop(picture, hand)
    framing = model.net.interface.picture.framing
    alone = crop if framing is Framing.HAND else crop_hand(picture, hand, CROP_SIDE)
    doubts = (*doubts_of_film(view), *doubts_of_crop(alone))
    return _doubted(_read(model, crop, sex, least_readable), sex, doubts)


def _read(
    model: ReadingModel, crop: Crop, sex: Sex, least_readable: float = LEAST_READABLE
) -> BoneAgeReading:
    """Read a hand that was found and cut out."""
    said = model.read(crop, sex)
    if said.readable is not None and said.readable < least_readable:
        return _refused(model, (NOT_READABLE,))
    # Rounded here, once: screen, report and result say the same number.
    months = round(said.months, 1)
    youngest, oldest = model.range_months
    if not youngest <= months <= oldest:
        return _refused(
            model, ("The hand looks younger or older than any that the model was calibrated on.",)
        )
    half_width = model.interval.half_width_months(sex, months, said.spread_months)
    if not LEAST_ERROR_MONTHS <= half_width <= oldest:
        return _refused(model, (NO_INTERVAL,))
    if not all(map(_may_be, (*said.nets_months, *said.regions_months))):
        return _refused(model, (IMPOSSIBLE_PART,))
    return BoneAgeReading(
        bone_age_months=months,
        interval_months=(max(0.0, months - half_width), months + half_width),
        interval_coverage=model.interval.coverage,
        reasons=(),
        method=model.method,
        model=model.identity,
        doubts=_doubts_of_regions(model, said),
        spread_months=_spread_of(said.nets_months),
        regions=_regions(said),
        looked_at=None if said.looked_at is None else LookedAt(crop, said.looked_at),
        sex=sex,
    )


def _is_nearly_grown(model: ModelIdentity, sex: Sex, months: float) -> bool:
    """Tell whether a reading is of those that were measured too young; of other models none was."""
    measured = (model.name, model.version) == NEARLY_GROWN_MODEL
    return measured and months >= NEARLY_GROWN_FROM_MONTHS[sex]


def _may_be(months: float) -> bool:
    return -BEYOND_ATLAS_MONTHS <= months <= OLDEST_MONTHS + BEYOND_ATLAS_MONTHS


def _spread_of(nets_months: tuple[float, ...]) -> float | None:
    return round(statistics.stdev(nets_months), 1) if len(nets_months) > 1 else None


def _regions(said: Said) -> tuple[RegionReading, ...]:
    ages = zip(Region, said.regions_months, strict=False)
    return tuple(RegionReading(region, round(max(0.0, months), 1)) for region, months in ages)


def _doubts_of_regions(model: ReadingModel, said: Said) -> tuple[str, ...]:
    """Doubt a hand whose regions lie farther apart than those of hardly any child."""
    usual, regions = model.net.interface.details.regions_apart_months, said.regions_months
    if usual is None or max(regions) - min(regions) <= usual:
        return ()
    return (REGIONS_APART,)


def _doubted(reading: BoneAgeReading, sex: Sex, doubts: tuple[str, ...]) -> BoneAgeReading:
    """Put the doubts beside the number; where there is none there is nothing to doubt."""
    months = reading.bone_age_months
    if months is None:
        return reading
    rare = (RARE,) if months < RARE_BELOW_MONTHS else ()
    grown = (NEARLY_GROWN[sex],) if _is_nearly_grown(reading.model, sex, months) else ()
    return replace(reading, doubts=(*doubts, *rare, *grown, *reading.doubts))


def _refused(model: ReadingModel, reasons: tuple[str, ...]) -> BoneAgeReading:
    return BoneAgeReading(None, None, None, reasons, model.method, model.identity)
