import struct
import zlib

import cv2
import numpy as np
import pytest

from acquisition import errors
from acquisition.png import to_png


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(4).integers(0, 256, (90, 70), dtype=np.uint8)


def test_png_knows_its_size_on_the_panel(picture):
    content = to_png(picture, 400.0)
    at = content.index(b"pHYs")
    assert struct.unpack(">IIB", content[at + 4 : at + 13]) == (2500, 2500, 1)
    assert struct.unpack(">I", content[at + 13 : at + 17])[0] == zlib.crc32(content[at : at + 13])
    assert content.index(b"IHDR") < at < content.index(b"IDAT")


def test_png_holds_the_picture_unchanged(picture):
    encoded = np.frombuffer(to_png(picture, 100.0), np.uint8)
    assert np.array_equal(cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED), picture)


def test_only_an_8_bit_grey_picture_becomes_a_png(picture):
    with pytest.raises(errors.FrameUnusable):
        to_png(picture.astype(np.uint16), 100.0)
    with pytest.raises(errors.FrameUnusable):
        to_png(np.dstack([picture] * 3), 100.0)


@pytest.mark.parametrize("pitch", [0.0, -100.0, float("nan")])
def test_pixel_pitch_that_makes_no_sense_is_refused(picture, pitch):
    with pytest.raises(errors.SettingUnusable):
        to_png(picture, pitch)
