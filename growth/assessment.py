"""What a child's growth amounts to: scores or plain refusals, never a number in their place."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from growth.adult_height import TargetHeight
from growth.ages import ExactAge
from growth.child import Gestation
from growth.maturity import LIMIT_MONTHS, LIMIT_SDS, Determination, maturity
from growth.references import Measure, Position, Reference


@dataclass(frozen=True, slots=True)
class Score:
    """Standard deviations from the reference's median, and the centile (0 to 100)."""

    sds: float
    centile: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no figure, in one plain sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class BoneAgeScore:
    """Standard deviations of a bone age, with the formula and the children behind them."""

    sds: float
    formula: str
    population: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """A measure (cm, kg or kg/m2; None where unknown) and its score against every reference."""

    size: float | None
    scores: Mapping[Reference, Score | Refusal]


@dataclass(frozen=True, slots=True)
class GrowthAssessment:
    """Everything that follows from a child's age, sizes, parents and bone age on one day.

    `corrected_age` is the age since 40 weeks of gestation where sizes were compared at it, and
    `gestation` what was told of it. `position` is what was said about the measurement, None where
    nothing was. `headline` is the reference that the site put first. `remarks` are sentences that a
    reader of the scores must see beside them.
    """

    age: ExactAge
    corrected_age: ExactAge | None
    gestation: Gestation | None
    headline: Reference
    position: Position | None
    height: Assessed
    weight: Assessed
    bmi: Assessed
    tanner: TargetHeight | Refusal
    luo: TargetHeight | Refusal
    bone_age_minus_age_months: float | Refusal
    bone_age_sds: BoneAgeScore | Refusal
    remarks: tuple[str, ...]

    @property
    def refusals(self) -> tuple[str, ...]:
        """Return every reason for a missing figure, each once, in the order of the report."""
        return tuple(dict.fromkeys(outcome.reason for outcome in self._refused()))

    def _refused(self) -> Iterator[Refusal]:
        measures = (self.height, self.weight, self.bmi)
        scores = [score for measure in measures for score in measure.scores.values()]
        others = (self.tanner, self.luo, self.bone_age_minus_age_months, self.bone_age_sds)
        return (outcome for outcome in (*scores, *others) if isinstance(outcome, Refusal))


_UNITS = {Measure.HEIGHT: "cm", Measure.WEIGHT: "kg", Measure.BMI: "kg_m2"}


def as_record(assessment: GrowthAssessment) -> dict[str, Any]:
    """Return the assessment as the plain data of a result file's "growth" entry.

    A refused figure is None, with its sentence as "reason" beside it; numbers are not rounded.
    """
    return {
        "age": _age_record(assessment.age),
        "corrected_age": _corrected_age_record(assessment),
        "headline": assessment.headline.value,
        "position": assessment.position.value if assessment.position else None,
        "references": {reference.value: reference.title for reference in Reference},
        "reference_notes": {each.value: each.note for each in Reference if each.note},
        "height": _measure_record(Measure.HEIGHT, assessment.height),
        "weight": _measure_record(Measure.WEIGHT, assessment.weight),
        "bmi": _measure_record(Measure.BMI, assessment.bmi),
        "target_height": _target_record("tanner", assessment.tanner)
        | _target_record("luo", assessment.luo),
        "bone_age_minus_age_months": _number_or_none(assessment.bone_age_minus_age_months),
        **_bone_age_record(assessment.bone_age_sds),
        "maturity": _maturity_record(assessment),
        "refusals": list(assessment.refusals),
        "remarks": list(assessment.remarks),
    }


def _age_record(age: ExactAge) -> dict[str, Any]:
    decimals = {"decimal_years": age.decimal_years, "decimal_months": age.decimal_months}
    return asdict(age) | decimals


def _corrected_age_record(assessment: GrowthAssessment) -> dict[str, Any] | None:
    if assessment.corrected_age is None or assessment.gestation is None:
        return None
    return _age_record(assessment.corrected_age) | assessment.gestation.as_record()


def _measure_record(measure: Measure, assessed: Assessed) -> dict[str, Any]:
    scores = {reference.value: _score_record(assessed.scores[reference]) for reference in Reference}
    return {_UNITS[measure]: assessed.size, **scores}


def _score_record(score: Score | Refusal) -> dict[str, Any]:
    if isinstance(score, Refusal):
        return {"sds": None, "centile": None, "reason": score.reason}
    return {"sds": score.sds, "centile": score.centile}


def _target_record(name: str, target: TargetHeight | Refusal) -> dict[str, Any]:
    if isinstance(target, Refusal):
        return {f"{name}_cm": None, f"{name}_range_cm": None, "reason": target.reason}
    return {
        f"{name}_cm": target.cm,
        f"{name}_range_cm": [target.low_cm, target.high_cm],
        f"{name}_method": target.method,
        f"{name}_interval": target.interval,
    }


def _bone_age_record(score: BoneAgeScore | Refusal) -> dict[str, Any]:
    if isinstance(score, Refusal):
        return {"bone_age_sds": None, "bone_age_sds_reason": score.reason}
    return {
        "bone_age_sds": score.sds,
        "bone_age_sds_formula": score.formula,
        "bone_age_sds_population": score.population,
    }


def _maturity_record(assessment: GrowthAssessment) -> dict[str, Any]:
    difference, score = assessment.bone_age_minus_age_months, assessment.bone_age_sds
    said = maturity(_number_or_none(difference), None if isinstance(score, Refusal) else score.sds)
    return {
        "by_months": {"limit_months": LIMIT_MONTHS, **_verdict(said.by_months, difference)},
        "by_sds": {"limit_sds": LIMIT_SDS, **_verdict(said.by_sds, score)},
    }


def _verdict(said: Determination, figure: float | BoneAgeScore | Refusal) -> dict[str, str]:
    reason = {"reason": figure.reason} if isinstance(figure, Refusal) else {}
    return {"verdict": said.value, **reason}


def _number_or_none(outcome: float | Refusal) -> float | None:
    return None if isinstance(outcome, Refusal) else outcome
