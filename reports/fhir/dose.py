"""Every exposure with its technique and outcome, and what all of them gave."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reports.fhir.devices import GENERATOR
from reports.fhir.values import (
    Resource,
    absent,
    category,
    component,
    dicom,
    exactly,
    loinc,
    named,
    notes,
    quantity,
)
from reports.fhir.when import moment_or_day
from reports.visit_part import VisitPart, visit_part
from reports.wording import ENGLISH

# https://build.fhir.org/ig/HL7/fhir-radiation-dose-summary-ig/Observation-545.html: LOINC of the
# dose of a procedure, DICOM's code of its total dose area product.
_DOSE: Final = "73569-6"
_AREA_TOTAL: Final = "113722"
# DICOM PS3.16, table D-1.
_AREA: Final = "122130"
_EFFECTIVE: Final = "113839"

_TITLE: Final = "Radiation dose of all exposures"
_EXPOSURE: Final = "X-ray exposure {number}"
_KERMA: Final = "Entrance air kerma"
_COUNT: Final = "Exposures with X-rays"
# By the names of a result: text, unit, UCUM's code of it.
_TECHNIQUE: Final = {
    "kv": ("Tube voltage", "kV", "kV"),
    "ma": ("Tube current", "mA", "mA"),
    "ms": ("Exposure time", "ms", "ms"),
    "mas": ("Current time product", "mAs", "mA.s"),
}


def dose(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return the dose of the whole visit, and every exposure, none left out."""
    exposures = {
        f"exposure-{number}": _exposure(number, exposure)
        for number, exposure in enumerate(result.get("exposures", ()), 1)
    }
    return {"dose": _total(result["dose"], visit_part(result, ENGLISH)), **exposures}


def _total(said: Mapping[str, Any], part: VisitPart) -> Resource:
    total, *explained = part.dose
    area = quantity(said["dose_area_product_total_ugy_m2"], "µGy·m²", "uGy.m2")
    kerma = quantity(said["kerma_total_ugy"], "µGy", "uGy")
    return {
        "category": category("imaging", "Imaging"),
        "code": loinc((_DOSE,), _TITLE),
        "device": GENERATOR,
        "valueString": total,
        "note": notes(explained),
        "component": [
            component(_COUNT, {"valueInteger": said["exposures"]}),
            component(_KERMA, {"valueQuantity": kerma}),
            component(dicom(_AREA_TOTAL, "Dose area product, total"), {"valueQuantity": area}),
            component(dicom(_EFFECTIVE, "Effective dose, estimate"), _effective(said)),
        ],
    }


def _effective(said: Mapping[str, Any]) -> Resource:
    """Return the estimate, as it was rounded; how it was made stands in the notes."""
    estimate = said.get("effective_dose_total_usv")
    if estimate is None:
        return {"dataAbsentReason": absent("not-performed", ENGLISH.no_effective_dose)}
    return {"valueQuantity": exactly(estimate, "µSv", "uSv")}


def _exposure(number: int, said: Mapping[str, Any]) -> Resource:
    outcome = ENGLISH.outcomes[said["outcome"]]
    if said.get("reason"):
        outcome = ENGLISH.outcome_and_reason.format(outcome=outcome, reason=said["reason"])
    return {
        "category": category("imaging", "Imaging"),
        "code": named(_EXPOSURE.format(number=number)),
        "device": GENERATOR,
        "effectiveDateTime": moment_or_day(said["at"]),
        "valueString": outcome,
        "component": list(_figures(said)),
    }


def _figures(said: Mapping[str, Any]) -> Iterator[Resource]:
    for name, (text, unit, code) in _TECHNIQUE.items():
        if said.get(name) is not None:
            yield component(text, {"valueQuantity": quantity(said[name], unit, code)})
    if said.get("entrance_air_kerma_ugy") is not None:
        kerma = quantity(said["entrance_air_kerma_ugy"], "µGy", "uGy")
        yield component(_KERMA, {"valueQuantity": kerma})
    if said.get("dose_area_product_ugy_m2") is not None:
        area = quantity(said["dose_area_product_ugy_m2"], "µGy·m²", "uGy.m2")
        yield component(dicom(_AREA, "Dose area product"), {"valueQuantity": area})
