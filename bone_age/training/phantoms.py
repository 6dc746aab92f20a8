"""Phantom hands as films: exact bone ages where real films are few, and the demo's own patients."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bone_age.training.films import Part, part_of
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


def phantom_pictures(shard: str, part: Part) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield (id, attenuation (rows, columns)) of the phantoms of one shard and part of the split.

    The id is `phantom-SEX-MONTHS-SEED`; the same ones always.
    """
    number = PHANTOM_SHARDS.index(shard)
    for place in range(PHANTOMS_PER_SHARD):
        seed = 100_000 + number * PHANTOMS_PER_SHARD + place
        request = _request(np.random.default_rng(seed), seed)
        name = f"phantom-{request.sex.value}-{request.bone_age_years * 12:.1f}-{seed}"
        if part_of(name) is part:
            tissue = phantom_hand(request, SMALL_PANEL).tissue()
            yield name, -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, KV)


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
