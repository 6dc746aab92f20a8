"""What the report says: plain data made from a visit's result, without a page or a typeface."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from growth.ages import ExactAge
from growth.errors import GrowthError
from reports.adult_height_part import AdultHeightPart, adult_height_part
from reports.calibration_part import CalibrationPart, calibration_part
from reports.charts_part import ChartsPart, charts_part
from reports.errors import WRONG_SHAPE, ResultUnusable
from reports.figures import completed, spoken_date, visit_day
from reports.follow_up_part import FollowUpPart, follow_up_part
from reports.glyphs import CODE_POINT, all_shown
from reports.growth_part import GrowthPart, growth_part
from reports.parents_part import ParentsPart, parents_part
from reports.phrasebook import in_language
from reports.reading_part import Fact, ReadingPart, examined_child, reading_part
from reports.scoring_part import ScoringPart, scoring_part
from reports.sign_off_part import SignOff, SignOffPart, sign_off_part
from reports.visit_part import VisitPart, visit_part
from reports.visits_seen import visits_seen
from reports.wording import ENGLISH, Wording

# The mark that a simulated panel carries in its model name.
_SIMULATED = "(simulated)"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report this is, and of which visit; `facts` are the rest of what page one shows."""

    name: str
    patient_id: str
    facts: tuple[Fact, ...]
    running_head: str


@dataclass(frozen=True, slots=True)
class ReportContent:
    """Everything that the report says.

    `picture_png` is the hand as displayed, `looked_at_png` what moved the reading, where the model
    gave it. `glyph_note` says what "[U+...]" means where a code point stands for a letter.
    """

    identity: Identity
    simulated: bool
    view: str
    picture_png: bytes
    reading: ReadingPart
    growth: GrowthPart
    visit: VisitPart
    adult_height: AdultHeightPart
    scoring: ScoringPart | None
    follow_up: FollowUpPart
    charts: ChartsPart
    parents: ParentsPart
    sign_off: SignOffPart
    words: Wording = ENGLISH
    looked_at_png: bytes | None = None
    calibration: CalibrationPart | None = None
    glyph_note: str = ""


def report_content(
    result: Mapping[str, Any],
    picture_png: bytes,
    looked_at_png: bytes | None = None,
    words: Wording = ENGLISH,
    sign_off: SignOff | None = None,
) -> ReportContent:
    """Return what the report of a result says, a first draft without a sign-off.

    Raises ResultUnusable. `result` has the shape of result.json. What a visit may lack (sizes,
    growth, a reading) is said to be missing; without patient, visit or dose there is no report.
    """
    try:
        said = all_shown(in_language(result, words))
        return _content(said, (picture_png, looked_at_png), words, sign_off)
    except KeyError as exc:
        raise ResultUnusable(f"The result cannot be reported: {exc} is missing.") from exc
    except (*WRONG_SHAPE, GrowthError) as exc:
        raise ResultUnusable(f"The result cannot be reported: {exc}.") from exc


def _content(
    result: Mapping[str, Any],
    pictures: tuple[bytes, bytes | None],
    words: Wording,
    sign_off: SignOff | None,
) -> ReportContent:
    visit, patient = result["visit"], result["patient"]
    sign_off = sign_off or SignOff(visit["id"])
    child, on = examined_child(patient, visit), visit_day(visit)
    reading, growth = result.get("reading"), result.get("growth") or {}
    bone_age = reading["bone_age_months"] if reading else None
    visits = visits_seen(growth, patient, reading, on.isoformat()) if growth else ()
    adult_height = adult_height_part(growth, patient, words)
    return ReportContent(
        identity=_identity(patient, visit, child.age, words),
        simulated=is_simulated(result.get("device", {}).get("detector_model", "")),
        view=visit.get("procedure", words.view),
        picture_png=pictures[0],
        reading=reading_part(reading, growth, child, words),
        growth=growth_part(growth, words),
        visit=visit_part(result, words),
        adult_height=adult_height,
        scoring=scoring_part(growth, words),
        follow_up=follow_up_part(growth, visits, words),
        charts=charts_part(growth, patient, visits, adult_height.lines, words),
        parents=parents_part(result, child.age, sign_off, words),
        sign_off=sign_off_part(sign_off, words),
        words=words,
        looked_at_png=None if bone_age is None else pictures[1],
        calibration=calibration_part(reading, words),
        glyph_note=words.glyph_note if CODE_POINT.search(str(patient)) else "",
    )


def is_simulated(detector_model: str) -> bool:
    """Tell whether a panel of this model makes its frames without X-rays."""
    return _SIMULATED in detector_model


def _identity(
    patient: Mapping[str, Any], visit: Mapping[str, Any], age: ExactAge, words: Wording
) -> Identity:
    sex, on = words.sexes[patient["sex"]], visit_day(visit)
    born = spoken_date(date.fromisoformat(patient["birth_date"]), words)
    spoken = words.exact_age.format(age=completed(age, words), decimal=age.decimal_years)
    is_given = visit["started"][:10] != on.isoformat()
    examined = words.examined_as_given if is_given else words.examined
    facts = (
        Fact(words.patient_id, patient["id"]),
        Fact(words.sex, sex),
        Fact(words.born, born),
        Fact(words.age, spoken),
        Fact(examined, spoken_date(on, words)),
        Fact(words.visit, visit["id"]),
    )
    head = words.running_head.format(
        id=patient["id"], sex=sex, born=born, on=spoken_date(on, words)
    )
    return Identity(patient["name"], patient["id"], facts, head)
