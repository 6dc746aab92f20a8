"""One serial line of a simulated device: bytes in, bytes out, in a thread of its own.

A device and a host that speak at different rates hear garbage of each other, where the line knows
the host's rate (pty and `rfc2217://`).
"""

import os
import select
from collections.abc import Callable
from queue import SimpleQueue
from random import Random
from threading import Thread

from firmware_sim.serial_ends import open_end


def _no_limit() -> int | None:
    return None


class SerialLine:
    """Serves a line until closed; `where` is what a host opens.

    `receive` is called with what the host sent, from the line's thread, once `start` was called.
    `baud` is the device's own rate; while it is None, bytes pass at any rate. A line above its
    `highest_baud` carries nothing but garbage.
    """

    def __init__(
        self,
        where: str,
        option: str,
        chance: Random,
        highest_baud: Callable[[], int | None] = _no_limit,
    ) -> None:
        self._end = open_end(where, option)
        self.where = self._end.where
        self._chance = chance
        self._highest_baud = highest_baud
        self._baud: int | None = None
        self._asked: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._wake_read, self._wake_write = os.pipe()
        self._ended = False
        self._receive: Callable[[bytes], None] = lambda content: None
        self._thread = Thread(target=self._serve, name=f"serial line {option}", daemon=True)

    @property
    def baud(self) -> int | None:
        """The device's own rate."""
        return self._baud

    @property
    def host_baud(self) -> int | None:
        """The rate that the host has set, where the line knows it."""
        return self._end.baud

    def start(self, receive: Callable[[bytes], None]) -> None:
        """Listen to the host from now on."""
        self._receive = receive
        self._thread.start()

    def set_baud(self, baud: int) -> None:
        """Let the device speak and hear at this rate."""
        self._baud = baud
        self._end.set_baud(baud)

    def send(self, content: bytes) -> None:
        """Send to the host."""
        self._end.write(self._as_carried(content))

    def hang_up(self) -> None:
        """Cut the host off, as when the cable is pulled."""
        self._ask(self._end.hang_up)

    def plug(self) -> None:
        """Put the cable back."""
        self._ask(self._end.plug)

    def close(self) -> None:
        """Stop serving and hang up."""
        self._ended = True
        self._wake()
        if self._thread.ident is not None:
            self._thread.join()
        self._end.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _ask(self, action: Callable[[], None]) -> None:
        """Let the line's thread do something to the end that it is waiting at."""
        self._asked.put(action)
        self._wake()

    def _wake(self) -> None:
        os.write(self._wake_write, b"\0")

    def _serve(self) -> None:
        while not self._ended:
            try:
                self._serve_once()
            except OSError:
                return  # the far end of a real port is gone

    def _serve_once(self) -> None:
        ready, _, _ = select.select([self._wake_read, *self._end.sources()], [], [])
        if self._wake_read in ready:
            os.read(self._wake_read, 1)
            while not self._asked.empty():
                self._asked.get()()
            return
        for source in ready:
            content = self._end.read(source)
            if content:
                self._receive(self._as_carried(content))

    def _as_carried(self, content: bytes) -> bytes:
        return content if self._rates_agree() else self._chance.randbytes(len(content))

    def _rates_agree(self) -> bool:
        host, device, highest = self.host_baud, self._baud, self._highest_baud()
        if device is None:
            return True
        if highest is not None and device > highest:
            return False
        return host is None or host == device


class LineCable:
    """Pulls a line and puts it back as a rehearsed fault says; a part of the unit's model time."""

    def __init__(self, line: SerialLine, is_pulled: Callable[[], bool]) -> None:
        self._line = line
        self._is_pulled = is_pulled
        self._plugged = True

    def deadline_us(self) -> int | None:
        """Give no moment: a cable does nothing by itself."""
        return None

    def advance(self) -> bool:
        """Do what the fault asks for."""
        if self._plugged is not self._is_pulled():
            return False
        self._plugged = not self._plugged
        if self._plugged:
            self._line.plug()
        else:
            self._line.hang_up()
        return True
