"""What made the figures: the software with its reading model, the detector, the generator."""

from collections.abc import Mapping
from typing import Any, Final

from reports.fhir.values import Resource, notes
from reports.visit_part import model_release
from reports.wording import ENGLISH, PRODUCT

# The names by which observations refer to them.
SOFTWARE: Final = "software"
DETECTOR: Final = "detector"
GENERATOR: Final = "generator"

_TYPES: Final = {DETECTOR: "X-ray detector", GENERATOR: "X-ray generator"}


def devices(result: Mapping[str, Any]) -> dict[str, Resource]:
    """Return the devices of a result by name, the generator where its model or serial is known."""
    device, software = result.get("device") or {}, result.get("software") or {}
    model = (result.get("reading") or {}).get("model") or {}
    is_known = device.get("generator_model") or device.get("generator_serial")
    named = (DETECTOR, GENERATOR) if is_known else (DETECTOR,)
    return {SOFTWARE: _software(software, model)} | {name: _device(name, device) for name in named}


def _device(name: str, device: Mapping[str, Any]) -> Resource:
    versions = {"firmware": device.get(f"{name}_firmware")}
    if name == DETECTOR:
        versions["calibration"] = device.get("calibration")
    return {
        "resourceType": "Device",
        "deviceName": _device_name(device.get(f"{name}_model"), "model-name"),
        "serialNumber": device.get(f"{name}_serial"),
        "version": _versions(versions),
        "type": {"text": _TYPES[name]},
    }


def _software(software: Mapping[str, Any], model: Mapping[str, Any]) -> Resource:
    hashes = {
        ENGLISH.model_hash: model.get("sha256"),
        ENGLISH.package_hash: model.get("package_sha256"),
    }
    return {
        "resourceType": "Device",
        "identifier": [
            {"type": {"text": text}, "value": value} for text, value in hashes.items() if value
        ],
        "deviceName": [
            *_device_name(PRODUCT, "user-friendly-name"),
            *_device_name(model.get("name"), "model-name"),
        ],
        "version": _versions(
            {"software": software.get("version"), "reading model": model.get("version")}
        ),
        "type": {"text": ENGLISH.software},
        "note": notes(_release(model)),
    }


def _release(model: Mapping[str, Any]) -> list[str]:
    """Return who answers for the reading model; older results do not know."""
    if "trust" not in model:
        return []
    said = model_release(model["trust"], model.get("signed_by"), ENGLISH)
    return [f"{ENGLISH.model_release}: {said}."]


def _device_name(name: str | None, kind: str) -> list[Resource]:
    return [{"name": name, "type": kind}] if name else []


def _versions(versions: Mapping[str, str | None]) -> list[Resource]:
    return [{"type": {"text": what}, "value": value} for what, value in versions.items() if value]
