"""What the first bytes of a picture's file say: of what other kind it is, and how many pixels."""

import struct
from typing import Final

# Our choice: twice the largest film of a hand, 24 x 30 cm at 50 um (29 million). Decoding and
# looking at it then takes 1.1 to 1.8 GB of memory; a file of 100 kB may hold many times as many.
MOST_PIXELS: Final = 60_000_000

# PNG (W3C) 5.2; ISO/IEC 10918-1 B.1.1.3: start of a JPEG; RFC 9649: the WebP container.
PNG_MARK, JPEG_START, RIFF_MARK, WEBP_MARK = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF", b"WEBP"
# TIFF 6.0 section 2; the others by their own first bytes.
_OTHER_KINDS: Final = {
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"BM": "BMP",
    b"GIF8": "GIF",
    b"%PDF": "PDF",
}
# ISO/IEC 10918-1 table B.1: markers of frames, which hold the size; markers without a length.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE: Final = frozenset(range(0xD0, 0xD9)) | {0x01}


def other_kind(content: bytes) -> str | None:
    """Name the kind of a file that is sound, perhaps, but not read here; None for any other."""
    return next((kind for mark, kind in _OTHER_KINDS.items() if content.startswith(mark)), None)


def pixels_told(content: bytes) -> int:
    """Return how many pixels a PNG, JPEG or WebP says that it has; 0 where it says nothing."""
    try:
        if content.startswith(PNG_MARK):
            width, height = struct.unpack_from(">II", content, 16)
        elif content.startswith(JPEG_START):
            width, height = _jpeg_size(content)
        else:
            width, height = _webp_size(content)
    except (struct.error, IndexError):
        return 0
    return int(width) * int(height)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Walk over the segments to the frame (ISO/IEC 10918-1 B.2.2)."""
    at = len(JPEG_START)
    while True:
        if content[at] != 0xFF:
            at += 1
            continue
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return (width, height)
        at += 1 if marker == 0xFF else 2
        if marker not in _ALONE and marker != 0xFF:
            at += max(2, struct.unpack_from(">H", content, at)[0])


def _webp_size(content: bytes) -> tuple[int, int]:
    """Read the first chunk (RFC 9649 2.5 to 2.7)."""
    kind = content[12:16]
    if kind == b"VP8X":
        return (_u24(content, 24) + 1, _u24(content, 27) + 1)
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", content, 21)[0]
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return (width & 0x3FFF, height & 0x3FFF)
    return (0, 0)


def _u24(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 3], "little")
