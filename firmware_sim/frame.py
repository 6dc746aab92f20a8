"""A frame as it leaves the panel, and the worker that makes its pixels."""

import zlib
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.acquisition import AcquisitionSettings, TestPattern
from firmware_sim.image_faults import Wear, worn

Pixels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """Rendered pixels (rows, columns), ready to be sent, and the CRC-32 of their bytes."""

    pixels: NDArray[np.uint16]
    checksum: int


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One image with the circumstances under which it was taken."""

    image: Image
    started_ns: int
    integration_us: float
    temperature_c: float
    boot_id: int

    @property
    def pixels(self) -> NDArray[np.uint16]:
        """The pixels (rows, columns)."""
        return self.image.pixels


def rendered(pixels: NDArray[np.uint16]) -> Image:
    """Make pixels ready to be sent: in the wire's byte order, in one piece, summed once."""
    ready = np.ascontiguousarray(pixels, "<u2")
    return Image(ready, zlib.crc32(ready.data))


def binned(pixels: NDArray[np.uint16], settings: AcquisitionSettings) -> NDArray[np.uint16]:
    """Average neighbouring pixels as the settings say."""
    down, across = settings.rows_binned, settings.columns_binned
    if (down, across) == (1, 1):
        return pixels
    rows, columns = settings.size(*pixels.shape)
    whole = pixels[: rows * down, : columns * across]
    cells = whole.reshape(rows, down, columns, across)
    return np.asarray(np.rint(cells.mean(axis=(1, 3))), np.uint16)


def test_image(pattern: TestPattern, rows: int, columns: int) -> NDArray[np.uint16]:
    """Draw a test pattern; a ramp is column, row or their sum, each modulo 65536."""
    down = np.arange(rows, dtype=np.uint16)[:, None]
    across = np.arange(columns, dtype=np.uint16)[None]
    black = np.zeros((rows, columns), np.uint16)
    drawn: dict[TestPattern, Callable[[], Pixels]] = {
        TestPattern.BLACK: lambda: black,
        TestPattern.WHITE: lambda: ~black,
        TestPattern.GREY_HORIZONTAL_RAMP: lambda: black + across,
        TestPattern.GREY_VERTICAL_RAMP: lambda: black + down,
        TestPattern.GREY_DIAGONAL_RAMP: lambda: down + across,
    }
    return drawn[pattern]()


class FrameMaker:
    """Makes images: photographs in the worker's thread, test patterns once and for all."""

    def __init__(self, worker: Executor) -> None:
        self._worker = worker
        self._key: tuple[TestPattern, int, int] | None = None
        self._drawn = Image(np.zeros((0, 0), np.uint16), 0)

    def photograph(
        self, take: Callable[[], NDArray[np.uint16]], settings: AcquisitionSettings, wear: Wear
    ) -> Future[Image]:
        """Let the worker take a frame, age it as the panel has aged, and average it."""
        return self._worker.submit(lambda: rendered(binned(worn(take(), wear), settings)))

    def pattern(self, pattern: TestPattern, rows: int, columns: int) -> Future[Image]:
        """Give a test image; drawn only when it is another one than before."""
        if self._key != (pattern, rows, columns):
            self._drawn = rendered(test_image(pattern, rows, columns))
            self._key = (pattern, rows, columns)
        done: Future[Image] = Future()
        done.set_result(self._drawn)
        return done
