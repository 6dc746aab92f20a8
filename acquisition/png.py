"""A picture as a PNG file that knows its physical size."""

import struct
import zlib

import cv2
import numpy as np

from acquisition.display import Picture
from acquisition.display_detail import check_pitch
from acquisition.errors import FrameUnusable


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
