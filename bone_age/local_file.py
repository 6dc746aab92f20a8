"""The file of a local calibration: JSON for people, with the site's signature over all of it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from acquisition.array_files import UNFINISHED, sha256, sync_folder, write_atomically
from acquisition.ordinary_files import read_file
from bone_age.description_file import FormatIsLater, json_bytes, read_json
from bone_age.errors import (
    LocalCalibrationMissing,
    LocalCalibrationNotInstalled,
    LocalCalibrationUntrusted,
    OfAnotherModel,
)
from bone_age.local_calibration import (
    Errors,
    FittedModel,
    LocalCalibration,
    LockedCalibration,
    SexCalibration,
    why_absurd,
)
from bone_age.local_line import Line
from bone_age.model import ReadingModel
from bone_age.reading import ModelIdentity
from bone_age.signatures import TrustedKey, signer_of

# Our choice: a calibration is two lines and what they rest on.
_LARGEST_BYTES: Final = 64 * 1024
_FORMAT: Final = 1
# Names stand in reports on one line: no controls, nothing that turns the writing round.
_SITE: Final = re.compile(r"[^\W_][\w .,'’()&/-]{0,79}")


def check_site(name: str) -> str:
    """Return the name of a site as reports print it; raises ValueError."""
    if not _SITE.fullmatch(name):
        raise ValueError("a site is called by letters, digits and plain signs, 80 at most")
    return name


def locked_bytes(said: LocalCalibration, key: Ed25519PrivateKey) -> bytes:
    """Return the content of the file of a calibration, signed."""
    return _file_bytes(asdict(said), key.sign(json_bytes(asdict(said))))


def read_locked(path: Path, keys: Sequence[TrustedKey]) -> LockedCalibration:
    """Read a calibration that one of the keys has signed; nothing of another is looked at.

    Raises LocalCalibrationMissing and LocalCalibrationUntrusted.
    """
    content = _content(path)
    said, signature = _signed(path, content)
    signer = signer_of(json_bytes(said), signature, keys)
    if signer is None:
        raise LocalCalibrationUntrusted(
            f"No key in site-keys of the data directory has signed the local calibration {path} as "
            "it is now."
        )
    calibration = _calibration(path, said)
    if content != _file_bytes(asdict(calibration), signature):
        raise LocalCalibrationUntrusted(f"The local calibration {path} was changed by hand.")
    return LockedCalibration(calibration, sha256(content), str(signer))


def check_fits(locked: LockedCalibration, model: ModelIdentity) -> None:
    """Check that a calibration was fitted with just this model; raises OfAnotherModel."""
    fitted = locked.said.model
    if (fitted.sha256, fitted.package_sha256) != (model.sha256, model.package_sha256):
        raise OfAnotherModel(
            f"The local calibration of {locked.said.site} was fitted with the model {fitted.name} "
            f"{fitted.version} ({fitted.package_sha256[:16]}), not with the one in use: nothing is "
            "read until it is fitted anew or removed (boneage local-calibration remove)."
        )


def with_calibration(model: ReadingModel, place: Path, keys: Sequence[TrustedKey]) -> ReadingModel:
    """Return the model as it reads at this site: with the calibration in its place, if any.

    Raises as `read_locked` and `check_fits` do: with a damaged one nothing is read.
    """
    if not place.is_symlink() and not place.exists():
        return model
    locked = read_locked(place, keys)
    check_fits(locked, model.identity)
    return replace(model, local_calibration=locked)


def install_calibration(
    path: Path, place: Path, keys: Sequence[TrustedKey], model: ModelIdentity
) -> LockedCalibration:
    """Put a calibration into its place, whole or not at all; one that is there stays.

    Raises as `read_locked` and `check_fits` do, and LocalCalibrationNotInstalled.
    """
    locked = read_locked(path, keys)
    check_fits(locked, model)
    content = _content(path)
    if sha256(content) != locked.sha256:
        raise LocalCalibrationNotInstalled(f"{path} changed while it was installed.")
    if place.exists() and _content(place) != content:
        raise LocalCalibrationNotInstalled(
            "A local calibration is installed already; remove it first (boneage local-calibration "
            "remove)."
        )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, content)
    except OSError as exc:
        with suppress(OSError):
            place.with_name(place.name + UNFINISHED).unlink(missing_ok=True)
        raise LocalCalibrationNotInstalled(
            f"The local calibration could not be stored in {place}: {exc.strerror}."
        ) from exc
    return locked


def remove_calibration(place: Path) -> None:
    """Take the installed calibration away, whatever became of it.

    Raises LocalCalibrationMissing and LocalCalibrationNotInstalled.
    """
    try:
        place.unlink()
        sync_folder(place.parent)
    except FileNotFoundError as exc:
        raise LocalCalibrationMissing("No local calibration is installed here.") from exc
    except OSError as exc:
        raise LocalCalibrationNotInstalled(
            f"The local calibration {place} could not be removed: {exc.strerror}."
        ) from exc


def _content(path: Path) -> bytes:
    try:
        return read_file(path, _LARGEST_BYTES)
    except FileNotFoundError as exc:
        raise LocalCalibrationMissing(f"There is no local calibration {path}.") from exc
    except (OSError, ValueError) as exc:
        raise LocalCalibrationUntrusted(f"{path} is no file of a local calibration.") from exc


def _file_bytes(said: dict[str, Any], signature: bytes) -> bytes:
    return json_bytes(
        {"format": _FORMAT, "calibration": said, "ed25519_signature": signature.hex()}
    )


def _signed(path: Path, content: bytes) -> tuple[dict[str, Any], bytes]:
    """Return what was signed and the signature; nothing in it is believed yet."""
    try:
        file = read_json(content)
        said, signature = file["calibration"], bytes.fromhex(file["ed25519_signature"])
    except FormatIsLater as exc:
        raise LocalCalibrationUntrusted(
            f"The local calibration {path} needs later software: {exc}."
        ) from exc
    except (KeyError, TypeError, ValueError) as exc:
        raise LocalCalibrationUntrusted(
            f"The file {path} is no local calibration, or a damaged one."
        ) from exc
    return (said if isinstance(said, dict) else {}), signature


def _calibration(path: Path, said: dict[str, Any]) -> LocalCalibration:
    """Return what a site signed; a signature does not make an absurd line right."""
    try:
        calibration = LocalCalibration(
            site=check_site(said["site"]),
            fitted_on=str(said["fitted_on"]),
            software_version=str(said["software_version"]),
            model=FittedModel(**said["model"]),
            method=str(said["method"]),
            refused=int(said["refused"]),
            doubtful=int(said["doubtful"]),
            female=_of_sex(said["female"]),
            male=_of_sex(said["male"]),
            remarks=tuple(map(str, said["remarks"])),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as exc:
        raise LocalCalibrationUntrusted(
            f"The local calibration {path} is signed, but says what cannot be."
        ) from exc
    for one in (calibration.female, calibration.male):
        absurd = "" if one is None else why_absurd(one.line)
        if absurd:
            raise LocalCalibrationUntrusted(f"The local calibration {path} cannot be: {absurd}.")
    return calibration


def _of_sex(said: dict[str, Any] | None) -> SexCalibration | None:
    if said is None:
        return None
    line = said["line"]
    return SexCalibration(
        children=int(said["children"]),
        left_aside=int(said["left_aside"]),
        line=Line(
            slope=float(line["slope"]),
            intercept_months=float(line["intercept_months"]),
            fitted_months=_pair(line["fitted_months"]),
            center_months=float(line["center_months"]),
            slope_se=float(line["slope_se"]),
            level_se_months=float(line["level_se_months"]),
        ),
        slope_95=_pair(said["slope_95"]),
        intercept_95_months=_pair(said["intercept_95_months"]),
        before=Errors(**{name: float(value) for name, value in said["before"].items()}),
        after=Errors(**{name: float(value) for name, value in said["after"].items()}),
    )


def _pair(said: list[Any]) -> tuple[float, float]:
    low, high = map(float, said)
    return low, high
