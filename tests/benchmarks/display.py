"""How quickly a picture is there: display processing, its memory, and the way from the wire."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from acquisition.calibration import Calibration, calibrate
from acquisition.correct import correct
from acquisition.display import display_image
from acquisition.exposure_index import indicate_exposure
from acquisition.hand import Side
from acquisition.png import to_png
from acquisition.radiograph import Radiograph
from device.clock import SystemClock
from device.connection import Connection
from device.description import fetch_description
from device.features import Features
from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.imaging import Imaging
from device.technique import HAND_PRESET
from tests.benchmarks.device_link import simulator
from tests.benchmarks.rows import Row, at_most

# The unit's panel, and the size that other vendors' figures are given for.
SIZES = ((3000, 2400), (3072, 3072))
PITCH_UM = 100.0
SENSITIVITY_DN_PER_UGY = 1024.0
# A child's hand at the start preset: 5000 DN of direct radiation.
DIRECT_DN = 5000.0
OFFSET_DN = 300.0
REPEATS = 7
READ_OUT_S = 0.07
FRAME_WAIT_S = 20.0
IDENTITY = DetectorIdentity("Benchmark", "Panel", "B-1", "1", 1)


def measure() -> Iterator[Row]:
    """Give the rows of this benchmark."""
    for rows, columns in SIZES:
        radiograph = hand(rows, columns)
        yield _seconds(radiograph)
        yield _memory(radiograph)
    yield from _from_the_wire()


def hand(rows: int, columns: int) -> Radiograph:
    """Make a radiograph with quantum noise, of something with the size and structure of a hand."""
    pixels = np.clip(_signal(rows, columns), 0, 65535).astype(np.float32)
    nothing = np.zeros(pixels.shape, np.uint8)
    return Radiograph(
        pixels=pixels,
        pixel_pitch_um=PITCH_UM,
        detector=IDENTITY,
        detector_temperature_c=26.0,
        integration_ms=500.0,
        timestamp_ns=0,
        exposure=MeasuredExposure(1, HAND_PRESET, HAND_PRESET, 50.0, HAND_PRESET.ms),
        indication=indicate_exposure(pixels, nothing, PITCH_UM, SENSITIVITY_DN_PER_UGY),
        calibration_id="B-1",
        calibration_created=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _signal(rows: int, columns: int) -> NDArray[np.float64]:
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    fingers = np.abs(np.sin(12 * np.pi * x)) * (np.abs(x - 0.5) < 0.3) * (y > 0.3)
    signal = DIRECT_DN * np.exp(-1.2 * fingers * (1 + 0.05 * np.sin(500 * y)))
    return np.random.default_rng(1).normal(signal, np.sqrt(0.35 * signal + 64))


def _seconds(radiograph: Radiograph) -> Row:
    spent = min(_timed(lambda: display_image(radiograph)) for _ in range(REPEATS))
    rows, columns = radiograph.pixels.shape
    name = f"display processing of {rows} x {columns}"
    return at_most(name, "at most 0.3 s", spent, 0.3, f"{1000 * spent:.0f} ms, best of {REPEATS}")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _memory(radiograph: Radiograph) -> Row:
    """Measure what numpy holds at its peak; OpenCV's results are numpy arrays, too."""
    raw_bytes = radiograph.pixels.size * 2
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    display_image(radiograph, Side.LEFT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    share = (peak - before) / raw_bytes
    rows, columns = radiograph.pixels.shape
    name = f"memory added by displaying {rows} x {columns}"
    figures = f"{(peak - before) / 1e6:.0f} MB at the peak, raw frame {raw_bytes / 1e6:.0f} MB"
    return at_most(name, "at most 8 x the raw frame", share, 8.0, figures)


def _from_the_wire() -> Iterator[Row]:
    """Receive a frame of the full panel, correct it, display it and make its PNG file."""
    wire_s = min(_transfers_s())
    rows, columns = SIZES[0]
    raw = _raw(hand(rows, columns).pixels)
    calibration = _calibration(rows, columns)
    work_s = min(_timed(lambda: _picture(raw, calibration)) for _ in range(REPEATS))
    figures = f"wire {1000 * wire_s:.0f} ms, correction, display and PNG {1000 * work_s:.0f} ms"
    # Storing the raw frame and the checks are not in it.
    name = "first payload byte on the wire to radiograph.png, full panel: wire and picture"
    yield at_most(name, "at most 1.5 s", wire_s + work_s, 1.5, figures)


def _transfers_s() -> Iterator[float]:
    """Give the time that each of some rendered frames takes from its first byte to its check."""
    with simulator() as (link, back_door, _):
        connection = Connection(link, SystemClock())
        features = Features(connection.session, fetch_description(connection.session))
        imaging = Imaging(connection, features, SystemClock())
        imaging.use_chunks()  # with the CRC-32 of every image, which receive() checks
        features.choose("TestPattern", "GreyDiagonalRamp")
        features.choose("AcquisitionMode", "Continuous")
        imaging.start()
        for _ in range(REPEATS):
            back_door.step(READ_OUT_S)  # the frame is ready; nobody has asked for a byte of it
            yield _timed(lambda: imaging.receive(FRAME_WAIT_S))
        features.execute("AcquisitionStop")


def _picture(raw: RawFrame, calibration: Calibration) -> bytes:
    radiograph = correct(raw, calibration)
    return to_png(display_image(radiograph), radiograph.pixel_pitch_um)


def _calibration(rows: int, columns: int) -> Calibration:
    """Calibrate with a few frames of an even panel; how good the maps are takes no time."""
    chance = np.random.default_rng(2)

    def frames(level_dn: float) -> Iterator[RawFrame]:
        for _ in range(4):
            yield _raw(chance.normal(level_dn, 8.0, (rows, columns)))

    made = datetime(2026, 1, 1, tzinfo=UTC)
    darks = (replace(frame, exposure=None) for frame in frames(0.0))
    return calibrate(darks, frames(9000.0), SENSITIVITY_DN_PER_UGY, made)


def _raw(signal_dn: NDArray[np.floating]) -> RawFrame:
    pixels = np.clip(np.rint(signal_dn + OFFSET_DN), 0, 65535).astype(np.uint16)
    exposure = MeasuredExposure(1, HAND_PRESET, HAND_PRESET, 50.0, HAND_PRESET.ms)
    return RawFrame(pixels, PITCH_UM, IDENTITY, 26.0, 500.0, 0, exposure)
