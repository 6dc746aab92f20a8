"""Receiving a block from a scripted image channel."""

import struct

import pytest

from device.errors import FrameIncomplete, FrameMissing, LinkTimeout
from device.u3v.bootstrap import LARGEST_TRANSFER, lay_out
from device.u3v.receive import receive_block

COLUMNS, ROWS = 3, 2
PIXELS = bytes(range(12))


class ModelClock:
    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.time += seconds


class Transfers:
    """An image channel with these transfers in it; None is a look at an idle channel."""

    def __init__(self, *transfers):
        self.waiting = list(transfers)

    def receive_image(self, buffer, _timeout_s):
        transfer = self.waiting.pop(0) if self.waiting else None
        if transfer is None:
            raise LinkTimeout
        taken, left = transfer[: len(buffer)], transfer[len(buffer) :]
        self.waiting[:0] = [left] if left else []
        buffer[: len(taken)] = taken
        return len(taken)

    def reset_images(self):
        self.waiting.clear()


def leader():
    head = struct.pack("<IHHQHHQ", 0x4C563355, 0, 52, 0, 0, 1, 1000)
    return head + struct.pack("<IIIIIHH", 0x01100007, COLUMNS, ROWS, 0, 0, 0, 0)


def trailer(status=0, valid=12):
    return struct.pack("<IHHQHHQI", 0x54563355, 0, 32, 0, status, 0, valid, ROWS)


def receive(*transfers, alignment=1, wait_s=1.0):
    calls = []
    layout = lay_out(12, 52, 36, alignment)
    block = receive_block(
        Transfers(*transfers), layout, ModelClock(), wait_s, lambda: calls.append(1), {}
    )
    return block, calls


def test_a_block_becomes_pixels():
    block, _ = receive(leader(), PIXELS, trailer())
    assert block.pixels.tobytes() == PIXELS
    assert (block.pixels.shape, block.timestamp_ns) == ((ROWS, COLUMNS), 1000)


def test_a_block_may_come_late_and_the_panel_is_kept_alive_meanwhile():
    _, calls = receive(None, None, None, leader(), PIXELS, trailer())
    assert len(calls) == 3


def test_padding_up_to_the_alignment_is_cut_off():
    block, _ = receive(leader(), PIXELS + bytes(4), trailer(), alignment=16)
    assert block.pixels.tobytes() == PIXELS


def test_no_block_in_time_is_a_frame_missing():
    with pytest.raises(FrameMissing):
        receive(wait_s=0.1)


@pytest.mark.parametrize(
    "transfers",
    [
        (PIXELS, leader(), trailer()),
        (leader(),),
        (leader(), PIXELS),
        (leader(), PIXELS[:8], trailer(valid=8)),
        (leader(), trailer()),
        (leader(), PIXELS, leader()),
        (leader(), PIXELS, trailer(status=0xA101)),
    ],
)
def test_a_broken_block_is_a_frame_incomplete(transfers):
    with pytest.raises(FrameIncomplete):
        receive(*transfers)


def test_a_trailer_that_comes_early_tells_why():
    layout = lay_out(LARGEST_TRANSFER + 100, 52, 36, 1)
    early = Transfers(leader(), bytes(LARGEST_TRANSFER), trailer(status=0xA100))
    early.waiting[1:2] = []
    with pytest.raises(FrameIncomplete, match="data discarded"):
        receive_block(early, layout, ModelClock(), 1.0, lambda: None, {})


@pytest.mark.parametrize(
    ("payload", "alignment", "transfers"),
    [
        (14_400_000, 1024, [LARGEST_TRANSFER] * 13 + [768_512 + 512]),
        (LARGEST_TRANSFER, 1024, [LARGEST_TRANSFER]),
        (12, 1, [12]),
        (900_000, 4, [900_000]),
    ],
)
def test_a_payload_is_cut_into_whole_transfers_and_an_aligned_rest(payload, alignment, transfers):
    layout = lay_out(payload, 52, 36, alignment)
    assert sum(layout.payload_transfers) >= payload
    assert all(size % alignment == 0 for size in layout.payload_transfers)
    assert len(layout.payload_transfers) == len(transfers)
    assert list(layout.payload_transfers[:-1]) == transfers[:-1]
