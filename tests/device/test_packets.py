import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.gencp import packets
from device.gencp.packets import Command, CommandFlag, CommandPacket, Framing, PacketMalformed

SERIAL, U3V = Framing.SERIAL, Framing.USB3_VISION


@pytest.fixture
def golden(vectors):
    return vectors("gencp.txt")


@pytest.mark.parametrize(
    ("name", "framing", "packet"),
    [
        (
            "serial read of address 0, 4 bytes, id 0",
            SERIAL,
            CommandPacket(Command.READMEM, 0, packets.read_memory(0, 4, SERIAL)),
        ),
        (
            "serial write of 1 to 0x204, id 1",
            SERIAL,
            CommandPacket(Command.WRITEMEM, 1, packets.write_memory(0x204, b"\0\0\0\1", SERIAL)),
        ),
        (
            "u3v read of address 0, 4 bytes, id 0",
            U3V,
            CommandPacket(Command.READMEM, 0, packets.read_memory(0, 4, U3V)),
        ),
        (
            "u3v resent write of 1 to 0x204, id 2",
            U3V,
            CommandPacket(
                Command.WRITEMEM,
                2,
                packets.write_memory(0x204, b"\1\0\0\0", U3V),
                CommandFlag.REQUEST_ACK | CommandFlag.RESEND,
            ),
        ),
        *(
            (
                f"{link} stacked read of two registers, id 5",
                framing,
                CommandPacket(
                    Command.READMEM_STACKED,
                    5,
                    packets.read_memory_stacked([(0, 4), (0x1D8, 8)], framing),
                ),
            )
            for link, framing in (("serial", SERIAL), ("u3v", U3V))
        ),
        *(
            (
                f"{link} stacked write of two registers, id 6",
                framing,
                CommandPacket(
                    Command.WRITEMEM_STACKED,
                    6,
                    packets.write_memory_stacked([(0x1E8, thousand), (0x204, one)], framing),
                ),
            )
            for link, framing, thousand, one in (
                ("serial", SERIAL, b"\0\0\x03\xe8", b"\0\0\0\1"),
                ("u3v", U3V, b"\xe8\x03\0\0", b"\1\0\0\0"),
            )
        ),
    ],
)
def test_commands_have_the_bytes_of_the_standard(golden, name, framing, packet):
    assert packets.encode_command(packet, framing) == golden[name]


def test_a_serial_acknowledge_is_read(golden):
    answer = packets.decode_acknowledge(golden["serial acknowledge of version 1.3, id 0"], SERIAL)
    assert answer == packets.Acknowledge(0, 0x0801, 0, b"\x00\x01\x00\x03")


@pytest.mark.parametrize(
    ("name", "framing", "request_id"),
    [
        ("serial pending acknowledge, id 1, 500 ms", SERIAL, 1),
        ("u3v pending acknowledge, id 2, 500 ms", U3V, 2),
    ],
)
def test_a_pending_acknowledge_tells_its_time(golden, name, framing, request_id):
    answer = packets.decode_acknowledge(golden[name], framing)
    assert (answer.command, answer.request_id) == (Command.PENDING_ACK, request_id)
    assert packets.decode_pending(answer, framing) == 500


def test_an_event_tells_its_id_and_time(golden):
    event = packets.decode_event_packet(golden["serial event 0x8001 at 123456789 ns"], SERIAL)
    assert event.events == (packets.Event(0x8001, 123456789, b""),)
    assert (event.channel, event.request_id, event.wants_acknowledge) == (1, 1, True)


def test_an_event_is_acknowledged_on_its_channel(golden):
    event = packets.decode_event_packet(golden["serial event 0x8001 at 123456789 ns"], SERIAL)
    acknowledge = golden["serial acknowledge of an event, id 1"]
    assert packets.encode_event_acknowledge(event, SERIAL) == acknowledge


def test_several_events_come_in_one_message(golden):
    message = packets.decode_event_packet(golden["serial two events in one message, id 3"], SERIAL)
    assert message.events == (
        packets.Event(0x9001, 1000, b""),
        packets.Event(0x9002, 2000, b"\xde\xad\xbe\xef"),
    )


def test_an_event_on_a_usb_endpoint_waits_for_no_acknowledge(golden):
    message = packets.decode_event_packet(golden["u3v event 0x9002 at 2000 ns, id 7"], U3V)
    assert message.events == (packets.Event(0x9002, 2000, b""),)
    assert not message.wants_acknowledge


@pytest.mark.parametrize(
    ("name", "framing", "written"),
    [
        ("serial acknowledge of four bytes written, id 1", SERIAL, (4,)),
        ("serial acknowledge of the stacked write, id 6", SERIAL, (4, 4)),
        ("u3v acknowledge of a stacked write that stopped, id 6", U3V, (4, 0)),
        ("u3v acknowledge access denied to write, id 2", U3V, ()),
    ],
)
def test_an_acknowledge_tells_what_was_written(golden, name, framing, written):
    answer = packets.decode_acknowledge(golden[name], framing)
    assert packets.decode_written(answer, framing) == written


# EMVA GenCP 1.3.1 and USB3 Vision 1.x, tables of status codes.
STATUS_CODES = (
    *(0x0000, 0x8001, 0x8002, 0x8003, 0x8004, 0x8005, 0x8006, 0x8007, 0x800B, 0x800E, 0x800F),
    *(0x8FFF, 0xA001, 0xA002, 0xA003, 0xA004, 0xA005),
)


def test_every_status_of_the_standard_has_a_name():
    assert sorted(packets.Status) == list(STATUS_CODES)


def test_a_usb3_vision_acknowledge_is_read(golden):
    packet = golden["u3v acknowledge header of 64 bytes, id 1"] + bytes(64)
    answer = packets.decode_acknowledge(packet, U3V)
    assert (answer.status, answer.request_id, answer.scd) == (0, 1, bytes(64))


def test_a_refusal_carries_its_status(golden):
    answer = packets.decode_acknowledge(golden["u3v acknowledge access denied to write, id 2"], U3V)
    assert answer.status == packets.Status.ACCESS_DENIED


def test_every_flipped_bit_of_a_serial_acknowledge_is_noticed(golden):
    good = golden["serial acknowledge of version 1.3, id 0"]
    for bit in range(len(good) * 8):
        damaged = bytearray(good)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(PacketMalformed):
            packets.decode_acknowledge(bytes(damaged), SERIAL)


@given(st.binary(max_size=80), st.sampled_from(Framing))
def test_noise_is_refused_and_never_crashes(noise, framing):
    for decode in (packets.decode_acknowledge, packets.decode_event_packet):
        try:
            decode(noise, framing)
        except PacketMalformed:
            continue


@given(st.binary(max_size=60), st.integers(0, 0xFFFF))
def test_whatever_follows_a_good_prefix_never_crashes(body, request_id):
    header = packets.encode_command(CommandPacket(Command.EVENT, request_id, body), U3V)
    for prefix, decode in (
        (b"U3VC", packets.decode_acknowledge),
        (b"U3VE", packets.decode_event_packet),
    ):
        try:
            decode(prefix + header[4:], U3V)
        except PacketMalformed:
            continue


@given(st.binary(max_size=64))
def test_the_checksum_of_a_packet_with_its_checksum_is_zero(content):
    even = content + b"\0" * (len(content) % 2)
    check = packets.checksum16(even)
    assert packets.checksum16(even + check.to_bytes(2, "big")) == 0
