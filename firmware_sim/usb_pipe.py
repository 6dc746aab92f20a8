"""One IN endpoint: what the device has to say meets the host's requests for it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from firmware_sim.stream import Transfer

# Status codes of a finished request: Linux errno values, as USB/IP carries them.
DONE, STALLED, SHUT_DOWN = 0, -32, -108
Completion = Callable[[int, Transfer], None]


@dataclass(frozen=True, slots=True)
class Request:
    """A host's request for at most so many bytes, and whom to tell."""

    number: int
    length: int
    complete: Completion


class InPipe:
    """Queues transfers and requests, whichever comes first; safe from any thread.

    A transfer ends a request. A request that is too small takes its part, the rest stays.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._transfers: deque[memoryview] = deque()
        self._requests: deque[Request] = deque()
        self.halted = False

    def send(self, *transfers: Transfer) -> None:
        """Queue transfers for the host."""
        with self._lock:
            if not self.halted:
                self._transfers.extend(memoryview(transfer) for transfer in transfers)
                self._match()

    def request(self, request: Request) -> None:
        """Queue a request of the host; a halted endpoint refuses it."""
        with self._lock:
            if self.halted:
                request.complete(STALLED, b"")
            else:
                self._requests.append(request)
                self._match()

    def cancel(self, number: int) -> bool:
        """Take a request back; False when it is no longer waiting."""
        with self._lock:
            for request in self._requests:
                if request.number == number:
                    self._requests.remove(request)
                    return True
            return False

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
            self._requests.popleft().complete(status, b"")

    def _match(self) -> None:
        while self._transfers and self._requests:
            request, transfer = self._requests.popleft(), self._transfers.popleft()
            if len(transfer) > request.length:
                self._transfers.appendleft(transfer[request.length :])
            request.complete(DONE, transfer[: request.length])
