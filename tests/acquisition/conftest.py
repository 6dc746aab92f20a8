"""A panel made of textbook formulas, written without a look at the simulator or the product."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from acquisition.calibration import Calibration, calibrate
from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import Technique

ROWS, COLUMNS, PITCH_UM = 750, 600, 400.0
MADE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass
class TextbookPanel:
    """Signal = gain x sensitivity x kerma x transmission + offset, Poisson quanta, normal noise."""

    sensitivity: float = 1024.0
    # 20673 photons/mm2/uGy at RQA3 (IEC 62220-1-1:2015) x 0.16 mm2 x 0.75 absorbed.
    quanta_per_ugy: float = 2480.0
    noise_dn: float = 8.0
    serial: str = "TB-1"
    seed: int = 11
    taken: dict[object, RawFrame] = field(default_factory=dict)
    offset: NDArray[np.float64] = field(init=False)
    gain: NDArray[np.float64] = field(init=False)
    defects: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        chance = np.random.default_rng(self.seed)
        y, x = np.mgrid[-1 : 1 : ROWS * 1j, -1 : 1 : COLUMNS * 1j]
        self.offset = 180 + 10 * np.sin(7 * x) + 5 * y + chance.normal(0, 4, y.shape)
        gain = (1 + 0.06 * y - 0.05 * x**2) * (1 + 0.02 * np.sin(40 * x) * np.sin(30 * y))
        gain *= 1 + chance.normal(0, 0.03, y.shape)
        gain *= 1 + chance.normal(0, 0.01, (1, COLUMNS))
        self.gain = gain / gain.mean()
        self._lay_defects(chance)

    def _lay_defects(self, chance: np.random.Generator) -> None:
        self.stuck = np.zeros((ROWS, COLUMNS), dtype=bool)
        self.stuck[chance.integers(0, ROWS, 60), chance.integers(0, COLUMNS, 60)] = True
        self.stuck[200:203, 100:103] = True
        self.stuck[450:452, 300:305] = True
        self.stuck[:, 400] = True
        self.stuck[375:, 150:152] = True
        self.stuck[600, 200:] = True
        self.stuck[0, 0] = self.stuck[-1, -1] = True
        self.full = np.zeros_like(self.stuck)
        self.full[chance.integers(5, 195, 20), chance.integers(5, 95, 20)] = True
        self.weak = np.zeros_like(self.stuck)
        self.weak[chance.integers(210, 290, 10), chance.integers(210, 290, 10)] = True
        self.restless = np.zeros_like(self.stuck)
        self.restless[chance.integers(310, 360, 10), chance.integers(210, 290, 10)] = True
        self.warm = np.zeros_like(self.stuck)
        self.warm[chance.integers(610, 700, 10), chance.integers(10, 140, 10)] = True
        self.defects = self.stuck | self.full | self.weak | self.restless | self.warm
        self.gain[self.weak] *= 0.3
        self.offset[self.warm] += 400

    def identity(self) -> DetectorIdentity:
        return DetectorIdentity("Textbook", "TB", self.serial, "1.0", 1)

    def dark(self, number: int, temperature_c: float = 27.0) -> RawFrame:
        return self._read_out(self.offset.copy(), number, temperature_c, None)

    def exposed(
        self,
        kerma_ugy: float,
        number: int,
        transmission: NDArray[np.float64] | float = 1.0,
        temperature_c: float = 27.0,
    ) -> RawFrame:
        """Expose at RQA3 with this kerma at the panel's surface."""
        chance = np.random.default_rng([self.seed, 1, number])
        expected = np.broadcast_to(self.quanta_per_ugy * kerma_ugy * transmission, (ROWS, COLUMNS))
        quanta = chance.poisson(expected)
        signal = self.gain * self.sensitivity / self.quanta_per_ugy * quanta + self.offset
        technique = Technique(50.0, 50.0, 12.0)
        exposure = MeasuredExposure(number + 1, technique, technique, 50.0, 12.0)
        return self._read_out(signal, number, temperature_c, exposure)

    def _read_out(
        self,
        signal: NDArray[np.float64],
        number: int,
        temperature_c: float,
        exposure: MeasuredExposure | None,
    ) -> RawFrame:
        chance = np.random.default_rng([self.seed, 2, number])
        signal += chance.normal(0, self.noise_dn, signal.shape)
        signal[self.restless] += chance.normal(0, 300, int(self.restless.sum()))
        signal[self.stuck], signal[self.full] = 0, 65535
        pixels = np.clip(np.rint(signal), 0, 65535).astype(np.uint16)
        return RawFrame(pixels, PITCH_UM, self.identity(), temperature_c, 500.0, number, exposure)

    def darks(self, count: int = 16) -> Iterator[RawFrame]:
        return (self._kept(("dark", n), lambda n=n: self.dark(n)) for n in range(count))

    def flats(self, count: int = 32, kerma_ugy: float = 10.0) -> Iterator[RawFrame]:
        return (
            self._kept((kerma_ugy, n), lambda n=n: self.exposed(kerma_ugy, 1000 + n))
            for n in range(count)
        )

    def _kept(self, key: object, take: Callable[[], RawFrame]) -> RawFrame:
        """Take the frames that many tests share only once."""
        if key not in self.taken:
            self.taken[key] = take()
        return self.taken[key]


@pytest.fixture(scope="session")
def panel() -> TextbookPanel:
    return TextbookPanel()


@pytest.fixture(scope="session")
def calibration(panel: TextbookPanel) -> Calibration:
    return calibrate(panel.darks(), panel.flats(), panel.sensitivity, MADE)


@pytest.fixture(scope="session")
def made() -> datetime:
    return MADE


@pytest.fixture(scope="session")
def hand_transmission() -> NDArray[np.float64]:
    """Five fingers, a palm and a forearm of soft tissue with bone along their middle."""
    y, x = np.mgrid[0 : 300 : ROWS * 1j, 0 : 240 : COLUMNS * 1j]
    attenuation = np.zeros((ROWS, COLUMNS))
    limbs = [((60 + 25 * k, 60), (90 + 14 * k, 160), 7.0) for k in range(5)]
    limbs += [((120, 180), (120, 190), 35.0), ((120, 200), (120, 299), 22.0)]
    for (x0, y0), (x1, y1), radius in limbs:
        along = np.clip(
            ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2), 0, 1
        )
        distance = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
        soft = 0.6 * np.sqrt(np.maximum(1 - (distance / radius) ** 2, 0))
        bone = 0.7 * np.sqrt(np.maximum(1 - (distance / radius * 2.5) ** 2, 0))
        attenuation = np.maximum(attenuation, soft + bone)
    return np.exp(-attenuation)
