"""The generator on the simulated unit, and its addresses."""

import pytest

from device.clock import SystemClock
from device.errors import GeneratorNotFound, GeneratorRefused, GeneratorUnsupported
from device.generator import open_generator
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


def test_a_generator_can_be_opened_again(served, clock):
    for _ in range(2):
        generator = open_generator(served.generator_url, clock)
        assert generator.status().interlock_closed
        generator.close()


@pytest.mark.parametrize("url", ["", "pmx", "/dev/ttyUSB1", "sedecal:///dev/ttyUSB1"])
def test_an_address_that_is_none_is_told_as_such(url):
    with pytest.raises(GeneratorUnsupported):
        open_generator(url, SystemClock())


def test_the_bench_generator_is_announced_for_later():
    with pytest.raises(GeneratorUnsupported, match="bench"):
        open_generator("xrb011:///dev/ttyUSB1", SystemClock())


@pytest.mark.parametrize(
    "url", ["pmx:///dev/no-such-port", "pmx+socket://127.0.0.1:1", "pmx+rfc2217://127.0.0.1:1"]
)
def test_a_port_that_is_not_there_is_a_generator_not_found(url):
    with pytest.raises(GeneratorNotFound):
        open_generator(url, SystemClock())
