"""What the report says of the visit: exposures and dose, findings, time line, device, versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from acquisition.exposure_index import EXPOSURE_INDEX_NOTE
from acquisition.quality_exposure import LIGHT_RANGES
from acquisition.quality_positioning import RIGHT_HAND, SIDE_UNTOLD
from reports import outcomes
from reports.figures import offset, signed, time_of_day
from reports.reading_part import Fact
from reports.wording import en

# 1 uGy m2 = 0.001 mGy x 10 000 cm2.
MGY_CM2_PER_UGY_M2: Final = 10.0
SIDES_IN_DOUBT: Final = {RIGHT_HAND: en.SIDE_IN_DOUBT, SIDE_UNTOLD: en.SIDE_UNTOLD}


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding: how serious, its code, and its sentence."""

    severity: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class LightLine:
    """The traffic light of the exposure: its colour by name, and its words."""

    color: str
    words: str


@dataclass(frozen=True, slots=True)
class VisitPart:
    """The visit as printed; `exposures` has one row of cells for every exposure, none left out.

    `expected` has a row for what the preset promised and one for what the image has.
    """

    exposures: tuple[tuple[str, ...], ...]
    dose: tuple[str, ...]
    expected: tuple[tuple[str, ...], ...]
    expected_note: str
    light: LightLine | None
    findings: tuple[FindingLine, ...]
    findings_notes: tuple[str, ...]
    picture_warnings: tuple[str, ...]
    picture_note: str
    timeline_title: str
    timeline: tuple[Fact, ...]
    timeline_notes: tuple[str, ...]
    device: tuple[Fact, ...]


def visit_part(result: Mapping[str, Any]) -> VisitPart:
    """Return the part for a whole result."""
    exposures = result.get("exposures", ())
    findings = tuple(_finding(finding) for finding in result.get("findings", ()))
    return VisitPart(
        exposures=tuple(
            (str(number), *_exposure(exposure)) for number, exposure in enumerate(exposures, 1)
        ),
        dose=_dose(result),
        expected=_expected(result.get("exposure") or {}),
        expected_note=_expected_note(result.get("exposure") or {}),
        light=_light(result.get("exposure") or {}),
        findings=findings,
        findings_notes=_findings_notes(result),
        picture_warnings=_picture_warnings(result),
        picture_note=en.PICTURE_NOTE_RIGHT if RIGHT_HAND in _codes(result) else en.PICTURE_NOTE,
        timeline_title=_timeline_title(result["visit"]),
        timeline=_timeline(result),
        timeline_notes=_timeline_notes(result),
        device=_device(result),
    )


def _exposure(exposure: Mapping[str, Any]) -> tuple[str, ...]:
    outcome = en.OUTCOMES[exposure["outcome"]]
    if exposure.get("reason"):
        outcome = en.OUTCOME_AND_REASON.format(outcome=outcome, reason=exposure["reason"])
    return (
        time_of_day(exposure["at"]),
        _figure(exposure["kv"], 1),
        _figure(exposure["ma"], 1),
        _figure(exposure["ms"], 1),
        _figure(exposure["mas"], 3),
        _figure(exposure["entrance_air_kerma_ugy"], 2),
        outcome,
    )


def _figure(value: float | None, digits: int) -> str:
    return en.NO_SCORE if value is None else f"{value:.{digits}f}"


def _dose(result: Mapping[str, Any]) -> tuple[str, ...]:
    dose = result["dose"]
    count, area = dose["exposures"], dose["dose_area_product_total_ugy_m2"]
    exposures = en.TOTAL_COUNT_ONE if count == 1 else en.TOTAL_COUNT.format(count=count)
    total = en.TOTAL.format(
        exposures=exposures,
        kerma=dose["kerma_total_ugy"],
        area=area,
        area_cgs=MGY_CM2_PER_UGY_M2 * area,
    )
    return (total, *_index(result.get("exposure")), en.DOSE_NOTE, _effective_dose(dose))


def _effective_dose(dose: Mapping[str, Any]) -> str:
    """Return the estimate with all that belongs to it; older results have none."""
    if dose.get("effective_dose_total_usv") is None:
        return en.NO_EFFECTIVE_DOSE
    return en.EFFECTIVE_DOSE.format(
        factor=dose["effective_dose_factor"],
        effective=dose["effective_dose_total_usv"],
        coefficient=dose["effective_dose_usv_per_ugy"],
    )


def _index(exposure: Mapping[str, Any] | None) -> tuple[str, ...]:
    if not exposure or exposure.get("exposure_index") is None:
        return ()
    return (
        en.INDEX.format(
            index=exposure["exposure_index"],
            target=exposure["target_exposure_index"],
            deviation=signed(exposure["deviation_index"], 1),
            note=EXPOSURE_INDEX_NOTE,
        ),
    )


def _expected(exposure: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return what the preset promised beside what the image has; older results have neither."""
    if "noise_percent" not in exposure:
        return ()
    rows = [(en.THIS_IMAGE, *_promised(exposure, en.NOISE_NOT_MEASURED))]
    if exposure["expected"] is not None:
        name = en.EXPECTED_OF.format(preset=exposure["preset"])
        rows.insert(0, (name, *_promised(exposure["expected"], en.NOISE_NOT_PROMISED)))
    return tuple(rows)


def _promised(figures: Mapping[str, Any], no_noise: str) -> tuple[str, ...]:
    percent, pixel_um = figures["noise_percent"], figures["noise_pixel_um"]
    noise = en.NOISE.format(percent=percent, pixel_um=pixel_um) if percent else None
    kerma, index = figures["entrance_air_kerma_ugy"], figures["exposure_index"]
    return (_figure(kerma, 1), _figure(index, 0), noise or no_noise)


def _expected_note(exposure: Mapping[str, Any]) -> str:
    by_choice = "expected" in exposure and exposure["expected"] is None
    return f"{en.NO_PRESET} {en.NOISE_NOTE}" if by_choice else en.NOISE_NOTE


def _light(exposure: Mapping[str, Any]) -> LightLine | None:
    """Return the traffic light in words too; older results have none."""
    if exposure.get("light") is None:
        return None
    words = en.LIGHT.format(
        color=en.LIGHT_COLORS[exposure["light"]],
        meaning=exposure["light_meaning"],
        deviation=signed(exposure["deviation_index"], 1),
    )
    return LightLine(exposure["light"], words)


def _finding(finding: Mapping[str, Any]) -> FindingLine:
    severity = en.SEVERITIES[finding["severity"]]
    # The note on the index stands beside the index itself, once.
    message = finding["message"].replace(EXPOSURE_INDEX_NOTE, "").strip()
    return FindingLine(severity, finding["code"], message)


def _findings_notes(result: Mapping[str, Any]) -> tuple[str, ...]:
    nothing = () if result.get("findings") else (en.NO_FINDINGS,)
    exposure = result.get("exposure") or {}
    light = (en.LIGHT_NOTE.format(ranges=LIGHT_RANGES),) if exposure.get("light") else ()
    return (*nothing, *light, en.FINDINGS_NOTE)


def _is_unreviewed(visit: Mapping[str, Any]) -> bool:
    return visit.get("review") == outcomes.NOT_REVIEWED


def _picture_warnings(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what whoever sees the picture on page one must know of it."""
    visit, codes = result["visit"], _codes(result)
    unreviewed = _is_unreviewed(visit)
    warnings = [en.NOT_REVIEWED] if unreviewed else []
    findings = result.get("findings", ())
    repeats = [finding["code"] for finding in findings if finding["severity"] == "repeat"]
    if repeats:
        despite = en.READ_DESPITE if unreviewed else en.ACCEPTED_DESPITE
        by = visit.get("accepted_by") or en.NOBODY
        warnings.append(despite.format(codes=", ".join(repeats), by=by))
    warnings += [said.format(code=code) for code, said in SIDES_IN_DOUBT.items() if code in codes]
    light = _light(result.get("exposure") or {})
    if light is not None and light.color == "red":
        warnings.append(light.words)
    return tuple(warnings)


def _codes(result: Mapping[str, Any]) -> set[str]:
    return {finding["code"] for finding in result.get("findings", ())}


def _timeline_title(visit: Mapping[str, Any]) -> str:
    zone = offset(visit["started"])
    wording = en.TIMELINE_IN_ZONE if zone else en.TIMELINE
    return wording.format(day=visit["started"][:10], zone=zone)


def _timeline(result: Mapping[str, Any]) -> tuple[Fact, ...]:
    events = [(event["at"], event["what"]) for event in result.get("timeline", ())]
    if not events:
        visit = result["visit"]
        events = [(visit["started"], en.STARTED), (visit["ended"], en.ENDED)]
    return tuple(Fact(time_of_day(at), what) for at, what in events)


def _timeline_notes(result: Mapping[str, Any]) -> tuple[str, ...]:
    by = result["visit"].get("accepted_by")
    spent = result.get("seconds", {})
    parts = [
        en.SECONDS_PART.format(name=name, seconds=spent[key])
        for key, name in en.SECONDS_NAMES
        if spent.get(key) is not None
    ]
    notes = [en.ACCEPTED_BY.format(by=by)] if by else []
    if _is_unreviewed(result["visit"]):
        notes.append(en.NOT_REVIEWED)
    if parts:
        notes.append(en.SECONDS.format(parts=", ".join(parts)))
    return tuple(notes)


def _device(result: Mapping[str, Any]) -> tuple[Fact, ...]:
    device = result.get("device", {})
    facts = [
        Fact(label, str(device[key]))
        for key, label in en.DEVICE_LABELS
        if device.get(key) is not None
    ]
    version = result.get("software", {}).get("version", en.NOT_RECORDED)
    facts.append(Fact(en.SOFTWARE, en.SOFTWARE_VALUE.format(version=version)))
    reading = result.get("reading")
    return (*facts, *_model(reading["model"])) if reading else tuple(facts)


def _model(model: Mapping[str, Any]) -> tuple[Fact, ...]:
    name = en.MODEL_VALUE.format(name=model["name"], version=model["version"])
    facts = (Fact(en.MODEL, name), Fact(en.MODEL_HASH, model["sha256"]))
    if "trust" not in model:  # a visit before models were packages
        return facts
    released = model_release(model["trust"], model["signed_by"])
    package = Fact(en.PACKAGE_HASH, model["package_sha256"])
    return (*facts, package, Fact(en.MODEL_RELEASE, released))


def model_release(trust: str, signed_by: str | None) -> str:
    """Return in words who answers for a reading model."""
    return en.MODEL_RELEASES.get(trust, trust).format(key=signed_by)
