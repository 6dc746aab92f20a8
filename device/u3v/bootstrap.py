"""The USB3 Vision bootstrap registers: packet sizes and the set-up of the image stream.

Source: USB3 Vision 1.x, SBRM and SIRM tables.
"""

from dataclasses import dataclass

from device.errors import StreamRefused
from device.gencp import registers
from device.gencp.registers import Register
from device.gencp.session import Session
from device.usb_link import LARGEST_TRANSFER

# USB3 Vision, SBRM: offsets from the address in ABRM 0x1D8.
MAXIMUM_COMMAND = Register(0x14, 4)
MAXIMUM_ACK = Register(0x18, 4)
SIRM_ADDRESS = Register(0x20, 8)
# USB3 Vision, SIRM: offsets from the address in SBRM 0x20.
STREAM_INFO = Register(0x00, 4)
STREAM_CONTROL = Register(0x04, 4)
REQUIRED_PAYLOAD = Register(0x08, 8)
REQUIRED_LEADER = Register(0x10, 4)
REQUIRED_TRAILER = Register(0x14, 4)
MAXIMUM_LEADER = Register(0x18, 4)
TRANSFER_SIZE = Register(0x1C, 4)
TRANSFER_COUNT = Register(0x20, 4)
FINAL_TRANSFER_1 = Register(0x24, 4)
FINAL_TRANSFER_2 = Register(0x28, 4)
MAXIMUM_TRAILER = Register(0x2C, 4)

STREAM_ENABLE = 1
# More than any flat panel has; a wrong register must not make us ask for all memory.
LARGEST_PAYLOAD = 1 << 28
LARGEST_LEADER = 1 << 16
LARGEST_ALIGNMENT_BITS = 16


@dataclass(frozen=True, slots=True)
class StreamLayout:
    """How one image block arrives: sizes in bytes of each transfer, in order."""

    leader: int
    payload_transfers: tuple[int, ...]
    payload: int
    trailer: int


def read_packet_sizes(session: Session) -> None:
    """Let the session use the packet sizes that the device offers. Raises as Session.read."""
    sbrm = session.read_integer(registers.SBRM_ADDRESS)
    session.allow_packets(
        session.read_integer(MAXIMUM_COMMAND.from_base(sbrm)),
        session.read_integer(MAXIMUM_ACK.from_base(sbrm)),
    )


def lay_out(payload: int, leader: int, trailer: int, alignment: int) -> StreamLayout:
    """Cut a payload into transfers of 1 MiB and one final transfer, aligned upwards."""
    whole, rest = divmod(payload, LARGEST_TRANSFER)
    final = -(-rest // alignment) * alignment
    transfers = (LARGEST_TRANSFER,) * whole + ((final,) if final else ())
    return StreamLayout(_up(leader, alignment), transfers, payload, _up(trailer, alignment))


def enable_stream(session: Session) -> StreamLayout:
    """Write the transfer sizes and switch the stream on. Raises StreamRefused or as Session."""
    sirm = _sirm(session)
    disable_stream(session)
    layout = _asked_layout(session, sirm)
    session.write_together(
        [
            (sirm + register.address, session.pack(register, value))
            for register, value in _transfer_sizes(layout)
        ]
    )
    session.write_integer(STREAM_CONTROL.from_base(sirm), STREAM_ENABLE)
    return layout


def disable_stream(session: Session) -> None:
    """Switch the stream off. Raises as Session.write."""
    session.write_integer(STREAM_CONTROL.from_base(_sirm(session)), 0)


def _transfer_sizes(layout: StreamLayout) -> list[tuple[Register, int]]:
    whole = layout.payload_transfers.count(LARGEST_TRANSFER)
    final = [size for size in layout.payload_transfers if size != LARGEST_TRANSFER]
    return [
        (MAXIMUM_LEADER, layout.leader),
        (MAXIMUM_TRAILER, layout.trailer),
        (TRANSFER_SIZE, LARGEST_TRANSFER),
        (TRANSFER_COUNT, whole),
        (FINAL_TRANSFER_1, final[0] if final else 0),
        (FINAL_TRANSFER_2, 0),
    ]


def _asked_layout(session: Session, sirm: int) -> StreamLayout:
    return lay_out(
        _asked(session, REQUIRED_PAYLOAD.from_base(sirm), LARGEST_PAYLOAD),
        _asked(session, REQUIRED_LEADER.from_base(sirm), LARGEST_LEADER),
        _asked(session, REQUIRED_TRAILER.from_base(sirm), LARGEST_LEADER),
        1 << min(session.read_integer(STREAM_INFO.from_base(sirm)) >> 24, LARGEST_ALIGNMENT_BITS),
    )


def _asked(session: Session, register: Register, largest: int) -> int:
    size = session.read_integer(register)
    if not 0 < size <= largest:
        raise StreamRefused(f"the panel asks for {size} bytes")
    return size


def _sirm(session: Session) -> int:
    sbrm = session.read_integer(registers.SBRM_ADDRESS)
    address = session.read_integer(SIRM_ADDRESS.from_base(sbrm))
    if address == 0:
        raise StreamRefused("the panel has no stream")
    return address


def _up(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment
