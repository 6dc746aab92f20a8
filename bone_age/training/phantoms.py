"""Phantom hands as films: exact bone ages where real films are few, and the demo's own patients."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from firmware_sim.patients.ossification import Sex
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL

PHANTOMS_PER_SHARD = 600
PHANTOM_SHARDS = tuple(f"phantoms-{number}" for number in range(4))
# The span of the films' labels in years.
YOUNGEST_YEARS, OLDEST_YEARS = 0.5, 18.5
KV = 50.0


def phantom_pictures(shard: str) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield (id, attenuation (rows, columns)) of one shard's phantoms, always the same ones.

    The id is `phantom-SEX-MONTHS-SEED`.
    """
    number = PHANTOM_SHARDS.index(shard)
    for place in range(PHANTOMS_PER_SHARD):
        seed = 100_000 + number * PHANTOMS_PER_SHARD + place
        chance = np.random.default_rng(seed)
        request = _request(chance, seed)
        hand = phantom_hand(request, SMALL_PANEL)
        tissue = hand.tissue()
        months = request.bone_age_years * 12
        yield (
            f"phantom-{request.sex.value}-{months:.1f}-{seed}",
            -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, KV),
        )


def _request(chance: np.random.Generator, seed: int) -> HandRequest:
    years = round(chance.uniform(YOUNGEST_YEARS, OLDEST_YEARS) * 120) / 120
    return HandRequest(
        sex=Sex.FEMALE if chance.random() < 0.5 else Sex.MALE,
        bone_age_years=years,
        seed=seed,
        size=float(np.exp(chance.normal(0, 0.06))),
        spread=float(chance.uniform(0.7, 1.5)),
        rotation_degrees=float(chance.normal(0, 6)),
    )
