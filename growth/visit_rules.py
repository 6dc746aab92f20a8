"""Rules for when a child is to come again, from a file that a site may edit."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal

from acquisition.toml_tables import TomlTables, read_tables
from growth.errors import VisitRuleWrong

OWN_RULES: Final = Path(__file__).with_name("next_visit_rules.toml")
# Our choice: beyond three years nobody follows a child up.
_MONTHS_RANGE: Final = (1, 36)
# Our choice: the name stands inside a sentence of the report.
_LONGEST_NAME: Final = 60
# Our choice: it catches months in place of years, and years in place of SD.
_LIMITS: Final = {
    "from_years": (0.0, 20.0),
    "to_years": (0.0, 25.0),
    "bone_age_off_years": (0.0, 10.0),
    "height_sds_off": (0.0, 10.0),
}
_CHOICES: Final = {"velocity": ("known", "unknown"), "treatment": ("entered", "none")}


@dataclass(frozen=True, slots=True)
class Course:
    """What the rules look at; None for a figure that is not known."""

    age_years: float
    bone_age_off_years: float | None
    height_sds_off: float | None
    is_velocity_known: bool
    is_treated: bool


@dataclass(frozen=True, slots=True)
class VisitRule:
    """One rule of the file; a condition that is None holds for every child."""

    name: str
    months: int
    from_years: float | None = None
    to_years: float | None = None
    bone_age_off_years: float | None = None
    height_sds_off: float | None = None
    velocity: Literal["known", "unknown"] | None = None
    treatment: Literal["entered", "none"] | None = None

    def holds(self, course: Course) -> bool:
        """Tell whether every condition holds; one whose figure is not known does not."""
        return (
            _reaches(course.age_years, self.from_years)
            and (self.to_years is None or course.age_years < self.to_years)
            and _reaches(course.bone_age_off_years, self.bone_age_off_years)
            and _reaches(course.height_sds_off, self.height_sds_off)
            and self.velocity in (None, "known" if course.is_velocity_known else "unknown")
            and self.treatment in (None, "entered" if course.is_treated else "none")
        )


def _reaches(figure: float | None, limit: float | None) -> bool:
    return limit is None or (figure is not None and figure >= limit)


def read_rules(path: Path = OWN_RULES) -> tuple[VisitRule, ...]:
    """Read and check a file of rules; raises VisitRuleWrong with its line and what is wrong."""
    rows, file = read_tables(path, "The rules for the next visit", "rule", VisitRuleWrong)
    rules = tuple(_rule(row, number, file) for number, row in enumerate(rows, 1))
    _check_all_covered(rules, file)
    return rules


def _rule(row: Any, number: int, file: TomlTables) -> VisitRule:
    if not isinstance(row, dict):
        raise file.wrong(number, "rule", "it is no table")
    known = {field.name for field in fields(VisitRule)}
    for key, value in row.items():
        why = _why_wrong(key, value) if key in known else "nobody knows this name"
        if why:
            raise file.wrong(number, key, why)
    for key in ("name", "months"):
        if key not in row:
            raise file.wrong(number, key, "it is missing")
    rule = VisitRule(**row)
    if rule.to_years is not None and rule.to_years <= (rule.from_years or 0):
        raise file.wrong(number, "to_years", f"it must be above {rule.from_years or 0:g}")
    return rule


def _why_wrong(key: str, value: Any) -> str | None:
    """Return what is wrong with a value, None where nothing is."""
    if key == "name":
        return _why_name_wrong(value)
    if key in _CHOICES:
        allowed = " or ".join(f'"{choice}"' for choice in _CHOICES[key])
        return None if value in _CHOICES[key] else f"it must be {allowed}"
    low, high = _MONTHS_RANGE if key == "months" else _LIMITS[key]
    kinds = int if key == "months" else (int, float)
    is_number = isinstance(value, kinds) and not isinstance(value, bool)
    if is_number and low <= value <= high:
        return None
    return f"it must be a {'whole ' * (key == 'months')}number from {low:g} to {high:g}"


def _why_name_wrong(value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        return "it must be a text that can be printed"
    too_long = len(value) > _LONGEST_NAME
    return f"it may have at most {_LONGEST_NAME} characters" if too_long else None


def _check_all_covered(rules: Sequence[VisitRule], file: TomlTables) -> None:
    """Refuse rules that leave a child without any, and those that can never be reached."""
    for number, rule in enumerate(rules, 1):
        holds_for_all = rule == VisitRule(rule.name, rule.months)
        if holds_for_all and number < len(rules):
            raise file.wrong(number + 1, "rule", "the rule before it holds for every child")
        if not holds_for_all and number == len(rules):
            raise file.wrong(number, "rule", "the last rule must have no condition")
