"""What every generator does, simulated or real. No X-rays are made: nobody presses a hand switch.

A generator that is for the bench only is asked for less: it is never programmed.
"""

import pytest

from device.errors import BenchGenerator, GeneratorError, GeneratorRefused
from device.generator import Generator, open_generator
from device.technique import HAND_PRESET, Technique

# pyserial's RFC 2217 client still says setDaemon and setName.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:serial")


@pytest.fixture
def generator(generator_place: str):
    generator = open_generator(generator_place)
    yield generator
    generator.close()


@pytest.fixture
def armable(generator: Generator) -> Generator:
    if generator.bench_only:
        pytest.skip("this generator is for the bench only")
    return generator


@pytest.fixture
def at_rest(armable: Generator) -> Generator:
    """A generator that may be programmed here and now."""
    status = armable.status()
    if status.preparing or status.ready or status.fault:
        pytest.skip("this generator is not at rest")
    return armable


def test_it_makes_no_x_rays_by_itself(generator):
    assert not generator.status().xray_on and not generator.watch().xray_on


def test_a_quick_question_is_answered_like_a_patient_one(generator):
    patient, quick = generator.status(), generator.watch()
    assert (patient.interlock_closed, patient.fault) == (quick.interlock_closed, quick.fault)


def test_it_opens_again_after_closing(generator_place):
    for _ in range(2):
        generator = open_generator(generator_place)
        assert not generator.status().xray_on
        generator.close()


def test_after_closing_it_says_that_it_is_gone(generator):
    generator.close()
    with pytest.raises(GeneratorError):
        generator.status()


def test_its_link_is_counted(generator):
    before = generator.link_counters
    generator.status()
    assert generator.link_counters != before


def test_faults_are_named_exactly_when_there_are_any(armable):
    assert bool(armable.faults()) == armable.status().fault


def test_its_self_test_has_named_steps_and_makes_no_x_rays(generator):
    steps = list(generator.self_test())
    assert steps[0].name == "link" and all(step.name and step.detail for step in steps)
    assert all(step.passed for step in steps[:-1])
    assert not generator.status().xray_on


@pytest.mark.parametrize("technique", [Technique(40, 1, 5), HAND_PRESET, Technique(50, 100, 400)])
def test_a_technique_is_held_as_programmed(at_rest, technique):
    held = at_rest.program(technique)
    assert held.ms == technique.ms
    assert held.kv == pytest.approx(technique.kv, abs=0.05)
    assert held.ma == pytest.approx(technique.ma, abs=0.2)
    assert at_rest.status().setup_valid


@pytest.mark.parametrize("technique", [Technique(60, 25, 12), Technique(50, 300, 12)])
def test_a_technique_beyond_its_scale_is_refused_and_the_earlier_one_stays(at_rest, technique):
    at_rest.program(HAND_PRESET)
    with pytest.raises(GeneratorRefused):
        at_rest.program(technique)
    assert at_rest.status().setup_valid and not at_rest.status().xray_on


def test_programming_makes_nothing_ready(at_rest):
    at_rest.program(HAND_PRESET)
    assert not at_rest.status().ready and not at_rest.status().xray_on


def test_the_last_voltage_is_one_a_tube_can_have(armable):
    assert 0.0 <= armable.last_exposure_kv() < 60.0


def test_for_the_bench_only_means_never_programmed(generator):
    if not generator.bench_only:
        pytest.skip("this generator is for exposures")
    with pytest.raises(BenchGenerator):
        generator.program(HAND_PRESET)
