"""The small pieces of FHIR of which every resource is made: codes, quantities, reasons."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

Resource = dict[str, Any]

TERMS: Final = "http://terminology.hl7.org/CodeSystem"
_LOINC: Final = "http://loinc.org"
# https://build.fhir.org/ig/HL7/UTG/CodeSystem-v3-DCM.ttl.html: the codes of DICOM PS3.16.
_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_UCUM: Final = "http://unitsofmeasure.org"
# Our choice: thousandths of an SD or of a month say nothing about a child.
_DIGITS: Final = 3
# Data of somebody who typed it into the order: the order does not say who.
AS_ENTERED: Final = {
    "method": {"text": "as entered"},
    "performer": [{"display": "not recorded: as entered with the order"}],
}


def named(text: str) -> Resource:
    """Return a concept without a code, where no published one was found."""
    return {"text": text}


def loinc(codes: Sequence[str], text: str) -> Resource:
    """Return a concept with its LOINC codes."""
    return _coded(_LOINC, codes, text)


def dicom(code: str, text: str) -> Resource:
    """Return a concept with its code in DICOM's own table."""
    return _coded(_DICOM, (code,), text)


def term(table: str, code: str, text: str) -> Resource:
    """Return a concept of a table of HL7."""
    return _coded(f"{TERMS}/{table}", (code,), text)


def category(code: str, text: str) -> list[Resource]:
    """Return the category of an Observation."""
    return [term("observation-category", code, text)]


def absent(code: str, reason: str) -> Resource:
    """Return why there is no value: HL7's code, and the reason as it is printed."""
    return term("data-absent-reason", code, reason)


def quantity(value: float, unit: str, code: str) -> Resource:
    """Return a figure with its unit, which `code` says in UCUM."""
    return {"value": _rounded(value), "unit": unit, "system": _UCUM, "code": code}


def exactly(value: float, unit: str, code: str) -> Resource:
    """Return a figure that was rounded before, and may be smaller than a thousandth."""
    return quantity(value, unit, code) | {"value": value}


def span(bounds: Sequence[float], unit: str, code: str) -> Resource:
    """Return a range from low to high."""
    low, high = (quantity(bound, unit, code) for bound in bounds)
    return {"low": low, "high": high}


def notes(sentences: Iterable[str]) -> list[Resource]:
    """Return sentences that a reader must see, each once."""
    return [{"text": sentence} for sentence in dict.fromkeys(sentences) if sentence]


def component(code: Resource | str, value: Resource) -> Resource:
    """Return a component; `value` is its value[x] or its dataAbsentReason."""
    return {"code": named(code) if isinstance(code, str) else code, **value}


def without_nothing(resource: Resource) -> Resource:
    """Leave out what is empty: FHIR knows no empty element."""
    return {name: said for name, said in resource.items() if said not in (None, [], {}, "")}


def _coded(system: str, codes: Sequence[str], text: str) -> Resource:
    return {"coding": [{"system": system, "code": code} for code in codes], "text": text}


def _rounded(value: float) -> float:
    """Round; a small loss is no negative zero."""
    return round(value, _DIGITS) + 0.0
