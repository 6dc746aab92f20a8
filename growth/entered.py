"""Puberty and treatment as somebody entered them; nothing of it is ever inferred."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from bone_age.reading import Sex
from growth.errors import EnteredUnusable

# Tanner JM. Growth at adolescence, 2nd ed. Oxford 1962: stages 1 (before puberty) to 5 (adult).
TANNER_STAGES: Final = range(1, 6)
# Our choice: it catches months and dates; the age at the visit is the other limit.
_YOUNGEST_MENARCHE_YEARS: Final = 1.0
# Our choice: a few lines of the report.
LONGEST_TREATMENT: Final = 200


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered, None and empty where nothing was.

    `menarche` tells whether it has happened; its age may be unknown.
    """

    tanner_stage: int | None = None
    menarche: bool | None = None
    menarche_age_years: float | None = None
    treatment: str = ""

    @property
    def is_after_menarche(self) -> bool | None:
        """Tell whether menarche has happened, None where nobody told; its age tells it too."""
        return True if self.menarche_age_years is not None else self.menarche


NOTHING_ENTERED: Final = Entered()
# What a patient file may tell of it.
ENTERED_FIELDS: Final = tuple(field.name for field in fields(Entered))


def entered_from(told: Mapping[str, Any], sex: Sex, age_years: float) -> Entered:
    """Return what a patient file tells of puberty and treatment; raises EnteredUnusable.

    Other fields of the file are left alone.
    """
    entered = Entered(
        tanner_stage=_typed(told, "tanner_stage", int, "a whole number, 1 to 5"),
        menarche=_typed(told, "menarche", bool, "true or false"),
        menarche_age_years=_typed(told, "menarche_age_years", (int, float), "a number of years"),
        treatment=(_typed(told, "treatment", str, "a text") or "").strip(),
    )
    check_entered(entered, sex, age_years)
    return entered


def _typed(told: Mapping[str, Any], name: str, kind: Any, words: str) -> Any:
    value = told.get(name)
    is_right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if value is not None and not is_right:
        raise EnteredUnusable(f"{name} must be {words}.")
    return value


def check_entered(entered: Entered, sex: Sex, age_years: float) -> None:
    """Refuse what cannot be of a child of this sex and age; raises EnteredUnusable."""
    stage, text = entered.tanner_stage, entered.treatment
    if stage is not None and stage not in TANNER_STAGES:
        raise EnteredUnusable(f"tanner_stage is {stage}; the stages are 1 to 5.")
    if len(text) > LONGEST_TREATMENT:
        raise EnteredUnusable(f"treatment may have at most {LONGEST_TREATMENT} characters.")
    if text and not text.isprintable():
        raise EnteredUnusable("treatment holds characters that cannot be printed.")
    _check_menarche(entered, sex, age_years)


def _check_menarche(entered: Entered, sex: Sex, age_years: float) -> None:
    told, at_years = entered.menarche, entered.menarche_age_years
    if sex is Sex.MALE and (told is not None or at_years is not None):
        raise EnteredUnusable("menarche is entered for girls only; check the sex.")
    if at_years is None:
        return
    if told is False:
        raise EnteredUnusable("menarche is entered as not yet, and with an age at which it was.")
    if not _YOUNGEST_MENARCHE_YEARS <= at_years <= age_years:
        raise EnteredUnusable(
            f"menarche_age_years must lie between {_YOUNGEST_MENARCHE_YEARS:g} and the age at the "
            f"visit, {age_years:.1f} years."
        )


def entered_record(entered: Entered) -> dict[str, Any]:
    """Return what was entered as the plain data of `growth.entered`, None where nothing was."""
    told = {"menarche": entered.is_after_menarche, "treatment": entered.treatment or None}
    return asdict(entered) | told
