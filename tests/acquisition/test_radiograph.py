import struct
import zlib

import cv2
import numpy as np
import pytest

from acquisition.errors import FrameUnusable
from acquisition.picture_header import pixels_told
from acquisition.radiograph import picture_from, read_picture

PICTURE = np.random.default_rng(4).integers(0, 255, (90, 70), np.uint8)
KINDS = {".png": [], ".jpg": [], ".webp": [cv2.IMWRITE_WEBP_QUALITY, 101]}


def encoded(kind, picture=PICTURE):
    return cv2.imencode(kind, picture, KINDS[kind])[1].tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_ordinary_pictures_are_read(kind, tmp_path):
    path = tmp_path / f"film{kind}"
    path.write_bytes(encoded(kind))
    assert np.abs(read_picture(path) - PICTURE).mean() < (12 if kind == ".jpg" else 0.001)


def test_16_bits_are_kept():
    deep = PICTURE.astype(np.uint16) * 257
    assert np.array_equal(picture_from(encoded(".png", deep), "deep.png"), deep)


def test_a_colour_picture_becomes_grey():
    assert picture_from(encoded(".png", np.dstack([PICTURE] * 3)), "colour.png").ndim == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_a_picture_cut_short_is_refused_never_filled_in(kind, share):
    content = encoded(kind)
    with pytest.raises(FrameUnusable, match=f"film{kind} is damaged"):
        picture_from(content[: int(share * len(content))], f"film{kind}")


def test_a_png_with_a_changed_byte_is_refused():
    content = bytearray(encoded(".png"))
    content[len(content) // 2] ^= 0x10
    with pytest.raises(FrameUnusable):
        picture_from(bytes(content), "film.png")


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(FrameUnusable):
        picture_from(content, "letter.txt")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(FrameUnusable, match="cannot be read"):
            read_picture(path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_pixels_of_a_file_are_known_before_it_is_decoded(kind):
    assert pixels_told(encoded(kind)) == PICTURE.size
    assert pixels_told(encoded(kind)[:20]) == 0


def test_other_kinds_of_webp_tell_their_pixels():
    lossy = cv2.imencode(".webp", PICTURE, [cv2.IMWRITE_WEBP_QUALITY, 60])[1].tobytes()
    extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + b"\x45\0\0\x59\0\0"
    assert pixels_told(lossy) == pixels_told(extended) == PICTURE.size


@pytest.mark.parametrize("kind", [".png", ".jpg"])
def test_a_small_file_of_very_many_pixels_is_refused_before_it_takes_all_memory(kind):
    content = bytearray(encoded(kind, np.zeros((8, 8), np.uint8)))
    if kind == ".png":
        content[16:24] = struct.pack(">II", 30000, 20000)
        content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    else:
        at = content.index(b"\xff\xc0")
        content[at + 5 : at + 9] = struct.pack(">HH", 20000, 30000)
    with pytest.raises(FrameUnusable, match="has 600 million pixels; at most 60 million"):
        picture_from(bytes(content), f"film{kind}")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"II*\0abc", "TIFF"), (b"BMabc", "BMP"), (b"GIF89a", "GIF"), (b"%PDF-1.7", "PDF")],
)
def test_a_sound_file_of_another_kind_is_not_called_damaged(content, kind):
    with pytest.raises(FrameUnusable, match=f"is a {kind}, a kind of file that is not read here"):
        picture_from(content, "film")
