"""How quickly a picture is there: display processing, its memory, and the way from the wire."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from acquisition.calibration_maps import Calibration
from acquisition.correct import correct
from acquisition.display import develop, screen_picture
from acquisition.exposure_index import indicate_exposure
from acquisition.hand import Side
from acquisition.png import to_png
from acquisition.quality import judge
from acquisition.radiograph import Radiograph
from device.clock import SystemClock
from device.connection import Connection
from device.description import fetch_description
from device.features import Features
from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.imaging import Imaging
from device.technique import HAND_PRESET
from firmware_sim.physics.geometry import FULL_PANEL
from records.files import write_atomically
from records.frames import load_raw_frame, store_raw_frame
from tests.benchmarks.device_link import simulator
from tests.benchmarks.rows import Row, at_most
from tests.campaigns.studio import Studio

# The unit's panel, and the size that other vendors' figures are given for.
SIZES = ((3000, 2400), (3072, 3072))
PITCH_UM = 100.0
SENSITIVITY_DN_PER_UGY = 1024.0
# A child's hand at the start preset: 5000 DN of direct radiation.
DIRECT_DN = 5000.0
PATIENT = "phantom:sex=F,bone_age=9.2,seed=1"
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
    spent = min(_timed(lambda: _displayed(radiograph)) for _ in range(REPEATS))
    rows, columns = radiograph.pixels.shape
    name = f"display processing of {rows} x {columns}"
    return at_most(name, "at most 0.3 s", spent, 0.3, f"{1000 * spent:.0f} ms, best of {REPEATS}")


def _displayed(radiograph: Radiograph) -> object:
    return screen_picture(develop(radiograph), Side.LEFT)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _memory(radiograph: Radiograph) -> Row:
    """Measure what numpy holds at its peak; OpenCV's results are numpy arrays, too."""
    raw_bytes = radiograph.pixels.size * 2
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    _displayed(radiograph)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    share = (peak - before) / raw_bytes
    rows, columns = radiograph.pixels.shape
    name = f"memory added by displaying {rows} x {columns}"
    figures = f"{(peak - before) / 1e6:.0f} MB at the peak, raw frame {raw_bytes / 1e6:.0f} MB"
    return at_most(name, "at most 8 x the raw frame", share, 8.0, figures)


def _from_the_wire() -> Iterator[Row]:
    """Receive a frame of the full panel and do all of a visit until its picture is a file."""
    wire_s = min(_transfers_s())
    studio = Studio(1, FULL_PANEL)
    earlier, raw = studio.frame(PATIENT), studio.frame(PATIENT)
    with TemporaryDirectory() as folder:
        frames = Path(folder)
        before = store_raw_frame([frames], "before", earlier)
        work_s = min(
            _timed(lambda: _picture(frames, raw, before, studio.calibration))
            for _ in range(REPEATS)
        )
    figures = f"wire {1000 * wire_s:.0f} ms, everything after it {1000 * work_s:.0f} ms"
    name = "first payload byte on the wire to radiograph.png, full panel"
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


def _picture(frames: Path, raw: RawFrame, before: dict[str, Any], calibration: Calibration) -> None:
    """Keep the raw frame, load the one before it, correct, judge, display and write the picture."""
    store_raw_frame([frames], "raw", raw)
    radiograph = correct(raw, calibration, [load_raw_frame(before)])
    side = judge(radiograph).side
    picture = screen_picture(develop(radiograph), side or Side.LEFT)
    write_atomically(frames / "radiograph.png", to_png(picture, radiograph.pixel_pitch_um))
