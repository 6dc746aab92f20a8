"""One IN endpoint: what the device has to say meets the host's requests for it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from firmware_sim.stream import Transfer

# Status codes of a finished request: Linux errno values, as USB/IP carries them.
DONE, STALLED, OVERFLOWED, NO_MEMORY = 0, -32, -75, -12
# More of either than any host means; beyond it nothing more is kept.
MOST_WAITING = 1024
SUPER_SPEED_PACKET = 1024
Completion = Callable[[int, Transfer], None]


@dataclass(frozen=True, slots=True)
class Request:
    """A host's request for at most so many bytes, and whom to tell."""

    number: int
    length: int
    complete: Completion


class InPipe:
    """Queues transfers and requests, whichever comes first; safe from any thread.

    A transfer ends a request, with an empty packet where the last one was full. A request for fewer
    bytes than wait takes whole packets and leaves the rest; one that ends inside a packet overflows
    and the rest of that transfer is lost, as on a real bus.
    """

    def __init__(self, packet_size: int = SUPER_SPEED_PACKET) -> None:
        self._lock = Lock()
        self._packet_size = packet_size
        self._transfers: deque[memoryview] = deque()
        self._requests: dict[int, Request] = {}  # in their order
        self.halted = False

    @property
    def waiting_bytes(self) -> int:
        """Bytes that the host has not fetched yet."""
        with self._lock:
            return sum(len(transfer) for transfer in self._transfers)

    @property
    def waiting_transfers(self) -> int:
        """Transfers that the host has not fetched yet."""
        with self._lock:
            return len(self._transfers)

    def send(self, *transfers: Transfer) -> None:
        """Queue transfers for the host."""
        with self._lock:
            if not self.halted and len(self._transfers) < MOST_WAITING:
                self._transfers.extend(memoryview(transfer) for transfer in transfers)
                self._match()

    def request(self, request: Request) -> None:
        """Queue a request of the host; a halted endpoint refuses it."""
        with self._lock:
            if self.halted:
                request.complete(STALLED, b"")
            elif len(self._requests) >= MOST_WAITING:
                request.complete(NO_MEMORY, b"")
            else:
                self._requests[request.number] = request
                self._match()

    def cancel(self, number: int) -> bool:
        """Take a request back; False when it is no longer waiting."""
        with self._lock:
            return self._requests.pop(number, None) is not None

    def halt(self) -> None:
        """Stall, dropping what is queued."""
        with self._lock:
            self.halted = True
            self._drop(STALLED)

    def clear(self) -> None:
        """End a stall; what was queued for the host is gone."""
        with self._lock:
            self.halted = False
            self._transfers.clear()

    def disconnect(self) -> None:
        """Drop everything, as when the host is gone."""
        with self._lock:
            self.halted = False
            self._transfers.clear()
            self._requests.clear()

    def _drop(self, status: int) -> None:
        self._transfers.clear()
        while self._requests:
            self._next_request().complete(status, b"")

    def _match(self) -> None:
        while self._transfers and self._requests:
            self._hand_over(self._next_request(), self._transfers.popleft())

    def _next_request(self) -> Request:
        return self._requests.pop(next(iter(self._requests)))

    def _hand_over(self, request: Request, transfer: memoryview) -> None:
        part, rest = transfer[: request.length], transfer[request.length :]
        if not rest:
            request.complete(DONE, part)
        elif len(part) % self._packet_size == 0 and len(part):
            self._transfers.appendleft(rest)
            request.complete(DONE, part)
        else:
            request.complete(OVERFLOWED, part)
