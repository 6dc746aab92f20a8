"""The radiograph as people see it: bone white, background black.

Attenuation (the logarithm of the signal against direct radiation) is what the tissue adds up to, so
equal steps of tissue are equal steps of grey. The window follows the anatomy; detail of the size of
trabeculae and growth plates is raised a little, noise is not. Brightness follows attenuation one
way only: no local equalisation, nothing that turns.
"""

import struct
import zlib
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Signal
from acquisition.errors import FrameUnusable, SettingUnusable
from acquisition.exposure_index import NO_SIGNAL_DN, Regions, find_regions
from acquisition.radiograph import Radiograph

Picture = NDArray[np.uint8]

# Attenuation shown black: 0.03 is 1 mm of soft tissue at 50 kV (2 cm let 0.48 through).
BLACK_ATTENUATION: Final = 0.03
# The densest 2 per cent of the anatomy may be a ring, a letter or a strip that touches it.
WHITE_PERCENTILE: Final = 98.0
# In 30 real films the densest bone attenuates up to 1.1 times as much; a little room above it.
WHITE_ROOM: Final = 1.15
# 2 cm of soft tissue alone attenuate by 0.73; a narrower window would show noise as structure.
NARROWEST_WINDOW: Final = 0.73
# Detail gain by size in mm (upper limit, gain); our choice, gentle: noise rules below 0.15 mm,
# trabeculae and growth plates measure 0.2 to 2 mm, anything larger is anatomy's own contrast.
DETAIL_GAINS: Final = ((0.15, 0.8), (0.5, 1.25), (2.0, 1.2))
# Below this share of the direct signal only noise is left; 0.1 is the densest bone.
LOWEST_TRANSMISSION: Final = 0.005


def display_image(radiograph: Radiograph) -> Picture:
    """Return the picture for the screen, (rows, columns) uint8, always the same for one image."""
    regions = find_regions(radiograph.pixels, radiograph.pixel_pitch_um)
    if regions.direct_dn < NO_SIGNAL_DN:
        return np.zeros(radiograph.pixels.shape, dtype=np.uint8)
    detailed = raise_detail(
        attenuation(radiograph.pixels, regions.direct_dn), radiograph.pixel_pitch_um
    )
    return apply_window(detailed, BLACK_ATTENUATION, white_attenuation(regions))


def attenuation(signal: Signal, direct_dn: float) -> Signal:
    """Return the logarithm of direct over transmitted signal, 0 where nothing lies in the beam."""
    share = np.maximum(signal, np.float32(LOWEST_TRANSMISSION * direct_dn))
    return np.asarray(np.float32(np.log(direct_dn)) - cv2.log(share), dtype=np.float32)


def white_attenuation(regions: Regions) -> float:
    """Attenuation shown white: a little above the densest anatomy, never a narrow window."""
    narrowest = BLACK_ATTENUATION + NARROWEST_WINDOW
    if not regions.has_anatomy:
        # Nothing to window on: show what 1 cm of bone would need.
        return BLACK_ATTENUATION + 2 * NARROWEST_WINDOW
    dense = attenuation(regions.coarse[regions.anatomy], regions.direct_dn)
    return max(narrowest, WHITE_ROOM * float(np.percentile(dense, WHITE_PERCENTILE)))


def raise_detail(image: Signal, pixel_pitch_um: float) -> Signal:
    """Weigh the image's detail by size (Laplacian pyramid) with `DETAIL_GAINS`."""
    gains = _level_gains(pixel_pitch_um)
    levels = [image]
    for _ in gains:
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), dtype=np.float32))
    result = levels[-1]
    for fine, coarse, gain in zip(levels[-2::-1], levels[:0:-1], gains[::-1], strict=True):
        size = (fine.shape[1], fine.shape[0])
        band = cv2.subtract(fine, cv2.pyrUp(coarse, dstsize=size))
        result = np.asarray(
            cv2.scaleAdd(band, gain, cv2.pyrUp(result, dstsize=size)), dtype=np.float32
        )
    return result


def _level_gains(pixel_pitch_um: float) -> list[float]:
    """Gain of each pyramid level, finest first, whose detail is as large as one of its pixels."""
    check_pitch(pixel_pitch_um)
    gains, size_mm = [], pixel_pitch_um / 1000
    while size_mm <= DETAIL_GAINS[-1][0]:
        gains.append(next(gain for limit, gain in DETAIL_GAINS if size_mm <= limit))
        size_mm *= 2
    return gains


def check_pitch(pixel_pitch_um: float) -> None:
    """Raise SettingUnusable unless the pixel pitch makes sense."""
    if not pixel_pitch_um > 0:
        raise SettingUnusable("The pixel pitch must be above 0. Check the panel's settings.")


def apply_window(image: Signal, black: float, white: float) -> Picture:
    """Map `black` to 0 and `white` to 255, straight between them."""
    scale = 255 / (white - black)
    grey = np.clip((image - np.float32(black)) * np.float32(scale), 0, 255)
    return np.asarray(np.rint(grey), dtype=np.uint8)


def to_png(picture: Picture, pixel_pitch_um: float) -> bytes:
    """Return the picture as a PNG file that knows its physical size (pHYs, pixels per metre)."""
    if picture.ndim != 2 or picture.dtype != np.uint8:
        raise FrameUnusable("Only an 8-bit grey picture becomes a PNG. Display it first.")
    check_pitch(pixel_pitch_um)
    _, encoded = cv2.imencode(".png", picture)
    content = encoded.tobytes()
    # PNG (W3C): 8 bytes of signature, then the IHDR chunk of 25 bytes; pHYs stands before IDAT.
    return content[:33] + _physical_size(pixel_pitch_um) + content[33:]


def _physical_size(pixel_pitch_um: float) -> bytes:
    per_metre = round(1e6 / pixel_pitch_um)
    # PNG (W3C) 11.3.5.3: pixels per unit in x and y, unit 1 is the metre.
    chunk = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
