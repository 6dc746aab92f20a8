"""What a link is measured against: bare sockets on the loopback, in a process of their own."""

import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BLOCK = 1 << 20


@contextmanager
def peer(serve: Callable[[socket.socket], None]) -> Iterator[socket.socket]:
    """Run `serve` on the far end of a loopback connection and give the near end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far = multiprocessing.get_context("fork").Process(
            target=_accept, args=(listener, serve), daemon=True
        )
        far.start()
        with socket.create_connection(listener.getsockname()) as near:
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield near
        far.join(5.0)
        far.kill()


def _accept(listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        serve(connection)
    except OSError:
        return  # the near end has seen enough


def echo(connection: socket.socket) -> None:
    """Send back whatever comes."""
    while content := connection.recv(4096):
        connection.sendall(content)


def pour(connection: socket.socket) -> None:
    """Send without end."""
    block = bytes(BLOCK)
    while True:
        connection.sendall(block)


def echo_round_trip_s(size: int, rounds: int) -> float:
    """Give the median time of a round trip of `size` bytes over a bare TCP connection."""
    message, times = bytes(size), []
    with peer(echo) as near:
        for _ in range(rounds):
            began = time.perf_counter()
            near.sendall(message)
            near.recv(size, socket.MSG_WAITALL)
            times.append(time.perf_counter() - began)
    return sorted(times)[rounds // 2]


def poured_bytes_per_s(total: int) -> float:
    """Give the throughput of a bare loopback socket over `total` bytes."""
    buffer = bytearray(BLOCK)
    with peer(pour) as near:
        near.recv_into(buffer)
        began, received = time.perf_counter(), 0
        while received < total:
            received += near.recv_into(buffer)
        return received / (time.perf_counter() - began)
