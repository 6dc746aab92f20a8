"""A unit with a tiny panel whose pixels tell what it was asked for, and hands to work it."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.panel import Frame
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.tube import Settings
from firmware_sim.unit import SimulatedUnit

# As many lines as take 4.4 ms to read out.
TINY_PANEL = PanelGeometry(200, 8, 100.0)
# 50 kV, 25 mA, 12 ms in the generator's counts.
START_PRESET = Settings(12, 4095, 512)


class TellTaleImager:
    """Every pixel of a frame holds the figure that matters: frame number, or uAs."""

    sensitivity_rqa3 = 1024.0

    def place(self, spec: str) -> None:
        self.spec = spec

    def dark_frame(
        self, integration_s: float, temperature_c: float, frame_number: int
    ) -> NDArray[np.uint16]:
        return np.full(TINY_PANEL.shape, frame_number, np.uint16)

    def exposed_frame(
        self, kv: float, mas: float, integration_s: float, temperature_c: float, frame_number: int
    ) -> NDArray[np.uint16]:
        return np.full(TINY_PANEL.shape, round(1000 * mas), np.uint16)


class Hands:
    """Does to a unit what host and operator would do, without any wire."""

    def __init__(self, unit: SimulatedUnit) -> None:
        self.unit = unit
        self.frames: list[Frame] = []
        unit.panel.on_frame = self.frames.append

    def program(self, settings: Settings = START_PRESET) -> None:
        self.unit.tube.program(settings)

    def ready_to_arm(self, nonce: int = 1) -> None:
        self.unit.session.set_privilege(1)
        self.unit.session.enable_heartbeat()
        if not self.unit.panel.acquiring:
            self.unit.panel.set_trigger_on(1)
            self.unit.panel.start_acquisition()
        self.unit.panel.set_nonce(nonce)
        self.unit.session.heard()

    def arm(self, nonce: int = 1) -> None:
        self.ready_to_arm(nonce)
        self.unit.panel.arm()
        self.unit.settle()

    def listen(self, seconds: float) -> None:
        """Let time pass while the host keeps its heartbeat."""
        while seconds > 0.0:
            self.unit.session.heard()
            self.unit.step(min(seconds, 0.05))
            seconds = round(seconds - 0.05, 6)

    def expose(self, nonce: int = 1, held_s: float = 4.0) -> None:
        self.arm(nonce)
        self.unit.press_hand_switch(2)
        self.listen(held_s)
        self.unit.press_hand_switch(0)

    def until_x_rays(self) -> None:
        """Keep the host alive until X-rays are on."""
        for _ in range(40_000):
            if self.unit.lines.x_rays:
                return
            self.unit.session.heard()
            self.unit.step(0.001)
        raise AssertionError("no X-rays within 40 s")


@pytest.fixture
def unit() -> Iterator[SimulatedUnit]:
    unit = SimulatedUnit(TINY_PANEL, 7, imager=TellTaleImager(), boot_id=5)
    yield unit
    unit.close()


@pytest.fixture
def automatic_unit() -> Iterator[SimulatedUnit]:
    unit = SimulatedUnit(TINY_PANEL, 7, imager=TellTaleImager(), boot_id=5, operator="auto")
    yield unit
    unit.close()


@pytest.fixture
def hands(unit: SimulatedUnit) -> Hands:
    return Hands(unit)


@pytest.fixture
def hands_of_automatic_unit(automatic_unit: SimulatedUnit) -> Hands:
    return Hands(automatic_unit)
