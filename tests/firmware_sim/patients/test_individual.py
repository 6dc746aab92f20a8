import numpy as np

from firmware_sim.patients.individual import Individual


def test_a_deviation_does_not_depend_on_what_was_drawn_before() -> None:
    first, second = Individual(seed=1), Individual(seed=1)
    second.deviates("lunate dents", 7)
    assert first.deviate("mc2 length") == second.deviate("mc2 length")


def test_bones_deviate_independently() -> None:
    children = [Individual(seed) for seed in range(200)]
    lengths = [[child.deviate(f"mc{digit} length") for digit in (2, 3)] for child in children]
    assert abs(np.corrcoef(np.array(lengths).T)[0, 1]) < 0.2
    assert 0.85 < np.std(lengths) < 1.15


def test_the_mean_child_does_not_deviate() -> None:
    assert Individual(seed=1, amount=0.0).deviate("mc2 length") == 0
