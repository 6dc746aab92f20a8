"""pyusb on the attached detector: raw GenCP, halted endpoints, requests out of order."""

import errno
import struct
import sys

import usb.core
import usb.util
from report import check, need
from usb_port import DETECTOR

# USB3 Vision 1.0, tables 5-1 and 5-4; GenCP 1.3.1, chapter 4 for commands and statuses.
PREFIX, HEADER = b"U3VC", struct.Struct("<4sHHHH")
REQUEST_ACKNOWLEDGE = 0x4000
READ, WRITE, READ_STACKED = 0x0800, 0x0802, 0x0806
NOT_IMPLEMENTED, INVALID_PARAMETER, INVALID_ADDRESS = 0x8001, 0x8002, 0x8003
WRITE_PROTECTED, BAD_ALIGNMENT = 0x8004, 0x8005
# GenCP 1.3.1, ABRM.
CAPABILITY, RESPONSE_TIME, MANIFEST, SBRM, HEARTBEAT = 0x1C4, 0x1CC, 0x1D0, 0x1D8, 0x1E8
ABRM_END = 0x204
CONTROL_IN, EVENT_IN, STREAM_IN, CONTROL_OUT = 0x81, 0x82, 0x83, 0x01
# USB 2.0, chapter 9: SET_FEATURE and GET_STATUS of an endpoint; ENDPOINT_HALT is feature 0.
SET_FEATURE, GET_STATUS, TO_ENDPOINT, FROM_ENDPOINT = 3, 0, 0x02, 0x82
# Where the info descriptor of USB3 Vision (table 3-4) names its strings.
STRINGS = {
    "guid": 11,
    "vendor": 12,
    "model": 13,
    "family": 14,
    "version": 15,
    "info": 16,
    "serial": 17,
    "user": 18,
}


class ControlLink:
    """The control endpoints, one command at a time."""

    def __init__(self, handle):
        self._handle = handle
        self._number = 0

    def drain(self):
        """Throw away what an earlier host has left."""
        try:
            while True:
                self._handle.read(CONTROL_IN, 4096, 150)
        except usb.core.USBTimeoutError:
            return

    def ask(self, command, body):
        self._number = self._number % 0xFFFF + 1
        return self.ask_as(self._number, command, body)

    def ask_as(self, number, command, body):
        """Give status and data of the acknowledge."""
        head = HEADER.pack(PREFIX, REQUEST_ACKNOWLEDGE, command, len(body), number)
        self._handle.write(CONTROL_OUT, head + body, 2000)
        answer = bytes(self._handle.read(CONTROL_IN, 8192, 3000))
        prefix, status, _, length, back = HEADER.unpack_from(answer)
        whole = length == len(answer) - HEADER.size
        need(prefix == PREFIX and back == number and whole, answer.hex())
        return status, answer[HEADER.size :]

    def read(self, address, length):
        return self.ask(READ, struct.pack("<QHH", address, 0, length))

    def number_at(self, address, length):
        status, value = self.read(address, length)
        need(status == 0, f"{address:#x}: {status:#06x}")
        return int.from_bytes(value, "little")


def strings(handle, link):
    config = handle.get_active_configuration()
    info = bytes(config[(0, 0)].extra_descriptors)
    need(len(info) == 20 and info[:3] == b"\x14\x24\x01", info.hex())
    names = {name: usb.util.get_string(handle, info[at]) for name, at in STRINGS.items()}
    need(len(names["guid"]) == 12, names)
    need(names["serial"] == usb.util.get_string(handle, handle.iSerialNumber), names)
    return f"{info.hex()} {names} MaxPower {config.bMaxPower}"


def bootstrap_registers(handle, link):
    link.drain()
    sbrm = link.number_at(SBRM, 8)
    sirm, eirm = link.number_at(sbrm + 0x20, 8), link.number_at(sbrm + 0x2C, 8)
    for address in range(0, ABRM_END, 4):
        link.read(address, 4)
    return {
        "GenCP": hex(link.number_at(0, 4)),
        "capability": hex(link.number_at(CAPABILITY, 8)),
        "response time": link.number_at(RESPONSE_TIME, 4),
        "USB3 Vision": hex(link.number_at(sbrm, 4)),
        "its capability": hex(link.number_at(sbrm + 0x04, 8)),
        "largest command": link.number_at(sbrm + 0x14, 4),
        "largest acknowledge": link.number_at(sbrm + 0x18, 4),
        "speed": link.number_at(sbrm + 0x40, 4),
        "alignment": 1 << (link.number_at(sirm, 4) >> 24),
        "payload": link.number_at(sirm + 0x08, 8),
        "leader": link.number_at(sirm + 0x10, 4),
        "trailer": link.number_at(sirm + 0x14, 4),
        "EIRM": hex(eirm),
        "manifest": link.number_at(link.number_at(MANIFEST, 8), 8),
    }


def wrong_commands(handle, link):
    statuses = (
        ("read of nowhere", link.read(0xDEAD0000, 4)[0], [INVALID_ADDRESS]),
        ("unknown command", link.ask(0x0998, b"")[0], [NOT_IMPLEMENTED]),
        ("read-only register", write(link, RESPONSE_TIME, 5), [WRITE_PROTECTED]),
        (
            "half of a register",
            link.ask(WRITE, struct.pack("<QH", HEARTBEAT, 5))[0],
            [BAD_ALIGNMENT, INVALID_ADDRESS, INVALID_PARAMETER],
        ),
        ("reserved field", link.ask(READ, struct.pack("<QHH", 0, 1, 4))[0], [INVALID_PARAMETER]),
        (
            "request id 0",
            link.ask_as(0, WRITE, struct.pack("<QI", HEARTBEAT, 3000))[0],
            [INVALID_PARAMETER],
        ),
    )
    wrong = [f"{what}: {got:#06x}" for what, got, right in statuses if got not in right]
    need(not wrong, "; ".join(wrong))
    twice = struct.pack("<QHHQHH", 0, 0, 4, RESPONSE_TIME, 0, 4)
    status, values = link.ask(READ_STACKED, twice)
    return f"stacked read {status:#06x} {values.hex()}"


def write(link, address, value):
    return link.ask(WRITE, struct.pack("<QI", address, value))[0]


def halts(handle, link):
    for endpoint in (CONTROL_IN, EVENT_IN, STREAM_IN, CONTROL_OUT):
        handle.ctrl_transfer(TO_ENDPOINT, SET_FEATURE, 0, endpoint)
        need(is_halted(handle, endpoint), f"{endpoint:#x} does not say halted")
        if endpoint != CONTROL_OUT:
            need_stall(handle, endpoint)
        handle.clear_halt(endpoint)
        need(not is_halted(handle, endpoint), f"{endpoint:#x} is still halted")
    link.number_at(0, 4)


def is_halted(handle, endpoint):
    return bytes(handle.ctrl_transfer(FROM_ENDPOINT, GET_STATUS, 0, endpoint, 2)) == b"\1\0"


def need_stall(handle, endpoint):
    try:
        handle.read(endpoint, 64, 500)
    except usb.core.USBError as error:
        need(error.errno == errno.EPIPE, f"{endpoint:#x}, halted: {error} in place of a stall")
    else:
        raise AssertionError(f"{endpoint:#x} is halted but could be read")


def unlinked_reads(handle, link):
    for endpoint in (CONTROL_IN, EVENT_IN, STREAM_IN):
        try:
            handle.read(endpoint, 1024, 200)
        except usb.core.USBTimeoutError:
            continue
        raise AssertionError(f"data on {endpoint:#x}")
    link.number_at(0, 4)


CHECKS = (
    ("strings, device-info descriptor", strings),
    ("GenCP bootstrap registers (ABRM, SBRM, SIRM, EIRM, manifest)", bootstrap_registers),
    ("wrong commands get the status of GenCP 1.3.1", wrong_commands),
    ("halt and clear on every endpoint; the control link works afterwards", halts),
    ("a read that times out is unlinked; the next one works", unlinked_reads),
)


def main(tag):
    handle = usb.core.find(idVendor=int(DETECTOR[0], 16), idProduct=int(DETECTOR[1], 16))
    usb.util.claim_interface(handle, 0)
    link = ControlLink(handle)
    for name, judge in CHECKS:
        check(f"{tag}: pyusb: {name}", judge, handle, link)
    usb.util.release_interface(handle, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
