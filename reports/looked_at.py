"""What the net looked at, as a picture: its crop in grey, and in colour what moved the bone age."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bone_age.reading import LookedAt
from reports.picture import PrintedPicture, decoded
from reports.wording import ENGLISH

_Colours = NDArray[np.uint8]

# Our choice: a crop of 192 to 512 pixels is shown at no less than it has.
SIDE_PIXELS: Final = 512
# Our choice: bones stay visible below the strongest colour.
_MOST_COLOUR: Final = 0.65
# The sky blue (blue, green, red) of the colours that everybody can tell, and no alarm to anybody.
# Okabe M, Ito K. Color Universal Design, 2008.
_COLOUR: Final = (233.0, 180.0, 86.0)
# Half of the most, as a line: what stands inside it can be told without any colour.
_HALF: Final = 0.5
_LINE: Final = (255, 255, 255)
# The scale below the picture lies on the grey of soft tissue.
_SCALE_PIXELS, _SCALE_GREY = 20, 0.5
_TEXT_PIXELS, _PAPER, _INK = 66, (255, 255, 255), (48, 39, 29)
# The file says so in English: OpenCV's letters are Latin. Two lines of at most 66 letters.
_ON_PICTURE: Final = (
    "Where the picture moved the bone age most, as the net saw it:",
    "not where anything is wrong. White line: half of the most.",
)
_FONT, _FONT_SCALE, _LINE_PIXELS = cv2.FONT_HERSHEY_SIMPLEX, 0.42, 19


def draw_looked_at(looked_at: LookedAt) -> bytes:
    """Return crop, scale and what they mean as a PNG file, the square of the crop at its top."""
    drawn = np.vstack([_overlaid(looked_at), _scale(), _explained()])
    return cv2.imencode(".png", drawn)[1].tobytes()


def printed_looked_at(png: bytes) -> PrintedPicture:
    """Return crop and scale of a drawn map; what they mean the report says in its own letters.

    Raises PictureUnreadable.
    """
    drawn = decoded(png, cv2.IMREAD_COLOR)
    return PrintedPicture(drawn[: drawn.shape[1] + _SCALE_PIXELS])


def _overlaid(looked_at: LookedAt) -> _Colours:
    size = (SIDE_PIXELS, SIDE_PIXELS)
    crop = cv2.resize(looked_at.crop, size, interpolation=cv2.INTER_LINEAR)
    weight = cv2.resize(looked_at.weight, size, interpolation=cv2.INTER_LINEAR)
    picture = _coloured(np.asarray(crop, np.float32), np.asarray(weight, np.float32))
    inside = (weight >= _HALF).astype(np.uint8)
    edges, _ = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(picture, edges, -1, _LINE, 2, cv2.LINE_AA), np.uint8)


def _scale() -> _Colours:
    weight = np.tile(np.linspace(0, 1, SIDE_PIXELS, dtype=np.float32), (_SCALE_PIXELS, 1))
    return _coloured(np.full_like(weight, _SCALE_GREY), weight)


def _coloured(grey: NDArray[np.float32], weight: NDArray[np.float32]) -> _Colours:
    """Lay the colour over a grey of 0..1, the more of it the higher the weight."""
    share = _MOST_COLOUR * np.clip(weight, 0, 1)[..., None]
    colour = np.array(_COLOUR, np.float32)
    mixed = (1 - share) * 255 * np.clip(grey, 0, 1)[..., None] + share * colour
    return np.rint(mixed).astype(np.uint8)


def _explained() -> _Colours:
    """Write below the scale what the picture shows, for whoever finds the file alone."""
    paper = np.full((_TEXT_PIXELS, SIDE_PIXELS, 3), _PAPER, np.uint8)
    width = cv2.getTextSize(ENGLISH.looked_at_most, _FONT, _FONT_SCALE, 1)[0][0]
    _write(paper, ENGLISH.looked_at_least, 4, 0)
    _write(paper, ENGLISH.looked_at_most, SIDE_PIXELS - width - 4, 0)
    for line, said in enumerate(_ON_PICTURE, 1):
        _write(paper, said, 4, line)
    return paper


def _write(paper: _Colours, said: str, left: int, line: int) -> None:
    cv2.putText(
        paper, said, (left, (line + 1) * _LINE_PIXELS - 4), _FONT, _FONT_SCALE, _INK, 1, cv2.LINE_AA
    )
