"""What the report says of the visit: exposures and dose, findings, time line, device, versions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from acquisition.exposure_index import EXPOSURE_INDEX_NOTE
from acquisition.quality_exposure import LIGHT_RANGES
from acquisition.quality_positioning import RIGHT_HAND, SIDE_UNTOLD
from reports import outcomes
from reports.background import about_background_time
from reports.figures import offset, signed, time_of_day
from reports.phrasebook import told
from reports.reading_part import Fact
from reports.wording import Wording

# 1 uGy m2 = 0.001 mGy x 10 000 cm2.
MGY_CM2_PER_UGY_M2: Final = 10.0


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
    quality: str = ""


def visit_part(result: Mapping[str, Any], words: Wording) -> VisitPart:
    """Return the part for a whole result."""
    exposures = result.get("exposures", ())
    findings = tuple(_finding(finding, words) for finding in result.get("findings", ()))
    return VisitPart(
        exposures=tuple(
            (str(number), *_exposure(exposure, words))
            for number, exposure in enumerate(exposures, 1)
        ),
        dose=_dose(result, words),
        expected=_expected(result.get("exposure") or {}, words),
        expected_note=_expected_note(result.get("exposure") or {}, words),
        light=_light(result.get("exposure") or {}, words),
        findings=findings,
        findings_notes=_findings_notes(result, words),
        picture_warnings=_picture_warnings(result, words),
        picture_note=words.picture_note_right
        if RIGHT_HAND in _codes(result)
        else words.picture_note,
        timeline_title=_timeline_title(result["visit"], words),
        timeline=_timeline(result, words),
        timeline_notes=_timeline_notes(result, words),
        device=_device(result, words),
        quality=_quality(result, words),
    )


def _exposure(exposure: Mapping[str, Any], words: Wording) -> tuple[str, ...]:
    outcome = words.outcomes[exposure["outcome"]]
    if exposure.get("reason"):
        outcome = words.outcome_and_reason.format(outcome=outcome, reason=exposure["reason"])
    return (
        time_of_day(exposure["at"]),
        _figure(exposure["kv"], 1, words),
        _figure(exposure["ma"], 1, words),
        _figure(exposure["ms"], 1, words),
        _figure(exposure["mas"], 3, words),
        _figure(exposure["entrance_air_kerma_ugy"], 2, words),
        _figure(exposure.get("dose_area_product_ugy_m2"), 3, words),
        outcome,
    )


def _figure(value: float | None, digits: int, words: Wording) -> str:
    return words.no_score if value is None else f"{value:.{digits}f}"


def _dose(result: Mapping[str, Any], words: Wording) -> tuple[str, ...]:
    dose = result["dose"]
    count, area = dose["exposures"], dose["dose_area_product_total_ugy_m2"]
    exposures = words.total_count_one if count == 1 else words.total_count.format(count=count)
    total = words.total.format(
        exposures=exposures,
        kerma=dose["kerma_total_ugy"],
        area=area,
        area_cgs=MGY_CM2_PER_UGY_M2 * area,
    )
    return (
        total,
        *_index(result.get("exposure"), words),
        words.dose_note,
        _effective_dose(dose, words),
    )


def _effective_dose(dose: Mapping[str, Any], words: Wording) -> str:
    """Return the estimate with all that belongs to it; older results have none."""
    if dose.get("effective_dose_total_usv") is None:
        return words.no_effective_dose
    said = words.effective_dose.format(
        factor=dose["effective_dose_factor"],
        effective=dose["effective_dose_total_usv"],
        coefficient=dose["effective_dose_usv_per_ugy"],
    )
    time = about_background_time(dose["effective_dose_total_usv"], words)
    return words.between_sentences.join([said, words.effective_dose_compared.format(time=time)])


def _index(exposure: Mapping[str, Any] | None, words: Wording) -> tuple[str, ...]:
    if not exposure or exposure.get("exposure_index") is None:
        return ()
    return (
        words.index.format(
            index=exposure["exposure_index"],
            target=exposure["target_exposure_index"],
            deviation=signed(exposure["deviation_index"], 1),
            note=told(EXPOSURE_INDEX_NOTE, words),
        ),
    )


def _expected(exposure: Mapping[str, Any], words: Wording) -> tuple[tuple[str, ...], ...]:
    """Return what the preset promised beside what the image has; older results have neither."""
    if "noise_percent" not in exposure:
        return ()
    rows = [(words.this_image, *_promised(exposure, words.noise_not_measured, words))]
    if exposure["expected"] is not None:
        name = words.expected_of.format(preset=exposure["preset"])
        rows.insert(0, (name, *_promised(exposure["expected"], words.noise_not_promised, words)))
    return tuple(rows)


def _promised(figures: Mapping[str, Any], no_noise: str, words: Wording) -> tuple[str, ...]:
    percent, pixel_um = figures["noise_percent"], figures["noise_pixel_um"]
    noise = words.noise.format(percent=percent, pixel_um=pixel_um) if percent else None
    kerma, index = figures["entrance_air_kerma_ugy"], figures["exposure_index"]
    return (_figure(kerma, 1, words), _figure(index, 0, words), noise or no_noise)


def _expected_note(exposure: Mapping[str, Any], words: Wording) -> str:
    by_choice = "expected" in exposure and exposure["expected"] is None
    said = (words.no_preset, words.noise_note) if by_choice else (words.noise_note,)
    return words.between_sentences.join(said)


def _light(exposure: Mapping[str, Any], words: Wording) -> LightLine | None:
    """Return the traffic light in words too; older results have none."""
    if exposure.get("light") is None:
        return None
    said = words.light.format(
        color=words.light_colors[exposure["light"]],
        meaning=exposure["light_meaning"],
        deviation=signed(exposure["deviation_index"], 1),
    )
    return LightLine(exposure["light"], said)


def _finding(finding: Mapping[str, Any], words: Wording) -> FindingLine:
    severity = words.severities[finding["severity"]]
    # The note on the index stands beside the index itself, once.
    message = finding["message"].replace(told(EXPOSURE_INDEX_NOTE, words), "").strip()
    return FindingLine(severity, finding["code"], message)


def _findings_notes(result: Mapping[str, Any], words: Wording) -> tuple[str, ...]:
    nothing = () if result.get("findings") else (words.no_findings,)
    exposure = result.get("exposure") or {}
    light = (
        (words.light_note.format(ranges=told(LIGHT_RANGES, words)),)
        if exposure.get("light")
        else ()
    )
    return (*nothing, *light, words.findings_note)


def _quality(result: Mapping[str, Any], words: Wording) -> str:
    """Return in one line what the light and the checks say; their sentences stand elsewhere."""
    light = _light(result.get("exposure") or {}, words)
    findings = result.get("findings", ())
    counts = Counter(finding["severity"] for finding in findings)
    said = [] if light is None else [light.words]
    if not findings:
        return words.between_sentences.join([*said, words.no_findings])
    counted = [
        words.quality_count.format(severity=name, count=counts[severity])
        for severity, name in words.severities.items()
        if counts[severity]
    ]
    codes = words.between_members.join(dict.fromkeys(finding["code"] for finding in findings))
    named = words.between_members.join(counted)
    told = words.quality_findings.format(counts=named, codes=codes)
    return words.between_sentences.join([*said, told])


def is_unreviewed(visit: Mapping[str, Any]) -> bool:
    """Tell whether nobody was there to review the image before it was read."""
    return visit.get("review") == outcomes.NOT_REVIEWED


def _picture_warnings(result: Mapping[str, Any], words: Wording) -> tuple[str, ...]:
    """Return what whoever sees the picture on page one must know of it."""
    visit, codes = result["visit"], _codes(result)
    unreviewed = is_unreviewed(visit)
    warnings = [words.not_reviewed] if unreviewed else []
    findings = result.get("findings", ())
    repeats = [finding["code"] for finding in findings if finding["severity"] == "repeat"]
    if repeats:
        despite = words.read_despite if unreviewed else words.accepted_despite
        by = visit.get("accepted_by") or words.nobody
        warnings.append(despite.format(codes=words.between_members.join(repeats), by=by))
    sides = {RIGHT_HAND: words.side_in_doubt, SIDE_UNTOLD: words.side_untold}
    warnings += [said.format(code=code) for code, said in sides.items() if code in codes]
    light = _light(result.get("exposure") or {}, words)
    if light is not None and light.color == "red":
        warnings.append(light.words)
    return tuple(warnings)


def _codes(result: Mapping[str, Any]) -> set[str]:
    return {finding["code"] for finding in result.get("findings", ())}


def _timeline_title(visit: Mapping[str, Any], words: Wording) -> str:
    zone = offset(visit["started"])
    wording = words.timeline_in_zone if zone else words.timeline
    return wording.format(day=visit["started"][:10], zone=zone)


def _timeline(result: Mapping[str, Any], words: Wording) -> tuple[Fact, ...]:
    events = [(event["at"], event["what"]) for event in result.get("timeline", ())]
    if not events:
        visit = result["visit"]
        events = [(visit["started"], words.started), (visit["ended"], words.ended)]
    return tuple(Fact(time_of_day(at), what) for at, what in events)


def _timeline_notes(result: Mapping[str, Any], words: Wording) -> tuple[str, ...]:
    by = result["visit"].get("accepted_by")
    spent = result.get("seconds", {})
    parts = [
        words.seconds_part.format(name=name, seconds=spent[key])
        for key, name in words.seconds_names
        if spent.get(key) is not None
    ]
    notes = [words.accepted_by.format(by=by)] if by else []
    if is_unreviewed(result["visit"]):
        notes.append(words.not_reviewed)
    if parts:
        notes.append(words.seconds.format(parts=words.between_members.join(parts)))
    return tuple(notes)


def _device(result: Mapping[str, Any], words: Wording) -> tuple[Fact, ...]:
    device = result.get("device", {})
    facts = [
        Fact(label, str(device[key]))
        for key, label in words.device_labels
        if device.get(key) is not None
    ]
    version = result.get("software", {}).get("version", words.not_recorded)
    facts.append(Fact(words.software, words.software_value.format(version=version)))
    model = (result.get("reading") or {}).get("model")
    return (*facts, *_model(model, words)) if model else tuple(facts)


def _model(model: Mapping[str, Any], words: Wording) -> tuple[Fact, ...]:
    name = words.model_value.format(name=model["name"], version=model["version"])
    facts = (Fact(words.model, name), Fact(words.model_hash, model["sha256"]))
    if "trust" not in model:  # a visit before models were packages
        return facts
    released = model_release(model["trust"], model["signed_by"], words)
    package = Fact(words.package_hash, model["package_sha256"])
    return (*facts, package, Fact(words.model_release, released))


def model_release(trust: str, signed_by: str | None, words: Wording) -> str:
    """Return in words who answers for a reading model."""
    return words.model_releases.get(trust, trust).format(key=signed_by)
