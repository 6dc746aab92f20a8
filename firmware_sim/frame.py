"""A frame as it leaves the panel, and the worker that makes its pixels."""

import zlib
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmware_sim.acquisition import AcquisitionSettings, TestPattern
from firmware_sim.image_faults import Wear, worn
from firmware_sim.physics.reading import Reading

Pixels = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """Rendered pixels (rows, columns), ready to be sent, and the CRC-32 of their bytes.

    `row_reference_dn` holds the mean of the light-shielded columns in each row, as it is sent.
    """

    pixels: NDArray[np.uint16]
    row_reference_dn: NDArray[np.float32]
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


def rendered(reading: Reading) -> Image:
    """Make a reading ready to be sent: in the wire's byte order, in one piece, summed once."""
    ready = np.ascontiguousarray(reading.pixels, "<u2")
    return Image(ready, reading.row_reference_dn.astype("<f4"), zlib.crc32(ready.data))


def binned_rows(
    row_reference_dn: NDArray[np.float32], settings: AcquisitionSettings
) -> NDArray[np.float32]:
    """Average the row reference over the rows that the settings put together."""
    down = settings.rows_binned
    whole = row_reference_dn[: len(row_reference_dn) // down * down]
    return np.asarray(whole.reshape(-1, down).mean(axis=1), np.float32)


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
        self._drawn = Image(np.zeros((0, 0), np.uint16), np.zeros(0, np.float32), 0)

    def photograph(
        self, take: Callable[[], Reading], settings: AcquisitionSettings, wear: Wear
    ) -> Future[Image]:
        """Let the worker take a frame, age it as the panel has aged, and average it."""
        return self._worker.submit(lambda: _photographed(take(), settings, wear))

    def before_the_next(self, act: Callable[[], None]) -> None:
        """Let the worker do something once what it was given before is done."""
        self._worker.submit(act)

    def pattern(self, pattern: TestPattern, rows: int, columns: int) -> Future[Image]:
        """Give a test image; drawn only when it is another one than before."""
        if self._key != (pattern, rows, columns):
            drawn = test_image(pattern, rows, columns)
            # A test image passes by the read-out, shielded columns included.
            self._drawn = rendered(Reading(drawn, np.zeros(rows, np.float32)))
            self._key = (pattern, rows, columns)
        done: Future[Image] = Future()
        done.set_result(self._drawn)
        return done


def _photographed(reading: Reading, settings: AcquisitionSettings, wear: Wear) -> Image:
    pixels = binned(worn(reading.pixels, wear), settings)
    return rendered(Reading(pixels, binned_rows(reading.row_reference_dn, settings)))
