"""How warm the detector is."""

import math

from firmware_sim.lines import MICROSECONDS_PER_SECOND

# Design figures: what the panel is made for, and how much warmer its electronics are.
WORKING_RANGE_C = (10.0, 40.0)
MAINBOARD_WARMER_K = 8.0


def panel_temperature_c(now_us: int, seed: int) -> float:
    """Give the panel's temperature: it warms by 4 K in its first hour and then wanders by 0.3 K."""
    now_s = now_us / MICROSECONDS_PER_SECOND
    warming = 4.0 * (1.0 - math.exp(-now_s / 1800.0))
    return 25.0 + warming + 0.3 * math.sin(2.0 * math.pi * now_s / 3600.0 + seed)
