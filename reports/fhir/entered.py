"""The child on the day: its age, what people entered of it, and when it is to come again."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reports.fhir.devices import SOFTWARE
from reports.fhir.values import AS_ENTERED, Resource, component, loinc, named, notes, quantity
from reports.reading_part import examined_child
from reports.wording import ENGLISH

# https://build.fhir.org/ig/HL7/UTG/ValueSet-v3-LOINCObservationActContextAgeDefinitionCode.html
_AGE: Final = "30525-0"
# https://hl7.org/fhir/us/qicore/Observation-example-gestation.html
_GESTATION: Final = "76516-4"
_DAYS_A_WEEK: Final = 7
CORRECTED_AGE: Final = "Corrected age, used for sizes"
_SUGGESTED: Final = "Next visit, suggested by a rule of the site"
_IN_MONTHS: Final = "Months from this visit"


def entered(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return ages, puberty and treatment as entered, and the suggestion of the site's rule."""
    growth = result.get("growth") or {}
    told = growth.get("entered") or {}
    return {
        "age": _age(result) | {"note": notes(growth.get("remarks", ()))},
        **_born_early(growth.get("corrected_age")),
        **{name: {**AS_ENTERED, **said} for name, said in _puberty(told)},
        **_next_visit(growth.get("next_visit")),
    }


def _age(result: Mapping[str, Any]) -> Resource:
    age = examined_child(result["patient"], result["visit"]).age
    return {
        "code": loinc((_AGE,), ENGLISH.age),
        "device": SOFTWARE,
        "valueQuantity": quantity(age.decimal_years, "years", "a"),
        "component": [
            component(
                "Age in months", {"valueQuantity": quantity(age.decimal_months, "months", "mo")}
            )
        ],
    }


def _born_early(corrected: Mapping[str, Any] | None) -> dict[str, Resource]:
    """Return gestation and corrected age where sizes were compared at it."""
    if not corrected:
        return {}
    weeks, days = corrected["gestation_weeks"], corrected.get("gestation_days") or 0
    return {
        "gestation": {
            **AS_ENTERED,
            "code": loinc((_GESTATION,), "Gestational age at birth"),
            "valueQuantity": quantity(_DAYS_A_WEEK * weeks + days, "days", "d"),
            "note": notes([f"{weeks}+{days} weeks and days."]),
        },
        "corrected-age": {
            "code": named(CORRECTED_AGE),
            "device": SOFTWARE,
            "valueQuantity": quantity(corrected["decimal_months"], "months", "mo"),
        },
    }


def _puberty(told: Mapping[str, Any]) -> Iterator[tuple[str, Resource]]:
    if told.get("tanner_stage") is not None:
        yield (
            "tanner-stage",
            {"code": named(ENGLISH.tanner_stage), "valueInteger": told["tanner_stage"]},
        )
    if told.get("menarche_age_years") is not None:
        age = quantity(told["menarche_age_years"], "years", "a")
        yield "menarche", {"code": named("Age at menarche"), "valueQuantity": age}
    elif told.get("menarche") is not None:
        yield "menarche", {"code": named("Menarche reached"), "valueBoolean": told["menarche"]}
    if told.get("treatment"):
        yield "treatment", {"code": named("Treatment"), "valueString": told["treatment"]}


def _next_visit(suggested: Mapping[str, Any] | None) -> dict[str, Resource]:
    """Return the suggestion, which is nobody's order: a physician decides."""
    if not suggested:
        return {}
    return {
        "next-visit": {
            "code": named(_SUGGESTED),
            "device": SOFTWARE,
            **_day_or_rule(suggested),
            "note": notes([suggested["rule"]]),
        }
    }


def _day_or_rule(suggested: Mapping[str, Any]) -> Resource:
    """Return the day and its months; of an older result, which has neither, the rule's words."""
    if suggested.get("date") is None or suggested.get("months") is None:
        return {"valueString": suggested["rule"]}
    months = quantity(suggested["months"], "months", "mo")
    in_months = component(_IN_MONTHS, {"valueQuantity": months})
    return {"valueDateTime": suggested["date"], "component": [in_months]}
