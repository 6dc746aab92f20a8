"""The fuzz campaign in its short form: 100,000 packets a side, and every earlier find."""

import random

import pytest

from tests.campaigns.codecs import Codec
from tests.campaigns.fuzz import SIDES, Found, damage, feed_one, fuzz_codec

PACKETS_PER_SIDE = 100_000
# What fuzzing found: the side, its codec, the bytes, and what was wrong then.
FINDS = (
    # Letters beyond ASCII in a frame with a right checksum ended the generator's line.
    ("simulator", "PMX commands", "02ab6fe7894f0fc631302c343039352c4703"),
    ("simulator", "XRB011 commands", "0237318080808080a07803"),
    # A status of -2^31 has no text in the operating system; found by the coverage-guided fuzzer.
    (
        "driver",
        "USB/IP answer",
        "000000030000000101000000000000000000000080000000000000000000000000616263"
        "000004000000000000000061",
    ),
)


@pytest.mark.parametrize(("side", "name", "packet"), FINDS)
def test_an_earlier_find_is_borne(side, name, packet):
    codec = next(codec for codec in SIDES[side] if codec.name == name)
    feed_one(codec, codec.begin(), bytes.fromhex(packet))


@pytest.mark.parametrize(
    ("side", "codec"),
    [(side, codec) for side, codecs in SIDES.items() for codec in codecs],
    ids=lambda given: given if isinstance(given, str) else given.name,
)
def test_a_codec_bears_damaged_packets(side, codec):
    fuzz_codec(codec, -(-PACKETS_PER_SIDE // len(SIDES[side])), f"1/{side}")


def test_the_same_seed_damages_in_the_same_way():
    first, second = random.Random(3), random.Random(3)
    assert [damage(b"abcdef", first) for _ in range(99)] == [
        damage(b"abcdef", second) for _ in range(99)
    ]


def test_an_error_that_is_not_allowed_is_found_with_its_bytes():
    codec = Codec("reader", lambda: lambda packet: packet[3], (b"abcd",))
    with pytest.raises(Found, match="IndexError.*\n  bytes: "):
        fuzz_codec(codec, 1_000, "seed")


SHORTEST_RUN = PACKETS_PER_SIDE // max(len(codecs) for codecs in SIDES.values())


@pytest.mark.parametrize(
    ("keep", "found"),
    [
        (lambda kept, packet: kept.append(packet + b"."), "objects more"),
        (lambda kept, packet: kept[0].extend(packet * 200), "KB more"),
    ],
)
def test_a_codec_that_keeps_its_packets_is_found_in_the_short_form_too(keep, found):
    kept = [bytearray()]
    codec = Codec("hoarder", lambda: lambda packet: keep(kept, packet), (b"abcd" * 9,))
    with pytest.raises(Found, match=found):
        fuzz_codec(codec, SHORTEST_RUN, "seed")
