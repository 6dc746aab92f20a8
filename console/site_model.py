"""The reading model of a site: its package, its trusted keys and its local calibration.

Processes that only read import this and little else: each would pay for it in memory.
"""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from acquisition.array_files import sha256
from bone_age.local_file import with_calibration
from bone_age.model import ReadingModel, load_model
from bone_age.signatures import TrustedKey, trusted_keys
from console.errors import SideProcessFailed
from console.settings import Settings
from console.version import __version__

# Our choice: nobody makes two models alike in 64 bits by chance.
_DIGITS: Final = 16


def open_model(settings: Settings) -> ReadingModel:
    """Load the reading model of this site, with the local calibration where one is installed."""
    model = open_uncorrected_model(settings)
    return with_calibration(model, calibration_place(settings), calibration_keys(settings))


def open_uncorrected_model(settings: Settings) -> ReadingModel:
    """Load the reading model as it was released; the site trusts the keys in `trusted-keys`."""
    return load_model(settings.model_directory, site_keys(settings))


def site_keys(settings: Settings) -> tuple[TrustedKey, ...]:
    """Read the public keys of those who may release models for this site."""
    return trusted_keys(settings.data_directory / "trusted-keys")


def calibration_place(settings: Settings) -> Path:
    """Return where the site's own calibration of the reading is installed."""
    return settings.data_directory / "local-calibration.json"


def calibration_keys(settings: Settings) -> tuple[TrustedKey, ...]:
    """Read the public keys of those who may lock a local calibration of this site."""
    return trusted_keys(settings.data_directory / "site-keys")


def what_reads(model: ReadingModel) -> str:
    """Name the model, with a digest of all that a reading follows from but the picture.

    That is the package, what a site changed about it, and the version of this software.
    """
    digest = sha256(repr((__version__, _figures(model))).encode())[:_DIGITS]
    return f"{model.identity.name} {model.identity.version} {digest}"


def _figures(value: Any) -> object:
    """Return what can be written down of a model; a net is known by its package's hash."""
    if is_dataclass(value):
        return [(one.name, _figures(getattr(value, one.name))) for one in fields(value)]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_figures(one) for one in value]
    is_plain = value is None or isinstance(value, str | int | float | Enum)
    return str(value) if is_plain else type(value).__name__


def open_the_same_model(settings: Settings, read_with: str) -> ReadingModel:
    """Load the model in a process of its own, with one thread: the others have the other cores.

    Raises SideProcessFailed where it is another than the command began with.
    """
    cv2.setNumThreads(1)
    model = open_model(settings)
    if what_reads(model) != read_with:
        raise SideProcessFailed("The model was changed while the images were read.")
    return model
