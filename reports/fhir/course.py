"""The course of a child: its earlier visits as told, and what changed between visits."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from growth.references import Reference
from reports.fhir.devices import SOFTWARE
from reports.fhir.entered import CORRECTED_AGE
from reports.fhir.values import (
    Resource,
    absent,
    component,
    named,
    notes,
    quantity,
    span,
)
from reports.fhir.when import period
from reports.wording import ENGLISH

# No code of a vital sign: a server would take what was told for what was measured here.
_EARLIER: Final = "Earlier visit"
_TOLD: Final = "as told with the order, or on record here"
_EARLIER_SIZES: Final = {
    "height_cm": ("Height", "cm"),
    "weight_kg": ("Weight", "kg"),
    "bmi_kg_m2": ("BMI", "kg/m2"),
}
_SCORES: Final = {"height_sds": "Height", "weight_sds": "Weight", "bmi_sds": "BMI"}
_UP_TO_A_VISIT: Final = "Height velocity up to a visit"
_CM_A_YEAR: Final = ("cm a year", "cm/a")
_TIME: Final = "Time between the visits"
_MEASURING_ERROR: Final = "95 % of velocities move by less than this by the error of measuring"
_SD: Final = ("SD", "{SD}")
_ERROR_OF_CHANGE: Final = "95 % of changes of SDS move by less than this by the error of measuring"
_PROGRESS: Final = "Bone age progress"
_CHANGE: Final = "Change of bone age"
_RANGE: Final = "Range by the smallest detectable change"
_DETECTABLE: Final = "Smallest detectable change"
_EXCEEDS: Final = "Change exceeds the smallest detectable change"
_UNLIKE: Final = "Methods differ or are untold: not like with like."


def course(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return the earlier visits and the changes since, refused ones with their reason."""
    said = (result.get("growth") or {}).get("follow_up")
    if not said:
        return {}
    last_year = _velocity(ENGLISH.velocity, said["velocity"])
    remarks = _remarks(said)
    return {
        **{
            f"earlier-visit-{number}": _earlier(each)
            for number, each in enumerate(said["visits"][:-1], 1)
        },
        "velocity": last_year | {"note": notes([*_remarks(said["velocity"]), *remarks])},
        **{
            f"velocity-{number}": _velocity(_UP_TO_A_VISIT, each)
            for number, each in enumerate(said["velocities"], 1)
        },
        **{
            f"sds-change-{reference.value}": _sds_change(reference, said["sds_change"])
            for reference in Reference
            if said["sds_change"].get(reference.value)
        },
        "bone-age-progress": _progress(said["bone_age_progress"]),
    }


def _remarks(said: Mapping[str, Any]) -> list[str]:
    return list(said.get("remarks") or ())


def _value(figure: float | None, unit: tuple[str, str], said: Mapping[str, Any]) -> Resource:
    """Return the figure, or why there is none."""
    if figure is None:
        reason = said.get("reason") or ENGLISH.not_recorded
        return {"dataAbsentReason": absent("not-performed", reason)}
    return {"valueQuantity": quantity(figure, *unit)}


def _velocity(text: str, said: Mapping[str, Any]) -> Resource:
    return {
        "code": named(text),
        "device": SOFTWARE,
        **period(said),
        **_value(said["cm_per_year"], _CM_A_YEAR, said),
        "note": notes(_remarks(said)),
        "component": [] if said["cm_per_year"] is None else [*_time(said), *_error(said)],
    }


def _error(said: Mapping[str, Any]) -> Iterator[Resource]:
    if said.get("error_cm_per_year") is not None:
        error = quantity(said["error_cm_per_year"], *_CM_A_YEAR)
        yield component(_MEASURING_ERROR, {"valueQuantity": error})


def _time(said: Mapping[str, Any]) -> Iterator[Resource]:
    if said.get("years") is not None:
        yield component(_TIME, {"valueQuantity": quantity(said["years"], "years", "a")})


def _sds_change(reference: Reference, changes: Mapping[str, Any]) -> Resource:
    said = changes[reference.value]
    change = said.get("change")
    return {
        "code": named(ENGLISH.sds_change.format(reference=reference.title)),
        "device": SOFTWARE,
        **period(said),
        **_value(change, _SD, said),
        "note": notes(_remarks(said)),
        "component": [] if change is None else [*_time(said), *_error_of_change(said)],
    }


def _error_of_change(said: Mapping[str, Any]) -> Iterator[Resource]:
    if said.get("error_sds") is not None:
        yield component(_ERROR_OF_CHANGE, {"valueQuantity": quantity(said["error_sds"], *_SD)})


def _progress(said: Mapping[str, Any]) -> Resource:
    rate = said["years_per_year"]
    source = said.get("smallest_detectable_source") or ""
    return {
        "code": named(_PROGRESS),
        "device": SOFTWARE,
        **period(said),
        **_value(rate, ("years a year", "a/a"), said),
        "note": notes([*_remarks(said), source]),
        "component": [] if rate is None else [*_time(said), *_how_far(said)],
    }


def _how_far(said: Mapping[str, Any]) -> Iterator[Resource]:
    """Return the change beside the least that can be told; unlike methods are not judged."""
    change = quantity(said["change_months"], "months", "mo")
    yield component(_CHANGE, {"valueQuantity": change})
    if said.get("range_years_per_year"):
        bounds = span(said["range_years_per_year"], "years a year", "a/a")
        yield component(_RANGE, {"valueRange": bounds})
    if said.get("smallest_detectable_months") is not None:
        least = quantity(said["smallest_detectable_months"], "months", "mo")
        whose = said.get("smallest_detectable_measured_on")
        name = f"{_DETECTABLE} ({whose})" if whose else _DETECTABLE
        yield component(name, {"valueQuantity": least})
    if said.get("exceeds") is None:
        yield component(_EXCEEDS, {"dataAbsentReason": absent("not-applicable", _UNLIKE)})
    else:
        yield component(_EXCEEDS, {"valueBoolean": said["exceeds"]})


def _earlier(visit: Mapping[str, Any]) -> Resource:
    return {
        "code": named(_EARLIER),
        "method": {"text": _TOLD},
        "effectiveDateTime": visit["date"],
        "component": [*_sizes(visit), *_scores(visit), *_bone_age(visit)],
    }


def _sizes(visit: Mapping[str, Any]) -> Iterator[Resource]:
    if visit.get("age_months") is not None:
        age = quantity(visit["age_months"], "months", "mo")
        yield component(ENGLISH.age, {"valueQuantity": age})
    for name, (text, unit) in _EARLIER_SIZES.items():
        if visit.get(name) is not None:
            yield component(text, {"valueQuantity": quantity(visit[name], unit, unit)})
    if visit.get("height_position"):
        said = ENGLISH.positions[visit["height_position"]]
        yield component(ENGLISH.position, {"valueString": said})
    if visit.get("corrected_age_months") is not None:
        age = quantity(visit["corrected_age_months"], "months", "mo")
        yield component(CORRECTED_AGE, {"valueQuantity": age})


def _scores(visit: Mapping[str, Any]) -> Iterator[Resource]:
    for name, text in _SCORES.items():
        scores = visit.get(name) or {}
        for reference in Reference:
            if scores.get(reference.value) is not None:
                sds = quantity(scores[reference.value], "SD", "{SD}")
                yield component(f"{text}, {reference.title}: SDS", {"valueQuantity": sds})


def _bone_age(visit: Mapping[str, Any]) -> Iterator[Resource]:
    if visit.get("bone_age_months") is None:
        return
    method = visit.get("bone_age_method") or "method not told"
    months = quantity(visit["bone_age_months"], "months", "mo")
    yield component(f"{ENGLISH.bone_age} ({method})", {"valueQuantity": months})
    if visit.get("bone_age_interval_months"):
        bounds = span(visit["bone_age_interval_months"], "months", "mo")
        yield component(f"{ENGLISH.bone_age}: interval", {"valueRange": bounds})
