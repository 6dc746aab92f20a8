"""Lag of a whole unit in manual time: what one exposure leaves in the frames that follow."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.unit import SimulatedUnit
from tests.firmware_sim.conftest import Hands

PANEL = PanelGeometry(300, 240, 1000.0)


class Operator(Hands):
    """Takes exposures and dark frames with a unit whose pixels have a memory."""

    def exposed(self, nonce: int) -> NDArray[np.uint16]:
        self.program()
        self.expose(nonce)
        self.unit.panel.stop_acquisition()
        self.unit.panel.set_trigger_on(0)
        return self.frames.pop().pixels

    def dark(self) -> NDArray[np.uint16]:
        self.unit.panel.start_acquisition()
        self.unit.step(1.0)
        self.unit.panel.stop_acquisition()
        return self.frames.pop().pixels


@pytest.fixture
def operator() -> Iterator[Operator]:
    unit = SimulatedUnit(PANEL, 7, boot_id=5)
    yield Operator(unit)
    unit.close()


def series() -> bytes:
    unit = SimulatedUnit(PANEL, 7, boot_id=5)
    operator = Operator(unit)
    frames = [operator.dark(), operator.exposed(1), operator.dark()]
    unit.close()
    return np.stack(frames).tobytes()


def test_dark_frame_soon_after_an_exposure_is_brighter(operator: Operator) -> None:
    before = np.median(operator.dark())
    operator.exposed(1)
    assert np.median(operator.dark()) > before + 3.0


def test_restart_of_the_detector_empties_the_traps(operator: Operator) -> None:
    before = np.median(operator.dark())
    operator.exposed(1)
    operator.unit.restart_detector()
    assert np.median(operator.dark()) == pytest.approx(before, abs=2.0)


def test_same_steps_give_the_same_bytes() -> None:
    assert series() == series()
