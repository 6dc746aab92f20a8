"""Damaged packets for every codec of both sides: typed errors only, no hang, and nothing grows."""

import ctypes
import gc
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from tests.campaigns.codecs import Codec, Feed
from tests.campaigns.host_codecs import HOST_CODECS
from tests.campaigns.simulator_codecs import SIMULATOR_CODECS

SIDES = {"driver": HOST_CODECS, "simulator": SIMULATOR_CODECS}
LONGEST_PACKET = 2048
BATCH = 2_000
# A batch takes well under a second; a codec that is still at it after so long hangs.
HANG_S = 60
# What a codec may hold on to, however many packets it was given. Some twenty objects come and go by
# themselves; one kept for every packet of the shortest run would be several thousand.
LARGEST_GROWTH = {"objects": 1_000, "KB": 16_384}
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF)


class Found(AssertionError):
    """A packet that a codec could not bear."""


def damage(packet: bytes, chance: random.Random) -> bytes:
    """Change a packet in one to four places."""
    content = bytearray(packet)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(content) + 1)
        chance.choice(DAMAGES)(content, at, chance)
    return bytes(content[:LONGEST_PACKET])


def _flip(content: bytearray, at: int, chance: random.Random) -> None:
    if at < len(content):
        content[at] ^= 1 << chance.randrange(8)


def _overwrite(content: bytearray, at: int, chance: random.Random) -> None:
    size = chance.choice((1, 2, 4, 8))
    content[at : at + size] = bytes((chance.choice(EXTREMES),)) * size


def _cut_off(content: bytearray, at: int, chance: random.Random) -> None:
    del content[at:]


def _take_out(content: bytearray, at: int, chance: random.Random) -> None:
    del content[at : at + chance.randrange(1, 9)]


def _insert(content: bytearray, at: int, chance: random.Random) -> None:
    content[at:at] = chance.randbytes(chance.randrange(1, 9))


def _double(content: bytearray, at: int, chance: random.Random) -> None:
    content[at:at] = content[: chance.randrange(1, 33)]


DAMAGES = (_flip, _flip, _overwrite, _cut_off, _take_out, _insert, _double)


def packets(codec: Codec, count: int, chance: random.Random) -> Iterator[bytes]:
    """Give damaged packets; half of them with their checksums put right again."""
    for _ in range(count):
        packet = damage(chance.choice(codec.seeds), chance)
        yield codec.repair(packet) if chance.random() < 0.5 else packet


def feed_one(codec: Codec, feed: Feed, packet: bytes) -> None:
    """Feed one packet. Raises Found with the bytes that did it."""
    try:
        feed(packet)
    except codec.errors:
        return
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise Found(f"{codec.name}: {what}\n  bytes: {packet.hex()}") from error


def fuzz_codec(codec: Codec, count: int, seed: str) -> None:
    """Feed a codec so many packets. Raises Found for a crash, a hang or growth."""
    chance, feed = random.Random(f"{seed}/{codec.name}"), codec.begin()
    # What is loaded and cached in the first quarter does not count.
    first = count // 4
    _feed_all(codec, feed, first, chance)
    before = _held()
    _feed_all(codec, feed, count - first, chance)
    for what, number in _held().items():
        if number - before[what] > LARGEST_GROWTH[what]:
            growth = f"{number - before[what]:,} {what} more"
            raise Found(f"{codec.name}: {growth} after {count - first:,} packets")


def _feed_all(codec: Codec, feed: Feed, count: int, chance: random.Random) -> None:
    for first in range(0, count, BATCH):
        with _time_limit(codec):
            for packet in packets(codec, min(BATCH, count - first), chance):
                feed_one(codec, feed, packet)


def fuzz_side(
    codecs: Sequence[Codec], count: int, seed: str, told: Callable[[int], None]
) -> Counter[str]:
    """Feed the codecs of one side so many packets altogether."""
    tally: Counter[str] = Counter()
    each = -(-count // len(codecs))
    for number, codec in enumerate(codecs):
        told(number * each)
        fuzz_codec(codec, each, seed)
        tally[codec.name] += each
    return tally


def fuzz(count: int, seed: int, told: Callable[[int], None]) -> Counter[str]:
    """Feed each side so many packets; gives how many each codec had."""
    tally: Counter[str] = Counter()
    for side, codecs in SIDES.items():
        for name, number in fuzz_side(codecs, count, f"{seed}/{side}", told).items():
            tally[f"to the {side}'s {name}"] += number
    return tally


@contextmanager
def _time_limit(codec: Codec) -> Iterator[None]:
    def hang(_number: int, _frame: FrameType | None) -> None:
        raise Found(f"{codec.name}: a batch takes longer than {HANG_S} s")

    before = signal.signal(signal.SIGALRM, hang)
    signal.alarm(HANG_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# The fields of the C library's mallinfo2 (glibc from 2.33), each a size_t.
MALLOC_FIELDS = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
)


class _MallocInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in MALLOC_FIELDS]


_mallinfo2 = ctypes.CDLL(None).mallinfo2
_mallinfo2.restype = _MallocInfo


def _held() -> dict[str, int]:
    """Count what this process holds: small objects one by one, large ones by their size.

    The size is what is in use, not what the process took from the system: memory that an earlier
    codec gave back would hide the growth of the next one.
    """
    gc.collect()
    info = _mallinfo2()
    return {"objects": sys.getallocatedblocks(), "KB": (info.uordblks + info.hblkhd) // 1024}
