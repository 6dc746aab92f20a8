"""How quick the correction of one frame is, against a bare copy and against its peers.

Everything is measured in the same run, in turn, the quickest of 15 counts: 3072 x 3072 pixels of
16 bit with 18 800 defects (single pixels, 20 clusters, a row, a double column). The peers get the
same maps, and their defects are filled by the same function. The floor is a copy of 47 MB on two
threads: as many bytes as frame, maps of one byte per pixel and result would take at the least.
Ours writes, as the floor does, to memory that it is given; no peer offers that. What it takes in
new memory stands beside it.
"""

import importlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from acquisition.calibration_maps import Calibration, FlatLevel
from acquisition.correct import correct, corrected_signal
from acquisition.corrections import RepairPlan, interpolate_defects, plan_repair
from acquisition.dark_maps import DarkMaps
from acquisition.lag import LagCoefficients
from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import HAND_PRESET
from tests.benchmarks.rows import Row, at_least, at_most

SIZE = 3072
ROUNDS = 15
COPIED_BYTES = 47_185_920
MADE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PANEL = DetectorIdentity("Benchmark", "3072", "B-1", "1", 1)

Work = Callable[[], object]


def measure() -> Iterator[Row]:
    """Give the rows of this benchmark."""
    maps, raw, before = Maps(), frame(1), frame(0)
    whole = maps.calibration()
    simple = replace(whole, dark=_plain(whole.dark), curvature=None, lag=None)
    yield memory(raw, whole, before)
    given = np.zeros((SIZE, SIZE), np.float32)
    works: dict[str, Work] = {
        "floor": copy_on_two_threads(),
        "ours": lambda: corrected_signal(raw, simple, out=given),
        "new memory": lambda: corrected_signal(raw, simple),
        "chain": lambda: corrected_signal(raw, whole, [before]),
        "radiograph": lambda: correct(raw, whole, [before]),
    }
    peers = dict(maps.peers(raw.pixels))
    shortest = in_turn(works | peers)
    yield from speed(shortest, peers)


def speed(shortest: dict[str, float], peers: dict[str, Work]) -> Iterator[Row]:
    """Compare the times with the floor and with the peers."""
    floor = shortest["floor"]
    told = {name: f"{1e3 * seconds:.1f} ms" for name, seconds in shortest.items()}
    beside = f"copy of 47 MB on two threads {told['floor']}"
    name = "correction: offset, gain and defects"
    asked = "at most 8 x a bare copy"
    yield at_most(name, asked, shortest["ours"] / floor, 8.0, f"{told['ours']}, {beside}")
    for peer in ("ccdproc", "algotom"):
        asked = f"at least 3 x quicker than {peer}"
        if peer in peers:
            figures = (
                f"{told['ours']} ({told['new memory']} in new memory), "
                f"{peer} {version(peer)} {told[peer]}"
            )
            yield at_least(name, asked, shortest[peer] / shortest["ours"], 3.0, figures)
        else:
            yield at_least(name, asked, 0.0, 3.0, f"{peer} is not installed: nothing was compared")
    figures = f"{told['new memory']}, {beside}"
    asked = "at most 8 x a bare copy, each frame in new memory"
    yield at_most(name, asked, shortest["new memory"] / floor, 8.0, figures)
    figures = "pyFAI is not installed: nothing was compared"
    if "pyFAI" in peers:
        figures = f"{told['ours']} with defects, pyFAI {version('pyFAI')} {told['pyFAI']} without"
    ratio = shortest.get("pyFAI", 0.0) / shortest["ours"]
    yield at_least(name, "pyFAI's offset and gain, reported only", ratio, 0.0, figures)
    name = "correction: the whole chain with one earlier exposure"
    asked = "at most 40 x a bare copy"
    yield at_most(name, asked, shortest["chain"] / floor, 40.0, f"{told['chain']}, {beside}")
    name = "correction: the whole chain and the exposure index"
    figures = f"{told['radiograph']}, {beside}"
    yield at_most(name, asked, shortest["radiograph"] / floor, 40.0, figures)


def memory(raw: RawFrame, calibration: Calibration, before: RawFrame) -> Row:
    """Compare the memory that a correction takes at its peak with the frame."""
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")  # Linux: the peak begins anew
    start = _kilobytes("VmRSS")
    kept = correct(raw, calibration, [before])
    added = 1024 * (_kilobytes("VmHWM") - start)
    figures = f"{added / 1e6:.0f} MB beside a frame of {raw.pixels.nbytes / 1e6:.0f} MB"
    assert kept.pixels.size == raw.pixels.size
    name, asked = "memory added by one correction", "at most 8 x the raw frame"
    return at_most(name, asked, added / raw.pixels.nbytes, 8.0, figures)


def in_turn(works: dict[str, Work]) -> dict[str, float]:
    """Give the shortest time of each, all done in turn so that a disturbance meets all alike."""
    shortest = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            shortest[name] = min(shortest[name], time.perf_counter() - began)
    return shortest


def copy_on_two_threads() -> Work:
    """Give a copy of 47 MB, half on each of two threads that stand ready."""
    source, target = np.ones(COPIED_BYTES, np.uint8), np.zeros(COPIED_BYTES, np.uint8)
    half = COPIED_BYTES // 2
    threads = ThreadPoolExecutor(2)

    def copy() -> None:
        parts = (slice(None, half), slice(half, None))
        list(threads.map(lambda part: np.copyto(target[part], source[part]), parts))

    return copy


def frame(number: int) -> RawFrame:
    """Make a frame of about 9000 DN with its row reference, one every 20 s."""
    chance = np.random.default_rng(number)
    pixels = chance.integers(8000, 10000, (SIZE, SIZE), np.uint16)
    exposure = MeasuredExposure(number + 1, HAND_PRESET, HAND_PRESET, 50.0, 12.0)
    rows = chance.normal(230, 3, SIZE).astype(np.float32)
    timestamp_ns = 20_000_000_000 * number
    return RawFrame(pixels, 100.0, PANEL, 27.0, 500.0, timestamp_ns, exposure, rows)


class Maps:
    """The maps of a panel, for us and for the peers."""

    def __init__(self) -> None:
        chance = np.random.default_rng(7)
        self.offset = chance.normal(230, 5, (SIZE, SIZE)).astype(np.float32)
        self.current = chance.normal(60, 9, (SIZE, SIZE)).astype(np.float32)
        self.gain = chance.normal(1, 0.05, (SIZE, SIZE)).astype(np.float32)
        self.defects = _defects(chance)
        self.repair: RepairPlan = plan_repair(self.defects > 0)

    def calibration(self) -> Calibration:
        """Give the calibration with everything that it may hold."""
        return Calibration(
            serial=PANEL.serial,
            model=PANEL.model,
            firmware_version=PANEL.firmware_version,
            pixel_pitch_um=100.0,
            dark=self._dark(),
            gain=self.gain,
            curvature=np.full(SIZE, 1.5e-7, np.float32),
            defects=self.defects,
            repair=self.repair,
            lag=LagCoefficients((0.0375, 0.315, 2.4, 11.4), (7e-5, 1e-3, 2e-2, 2e-2)),
            sensitivity_rqa3=1024.0,
            flat_levels=(FlatLevel(2.0, 14, 33000.0),),
            flat_technique=HAND_PRESET,
            flat_level_dn=33000.0,
            created=MADE,
            valid_until=MADE + timedelta(days=7),
        )

    def _dark(self) -> DarkMaps:
        rows = np.full(SIZE, 230.0, np.float32)
        return DarkMaps(
            offset=self.offset,
            current=self.current,
            row_reference=rows,
            row_current=rows / 4,
            temperature_c=25.0,
            integration_ms=500.0,
            shortest_ms=100.0,
            longest_ms=1000.0,
            frames=32,
            doubling_c=9.0,
            doubling="made up",
            made=MADE,
            valid_until=MADE + timedelta(days=1),
        )

    def peers(self, pixels: NDArray[np.uint16]) -> Iterator[tuple[str, Work]]:
        """Give what is installed of the peers, each doing the same work."""
        for name, prepare in (
            ("ccdproc", self._ccdproc),
            ("algotom", self._algotom),
            ("pyFAI", self._pyfai),
        ):
            try:
                yield name, prepare(pixels)
            except ModuleNotFoundError:
                continue  # speed() says so in the peer's row

    def _ccdproc(self, pixels: NDArray[np.uint16]) -> Work:
        ccdproc = importlib.import_module("ccdproc")
        data = importlib.import_module("astropy.nddata").CCDData
        offset, gain = data(self.offset, unit="adu"), data(self.gain, unit="adu")
        image = data(pixels.astype(np.float32), unit="adu")

        def work() -> object:
            even = ccdproc.flat_correct(ccdproc.subtract_bias(image, offset), gain, norm_value=1.0)
            return interpolate_defects(np.asarray(even.data, np.float32), self.repair)

        return work

    def _algotom(self, pixels: NDArray[np.uint16]) -> Work:
        correction = importlib.import_module("algotom.prep.correction")
        # flat_field_correction divides by flat - dark.
        flat = self.gain + self.offset

        def work() -> object:
            even = correction.flat_field_correction(pixels, flat, self.offset)
            return interpolate_defects(np.asarray(even, np.float32), self.repair)

        return work

    def _pyfai(self, pixels: NDArray[np.uint16]) -> Work:
        preproc = importlib.import_module("pyFAI.ext.preproc").preproc
        return lambda: preproc(pixels, dark=self.offset, flat=self.gain)


def _plain(dark: DarkMaps) -> DarkMaps:
    return replace(dark, current=None, row_reference=None, row_current=None)


def _defects(chance: np.random.Generator) -> NDArray[np.uint8]:
    """9700 single pixels, 20 clusters of 3 x 3, a row and a double column: 18 800 in all."""
    defects = np.zeros((SIZE, SIZE), np.uint8)
    defects.ravel()[chance.choice(SIZE * SIZE, 9430, replace=False)] = 1
    for row, column in chance.integers(10, SIZE - 10, (20, 2)):
        defects[row : row + 3, column : column + 3] = 1
    defects[1000] = defects[:, 2000] = defects[:, 2001] = 1
    return defects


def _kilobytes(name: str) -> int:
    with open("/proc/self/status") as told:
        line = next(each for each in told if each.startswith(name))
    return int(line.split()[1])
