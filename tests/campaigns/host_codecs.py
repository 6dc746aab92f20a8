"""Every place where the driver reads bytes that came over a wire. To add one, add a row."""

import array
import io
import zipfile
from collections.abc import Callable

from usb.core import USBError

from device.description import unzip
from device.errors import DescriptionInvalid, DeviceError, FrameIncomplete, LinkTimeout
from device.gencp.packets import (
    Framing,
    PacketMalformed,
    channel_of,
    decode_acknowledge,
    decode_event_packet,
    decode_pending,
    decode_written,
)
from device.gencp.registers import decode_manifest_entry
from device.gencp.serial_bytes import LARGEST_SERIAL_PACKET, split
from device.gencp.session import Session
from device.spellman import frames
from device.spellman.answers import check_accepted, numbers
from device.u3v.bootstrap import StreamLayout
from device.u3v.chunks import read_facts, split_chunks
from device.u3v.receive import receive_block
from device.u3v.stream import parse_leader, parse_trailer
from device.usb_descriptors import parse_configuration
from device.usbip_backend import UsbIpBackend
from tests.campaigns.codecs import (
    Codec,
    Feed,
    repair_gencp_serial,
    repair_spellman,
    repair_usb3_vision,
    vectors,
)

CHUNK_NAMES = {0x10: "ChunkFrameID", 0x11: "ChunkExposureTime", 0x14: "ChunkImageChecksum"}
LAYOUT = StreamLayout(leader=52, payload_transfers=(64, 64), payload=96, trailer=36)


def _read_acknowledge(framing: Framing) -> Callable[[], Feed]:
    def feed(packet: bytes) -> None:
        acknowledge = decode_acknowledge(packet, framing)
        decode_pending(acknowledge, framing)
        decode_written(acknowledge, framing)

    return lambda: feed


def _read_events(framing: Framing) -> Callable[[], Feed]:
    def feed(packet: bytes) -> None:
        channel_of(packet, framing)
        decode_event_packet(packet, framing)

    return lambda: feed


def _read_serial_bytes() -> Feed:
    rest = b""

    def feed(received: bytes) -> None:
        nonlocal rest
        _, rest = split(rest + received)
        assert len(rest) <= LARGEST_SERIAL_PACKET

    return feed


class _TestClock:
    """Moves by itself: no wait is worth waiting for."""

    seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += max(seconds, 0.5)


class _OneAnswerLink:
    """Gives the same answer to every command."""

    answer = b""

    def send(self, packet: bytes) -> None:
        self._left = [self.answer]

    def receive(self, timeout_s: float) -> bytes:
        if not self._left:
            raise LinkTimeout()
        return self._left.pop()


def _ask_a_session() -> Feed:
    link = _OneAnswerLink()

    def feed(packet: bytes) -> None:
        link.answer = packet
        Session(link, Framing.USB3_VISION, _TestClock()).read(0, 4)

    return feed


def _read_frames() -> Feed:
    rest = b""

    def feed(received: bytes) -> None:
        nonlocal rest
        whole, rest = frames.split(rest + received)
        assert len(rest) <= frames.LONGEST_FRAME
        for frame in whole:
            reply = frames.decode(frame)
            numbers(reply, len(reply.arguments))
            check_accepted(reply)

    return feed


class _Transfers:
    """An image channel that cuts what it is given into transfers."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def receive_image(self, buffer: memoryview, timeout_s: float) -> int:
        if not self._left:
            raise LinkTimeout()
        part, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def reset_images(self) -> None: ...


def _receive_image(content: bytes) -> object:
    return receive_block(_Transfers(content), LAYOUT, _TestClock(), 1.0, lambda: None, {})


def _read_chunks(payload: bytes) -> None:
    chunks = split_chunks(memoryview(payload))
    read_facts(chunks, CHUNK_NAMES, chunks[0][1] if chunks else memoryview(b""))


class _CannedSocket:
    """A server that says what it is given and closes."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def settimeout(self, seconds: float | None) -> None: ...

    def sendall(self, message: bytes) -> None: ...

    def recv_into(self, target: memoryview) -> int:
        return self._content.readinto(target)

    def close(self) -> None: ...


def _read_usbip_answer(content: bytes) -> object:
    backend = UsbIpBackend("127.0.0.1", 1, "1-1")
    backend._socket = _CannedSocket(content)  # type: ignore[assignment]
    return backend.bulk_read(None, 0x81, 0, array.array("B", bytes(64)), 1000)


def _zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("panel.xml", "<RegisterDescription/>" * 5)
    return packed.getvalue()


_LEADER, _TRAILER = vectors("stream.txt", "leader")[0], vectors("stream.txt", "trailer")[0]
_SERIAL, _USB = vectors("gencp.txt", "serial"), vectors("gencp.txt", "u3v")
# A chunk of 4 bytes with the id of the frame number, and an image of 6 bytes before it.
_CHUNKS = bytes.fromhex("010203040506010000000600000007000000000000001000000008000000")
# USB/IP: RET_SUBMIT number 1 with 4 bytes, and RET_UNLINK number 2.
_RETURNS = (
    bytes.fromhex("0000000300000001" + "00000000" * 3 + "0000000000000004" + "00000000" * 5)
    + b"abcd",
    bytes.fromhex("0000000400000002" + "00000000" * 3 + "ffffff98" + "00000000" * 6),
)
# USB 2.0, tables 9-10, 9-12, 9-13: a configuration with one interface and one endpoint.
_CONFIGURATION = bytes.fromhex("09021900010100c0320904000001ef05000007058102000400")

HOST_CODECS = (
    Codec(
        "GenCP acknowledge, USB3 Vision",
        _read_acknowledge(Framing.USB3_VISION),
        _USB,
        (PacketMalformed,),
        repair_usb3_vision,
    ),
    Codec(
        "GenCP acknowledge, serial",
        _read_acknowledge(Framing.SERIAL),
        _SERIAL,
        (PacketMalformed,),
        repair_gencp_serial,
    ),
    Codec(
        "GenCP event, USB3 Vision",
        _read_events(Framing.USB3_VISION),
        _USB,
        (PacketMalformed,),
    ),
    Codec(
        "GenCP event, serial",
        _read_events(Framing.SERIAL),
        _SERIAL,
        (PacketMalformed,),
        repair_gencp_serial,
    ),
    Codec("GenCP bytes of a serial line", _read_serial_bytes, _SERIAL, (), repair_gencp_serial),
    Codec("GenCP session", _ask_a_session, _USB, (DeviceError,), repair_usb3_vision),
    Codec(
        "GenCP manifest entry",
        lambda: lambda entry: decode_manifest_entry(entry[:64].ljust(64, b"\0"), "<"),
        (bytes(64),),
    ),
    Codec("description in a ZIP", lambda: unzip, (_zipped(),), (DescriptionInvalid,)),
    Codec("USB3 Vision leader", lambda: parse_leader, (_LEADER,), (FrameIncomplete,)),
    Codec("USB3 Vision trailer", lambda: parse_trailer, (_TRAILER,), (FrameIncomplete,)),
    Codec(
        "USB3 Vision image",
        lambda: _receive_image,
        (_LEADER + bytes(64) + _TRAILER, _LEADER + bytes(128) + _TRAILER, _LEADER + _TRAILER),
        (DeviceError,),
    ),
    Codec("GenICam chunks", lambda: _read_chunks, (_CHUNKS,), (FrameIncomplete,)),
    Codec(
        "Spellman answer",
        _read_frames,
        (*vectors("pmx.txt"), b"\x0210,$,X\x03", b"\x0222,1,0,1,X\x03"),
        (frames.FrameMalformed, DeviceError),
        repair_spellman,
    ),
    Codec("USB configuration", lambda: parse_configuration, (_CONFIGURATION,), (IndexError,)),
    Codec("USB/IP answer", lambda: _read_usbip_answer, _RETURNS, (USBError,)),
)
