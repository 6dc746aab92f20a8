"""The generator on the simulated unit, and its addresses."""

import pytest

from device.errors import GeneratorNotFound, GeneratorRefused, GeneratorUnsupported
from device.generator import GENERATOR_URLS, GENERATORS, open_generator
from device.technique import HAND_PRESET, Technique


def test_a_programmed_technique_is_read_back(generator, unit):
    held = generator.program(HAND_PRESET)
    assert held.kv == pytest.approx(50.0, abs=0.01) and held.ma == pytest.approx(25.0, abs=0.05)
    assert (unit.tube.settings.time_ms, unit.tube.settings.kv) == (12, 50.0)


@pytest.mark.parametrize("technique", [Technique(40, 125, 5), Technique(50, 100, 400)])
def test_techniques_at_the_limits_are_taken(generator, technique):
    assert generator.program(technique).kv == pytest.approx(technique.kv, abs=0.01)


def test_a_technique_beyond_the_generator_is_refused(generator):
    with pytest.raises(GeneratorRefused) as caught:
        generator.program(Technique(50, 25, 4000))
    assert caught.value.reason == 3


def test_the_status_follows_the_hand_switch(generator, unit, clock):
    assert not generator.status().setup_valid
    generator.program(HAND_PRESET)
    unit.press_hand_switch(1)
    clock.sleep(0.1)
    assert generator.watch().preparing and not generator.watch().ready
    clock.sleep(2.0)
    assert generator.status().ready and generator.status().setup_valid


def test_an_open_door_and_a_fault_show_in_the_status(generator, unit):
    unit.open_door()
    assert not generator.status().interlock_closed
    unit.inject_fault("generator-fault")
    assert generator.status().fault


def test_a_generator_can_be_opened_again(served):
    for _ in range(2):
        generator = open_generator(served.generator_url)
        assert generator.status().interlock_closed
        generator.close()


@pytest.mark.parametrize("url", ["", "pmx", "/dev/ttyUSB1", "sedecal:///dev/ttyUSB1"])
def test_an_address_that_is_none_is_told_as_such(url):
    with pytest.raises(GeneratorUnsupported):
        open_generator(url)


def test_every_kind_of_address_is_told_to_people():
    assert {url.partition("://")[0] for url in GENERATOR_URLS} == set(GENERATORS)


@pytest.mark.parametrize("family", ["pmx", "xrb011"])
@pytest.mark.parametrize(
    "rest", [":///dev/no-such-port", "+socket://127.0.0.1:1", "+rfc2217://127.0.0.1:1"]
)
def test_a_port_that_is_not_there_is_a_generator_not_found(family, rest):
    with pytest.raises(GeneratorNotFound):
        open_generator(family + rest)


@pytest.mark.parametrize(
    ("fault", "values", "words"),
    [
        ("rotor", {"kind": "output-shorted"}, "high-speed starter: output shorted"),
        ("over-duty", {}, "over-duty"),
        ("hot-generator", {}, "over-duty"),
    ],
)
def test_a_fault_that_preparation_brings_is_named(generator, unit, clock, fault, values, words):
    unit.inject_fault(fault, values)
    generator.program(HAND_PRESET)
    unit.press_hand_switch(1)
    clock.sleep(3.0)
    assert words in "; ".join(generator.faults())


def test_filament_and_read_backs_follow_the_preparation(generator, unit, clock):
    cold_a = generator.filament_a()
    generator.program(HAND_PRESET)
    unit.press_hand_switch(1)
    clock.sleep(1.0)
    assert generator.filament_a() > 2 * cold_a
    assert generator.read_backs().filament_a == pytest.approx(generator.filament_a())
    assert generator.read_backs().tube_kv == 0.0 and generator.filament().value == 0


def test_a_full_anode_is_told(generator, unit):
    assert generator.auxiliary().anode_cool
    unit.tube.duty.add(400.0, 29_000.0)
    assert not generator.auxiliary().anode_cool


def test_the_pre_heat_reaches_the_filament(generator):
    generator.set_pre_heat_a(2.5)
    assert generator.filament_a() == pytest.approx(2.5, abs=0.01)
