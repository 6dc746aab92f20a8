"""Opening, reading and closing a port through pyserial, for every device on a serial line."""

from contextlib import suppress
from typing import Any

import serial


def open_port(port: str, baud: int, read_timeout_s: float, write_timeout_s: float) -> serial.Serial:
    """Open a device path or any pyserial URL, 8N1, for this program alone.

    Raises OSError or ValueError.
    """
    # RFC 2217 in pyserial 3.5 knows no write time-out, and a socket needs none.
    of_a_port: dict[str, Any] = {"write_timeout": write_timeout_s, "exclusive": True}
    options = {} if "://" in port else of_a_port
    return serial.serial_for_url(port, baud, timeout=read_timeout_s, **options)


def read_some(port: serial.Serial) -> bytes:
    """Wait for a byte and give it with all that came behind it, or nothing in time.

    A port that is gone raises OSError; one that another thread closed, TypeError or AttributeError.
    """
    first: bytes = port.read(1)
    waiting = port.in_waiting if first else 0
    return first + (port.read(waiting) if waiting else b"")


def close_port(port: serial.Serial) -> None:
    """Close a port, which may be unplugged or closed already; never raises."""
    inside = getattr(port, "_socket", None)
    with suppress(OSError):
        port.close()
    if inside is not None:  # pyserial 3.5 forgets a socket whose far end was closed first
        with suppress(OSError):
            inside.close()
