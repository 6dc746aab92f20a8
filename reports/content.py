"""What the report says: plain data made from a visit's result, without a page or a typeface."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from growth.ages import exact_age
from growth.errors import GrowthError
from reports.calibration_part import CalibrationPart, calibration_part
from reports.errors import ResultUnusable
from reports.figures import completed
from reports.growth_part import GrowthPart, growth_part
from reports.reading_part import Fact, ReadingPart, reading_part
from reports.visit_part import VisitPart, visit_part
from reports.wording import en

# The mark that a simulated panel carries in its model name.
_SIMULATED = "(simulated)"
# What plain data of another shape raises.
_WRONG_SHAPE = (ArithmeticError, AttributeError, IndexError, TypeError, ValueError)


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
    gave it.
    """

    identity: Identity
    simulated: bool
    view: str
    picture_png: bytes
    reading: ReadingPart
    growth: GrowthPart
    visit: VisitPart
    looked_at_png: bytes | None = None
    calibration: CalibrationPart | None = None


def report_content(
    result: Mapping[str, Any], picture_png: bytes, looked_at_png: bytes | None = None
) -> ReportContent:
    """Return what the report of a result says; raises ResultUnusable.

    `result` has the shape of result.json. What a visit may lack (sizes, growth, a reading) is
    said to be missing; without patient, visit or dose there is no report.
    """
    try:
        return _content(result, picture_png, looked_at_png)
    except KeyError as exc:
        raise ResultUnusable(f"The result cannot be reported: {exc} is missing.") from exc
    except (
        AttributeError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        GrowthError,
    ) as exc:
        raise ResultUnusable(f"The result cannot be reported: {exc}.") from exc


def _content(
    result: Mapping[str, Any], picture_png: bytes, looked_at_png: bytes | None
) -> ReportContent:
    visit, patient = result["visit"], result["patient"]
    born, on = date.fromisoformat(patient["birth_date"]), _visit_date(visit)
    age = exact_age(born, on)
    reading, growth = result.get("reading"), result.get("growth") or {}
    bone_age = reading["bone_age_months"] if reading else None
    return ReportContent(
        identity=_identity(patient, visit, born, on),
        simulated=is_simulated(result.get("device", {}).get("detector_model", "")),
        view=visit.get("procedure", en.VIEW),
        picture_png=picture_png,
        reading=reading_part(reading, growth, age),
        growth=growth_part(growth, patient, bone_age),
        visit=visit_part(result),
        looked_at_png=None if bone_age is None else looked_at_png,
        calibration=calibration_part(reading),
    )


def is_simulated(detector_model: str) -> bool:
    """Tell whether a panel of this model makes its frames without X-rays."""
    return _SIMULATED in detector_model


def _visit_date(visit: Mapping[str, Any]) -> date:
    """Return the day that ages are counted to; the day it started where no other was recorded."""
    return date.fromisoformat(visit.get("date") or visit["started"][:10])


def _identity(
    patient: Mapping[str, Any], visit: Mapping[str, Any], born: date, on: date
) -> Identity:
    # One name, one spelling: a letter and its accent become one character where there is one.
    name = unicodedata.normalize("NFC", patient["name"])
    sex, age = en.SEXES[patient["sex"]], exact_age(born, on)
    spoken = en.EXACT_AGE.format(age=completed(age), decimal=age.decimal_years)
    is_given = visit["started"][:10] != on.isoformat()
    examined = en.EXAMINED_AS_GIVEN if is_given else en.EXAMINED
    facts = (
        Fact(en.PATIENT_ID, patient["id"]),
        Fact(en.SEX, sex),
        Fact(en.BORN, born.isoformat()),
        Fact(en.AGE, spoken),
        Fact(examined, on.isoformat()),
        Fact(en.VISIT, visit["id"]),
    )
    head = en.RUNNING_HEAD.format(id=patient["id"], sex=sex, born=born, on=on)
    return Identity(name, patient["id"], facts, head)
