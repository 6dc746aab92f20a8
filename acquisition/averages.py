"""Averages over many frames, one frame in memory at a time."""

import cv2
import numpy as np
from numpy.typing import NDArray

from acquisition.corrections import Signal


class FrameAverage:
    """Running mean and spread of each pixel over frames handed in one by one.

    Two float64 maps whatever the number of frames: 115 MB for a panel of 3000 x 2400. Sums of
    16-bit frames are exact in float64, so the order of the frames does not matter.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self._sum = np.zeros((rows, columns))
        self._squares = np.zeros((rows, columns))
        self.count = 0

    def add(self, pixels: NDArray[np.uint16] | Signal) -> None:
        """Take one frame in."""
        cv2.accumulate(pixels, self._sum)
        cv2.accumulateSquare(pixels, self._squares)
        self.count += 1

    def mean(self) -> Signal:
        """Mean of each pixel, DN."""
        return (self._sum / self.count).astype(np.float32)

    def deviation(self) -> Signal:
        """Standard deviation of each pixel over the frames, DN; at least two frames."""
        variance = (self._squares - np.square(self._sum) / self.count) / (self.count - 1)
        return np.sqrt(np.maximum(variance, 0)).astype(np.float32)


def block_medians(signal: Signal, block: int) -> Signal:
    """Median of each block of `block` x `block` pixels; the edge is repeated to fill the last.

    A median does not see defects that fill less than half of a block.
    """
    padded = np.pad(signal, [(0, -size % block) for size in signal.shape], mode="edge")
    rows, columns = padded.shape[0] // block, padded.shape[1] // block
    tiles = padded.reshape(rows, block, columns, block).swapaxes(1, 2)
    return np.asarray(np.median(tiles.reshape(rows, columns, -1), axis=2), dtype=np.float32)


def local_level(signal: Signal, block: int) -> Signal:
    """The signal's slow course: block medians, drawn smoothly through every pixel."""
    blocks = block_medians(signal, block)
    size = (blocks.shape[1] * block, blocks.shape[0] * block)
    smooth = np.asarray(cv2.resize(blocks, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    return smooth[: signal.shape[0], : signal.shape[1]]


def central_area(shape: tuple[int, int], share: float) -> tuple[slice, slice]:
    """The middle of the panel, `share` of its height and of its width."""
    margins = [round(size * (1 - share) / 2) for size in shape]
    return (
        slice(margins[0], shape[0] - margins[0]),
        slice(margins[1], shape[1] - margins[1]),
    )
