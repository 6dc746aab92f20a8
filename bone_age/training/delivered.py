"""Pictures as they come out of a clinic's archive: toned, turned, scaled, compressed.

Greys run from 0 (air) to about 1 (bone), float32 (rows, columns).
"""

import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.radiograph import picture_from

Picture = NDArray[np.float32]
Chance = np.random.Generator


def chance_of(name: str) -> Chance:
    """Return a chance that is the same whenever it is asked for by this name."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def delivered(picture: Picture, chance: Chance) -> Picture:
    """Return the picture as it is read from a file: toned, turned, scaled, compressed."""
    grey = np.clip(picture, 0, 1) ** np.float32(np.exp(chance.uniform(-0.35, 0.35)))
    grey = turned(grey, chance.uniform(-12, 12)) if chance.random() < 0.5 else grey
    grey = np.rot90(grey, int(chance.integers(1, 4))) if chance.random() < 0.15 else grey
    grey = 1 - grey if chance.random() < 0.1 else grey
    side = int(chance.integers(300, 900))
    scale = side / max(grey.shape)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    sized = cv2.resize(np.ascontiguousarray(grey), None, fx=scale, fy=scale, interpolation=how)
    return compressed(np.asarray(sized, np.float32), chance)


def compressed(grey: Picture, chance: Chance) -> Picture:
    """Write the picture as a JPEG, WebP or PNG file, and read it as the reader does."""
    quality = int(chance.integers(60, 96))
    ending, options = (
        (".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality]),
        (".webp", [cv2.IMWRITE_WEBP_QUALITY, quality]),
        (".png", []),
    )[chance.integers(3)]
    white = np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)
    _, content = cv2.imencode(ending, white, options)
    return picture_from(content.tobytes(), f"picture{ending}")


def turned(grey: Picture, degrees: float) -> Picture:
    """Turn the picture about its middle; what comes in at its corners is its own edge."""
    rows, columns = grey.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1.0)
    shown = cv2.warpAffine(
        grey, matrix, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(shown, np.float32)


def clouds(shape: tuple[int, int], steepness: float, chance: Chance) -> Picture:
    """Return a random field whose amplitude falls with frequency to this power, in 0..1."""
    rows, columns = shape
    down, across = np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None, :]
    frequency = np.maximum(np.hypot(down, across), 1 / max(shape))
    waves = np.fft.rfft2(chance.normal(size=shape)) / frequency**steepness
    field = np.fft.irfft2(waves, s=shape)
    low, high = np.quantile(field, (0.01, 0.99))
    return np.asarray(np.clip((field - low) / (high - low), 0, 1), np.float32)
