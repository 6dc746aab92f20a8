"""Faults of a control channel, one answer after the other."""

from random import Random

import pytest

from firmware_sim.faults import PARTS, FaultPoints, inject
from firmware_sim.gencp_framing import SerialFraming, UsbFraming
from firmware_sim.lines import ModelClock
from firmware_sim.wire_faults import WireFaults

ANSWERS = [bytes((n,)) * 16 for n in range(6)]


class Wire:
    """The layer, what it let out, and the faults it looks at."""

    def __init__(self, framing, seed=7):
        self.out = []
        self.clock = ModelClock()
        self.points = FaultPoints()
        self.faults = WireFaults(framing, self.clock, self.points, Random(seed), self.out.append)

    def let_pass(self, ms):
        self.clock.now_us += ms * 1000
        self.faults.advance()

    def send(self, name, **values):
        inject(self.points, name, values, PARTS)
        for answer in ANSWERS:
            self.faults.send(answer)
        return self.out


@pytest.fixture
def usb():
    return Wire(UsbFraming())


@pytest.fixture
def serial():
    return Wire(SerialFraming())


def test_healthy_wire_changes_nothing(usb):
    for answer in ANSWERS:
        usb.faults.send(answer)
    assert usb.out == ANSWERS and usb.faults.deadline_us() is None


def test_every_third_answer_is_lost_by_default(usb):
    assert usb.send("drop") == [ANSWERS[i] for i in (0, 1, 3, 4)]


def test_silent_panel_sends_nothing(usb):
    assert usb.send("silence") == []


def test_duplicates_follow_at_once(usb):
    assert usb.send("duplicate", every=6) == [*ANSWERS, ANSWERS[5]]


def test_late_answers_are_overtaken(usb):
    assert usb.send("late", every=2, ms=400) == [ANSWERS[i] for i in (0, 2, 4)]
    usb.let_pass(399)
    assert len(usb.out) == 3
    usb.let_pass(1)
    assert usb.out[3:] == [ANSWERS[i] for i in (1, 3, 5)]


def test_merged_answer_comes_with_the_next(usb):
    assert usb.send("merged", every=2) == [
        ANSWERS[0],
        ANSWERS[1] + ANSWERS[2],
        ANSWERS[3] + ANSWERS[4],
    ]
    usb.let_pass(400)
    assert usb.out[3:] == [ANSWERS[5]]


@pytest.mark.parametrize(("fault", "first", "end"), [("byte-flip", 0, 16), ("wrong-crc", 2, 6)])
def test_one_bit_is_wrong(serial, fault, first, end):
    (damaged,) = serial.send(fault, every=6)[5:]
    (place,) = [i for i in range(16) if damaged[i] != ANSWERS[5][i]]
    assert first <= place < end and (damaged[place] ^ ANSWERS[5][place]).bit_count() == 1


def test_usb_has_no_checksum_that_could_be_wrong(usb):
    assert usb.send("wrong-crc", every=1) == ANSWERS


def test_usb_packet_is_damaged_only_in_its_head(usb):
    for damaged, answer in zip(usb.send("byte-flip", every=1), ANSWERS, strict=True):
        assert damaged[12:] == answer[12:] and damaged != answer


def test_busy_and_slow_are_asked_for_by_the_server(usb):
    assert (usb.faults.says_busy(), usb.faults.extra_ms()) == (False, 0)
    inject(usb.points, "busy", {"every": 1}, PARTS)
    inject(usb.points, "pending-ack", {"every": 1, "ms": 300}, PARTS)
    assert (usb.faults.says_busy(), usb.faults.extra_ms()) == (True, 300)


def test_same_seed_gives_the_same_faults():
    first, again, other = (Wire(SerialFraming(), seed) for seed in (7, 7, 8))
    results = [wire.send("byte-flip", permille=500) for wire in (first, again, other)]
    assert results[0] == results[1] != results[2]


def test_thousandths_are_drawn(usb):
    inject(usb.points, "drop", {"permille": 250}, PARTS)
    for _ in range(4000):
        usb.faults.send(b"x")
    assert 2850 < len(usb.out) < 3150


def test_mended_wire_is_healthy_and_counts_anew(usb):
    usb.send("drop")
    usb.points.mend()
    usb.out.clear()
    usb.faults.send(ANSWERS[0])
    assert usb.send("drop") == [ANSWERS[0], *(ANSWERS[i] for i in (0, 1, 3, 4))]
