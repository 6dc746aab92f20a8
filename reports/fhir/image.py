"""How good the image is: its exposure index, its noise, and what the automatic checks say."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reports.fhir.devices import DETECTOR
from reports.fhir.values import Resource, category, component, dicom, named, notes, quantity
from reports.visit_part import VisitPart, visit_part
from reports.wording import ENGLISH

_TITLE: Final = "Automatic checks of the image"
# DICOM PS3.16, table D-1.
_INDICES: Final = {
    "exposure_index": ("113845", "Exposure index"),
    "target_exposure_index": ("113846", "Target exposure index"),
    "deviation_index": ("113847", "Deviation index"),
}
_LIGHT: Final = "Traffic light of the deviation index"
_KERMA: Final = "Entrance air kerma of this image"
_NOISE: Final = "Noise of one pixel of {pixel_um:g} µm"


def image(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return figures and findings of the image; they advise, and look for no illness."""
    part = visit_part(result, ENGLISH)
    exposure = result.get("exposure") or {}
    return {
        "image": {
            "category": category("imaging", "Imaging"),
            "code": named(_TITLE),
            "device": DETECTOR,
            "valueString": part.quality,
            "note": notes(
                [*_accepted(result["visit"]), *part.picture_warnings, *part.findings_notes]
            ),
            "component": [*_figures(exposure), *_findings(part)],
        }
    }


def _accepted(visit: Mapping[str, Any]) -> Iterator[str]:
    if visit.get("accepted_by"):
        yield ENGLISH.accepted_by.format(by=visit["accepted_by"])


def _figures(exposure: Mapping[str, Any]) -> Iterator[Resource]:
    for name, (code, text) in _INDICES.items():
        if exposure.get(name) is not None:
            index = quantity(exposure[name], "1", "1")
            yield component(dicom(code, text), {"valueQuantity": index})
    if exposure.get("entrance_air_kerma_ugy") is not None:
        kerma = quantity(exposure["entrance_air_kerma_ugy"], "µGy", "uGy")
        yield component(_KERMA, {"valueQuantity": kerma})
    if exposure.get("noise_percent") is not None:
        name = _NOISE.format(pixel_um=exposure["noise_pixel_um"])
        yield component(name, {"valueQuantity": quantity(exposure["noise_percent"], "%", "%")})


def _findings(part: VisitPart) -> Iterator[Resource]:
    if part.light:
        yield component(_LIGHT, {"valueString": part.light.words})
    for finding in part.findings:
        name = f"{finding.severity}, {finding.code}"
        yield component(name, {"valueString": finding.message})
