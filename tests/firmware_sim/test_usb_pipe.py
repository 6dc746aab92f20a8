import pytest

from firmware_sim.usb_pipe import InPipe, Request


@pytest.fixture
def pipe():
    return InPipe()


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


def test_small_request_takes_its_part_and_leaves_the_rest(pipe, done):
    pipe.send(b"abcde")
    ask(pipe, done, 1, 2)
    ask(pipe, done, 2, 8)
    assert done == [(1, 0, b"ab"), (2, 0, b"cde")]


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
