"""A GenCP panel on a serial cable, through pyserial: a port, a TCP socket or RFC 2217.

Source: GenICam GenCP 1.3.1, serial link: 8N1, from 9600 baud. One thread reads the port and cuts
packets out of its bytes, so that a pulled cable is known at once and events never delay control.
"""

import errno
import queue
import threading
import time
from contextlib import suppress
from typing import NoReturn

import serial

from device.errors import (
    DeviceNotFound,
    LinkBusy,
    LinkError,
    LinkForbidden,
    LinkLost,
    LinkTimeout,
    LinkUnsupported,
    NoImageChannel,
)
from device.gencp.packets import CONTROL_CHANNEL, Framing, channel_of
from device.gencp.serial_bytes import LARGEST_SERIAL_PACKET, resynchronise, split
from device.serial_port import close_port, open_port, read_some

# GenCP 1.3.1: every serial line starts at this rate; 8N1 is ten bits for a byte.
FIRST_BAUD = 9600
BITS_PER_BYTE = 10
# A pulled network cable is noticed, at the latest, after this time.
READ_TIMEOUT_S = 0.05
# A line silent for so many reads in the middle of a packet will not finish it.
SILENT_READS = 2
WRITE_TIMEOUT_S = 3.0
# So many events that nobody fetches are dropped together.
MOST_EVENTS = 1000

OPEN_ERRORS: dict[int, type[LinkError]] = {
    errno.EBUSY: LinkBusy,
    errno.EAGAIN: LinkBusy,
    errno.EACCES: LinkForbidden,
    errno.EPERM: LinkForbidden,
}


def open_serial(url: str) -> "SerialLink":
    """Open gencp+serial://PATH, gencp+socket://HOST:PORT or gencp+rfc2217://HOST:PORT.

    Raises LinkError.
    """
    scheme, _, rest = url.partition("://")
    kind = scheme.partition("+")[2]
    if not rest.strip("/"):
        raise LinkUnsupported(f"{url!r} names no port")
    return SerialLink(_open_port(rest if kind == "serial" else f"{kind}://{rest}"))


def _open_port(port: str) -> serial.Serial:
    try:
        return open_port(port, FIRST_BAUD, READ_TIMEOUT_S, WRITE_TIMEOUT_S)
    except (OSError, ValueError) as error:  # SerialException is an OSError
        number = getattr(error, "errno", None) or 0
        raise OPEN_ERRORS.get(number, DeviceNotFound)(f"{port}: {error}") from error


class SerialLink:
    """One serial cable; commands and events share it, images do not fit."""

    framing = Framing.SERIAL
    carries_images = False

    def __init__(self, port: serial.Serial) -> None:
        self._port = port
        self._baud = FIRST_BAUD
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._events: queue.Queue[bytes | None] = queue.Queue(MOST_EVENTS)
        self._failure: BaseException | None = None
        self._closing = threading.Event()
        self._writing = threading.Lock()
        self._sent_until = self._heard_at = time.monotonic()
        self._reader = threading.Thread(target=self._read_port, name="panel-reader", daemon=True)
        self._reader.start()

    @property
    def baud(self) -> int:
        """The line's present rate."""
        return self._baud

    def set_baud(self, baud: int) -> None:
        """Go on at another rate; what was under way at the old one is dropped. Raises LinkError."""
        try:
            self._port.baudrate = baud
        except Exception as error:  # pyserial lets termios.error through, which is no OSError
            self._lose(error)
        self._baud = baud
        _empty(self._answers)

    def send(self, packet: bytes) -> None:
        """Send one whole packet. Raises LinkLost."""
        self._check_alive()
        with self._writing:
            try:
                self._port.write(packet)
            except (OSError, TypeError) as error:  # TypeError: pyserial, closed by another thread
                self._lose(error)
            start = max(self._sent_until, time.monotonic())
            self._sent_until = start + len(packet) * BITS_PER_BYTE / self._baud

    def receive(self, timeout_s: float) -> bytes:
        """Give the next control packet.

        The wait begins when the line has carried what was sent, and is prolonged while bytes keep
        coming, by at most the time of one packet. Raises LinkTimeout or LinkLost.
        """
        end = max(self._sent_until, time.monotonic()) + timeout_s
        last = end + LARGEST_SERIAL_PACKET * BITS_PER_BYTE / self._baud
        while (left_s := min(end, last) - time.monotonic()) > 0:
            try:
                packet = self._answers.get(timeout=left_s)
            except queue.Empty:
                end = self._heard_at + timeout_s
                continue
            if packet is not None:
                self._sent_until = time.monotonic()  # whatever was sent has been carried
                return packet
            self._check_alive()
        self._check_alive()
        raise LinkTimeout()

    def receive_event(self, timeout_s: float) -> bytes:
        """Give the next event packet. Raises LinkTimeout or LinkLost."""
        try:
            packet = self._events.get(timeout=timeout_s)
        except queue.Empty as error:
            self._check_alive()
            raise LinkTimeout() from error
        if packet is None:
            self._check_alive()
            raise LinkTimeout()
        return packet

    def receive_image(self, buffer: memoryview, timeout_s: float) -> int:
        """Raise NoImageChannel: images do not fit a serial cable."""
        raise NoImageChannel()

    def reset_images(self) -> None:
        """Raise NoImageChannel: images do not fit a serial cable."""
        raise NoImageChannel()

    def close(self) -> None:
        """Stop the reader and close the port; never raises, may be called twice."""
        self._closing.set()
        self._reader.join(2 * READ_TIMEOUT_S + 1.0)
        close_port(self._port)

    def _check_alive(self) -> None:
        if self._failure is not None or self._closing.is_set():
            reason = str(self._failure or "the port is closed")
            raise LinkLost(reason) from self._failure

    def _lose(self, error: BaseException) -> NoReturn:
        self._failure = self._failure or error
        raise LinkLost(str(error)) from error

    def _read_port(self) -> None:
        rest, silent_reads = b"", 0
        try:
            while not self._closing.is_set():
                heard = self._read_some()
                silent_reads = 0 if heard else silent_reads + 1
                given_up = bool(rest) and silent_reads >= SILENT_READS
                packets, rest = resynchronise(rest) if given_up else split(rest + heard)
                for packet in packets:
                    self._keep(packet)
        except (OSError, TypeError, AttributeError) as error:  # the latter two: closed meanwhile
            self._failure = self._failure or error
        self._answers.put(None)
        self._keep_event(None)

    def _read_some(self) -> bytes:
        heard = read_some(self._port)
        if heard:
            self._heard_at = time.monotonic()
        return heard

    def _keep(self, packet: bytes) -> None:
        if channel_of(packet, self.framing) == CONTROL_CHANNEL:
            self._answers.put(packet)
        else:
            self._keep_event(packet)

    def _keep_event(self, packet: bytes | None) -> None:
        if self._events.full():
            _empty(self._events)
        self._events.put(packet)


def _empty(waiting: "queue.SimpleQueue[bytes | None] | queue.Queue[bytes | None]") -> None:
    with suppress(queue.Empty):
        while True:
            waiting.get_nowait()
