"""The radiograph as people see it: bone white, background black.

Attenuation (the logarithm of the signal against direct radiation) is what the tissue adds up to, so
equal steps of tissue are equal steps of P-values, and on a standard display equal steps for the
eye (`greyscale.py`). The window follows the anatomy. Brightness follows attenuation one way only:
no local equalisation, nothing that turns. What the collimator covers is black; the side marker
says that it is electronic. The image for processing stays linear: all this is made from it.
"""

from dataclasses import dataclass
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Signal
from acquisition.display_detail import check_pitch, raise_detail
from acquisition.exposed_field import ExposedField, find_exposed_field, whole_field
from acquisition.exposure_index import NO_SIGNAL_DN, Regions, find_regions
from acquisition.greyscale import screen_codes
from acquisition.hand import Side
from acquisition.radiograph import Radiograph
from acquisition.side_marker import SideMarker, draw_marker, paint

Picture = NDArray[np.uint8]
Presentation = NDArray[np.uint16]

# Attenuation shown black: 0.03 is 1 mm of soft tissue at 50 kV (2 cm let 0.48 through).
BLACK_ATTENUATION: Final = 0.03
# The densest tenth of the anatomy is cortex and the forearm, or a ring and a letter that touch it.
WHITE_PERCENTILE: Final = 90.0
# In 14 real films and 14 phantoms of 0.5 to 17 years the densest hundredth of hand and wrist
# attenuates 1.0 to 1.2 times as much as that; detail is raised above it.
WHITE_ROOM: Final = 1.25
# 1.5 cm of soft tissue alone attenuate by 0.55; a narrower window would show noise as structure.
NARROWEST_WINDOW: Final = 0.55
# Below this share of the direct signal only noise is left; 0.1 is the densest bone.
LOWEST_TRANSMISSION: Final = 0.005
# Direct radiation among the 65536 levels that the developed image is kept in: fine enough that one
# level behind the densest bone is a thousandth of its signal.
DIRECT_LEVEL: Final = 60000
# PS3.5 8.1.1 and PS3.14: 12 bits are the deepest presentation that displays use; 4096 P-values.
PRESENTATION_BITS: Final = 12
# What is kept for presentation reaches above the standard window: rings and markers, as a multiple
# of the attenuation shown white (our choice).
KEPT_ABOVE_WHITE: Final = 1.3
# The marker is grey, not white: it must not dazzle (our choice, of 255).
MARKER_GREY: Final = 200
# Rows looked up together: indices take four times the room of the levels.
_STRIP_ROWS: Final = 128


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the range of attenuation to look at, as shares of what the standard shows white.

    `black` and `white` are what is shown so; an empty `black` of the standard is 1 mm of tissue.
    """

    explanation: str
    black: float
    white: float


# Our choice, from phantoms and films: soft tissue ends at about half of the densest bone.
WINDOWS: Final = (
    Window("BONE", 0.25, 1.1),
    Window("SOFT TISSUE", 0.0, 0.55),
    Window("WIDE", 0.0, KEPT_ABOVE_WHITE),
)
STANDARD: Final = "STANDARD"


@dataclass(frozen=True, slots=True, eq=False)
class Developed:
    """An image with its detail weighed and its window chosen, ready for any display.

    `levels` are the transmitted share of direct radiation, (rows, columns), `DIRECT_LEVEL` where
    nothing lies in the beam. `white` is the attenuation shown white.
    """

    levels: Presentation
    pixel_pitch_um: float
    white: float
    field: ExposedField
    regions: Regions

    @property
    def shutter(self) -> ExposedField:
        """What is left open of the picture: the field less the half-shadow of the blades."""
        return self.field.without_half_shadow(self.levels.shape, self.pixel_pitch_um)

    def marker(self, side: Side) -> SideMarker | None:
        """Draw the side marker for this image, None where there is no room for it."""
        rows = len(self.levels)
        return draw_marker(side, self.shutter, self.pixel_pitch_um, self.regions, rows)


def develop(radiograph: Radiograph) -> Developed:
    """Weigh the detail of an image and choose its window; the slow part of displaying it."""
    check_pitch(radiograph.pixel_pitch_um)
    regions = find_regions(radiograph.pixels, radiograph.pixel_pitch_um)
    shape, pitch = radiograph.pixels.shape, radiograph.pixel_pitch_um
    if regions.direct_dn < NO_SIGNAL_DN:
        black = np.full(shape, DIRECT_LEVEL, dtype=np.uint16)
        return Developed(black, pitch, NARROWEST_WINDOW, whole_field(shape), regions)
    field = find_exposed_field(radiograph.pixels, pitch, regions.coarse, regions.direct_dn)
    detailed = raise_detail(radiograph.pixels, pitch, regions)
    levels = _levels(detailed, regions.direct_dn)
    return Developed(levels, pitch, white_attenuation(regions), field, regions)


def _levels(signal: Signal, direct_dn: float) -> Presentation:
    """Return the signal as levels of 16 bits; what is brighter than direct radiation is cut."""
    levels = np.empty(signal.shape, np.uint16)
    scale = np.float32(DIRECT_LEVEL / direct_dn)
    for row in range(0, len(signal), _STRIP_ROWS):
        strip = signal[row : row + _STRIP_ROWS] * scale
        levels[row : row + _STRIP_ROWS] = np.clip(np.rint(strip, out=strip), 0, 65535, out=strip)
    return levels


def screen_picture(developed: Developed, side: Side) -> Picture:
    """Return the picture for an ordinary screen, (rows, columns) uint8 sRGB codes.

    Standard window, shutter and side marker are in it; the same image gives the same picture.
    """
    codes = screen_codes(_windowed(BLACK_ATTENUATION, developed.white))
    picture = _looked_up(developed.levels, np.rint(255 * codes).astype(np.uint8))
    _shut(picture, developed.shutter)
    marker = developed.marker(side)
    if marker is not None:
        paint(picture, marker, MARKER_GREY)
    return picture


def presentation_values(developed: Developed) -> Presentation:
    """Return the image For Presentation, 0 (air) to 4095: proportional to attenuation, bone high.

    Through a window these are P-values; shutter and marker lie beside the pixels, not in them.
    """
    greatest = 2**PRESENTATION_BITS - 1
    values = greatest * _windowed(0.0, KEPT_ABOVE_WHITE * developed.white)
    return _looked_up(developed.levels, np.rint(values).astype(np.uint16))


def windows_of(developed: Developed) -> list[tuple[str, float, float]]:
    """Return explanation, lowest and highest presentation value of each window, standard first."""
    greatest = 2**PRESENTATION_BITS - 1
    standard = Window(STANDARD, BLACK_ATTENUATION / developed.white, 1.0)
    return [
        (
            window.explanation,
            greatest * window.black / KEPT_ABOVE_WHITE,
            greatest * window.white / KEPT_ABOVE_WHITE,
        )
        for window in (standard, *WINDOWS)
    ]


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


def _windowed(black: float, white: float) -> NDArray[np.float64]:
    """Return where each of the 65536 levels lies between black (0) and white (1) attenuation."""
    share = np.maximum(np.arange(65536) / DIRECT_LEVEL, LOWEST_TRANSMISSION)
    return np.asarray(np.clip((-np.log(share) - black) / (white - black), 0, 1))


_Grey = TypeVar("_Grey", np.uint8, np.uint16)


def _looked_up(levels: Presentation, table: NDArray[_Grey]) -> NDArray[_Grey]:
    found = np.empty(levels.shape, table.dtype)
    for row in range(0, len(levels), _STRIP_ROWS):
        np.take(table, levels[row : row + _STRIP_ROWS], out=found[row : row + _STRIP_ROWS])
    return found


def _shut(picture: Picture, field: ExposedField) -> None:
    """Black out what the blades cover."""
    picture[: field.top] = picture[field.bottom :] = 0
    picture[:, : field.left] = picture[:, field.right :] = 0
