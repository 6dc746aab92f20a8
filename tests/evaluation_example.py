"""An evaluation of readings that nobody read: a reader with the faults of a small net."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from bone_age.dose_ladder import Exposed, dose_steps
from bone_age.evaluation import Case, evaluate
from bone_age.reading import ModelIdentity, Sex, Trust
from bone_age.stress import STRESSES
from bone_age.stress_figures import Reread, repeatability_of, stress_curves
from bone_age.verdict import repeatability, verdicts

MADE = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
MODEL = ModelIdentity("example", "1", "ab" * 32, "cd" * 32, Trust.UNSIGNED, None)
HALF_WIDTH, REFUSED_EVERY = 14.0, 80


@dataclass(frozen=True)
class Example:
    """The parts of an evaluation; `stress` and `doses` may be left out."""

    cases: list
    stress: dict | None
    doses: list


def cases(count, seed=1):
    """Return readings that shrink towards the middle, with an error of 8 months."""
    chance = np.random.default_rng(seed)
    return [_case(number, chance) for number in range(count)]


def _case(number, chance):
    label = float(np.clip(chance.normal(127, 41), 6, 226))
    sex = Sex.FEMALE if chance.random() < 0.46 else Sex.MALE
    if number % REFUSED_EVERY == REFUSED_EVERY - 1:
        return Case(str(number), sex, label, None, None, ("The hand is cut off.",))
    read = round(float(127 + 0.96 * (label - 127) + chance.normal(0, 8)), 1)
    doubts = ("Fewer than five digits can be told apart.",) if number % 25 == 3 else ()
    return Case(str(number), sex, label, read, (read - HALF_WIDTH, read + HALF_WIDTH), (), doubts)


def stress_of(read, seed=2):
    """Return what changes do: the more of them, the farther the reading moves."""
    chance = np.random.default_rng(seed)
    reread = {
        (stress.name, amount): [_reread(case, stress, amount, chance) for case in read]
        for stress in STRESSES
        for amount in stress.amounts
    }
    poses = [[case.read_months + chance.normal(0, 2) for _ in range(10)] for case in read]
    return {
        "images": len(read),
        "curves": stress_curves(read, reread),
        "repeatability": repeatability_of(poses),
    }


def _reread(case, stress, amount, chance):
    far = abs(amount - (stress.unchanged or 0.0)) / max(map(abs, stress.amounts))
    months = None if chance.random() < 0.1 * far else case.read_months + chance.normal(far, 3 * far)
    return Reread(case.id, case.labelled_months, case.read_months, months)


def doses_of(read, seed=3):
    """Return what doses do: the lower, the more noise in the reading."""
    chance = np.random.default_rng(seed)
    return dose_steps([_exposed(case, dose, chance) for dose in (0.3, 1, 5, 20) for case in read])


def _exposed(case, dose, chance):
    lost = chance.random() < 0.05 / dose
    months = None if lost else case.read_months + chance.normal(0, 4 / dose)
    return Exposed(
        id=case.id,
        dose_ugy=dose,
        exposure_index=100 * dose,
        months=months,
        width_months=None if lost else 2 * HALF_WIDTH,
        file_months=case.read_months,
        label_months=case.labelled_months,
    )


def example(count=400, stressed=40):
    """Return a whole evaluation."""
    made = cases(count)
    read = [case for case in made if case.read_months is not None][:stressed]
    stress = stress_of(read) if read else None
    return Example(made, stress, doses_of(read) if read else [])


def record_of(made):
    """Return the record of an example as the command would write it."""
    from console.evaluating import as_plain

    evaluation = evaluate(made.cases)
    found = list(verdicts(evaluation, 0.9))
    if made.stress is not None:
        again = made.stress["repeatability"]
        found.append(repeatability(again.standard_deviation_months, again.children))
    return as_plain(
        {
            "made": MADE.isoformat(timespec="seconds"),
            "list_sha256": "ef" * 32,
            "software": "0.1",
            "model": MODEL,
            "method": "Greulich-Pyle style, by an example",
            "interval_coverage": 0.9,
            "verdicts": found,
            "evaluation": evaluation,
            "stress": made.stress,
            "doses": made.doses,
            "cases": made.cases,
        }
    )
