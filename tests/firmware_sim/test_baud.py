"""The rate of the serial line: on trial until the host confirms it."""

import pytest

from firmware_sim.baud import BaudRate
from firmware_sim.errors import OutOfRange
from firmware_sim.lines import ModelClock

BIT_115200, BIT_19200 = 0x10, 0x02


@pytest.fixture
def line():
    return []


@pytest.fixture
def clock():
    return ModelClock()


@pytest.fixture
def rate(clock, line):
    return BaudRate(clock, line.append, lambda: None)


def let_pass(rate, clock, ms):
    clock.now_us += ms * 1000
    while rate.advance():
        pass


def test_line_starts_at_9600(rate, line):
    assert line == [9600] and rate.bit == 1 and rate.is_first


def test_line_changes_only_after_the_acknowledge(rate, clock, line):
    rate.write(BIT_115200)
    assert line == [9600] and not rate.is_first
    let_pass(rate, clock, 0)
    assert line == [9600, 115200]


def test_confirmed_rate_stays(rate, clock, line):
    rate.write(BIT_115200)
    let_pass(rate, clock, 249)
    rate.write(BIT_115200)
    let_pass(rate, clock, 10_000)
    assert line == [9600, 115200] and rate.deadline_us() is None


def test_unconfirmed_rate_falls_back_after_250_ms(rate, clock, line):
    rate.write(BIT_115200)
    let_pass(rate, clock, 0)
    assert rate.deadline_us() == 250_000
    let_pass(rate, clock, 250)
    assert line == [9600, 115200, 9600] and rate.is_first


def test_line_falls_back_to_the_last_rate_that_was_proven(rate, clock, line):
    for bit in (BIT_115200, BIT_115200, BIT_19200):
        rate.write(bit)
        let_pass(rate, clock, 0)
    let_pass(rate, clock, 250)
    assert line == [9600, 115200, 19200, 115200]


def test_line_begins_anew_when_its_host_is_gone(rate, clock, line):
    for bit in (BIT_115200, BIT_115200):
        rate.write(bit)
        let_pass(rate, clock, 0)
    rate.begin_anew()
    let_pass(rate, clock, 0)
    assert line == [9600, 115200, 9600] and rate.is_first


@pytest.mark.parametrize("value", [0, 3, 0x100])
def test_anything_but_one_supported_bit_is_refused(rate, value):
    with pytest.raises(OutOfRange):
        rate.write(value)
    assert rate.is_first
