import numpy as np
import pytest

from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.metal import Metal, metal_transmitted, metal_variance_transmitted


def behind(material: str, thickness_mm: float, beam: str = "UNIT") -> float:
    metal = Metal(material, np.full((1, 1), thickness_mm, np.float32))
    return float(metal_transmitted(metal, BeamQuality[beam], 50.0)[0, 0])


def test_no_metal_lets_everything_through() -> None:
    assert behind("aluminium", 0.0) == pytest.approx(1.0)


# The plate of the edge stands for 1 mm of tungsten and is drawn opaque.
@pytest.mark.parametrize(
    ("beam", "most"), [("UNIT", 1e-6), ("RQA3", 1e-5), ("RQA5", 3e-3), ("RQA7", 3e-3)]
)
def test_a_millimetre_of_tungsten_is_all_but_opaque(beam: str, most: float) -> None:
    assert behind("tungsten", 1.0, beam) < most


def test_signal_is_halved_somewhat_behind_the_half_value_layer_of_kerma() -> None:
    # The scintillator counts the energy of the harder quanta more than air kerma does.
    assert behind("aluminium", 1.78) > 0.5 > behind("aluminium", 3.5)


def test_harder_quanta_are_noisier() -> None:
    metal = Metal("aluminium", np.full((1, 1), 6.0, np.float32))
    noise = float(metal_variance_transmitted(metal, BeamQuality.UNIT, 50.0)[0, 0])
    assert noise > behind("aluminium", 6.0)
