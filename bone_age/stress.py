"""Pictures of a hand as another day, another unit or a careless hand would have made them.

Every change takes a grey picture (rows, columns) and gives another; what it brings in from outside
goes on as the picture's edge does. The same picture, amount and chance give the same change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]
Change = Callable[[Picture, float, np.random.Generator], Picture]

# Poses of one child, as the repeatability of the reader is asked for: our choices of the amounts.
POSES: Final = 10
# A hand at most nine tenths as large leaves the twentieth on every side that the shift may take.
_TURN_DEG, _SHIFT_PERCENT = 20.0, 5.0
_SIZE: Final = (0.75, 0.9)
_GAMMA: Final = (0.75, 1.33)
# A picture is never made smaller than this.
_FEWEST_PIXELS: Final = 32
# A letter of lead: its distance from the edges in shares of the picture's height, its width and
# the width of its strokes in shares of its own.
_LETTER_INSET, _LETTER_WIDTH, _LETTER_STROKE = 0.04, 0.6, 0.2


@dataclass(frozen=True, slots=True)
class Stress:
    """One way of changing a picture, and how much: `amounts` in `unit`, in order.

    `unchanged` is the amount that changes nothing; None where every amount does.
    """

    name: str
    unit: str
    unchanged: float | None
    amounts: tuple[float, ...]
    change: Change


def turned(picture: Picture, degrees: float, _chance: np.random.Generator) -> Picture:
    """Turn counter-clockwise; the frame grows so that nothing is cut."""
    rows, columns = picture.shape
    middle = ((columns - 1) / 2, (rows - 1) / 2)
    turn = np.asarray(cv2.getRotationMatrix2D(middle, degrees, 1.0), np.float64)
    across, along = abs(turn[0, 0]), abs(turn[0, 1])
    width, height = (
        round(columns * across + rows * along),
        round(columns * along + rows * across),
    )
    turn[:, 2] += (width - columns) / 2, (height - rows) / 2
    return _warped(picture, turn, (width, height))


def shifted_across(picture: Picture, percent: float, _chance: np.random.Generator) -> Picture:
    """Move to the right, by a share of the width; what leaves the frame is lost."""
    return _moved(picture, percent, 0.0)


def shifted_along(picture: Picture, percent: float, _chance: np.random.Generator) -> Picture:
    """Move down, by a share of the height; what leaves the frame is lost."""
    return _moved(picture, 0.0, percent)


def scaled(picture: Picture, factor: float, _chance: np.random.Generator) -> Picture:
    """Make everything smaller or larger about the middle; the frame stays."""
    rows, columns = picture.shape
    across, down = (columns - 1) / 2 * (1 - factor), (rows - 1) / 2 * (1 - factor)
    return _warped(picture, np.array([[factor, 0, across], [0, factor, down]]), (columns, rows))


def mirrored(picture: Picture, _amount: float, _chance: np.random.Generator) -> Picture:
    """Show the hand's other side."""
    return np.ascontiguousarray(picture[:, ::-1])


def quarter_turned(picture: Picture, degrees: float, _chance: np.random.Generator) -> Picture:
    """Turn by quarters: 180 is upside-down."""
    return np.ascontiguousarray(np.rot90(picture, round(degrees / 90)))


def gamma_changed(picture: Picture, gamma: float, _chance: np.random.Generator) -> Picture:
    """Raise the greys, 0 to 1 between darkest and brightest, to a power."""
    low, span = _greys(picture)
    return np.asarray(low + span * ((picture - low) / span) ** np.float32(gamma), np.float32)


def brightened(picture: Picture, percent: float, _chance: np.random.Generator) -> Picture:
    """Add a share of the full scale; what leaves it is clipped."""
    _, span = _greys(picture)
    return _clipped(picture + span * np.float32(percent / 100), picture)


def contrasted(picture: Picture, factor: float, _chance: np.random.Generator) -> Picture:
    """Stretch the greys about the middle of the scale; what leaves it is clipped."""
    low, span = _greys(picture)
    middle = low + span / 2
    return _clipped(middle + (picture - middle) * np.float32(factor), picture)


def inverted(picture: Picture, _amount: float, _chance: np.random.Generator) -> Picture:
    """Swap black and white."""
    return np.asarray(picture.max() + picture.min() - picture, np.float32)


def lettered(picture: Picture, percent: float, chance: np.random.Generator) -> Picture:
    """Put a white L of a share of the height into one of the upper corners."""
    rows, columns = picture.shape
    height, stroke = round(rows * percent / 100), round(rows * percent / 100 * _LETTER_STROKE)
    width, inset = round(_LETTER_WIDTH * height), round(_LETTER_INSET * rows)
    left = inset if chance.random() < 0.5 else columns - inset - width
    drawn, white = picture.copy(), picture.max()
    drawn[inset : inset + height, left : left + stroke] = white
    drawn[inset + height - stroke : inset + height, left : left + width] = white
    return drawn


def coarsened(picture: Picture, share: float, _chance: np.random.Generator) -> Picture:
    """Keep a share of the rows and columns, averaged."""
    rows, columns = (max(_FEWEST_PIXELS, round(side * share)) for side in picture.shape)
    return np.asarray(
        cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA), np.float32
    )


def cropped(picture: Picture, percent: float, _chance: np.random.Generator) -> Picture:
    """Cut a share of width and height off every side."""
    rows, columns = (round(side * percent / 100) for side in picture.shape)
    return np.ascontiguousarray(
        picture[rows : picture.shape[0] - rows, columns : picture.shape[1] - columns]
    )


def made_noisy(picture: Picture, percent: float, chance: np.random.Generator) -> Picture:
    """Add white noise of a share of the full scale to every pixel; what leaves it is clipped."""
    _, span = _greys(picture)
    noise = chance.standard_normal(picture.shape, np.float32) * (span * np.float32(percent / 100))
    return _clipped(picture + noise, picture)


def blurred(picture: Picture, percent: float, _chance: np.random.Generator) -> Picture:
    """Blur by a Gaussian whose sigma is a share of the longer side."""
    sigma = max(picture.shape) * percent / 100
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32) if sigma else picture


STRESSES: Final = (
    Stress("Rotation", "degrees", 0.0, (-20.0, -10.0, 10.0, 20.0), turned),
    Stress("Shift across", "% of the width", 0.0, (-10.0, -5.0, 5.0, 10.0), shifted_across),
    Stress("Shift down", "% of the height", 0.0, (-10.0, -5.0, 5.0, 10.0), shifted_along),
    Stress("Size of the hand", "times", 1.0, (0.6, 0.7, 0.8, 0.9, 1.1), scaled),
    Stress("Gamma", "", 1.0, (0.5, 0.7, 1.4, 2.0), gamma_changed),
    Stress("Brightness", "% of full scale", 0.0, (-20.0, -10.0, 10.0, 20.0), brightened),
    Stress("Contrast", "times", 1.0, (0.5, 0.75, 1.25, 1.5), contrasted),
    Stress("Letter on the film", "% of the height", 0.0, (5.0, 10.0, 15.0), lettered),
    Stress("Resolution", "of the pixels a side", 1.0, (0.25, 0.35, 0.5, 0.7), coarsened),
    Stress("Margins cut off", "% of each side", 0.0, (2.0, 4.0, 6.0, 8.0), cropped),
    Stress("White noise", "% of full scale", 0.0, (1.0, 3.0, 5.0), made_noisy),
    Stress("Blur", "sigma, % of the longer side", 0.0, (0.1, 0.2, 0.4, 0.8), blurred),
    Stress("Mirrored", "", None, (1.0,), mirrored),
    Stress("Black and white swapped", "", None, (1.0,), inverted),
    Stress("Quarter turns", "degrees", None, (90.0, 180.0, 270.0), quarter_turned),
)


def changed(picture: Picture, seed: int) -> Iterator[tuple[str, float, Picture]]:
    """Yield a picture in every way and amount of `STRESSES`, by name and amount."""
    for number, stress in enumerate(STRESSES):
        for amount in stress.amounts:
            chance = np.random.default_rng((seed, number))
            yield stress.name, amount, stress.change(picture, amount, chance)


def posed(picture: Picture, seed: int) -> Iterator[Picture]:
    """Yield the same child at ten poses: smaller, moved, turned, greys bent, some mirrored."""
    chance = np.random.default_rng((seed, len(STRESSES)))
    for _ in range(POSES):
        pose = scaled(picture, chance.uniform(*_SIZE), chance)
        pose = _moved(pose, *chance.uniform(-_SHIFT_PERCENT, _SHIFT_PERCENT, 2))
        pose = turned(pose, chance.uniform(-_TURN_DEG, _TURN_DEG), chance)
        pose = gamma_changed(pose, chance.uniform(*_GAMMA), chance)
        yield mirrored(pose, 1.0, chance) if chance.random() < 0.5 else pose


def _moved(picture: Picture, across_percent: float, down_percent: float) -> Picture:
    rows, columns = picture.shape
    move = [[1.0, 0.0, columns * across_percent / 100], [0.0, 1.0, rows * down_percent / 100]]
    return _warped(picture, np.array(move), (columns, rows))


def _warped(picture: Picture, move: NDArray[np.float64], size: tuple[int, int]) -> Picture:
    warped = cv2.warpAffine(
        picture, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.float32)


def _clipped(changed: Picture, picture: Picture) -> Picture:
    return np.asarray(np.clip(changed, picture.min(), picture.max()), np.float32)


def _greys(picture: Picture) -> tuple[np.float32, np.float32]:
    """Return the darkest grey and the span to the brightest, never zero."""
    low = np.float32(picture.min())
    return low, np.float32(max(float(picture.max() - low), 1e-6))
