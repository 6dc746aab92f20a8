"""A patient made from a picture of a hand radiograph.

The grey levels are taken for a display of log attenuation. They are turned into pairs of bone and
soft tissue that attenuate as much, so that the beam, scatter and noise treat it as a real hand.
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.errors import PatientError
from firmware_sim.patients.tissue import Tissue
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import PanelGeometry

# ln(bare / signal) behind the brightest bone at 50 kV: 6 mm of bone in 15 mm of soft tissue.
BRIGHTEST_ATTENUATION = 1.5
# Burnt-in letters and white borders may be brighter than bone by this factor, like thin lead.
ABOVE_BONE = 1.2
# The film, whose scale is not known, fills this part of the panel.
PANEL_PART = 0.9
# Behind the brightest bone, and the part of the way to it where bone begins.
DEEPEST_SOFT_MM, DEEPEST_BONE_MM, BONE_BEGINS = 22.0, 8.0, 0.2
# A film border is at most this part of a side, and whiter than this part of the brightest bone
# in most of a row or column.
_BORDER_PART, _BORDER_WHITE = 0.12, 0.3
# A diaphragm leaves at least this part of the picture free, fills this part of the rectangle
# around it (a hand fills about half), stands out by this grey level and has an edge this wide.
_FIELD_PART, _FIELD_FILLS, _FIELD_CONTRAST, _FIELD_EDGE = 0.15, 0.8, 0.04, 0.01
# A forearm that is as light as the frame cuts into it: then its hull fills this (a hand's 0.75).
_HULL_FILLS = 0.92
# The hand differs from the bare detector by at least this grey level.
_LEAST_CONTRAST = 0.02


def radiograph(path: Path, geometry: PanelGeometry) -> Tissue:
    """Return the hand of an 8-bit picture (PNG, JPEG, WebP), fitted to the panel.

    The film's lower edge lies on the panel's, where the forearm leaves both. Raises PatientError
    when the picture cannot be read or shows nothing.
    """
    film = _read_grey(path)
    field = _field(film)
    around = _around(field)
    grey, field = _bone_white(_without_frame(film, field)[around]), field[around]
    bare, brightest = _levels(grey, field, path)
    scaled = np.clip((grey - bare) / (brightest - bare), 0.0, ABOVE_BONE)
    scaled[~field] = 0.0
    attenuation = BRIGHTEST_ATTENUATION * _without_borders(scaled.astype(np.float32))
    return _tissue_of(_fit(attenuation, geometry))


def _read_grey(path: Path) -> NDArray[np.float32]:
    """Return the picture as 0 (black) to 1 (white)."""
    if path.exists() and not path.is_file():
        raise PatientError(f"The radiograph {path} is no ordinary file; name a picture.")
    try:
        content = np.fromfile(path, np.uint8)
    except OSError as error:
        raise PatientError(f"The radiograph {path} cannot be read; check the file name.") from error
    picture = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE) if content.size else None
    if picture is None:
        raise PatientError(f"The file {path} is not a picture; use a PNG, JPEG or WebP file.")
    if min(picture.shape) < 32:
        raise PatientError(f"The radiograph {path} is too small; use one of 32 pixels or more.")
    return np.asarray(picture, np.float32) / np.float32(255.0)


def _without_borders(scaled: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut white film borders off the top and the sides; below, the forearm may be as white."""
    rows, columns = scaled.shape
    down, across = np.median(scaled, axis=1), np.median(scaled, axis=0)
    left, right = _border(across), columns - _border(across[::-1])
    return scaled[_border(down) :, left:right]


def _border(levels: NDArray[np.float32]) -> int:
    """Return how many of the outermost levels belong to a white border."""
    reach = round(len(levels) * _BORDER_PART)
    white = np.flatnonzero(levels[:reach] > _BORDER_WHITE)
    return int(white[-1]) + 2 if white.size and levels[reach] < _BORDER_WHITE else 0


def _bone_white(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Invert a film that shows bone black: its middle is darker than what surrounds it."""
    rows, columns = grey.shape
    middle = grey[rows // 3 : -rows // 4, columns // 3 : -columns // 3]
    around = _surroundings(grey)
    return grey if np.median(middle) >= np.median(around) else 1.0 - grey


def _surroundings(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the pixels of a frame inside the film's upper and side edges."""
    rows, columns = grey.shape
    outer, inner = (round(part * min(rows, columns)) for part in (0.02, 0.12))
    upper = slice(outer, rows // 2)
    top = grey[outer:inner, outer:-outer]
    sides = grey[upper, outer:inner], grey[upper, -inner:-outer]
    return np.concatenate([part.ravel() for part in (top, *sides)])


def _field(grey: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where the film was exposed: not what lies outside of a rectangular diaphragm.

    That may be black, or lighter than the film, whichever way bone is shown.
    """
    field = _lit_field(grey, _FIELD_CONTRAST)
    return _dark_field(1.0 - grey) if field.all() else field


def _dark_field(inverted: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return the inside of a rectangle darker than the film's edges, or everything.

    A frame of scattered light fades towards the field: its edge lies half-way to the bare film.
    """
    outside = _commonest(_surroundings(inverted))
    beyond = inverted[inverted > outside + _FIELD_CONTRAST]
    if not beyond.size:
        return np.ones(inverted.shape, np.bool_)
    return _lit_field(inverted, max(_FIELD_CONTRAST, (_commonest(beyond) - outside) / 2))


def _without_frame(grey: NDArray[np.float32], field: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Give what lies outside the field the field's commonest level: its grey tells nothing."""
    return np.where(field, grey, np.float32(_commonest(grey[field]))).astype(np.float32)


def _lit_field(grey: NDArray[np.float32], contrast: float) -> NDArray[np.bool_]:
    """Return the inside of a rectangle that is lighter than the film's edges, or everything."""
    outside = _commonest(_surroundings(grey))
    lit = _largest_region(grey > outside + contrast)
    outlines, _ = cv2.findContours(lit.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    everywhere = np.ones(grey.shape, np.bool_)
    if not outlines:
        return everywhere
    _, (height, width), _ = cv2.minAreaRect(outlines[0])
    area, hull = cv2.contourArea(outlines[0]), cv2.contourArea(cv2.convexHull(outlines[0]))
    fills = area >= _FIELD_FILLS * height * width or hull >= _HULL_FILLS * height * width
    if area < _FIELD_PART * grey.size or not fills:
        return everywhere
    return _inside(outlines[0], grey.shape)


def _inside(outline: cv2.typing.MatLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return the outline's convex inside without its blurred edge."""
    filled = np.zeros(shape, np.uint8)
    cv2.fillPoly(filled, [cv2.convexHull(outline)], 1)
    edge = np.ones((2 * round(_FIELD_EDGE * min(shape)) + 1,) * 2, np.uint8)
    return np.asarray(cv2.erode(filled, edge) > 0)


def _around(field: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and columns of the rectangle around the field."""
    left, top, width, height = cv2.boundingRect(field.astype(np.uint8))
    return slice(top, top + height), slice(left, left + width)


def _levels(grey: NDArray[np.float32], field: NDArray[np.bool_], path: Path) -> tuple[float, float]:
    """Return the grey levels of the bare detector and of the brightest bone."""
    upper = slice(round(0.8 * len(grey)))
    bare = _bare_level(grey[upper][field[upper]])
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    hand = _largest_region(field & (smooth > bare + _LEAST_CONTRAST))
    if not hand.any():
        raise PatientError(f"The radiograph {path} shows nothing; use a picture of a hand.")
    # Quantile: a few per cent of the region may be letters or a border that touch the hand.
    return bare, float(np.quantile(grey[hand], 0.99))


def _bare_level(grey: NDArray[np.float32]) -> float:
    """Return the commonest level of the darker half: the hand covers less than half the film."""
    return _commonest(grey[grey <= np.median(grey)])


def _commonest(grey: NDArray[np.float32]) -> float:
    """Return the commonest grey level to 1/128."""
    counts, edges = np.histogram(grey, 128, (0.0, 1.0))
    level = int(np.argmax(np.convolve(counts, [0.25, 0.5, 0.25], "same")))
    return float(edges[level] + edges[level + 1]) / 2.0


def _largest_region(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the region with most pixels in the film's middle; letters and borders have few."""
    _, regions = cv2.connectedComponents(marked.astype(np.uint8))
    rows, columns = marked.shape
    middle = regions[rows // 5 : -rows // 10, columns // 5 : -columns // 5]
    areas = np.bincount(middle.ravel(), minlength=2)
    areas[0] = 0
    return np.asarray(marked & (regions == int(np.argmax(areas))))


def _fit(attenuation: NDArray[np.float32], geometry: PanelGeometry) -> NDArray[np.float32]:
    """Scale to the panel with the aspect kept; nothing lies beside the film."""
    rows, columns = attenuation.shape
    scale = PANEL_PART * min(geometry.rows / rows, geometry.columns / columns)
    size = (round(columns * scale), round(rows * scale))
    method = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    film = np.maximum(cv2.resize(attenuation, size, interpolation=method), 0.0)
    panel = np.zeros(geometry.shape, np.float32)
    left = (geometry.columns - size[0]) // 2
    panel[geometry.rows - size[1] :, left : left + size[0]] = film
    return panel


def _tissue_of(attenuation: NDArray[np.float32]) -> Tissue:
    known, bone_mm, soft_mm = _tissue_path()
    bone = np.interp(attenuation, known, bone_mm).astype(np.float32)
    return Tissue(bone, np.interp(attenuation, known, soft_mm).astype(np.float32))


@cache
def _tissue_path() -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return attenuations at 50 kV, growing from 0, with the bone and soft tissue of each."""
    part = np.linspace(0.0, 1.2, 241)
    soft_mm = (DEEPEST_SOFT_MM * np.sin(np.minimum(part, 1.0) * np.pi / 2)).astype(np.float32)
    bone_mm = (DEEPEST_BONE_MM * np.maximum(part - BONE_BEGINS, 0.0) ** 1.5).astype(np.float32)
    attenuation = -log_signal(bone_mm[None], soft_mm[None], BeamQuality.UNIT, 50.0)[0]
    return attenuation, bone_mm, soft_mm
