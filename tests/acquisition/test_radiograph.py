import cv2
import numpy as np
import pytest

from acquisition.errors import FrameUnusable
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
