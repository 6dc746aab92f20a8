"""Results of five children, and of one with very much to say, as visits leave them.

Growth is judged as in a visit. The pictures are drawn or come from phantoms; nobody was exposed for
them.
"""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bone_age.reading import Sex
from growth.ages import months_later
from growth.child import Child, Gestation
from growth.entered import NOTHING_ENTERED, Entered
from growth.judgement import Customs, Told, judge_growth, judgement_record
from growth.references import Position, Reference
from growth.scoring import ScoredSheet, Sheet, bones_of, score_sheet
from growth.visit_rules import read_rules
from growth.visits import EarlierVisit
from tests.reports.conftest import ACCEPTED, PARTS, VISIT, result_of

_CHECKS = (Path(__file__).parents[2] / "acquisition").glob("quality*.py")
_SOURCE = "".join(path.read_text() for path in sorted(_CHECKS))
FINDING_CODES = sorted(set(re.findall(r'"(Q-[A-Z]+-\d+)"', _SOURCE)))
_METHOD = "Greulich-Pyle style, by convolutional nets on hand and wrist, hand 2.2 (89012345)"


def five_children() -> dict[str, dict[str, Any]]:
    """Return the results by name, each with what a whole visit of it would hold."""
    return {
        "two-year-old": _two_year_old(),
        "precocious-girl": _precocious_girl(),
        "delayed-boy": _delayed_boy(),
        "near-adult-height": _near_adult_height(),
        "refused": _refused(),
    }


def _two_year_old() -> dict[str, Any]:
    child = Child(
        "K-2",
        "Mia Novák",
        Sex.FEMALE,
        date(2024, 12, 2),
        83.5,
        11.2,
        164.0,
        178.0,
        Gestation(31, 4),
    )
    result = _with_reading(result_of(child, 19.4, position=Position.RECUMBENT), 4.0)
    result["patient"] |= {"gestation_weeks": 31, "gestation_days": 4}
    today = EarlierVisit(VISIT, 83.5, Position.RECUMBENT, 11.2, 19.4, (8.4, 30.4), _METHOD)
    result["growth"] = _judged(child, [today], Reference.WHO)
    return result


def no_longer_corrected() -> dict[str, Any]:
    """Return a girl born early, measured at corrected age a year ago and at her age today."""
    gestation = Gestation(30, 0)
    child = Child("K-7", "Ida", Sex.FEMALE, date(2024, 2, 10), 88.0, 12.0, gestation=gestation)
    result = _with_dose(result_of(child, None, ("The bones are lost in noise.",)))
    result["growth"] = _judged(
        child, _visits((12, 78.0, 9.6, None), (0, 88.0, 12.0, None)), Reference.WHO
    )
    return result


def _precocious_girl() -> dict[str, Any]:
    child = Child("K-3", "王小雨", Sex.FEMALE, date(2019, 4, 20), 134.5, 32.4, 160.0, 172.0)
    result = _with_reading(result_of(child, 121.6), 11.0)
    sizes = ((30, 118.0, 21.0, None), (12, 127.1, 27.3, 104.0), (0, 134.5, 32.4, 121.6))
    result["growth"] = _judged(child, _visits(*sizes), Reference.CHINA, Entered(3, menarche=False))
    return result


def _delayed_boy() -> dict[str, Any]:
    child = Child("K-4", "Jonas Müller", Sex.MALE, date(2014, 1, 9), 136.8, 31.0, 158.0, 170.0)
    result = _with_reading(result_of(child, 120.1), 12.0)
    sizes = ((6, 134.9, 30.1, None), (0, 136.8, 31.0, 120.1))
    result["growth"] = _judged(child, _visits(*sizes), Reference.WHO, Entered(1))
    return result


def _near_adult_height() -> dict[str, Any]:
    child = Child("K-5", "Emma O’Connor", Sex.FEMALE, date(2011, 6, 1), 163.2, 55.0, 165.0, 180.0)
    result = _with_reading(result_of(child, 189.0), 14.0)
    sizes = (
        (12 * back, 163.2 - 1.1 * back**1.7, 55.0 - 4.0 * back, 189.0 - 12.5 * back)
        for back in range(5, -1, -1)
    )
    entered = Entered(5, True, 12.5, "levothyroxine 50 µg a day since 2024")
    result["growth"] = _judged(child, _visits(*sizes), Reference.CDC, entered)
    return result


def _refused() -> dict[str, Any]:
    child = Child("K-6", "李明", Sex.MALE, date(2016, 8, 30), 138.0, 33.0, 160.0, 175.0)
    reasons = ("A finger, the thumb or the palm is cut off.", "The bones are lost in noise.")
    result = result_of(child, None, reasons)
    result["growth"] = _judged(child, _visits((0, 138.0, 33.0, None)), Reference.WHO)
    return _with_dose(result)


def read_by_two_methods() -> dict[str, Any]:
    """Return a girl whose bone ages were read by hand, by nobody knows whom, and by the model."""
    child = Child("K-8", "Sara Lindqvist", Sex.FEMALE, date(2016, 3, 2), 137.0, 31.0, 164.0, 179.0)
    result = _with_reading(result_of(child, 130.0), 8.0)
    by_model = _visits((36, 119.0, 21.0, 94.0), (12, 131.5, 28.0, 119.0), (0, 137.0, 31.0, 130.0))
    by_hand = _visits((24, 125.0, 24.0, 102.0))[0]
    untold = _visits((33, 120.6, 21.6, 98.0))[0]
    visits = [
        *by_model[:1],
        replace(untold, bone_age_method=None, bone_age_interval_months=None),
        replace(by_hand, bone_age_method="Greulich-Pyle, Dr. Wang", bone_age_interval_months=None),
        *by_model[1:],
    ]
    result["growth"] = _judged(child, visits, Reference.WHO)
    return result


def with_a_sheet() -> dict[str, Any]:
    """Return a treated boy with two earlier visits and a sheet, all parts read below the whole."""
    child = Child("K-9", "Liu Yang", Sex.MALE, date(2017, 1, 9), 130.8, 28.0, 158.0, 170.0)
    result = _with_reading(result_of(child, 115.0), 9.0)
    for region, below in zip(result["reading"]["regions"], (9.0, 16.0, 12.0), strict=True):
        region["bone_age_months"] = 115.0 - below
    sizes = ((18, 122.0, 24.0, 95.0), (11, 125.0, 26.0, None), (0, 130.8, 28.0, 115.0))
    entered = Entered(1, treatment="growth hormone 0.035 mg/kg a day since 2025")
    stages = dict.fromkeys(bones_of(Sheet.RUS_CHN), "6")
    sheet = score_sheet(Sheet.RUS_CHN, Sex.MALE, stages)
    result["growth"] = _judged(child, _visits(*sizes), Reference.WHO, entered, sheet)
    return result


def with_very_much_to_say(name: str) -> dict[str, Any]:
    """Return twelve visits, every finding at once, exposures repeated, a prediction refused."""
    child = Child("ID-" + "7" * 40, name, Sex.MALE, date(2013, 2, 28), 141.0, 36.0, 158.0, 170.0)
    exposures = tuple(
        ACCEPTED | {"outcome": "rejected", "reason": "the child moved its hand in the exposure"}
        for _ in range(3)
    )
    result = _with_reading(result_of(child, 131.0, exposures=(*exposures, ACCEPTED)), 15.0)
    result["reading"]["doubts"] = [
        "Fingers, carpals and wrist read farther apart than in nearly every child."
    ]
    result["findings"] = every_finding()
    sizes = (
        (12 * back, 141.0 - 5.3 * back, 36.0 - 2.5 * back, 131.0 - 9.5 * back)
        for back in range(11, -1, -1)
    )
    entered = Entered(2, treatment="growth hormone 0.035 mg/kg a day since 2024, " * 4)
    result["growth"] = _judged(child, _visits(*sizes), Reference.CHINA, entered)
    return result


def _judged(
    child: Child,
    visits: list[EarlierVisit],
    headline: Reference,
    entered: Entered = NOTHING_ENTERED,
    sheet: ScoredSheet | None = None,
) -> dict[str, Any]:
    customs = Customs(headline, read_rules())
    return judgement_record(judge_growth(child, Told(visits, entered, scored=sheet), customs))


def _visits(*sizes: tuple[int, float, float, float | None]) -> list[EarlierVisit]:
    """Return visits so many months ago, oldest first: (months, cm, kg, bone age or None)."""
    return [
        EarlierVisit(
            months_later(VISIT, -months_ago),
            cm,
            Position.STANDING,
            kg,
            bone_age,
            None if bone_age is None else (bone_age - 11, bone_age + 11),
            None if bone_age is None else _METHOD,
        )
        for months_ago, cm, kg, bone_age in sizes
    ]


def every_finding() -> list[dict[str, str]]:
    """Return a finding of every code that the checks of the image know."""
    severities = ("note", "warning", "repeat")
    return [
        {
            "code": code,
            "severity": severities[number % 3],
            "message": f"{code} says in a sentence of the usual length what was found in the "
            "image, and what is to be done about it.",
        }
        for number, code in enumerate(FINDING_CODES)
    ]


def _with_reading(result: dict[str, Any], spread: float) -> dict[str, Any]:
    read = result["reading"]["bone_age_months"]
    result["reading"] |= PARTS | {
        "spread_months": spread,
        "regions": [
            {"region": region, "bone_age_months": read + off}
            for region, off in (("fingers", 2.0), ("carpals", -3.5), ("radius and ulna", 1.2))
        ],
    }
    return _with_dose(result)


def _with_dose(result: dict[str, Any]) -> dict[str, Any]:
    kerma = result["dose"]["kerma_total_ugy"]
    result["dose"] |= {
        "effective_dose_total_usv": float(f"{0.0042 * kerma:.2g}"),
        "effective_dose_usv_per_ugy": 0.0042,
        "effective_dose_factor": 3.0,
    }
    return result
