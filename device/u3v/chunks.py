"""What a panel sends behind an image's pixels: chunks. Pure: bytes in, values out.

Source: USB3 Vision 1.x, payload type 0x4001, and GenICam's chunk layout: the content, then its id
and its length (u32 each, little-endian), one behind the other, the image first.
"""

import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from device.errors import FrameIncomplete

TAG = struct.Struct("<II")
# Far more than any panel sends; a damaged length must not cost time.
MOST_CHUNKS = 64

# The features by which a panel's description names its chunks (SFNC ChunkDataControl; the last
# three are the vendor's).
FRAME_ID = "ChunkFrameID"
EXPOSURE_TIME = "ChunkExposureTime"
TEMPERATURE = "ChunkDeviceTemperature"
BOOT_ID = "ChunkBootId"
IMAGE_CHECKSUM = "ChunkImageChecksum"
ROW_REFERENCE = "ChunkRowReference"
WANTED_CHUNKS = (FRAME_ID, EXPOSURE_TIME, TEMPERATURE, BOOT_ID, IMAGE_CHECKSUM, ROW_REFERENCE)


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What the panel itself says of one image; None for what it does not say.

    `row_reference_dn` (rows,) is the mean of each row's light-shielded columns.
    """

    frame_id: int | None = None
    exposure_us: float | None = None
    temperature_c: float | None = None
    boot_id: int | None = None
    row_reference_dn: NDArray[np.float32] | None = field(default=None, compare=False)


def split_chunks(payload: memoryview) -> list[tuple[int, memoryview]]:
    """Give (id, content) of each chunk in the order of the payload. Raises FrameIncomplete."""
    chunks: list[tuple[int, memoryview]] = []
    end = len(payload)
    if end == 0:
        raise FrameIncomplete("an image without chunks where they are announced")
    while end > 0:
        if end < TAG.size or len(chunks) == MOST_CHUNKS:
            raise FrameIncomplete("chunks that do not fit together")
        chunk_id, length = TAG.unpack_from(payload, end - TAG.size)
        start = end - TAG.size - length
        if start < 0:
            raise FrameIncomplete(f"a chunk of {length} bytes where {end - TAG.size} are left")
        chunks.append((chunk_id, payload[start : start + length]))
        end = start
    return chunks[::-1]


def read_facts(
    chunks: list[tuple[int, memoryview]], names: Mapping[int, str], image: memoryview
) -> FrameFacts:
    """Read what is named, and check the image against its checksum. Raises FrameIncomplete."""
    told = {names[id_]: part for id_, part in chunks if id_ in names}
    if IMAGE_CHECKSUM in told:
        _check_image(image, bytes(told[IMAGE_CHECKSUM]))
    return FrameFacts(
        frame_id=_integer(told.get(FRAME_ID)),
        exposure_us=_number(told.get(EXPOSURE_TIME)),
        temperature_c=_number(told.get(TEMPERATURE)),
        boot_id=_integer(told.get(BOOT_ID)),
        row_reference_dn=_numbers(told.get(ROW_REFERENCE)),
    )


def _check_image(image: memoryview, checksum: bytes) -> None:
    if checksum != zlib.crc32(image).to_bytes(4, "little"):
        sent = checksum[::-1].hex().upper()
        raise FrameIncomplete(f"the image's checksum is not the {sent} that was sent")


def _integer(content: memoryview | None) -> int | None:
    """Read a whole number; a size that the driver does not know tells nothing."""
    if content is None or len(content) not in (1, 2, 4, 8):
        return None
    return int.from_bytes(content, "little")


def _number(content: memoryview | None) -> float | None:
    """Read a floating-point number; what is none tells nothing."""
    if content is None or len(content) != 8:
        return None
    value: float = struct.unpack("<d", content)[0]
    return value if math.isfinite(value) else None


def _numbers(content: memoryview | None) -> NDArray[np.float32] | None:
    """Read a row of single-precision numbers; one that holds what is no number tells nothing."""
    if content is None or not len(content) or len(content) % 4:
        return None
    values = np.frombuffer(content, "<f4").astype(np.float32)
    return values if np.isfinite(values).all() else None
