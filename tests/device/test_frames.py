import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.spellman import frames
from device.spellman.frames import Frame, FrameMalformed, Span


@pytest.fixture
def golden(vectors):
    return vectors("pmx.txt")


@pytest.mark.parametrize("family", ["pmx.txt", "xrb011.txt"])
def test_frames_of_the_manuals_are_made_and_read(vectors, family):
    for title, golden in vectors(family).items():
        if title.startswith("slm"):
            continue
        command, *arguments = title[:-1].split(",")
        assert frames.decode(golden) == Frame(int(command), tuple(arguments))
        if "$" not in arguments:
            assert frames.encode(int(command), [int(word) for word in arguments]) == golden


def test_the_checksum_may_leave_the_last_comma_out(vectors):
    golden = vectors("xrb011.txt")["slm 22,"]
    assert frames.encode(22, (), Span.WITHOUT_LAST_COMMA) == golden
    assert frames.decode(golden, Span.WITHOUT_LAST_COMMA) == Frame(22, ())
    with pytest.raises(FrameMalformed):
        frames.decode(golden)


def test_every_flipped_bit_of_a_frame_is_noticed(golden):
    good = golden["10,800,"]
    for bit in range(8 * len(good)):
        damaged = bytearray(good)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FrameMalformed):
            frames.decode(bytes(damaged))


def test_noise_between_frames_is_dropped(golden):
    stream = b"xx" + golden["22,"] + b"\x03zz" + golden["99,1,"] + b"\x02" + b"22"
    assert frames.split(stream) == ([golden["22,"], golden["99,1,"]], b"\x0222")


def test_a_frame_that_starts_anew_is_taken_from_its_new_start(golden):
    assert frames.split(b"\x0250,1" + golden["22,"])[0] == [golden["22,"]]


def test_endless_noise_is_not_kept():
    assert frames.split(b"\x02" + b"1" * 1000) == ([], b"")


def test_a_command_number_has_two_digits():
    with pytest.raises(ValueError):
        frames.encode(100)


@given(st.binary(max_size=200))
def test_noise_is_refused_and_never_crashes(noise):
    whole, rest = frames.split(noise)
    assert len(rest) <= frames.LONGEST_FRAME
    for frame in whole:
        try:
            frames.decode(frame)
        except FrameMalformed:
            continue


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.lists(st.integers(0, 99999), max_size=26)), max_size=5
    ),
    st.data(),
)
def test_a_stream_cut_anywhere_gives_the_same_frames(commands, data):
    sent = [frames.encode(*command) for command in commands]
    stream = b"".join(sent)
    cut = data.draw(st.integers(0, len(stream)))
    first, rest = frames.split(stream[:cut])
    second, rest = frames.split(rest + stream[cut:])
    assert (first + second, rest) == (sent, b"")
