"""A panel that ages within minutes: dark current, row noise, a bent response and lag, by formulas.

Written from the facts alone, without a look at the simulator or the product. All in float64.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import Technique

ROWS, COLUMNS = 240, 200
HIGH, MIDDLE, LOW = (Technique(50.0, ma, 10.0) for ma in (200.0, 120.0, 40.0))
# Starman et al., Med Phys 2011;38:5860, at 15 frames a second.
LAG_RATES_PER_S, LAG_PARTS = (0.0375, 0.315, 2.4, 11.4), (2e-4, 1e-3, 1.5e-2, 2e-2)
FULL_SCALE = 65535.0


@dataclass
class LivingPanel:
    """Signal = bent(gain x kerma x 1000 DN) + lag + offset + current(T) x t + row noise + noise."""

    doubling_c: float = 8.0
    bend: float = 0.01
    lag: bool = True
    tells_rows: bool = True
    temperature_c: float = 27.0
    seed: int = 5
    quanta_per_dn: float = 2.0
    noise_dn: float = 7.0
    row_noise_dn: float = 3.0
    now_s: float = 0.0
    frames: int = 0
    drift_dn: float = 0.0
    exposures: list[tuple[float, NDArray[np.float64]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = np.random.default_rng(self.seed)
        y, x = np.mgrid[-1 : 1 : ROWS * 1j, -1 : 1 : COLUMNS * 1j]
        self.offset = 200 + 5 * np.sin(4 * x) + chance.normal(0, 2, y.shape)
        self.current = 60 * (1 + chance.normal(0, 0.15, y.shape))
        gain = (1 + 0.04 * y - 0.03 * x**2) * (1 + chance.normal(0, 0.02, y.shape))
        self.gain = gain / gain.mean()

    def dark(self, integration_ms: float = 500.0) -> RawFrame:
        return self._read(np.zeros((ROWS, COLUMNS)), integration_ms, None)

    def exposed(
        self, dn: float, technique: Technique = HIGH, shape: NDArray[np.float64] | float = 1.0
    ) -> RawFrame:
        """Expose to `dn` of signal on average, times `shape`."""
        chance = np.random.default_rng([self.seed, 1, self.frames])
        quanta = chance.poisson(np.broadcast_to(dn * self.quanta_per_dn * shape, (ROWS, COLUMNS)))
        signal = self.gain * quanta / self.quanta_per_dn
        bent = signal * (1 - self.bend * signal / FULL_SCALE)
        exposure = MeasuredExposure(self.frames + 1, technique, technique, 50.0, technique.ms)
        return self._read(bent, 500.0, exposure)

    def _read(
        self, signal: NDArray[np.float64], integration_ms: float, exposure: MeasuredExposure | None
    ) -> RawFrame:
        chance = np.random.default_rng([self.seed, 2, self.frames])
        growth = 2.0 ** ((self.temperature_c - 27.0) / self.doubling_c) * integration_ms / 1000
        rows = chance.normal(0, self.row_noise_dn, ROWS)
        read = signal + self._left() + self.offset + self.drift_dn + self.current * growth
        read += rows[:, None] + chance.normal(0, self.noise_dn, read.shape)
        shielded = chance.normal(0, self.noise_dn / 8, ROWS)
        reference = (200 + self.drift_dn + 60 * growth + rows + shielded).astype(np.float32)
        if exposure is not None:
            self.exposures.append((self.now_s, signal))
        self.frames += 1
        began_s, self.now_s = self.now_s, self.now_s + integration_ms / 1000 + 0.1
        return RawFrame(
            np.clip(np.rint(read), 0, FULL_SCALE).astype(np.uint16),
            400.0,
            DetectorIdentity("Textbook", "LP", "LP-1", "1.0", 1),
            self.temperature_c,
            integration_ms,
            round(began_s * 1e9),
            exposure,
            reference if self.tells_rows else None,
        )

    def _left(self) -> NDArray[np.float64]:
        left = np.zeros((ROWS, COLUMNS))
        for then, signal in self.exposures if self.lag else ():
            left += self.left_after(self.now_s - then) * signal
        return left

    @staticmethod
    def left_after(seconds: float) -> float:
        decays = np.exp(-np.multiply(LAG_RATES_PER_S, seconds))
        return float(np.dot(LAG_PARTS, decays))

    def rest(self, seconds: float) -> None:
        self.now_s += seconds

    def darks(self):
        for integration_ms, count in ((100.0, 8), (500.0, 16), (1000.0, 8)):
            for _ in range(count):
                yield self.dark(integration_ms)

    def lag_frames(self):
        yield self.exposed(30_000.0, HIGH)
        for pause_s in (0.0, 0.1, 0.1, 0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0):
            self.rest(pause_s)
            yield self.dark()

    def flats(self):
        for technique, dn, count in ((HIGH, 30_000.0, 7), (MIDDLE, 18_000.0, 3), (LOW, 6_000.0, 3)):
            for _ in range(count):
                self.rest(20.0)
                yield self.exposed(dn, technique)
