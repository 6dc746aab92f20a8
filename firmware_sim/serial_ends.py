"""The kinds of ends that a simulated serial line has for its host: pty, port, or TCP.

An end moves bytes and knows, where there is such a thing, the rate that the host has set.
"""

import os
import socket
import struct
import tempfile
import termios
import tty
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

from serial.rfc2217 import PortManager

from firmware_sim.errors import StartRefused

READ_SIZE = 4096
# A host that sends so much without one byte for the device has lost the thread.
LONGEST_OPTIONS = 65_536
# termios names its rates by code; the codes differ from system to system.
BAUD_OF_CODE = {
    getattr(termios, f"B{baud}"): baud
    for baud in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
    if hasattr(termios, f"B{baud}")
}
CODE_OF_BAUD = {baud: code for code, baud in BAUD_OF_CODE.items()}
# termios.tcgetattr: places of the input and output rates.
INPUT_SPEED, OUTPUT_SPEED = 4, 5


class End(Protocol):
    """Where a host plugs in."""

    @property
    def where(self) -> str:
        """What the host opens."""

    @property
    def baud(self) -> int | None:
        """The rate that the host has set; None where bytes have none."""

    def sources(self) -> list[int]:
        """Give the descriptors to wait for."""

    def read(self, source: int) -> bytes:
        """Take what a descriptor has; nothing is no end. Raises OSError when the end is gone."""

    def write(self, content: bytes) -> None:
        """Send to the host; what it does not take is lost, as on a wire."""

    def set_baud(self, baud: int) -> None:
        """Let the device speak at another rate, where the end itself has to know."""

    def hang_up(self) -> None:
        """Cut the host off, as when the cable is pulled."""

    def plug(self) -> None:
        """Put the cable back."""

    def close(self) -> None:
        """Give everything back."""


class PtyEnd:
    """A pseudo terminal, under a name that stays the same when the cable was pulled."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="serial-line-")
        self._name = Path(self._folder.name) / "tty"
        self._open_ends: list[int] = []
        self._lock = Lock()
        self.plug()

    @property
    def where(self) -> str:
        """The path of the terminal."""
        return str(self._name)

    @property
    def baud(self) -> int | None:
        """The rate in the terminal's settings, which both its ends share."""
        with self._lock:
            settings = [termios.tcgetattr(end) for end in self._open_ends[:1]]
        return BAUD_OF_CODE.get(settings[0][INPUT_SPEED]) if settings else None

    def sources(self) -> list[int]:
        """Give the near end of the terminal."""
        return self._open_ends[:1]

    def read(self, source: int) -> bytes:
        """Take what the host wrote."""
        return _read(source)

    def write(self, content: bytes) -> None:
        """Send to the host."""
        with self._lock:
            for end in self._open_ends[:1]:
                _write(end, content)

    def set_baud(self, baud: int) -> None:
        """Do nothing: the settings of a pty are the host's."""

    def plug(self) -> None:
        """Open a new terminal under the old name."""
        if self._open_ends:
            return
        master, slave = os.openpty()
        # The slave stays open here, so that a host may come and go without the line ending.
        self._open_ends = [master, slave]
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._name.unlink(missing_ok=True)
        self._name.symlink_to(os.ttyname(slave))

    def hang_up(self) -> None:
        """Close the terminal: whoever has it open is told."""
        self._name.unlink(missing_ok=True)
        with self._lock:
            while self._open_ends:
                os.close(self._open_ends.pop())

    def close(self) -> None:
        """Close the terminal and forget its name."""
        self.hang_up()
        self._folder.cleanup()


class PortEnd:
    """A serial port or another device of this machine, at whose far end a host sits."""

    baud: int | None = None

    def __init__(self, path: str, option: str) -> None:
        self.where = path
        try:
            self._port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        except OSError as exc:
            raise StartRefused(
                f"The simulator cannot open {path} ({exc.strerror});"
                f" name a serial port or use {option} pty."
            ) from exc
        if os.isatty(self._port):
            tty.setraw(self._port)
        os.set_blocking(self._port, False)

    def sources(self) -> list[int]:
        """Give the port."""
        return [self._port]

    def read(self, source: int) -> bytes:
        """Take what came in."""
        return _read(source)

    def write(self, content: bytes) -> None:
        """Send to the host."""
        _write(self._port, content)

    def set_baud(self, baud: int) -> None:
        """Set the rate of the port."""
        if os.isatty(self._port):
            settings = termios.tcgetattr(self._port)
            settings[INPUT_SPEED] = settings[OUTPUT_SPEED] = CODE_OF_BAUD[baud]
            termios.tcsetattr(self._port, termios.TCSANOW, settings)

    def hang_up(self) -> None:
        """Do nothing: this cable is a real one."""

    def plug(self) -> None:
        """Do nothing: this cable is a real one."""

    def close(self) -> None:
        """Close the port."""
        os.close(self._port)


@dataclass(slots=True)
class LineParameters:
    """What an RFC 2217 host has set, in the words of a pyserial port."""

    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    xonxoff: bool = False
    rtscts: bool = False
    dtr: bool = False
    rts: bool = False
    break_condition: bool = False
    cts: bool = True
    dsr: bool = True
    ri: bool = False
    cd: bool = True

    def reset_input_buffer(self) -> None:
        """Do nothing: every byte is taken as it comes."""

    def reset_output_buffer(self) -> None:
        """Do nothing: every byte is sent at once."""


class Plain:
    """Bytes as they are: `socket://`."""

    scheme = "socket"
    baud: int | None = None

    def __init__(self, send: Callable[[bytes], None]) -> None:
        pass

    def decode(self, received: bytes) -> bytes:
        """Give the host's bytes."""
        return received

    def encode(self, content: bytes) -> bytes:
        """Give the bytes for the host."""
        return content


class OptionMalformed(Exception):
    """The host's options are none, or never end; its connection means nothing any more."""


class Rfc2217:
    """Telnet with the options of RFC 2217: the host's line parameters arrive too."""

    scheme = "rfc2217"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self.write = send
        self._silent = 0
        self._parameters = LineParameters()
        # pyserial asks for anything with the attributes of a port, and anything that can write.
        self._manager = PortManager(self._parameters, self)  # type: ignore[arg-type]

    @property
    def baud(self) -> int | None:
        """The rate that the host asked for; 0, which no device has, unless it is 8N1."""
        asked = self._parameters
        is_8n1 = (asked.bytesize, asked.parity, asked.stopbits) == (8, "N", 1)
        return asked.baudrate if is_8n1 else 0

    def decode(self, received: bytes) -> bytes:
        """Give the host's bytes, obeying what is an option among them. Raises OptionMalformed."""
        try:
            content = b"".join(self._manager.filter(received))
        except (struct.error, LookupError, TypeError, ValueError) as exc:
            raise OptionMalformed from exc
        self._silent = 0 if content else self._silent + len(received)
        if self._silent > LONGEST_OPTIONS:
            raise OptionMalformed
        return content

    def encode(self, content: bytes) -> bytes:
        """Give the bytes for the host."""
        return b"".join(self._manager.escape(content))


class TcpEnd:
    """Listens for one host at a time; another is turned away until it has gone."""

    def __init__(self, language: type[Plain] | type[Rfc2217], address: str, option: str) -> None:
        self._language = language
        self._lock = Lock()
        self._connection: socket.socket | None = None
        self._spoken: Plain | Rfc2217 | None = None
        self._plugged = True
        self._listener = _listen(address, option)
        host, port = self._listener.getsockname()[:2]
        self.where = f"{language.scheme}://{host}:{port}"

    @property
    def baud(self) -> int | None:
        """The rate that the host has set."""
        return self._spoken.baud if self._spoken is not None else None

    def sources(self) -> list[int]:
        """Give the connection, first, and the listener."""
        connection = [self._connection.fileno()] if self._connection is not None else []
        return [*connection, self._listener.fileno()]

    def read(self, source: int) -> bytes:
        """Take what the host sent, or the host itself."""
        if source == self._listener.fileno():
            self._accept()
            return b""
        connection, spoken = self._connection, self._spoken
        if connection is None or spoken is None:
            return b""
        try:
            received = connection.recv(READ_SIZE)
        except BlockingIOError:
            return b""
        except OSError:
            received = b""
        if not received:
            self._drop()
        try:
            return spoken.decode(received)
        except OptionMalformed:
            self._drop()
            return b""

    def write(self, content: bytes) -> None:
        """Send to the host."""
        if self._spoken is not None:
            self._put(self._spoken.encode(content))

    def set_baud(self, baud: int) -> None:
        """Do nothing: the rate of a TCP connection is the host's word."""

    def hang_up(self) -> None:
        """Cut the host off, and turn every other away."""
        self._plugged = False
        self._drop()

    def plug(self) -> None:
        """Let hosts in again."""
        self._plugged = True

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()
        self._drop()

    def _accept(self) -> None:
        with suppress(BlockingIOError):
            connection, _ = self._listener.accept()
            if self._connection is not None or not self._plugged:
                connection.close()
                return
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection = connection
            self._spoken = self._language(self._put)

    def _put(self, content: bytes) -> None:
        with self._lock, suppress(OSError):
            if self._connection is not None:
                self._connection.send(content)

    def _drop(self) -> None:
        with self._lock:
            connection, self._connection, self._spoken = self._connection, None, None
        if connection is not None:
            connection.close()


def open_end(where: str, option: str) -> End:
    """Open `pty`, `rfc2217://HOST:PORT`, `socket://HOST:PORT` or the path of a device.

    Raises StartRefused, naming the command's option.
    """
    scheme, separator, address = where.partition("://")
    if separator:
        languages: dict[str, type[Plain] | type[Rfc2217]] = {
            language.scheme: language for language in (Plain, Rfc2217)
        }
        if scheme not in languages:
            raise StartRefused(f"{option} serves rfc2217:// and socket://, not {scheme}://.")
        return TcpEnd(languages[scheme], address, option)
    return PtyEnd() if where == "pty" else PortEnd(where, option)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, READ_SIZE)
    except BlockingIOError:
        return b""


def _write(descriptor: int, content: bytes) -> None:
    with suppress(OSError):
        os.write(descriptor, content)


def _listen(address: str, option: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise StartRefused(f"{option} needs HOST:PORT behind the ://, not {address!r}.")
    try:
        listener = socket.create_server((host, int(port)))
    except OSError as exc:
        raise StartRefused(
            f"The simulated serial line cannot listen on {address} ({exc.strerror});"
            f" choose another address with {option}."
        ) from exc
    listener.setblocking(False)
    return listener
