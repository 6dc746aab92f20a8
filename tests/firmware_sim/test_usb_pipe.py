import pytest

from firmware_sim.usb_pipe import InPipe, Request


@pytest.fixture
def pipe():
    return InPipe(packet_size=4)


@pytest.fixture
def done():
    return []


def ask(pipe, done, number, length=1024):
    pipe.request(Request(number, length, lambda s, t: done.append((number, s, bytes(t)))))


def test_request_waits_for_a_transfer(pipe, done):
    ask(pipe, done, 1)
    assert done == []
    pipe.send(b"abc")
    assert done == [(1, 0, b"abc")]


def test_transfer_waits_for_a_request(pipe, done):
    pipe.send(b"abc", b"de")
    ask(pipe, done, 1)
    ask(pipe, done, 2)
    assert done == [(1, 0, b"abc"), (2, 0, b"de")]


def test_request_for_whole_packets_takes_them_and_leaves_the_rest(pipe, done):
    pipe.send(b"abcdefghij")
    ask(pipe, done, 1, 4)
    ask(pipe, done, 2, 8)
    assert done == [(1, 0, b"abcd"), (2, 0, b"efghij")]


def test_request_that_ends_inside_a_packet_overflows_and_loses_the_rest(pipe, done):
    pipe.send(b"abcdefghij", b"next")
    ask(pipe, done, 1, 6)
    ask(pipe, done, 2, 8)
    assert done == [(1, -75, b"abcdef"), (2, 0, b"next")]


def test_request_for_exactly_what_waits_takes_it(pipe, done):
    pipe.send(b"abcd", b"efgh")
    ask(pipe, done, 1, 4)
    ask(pipe, done, 2, 4)
    assert done == [(1, 0, b"abcd"), (2, 0, b"efgh")]


def test_larger_request_ends_with_the_transfer_however_full_its_last_packet(pipe, done):
    pipe.send(b"abcd", b"efgh")
    ask(pipe, done, 1, 100)
    assert done == [(1, 0, b"abcd")]


def test_pipe_tells_what_the_host_has_not_fetched(pipe, done):
    pipe.send(b"abcd", b"efgh", b"i")
    ask(pipe, done, 1)
    assert (pipe.waiting_transfers, pipe.waiting_bytes) == (2, 5)


def test_cancelled_request_is_never_completed(pipe, done):
    ask(pipe, done, 1)
    assert pipe.cancel(1) and not pipe.cancel(1)
    pipe.send(b"abc")
    assert done == []


def test_halt_stalls_what_waits_and_what_comes(pipe, done):
    ask(pipe, done, 1)
    pipe.halt()
    ask(pipe, done, 2)
    pipe.send(b"abc")
    assert done == [(1, -32, b""), (2, -32, b"")]


def test_clear_drops_what_was_queued(pipe, done):
    pipe.send(b"old")
    pipe.halt()
    pipe.clear()
    ask(pipe, done, 1)
    pipe.send(b"new")
    assert done == [(1, 0, b"new")]


def test_more_requests_than_any_host_means_are_refused():
    pipe, seen = InPipe(), []
    for number in range(1100):
        pipe.request(Request(number, 64, lambda status, content: seen.append(status)))
    assert seen == [-12] * 76 and pipe.cancel(0) and not pipe.cancel(1050)


def test_what_nobody_fetches_is_not_kept_without_end():
    pipe = InPipe()
    for _ in range(5000):
        pipe.send(b"answer")
    assert pipe.waiting_transfers == 1024
