"""A host without manners: it writes whatever it likes, straight into the device and the generator.

It is a client of its own, written from the standard: it finds every register in the description
that the device hands out.
"""

import io
import re
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from firmware_sim.u3v_server import U3vDevice
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usb_pipe import Request
from tests.campaigns.monitor import Monitor

READMEM, WRITEMEM, WRITEMEM_STACKED, REQUEST_ACK = 0x0800, 0x0802, 0x0808, 0x4000
COMMAND_IN = 0x81
PIECE = 1024
REGISTER = re.compile(
    r'Name="(\w+)Reg" NameSpace="\w+"><Address>(0x[0-9a-f]+)</Address>'
    r"<Length>(\d+)</Length><AccessMode>(\w+)</AccessMode><pPort>Device</pPort>"
)


@dataclass(frozen=True, slots=True)
class WireRegister:
    """A register as the device describes it."""

    address: int
    length: int
    access: str


# GenCP 1.3.1, ABRM: heartbeat enable, heartbeat time-out, access privilege.
BOOTSTRAP = {
    "heartbeat": WireRegister(0x1E0, 8, "RW"),
    "heartbeat_ms": WireRegister(0x1E8, 4, "RW"),
    "privilege": WireRegister(0x204, 4, "RW"),
}


class RawHost:
    """Sends packets in this process, without sockets and without waiting."""

    def __init__(self, unit: SimulatedUnit) -> None:
        self.device = U3vDevice(unit)
        self.connected = True
        self.monitor: Monitor | None = None
        self._unit = unit
        self._request_id = 0
        self._number = 0
        self.registers = BOOTSTRAP | self._described()
        unit.cable.on_pull.append(self._cut_off)

    def addresses(self) -> dict[str, int]:
        """Give where the device says that its registers are."""
        return {name: register.address for name, register in self.registers.items()}

    def send(self, packet: bytes) -> bytes | None:
        """Send bytes, well-formed or not, and give the answer if there is one."""
        if not self.connected:
            return None
        self.device.command(packet)
        answer = self._take()
        if self.monitor is not None and self._unit.points.host_is_heard:
            self.monitor.host_sent(packet, answer)
        return answer

    def packet(self, command: int, content: bytes) -> bytes:
        """Make a command under a number of its own."""
        self._request_id = self._request_id % 0xEFFF + 1
        head = struct.pack("<4sHHHH", b"U3VC", REQUEST_ACK, command, len(content), self._request_id)
        return head + content

    def write_packet(self, name: str, value: int) -> bytes:
        """Make a write of a register by its name."""
        register = self.registers[name]
        content = _little(value, register)
        return self.packet(WRITEMEM, struct.pack("<Q", register.address) + content)

    def _entry(self, name: str, value: int) -> bytes:
        register = self.registers[name]
        head = struct.pack("<QHH", register.address, 0, register.length)
        return head + _little(value, register)

    def write(self, name: str, value: int) -> bytes | None:
        """Write a register by its name."""
        return self.send(self.write_packet(name, value))

    def write_stacked(self, values: Sequence[tuple[str, int]]) -> bytes | None:
        """Write several registers with one command."""
        content = b"".join(self._entry(name, value) for name, value in values)
        return self.send(self.packet(WRITEMEM_STACKED, content))

    def read(self, name: str) -> int | None:
        """Read a register by its name; None when nobody answers."""
        register = self.registers[name]
        content = struct.pack("<QHH", register.address, 0, register.length)
        answer = self.send(self.packet(READMEM, content))
        return None if answer is None else int.from_bytes(answer[12:], "little")

    def ask_generator(self, text: str) -> list[str]:
        """Send a command to the generator and give the arguments of its answer."""
        arguments = self._unit.generator.answer(text).removesuffix(",").split(",")[1:]
        if self.monitor is not None and text.startswith("50,") and arguments == ["$"]:
            self.monitor.generator_accepted(int(text.split(",")[1]))
        self._unit.settle()
        return arguments

    def connect(self) -> None:
        """Take the device anew, as a host that was started again does."""
        if self._unit.cable.plugged:
            self.device.attach()
            self.connected = True
            if self.monitor is not None:
                self.monitor.host_changed()

    def _cut_off(self) -> None:
        self.connected = False
        self.device.detach()

    def _take(self) -> bytes | None:
        """Give the newest answer; older ones were those of slow commands."""
        newest = None
        while (answer := self._next_answer()) is not None:
            newest = answer
        return newest

    def _next_answer(self) -> bytes | None:
        self._number += 1
        taken: list[bytes] = []
        pipe = self.device.pipes[COMMAND_IN]
        pipe.request(Request(self._number, 1 << 16, lambda _, part: taken.append(bytes(part))))
        pipe.cancel(self._number)
        return taken[0] if taken else None

    def _described(self) -> dict[str, WireRegister]:
        manifest = self._integer(0x1D0, 8)
        address, size = self._integer(manifest + 16, 8), self._integer(manifest + 24, 8)
        stored = b"".join(
            self._memory(address + at, min(PIECE, size - at)) for at in range(0, size, PIECE)
        )
        with zipfile.ZipFile(io.BytesIO(stored)) as archive:
            xml = archive.read(archive.namelist()[0]).decode("utf-8")
        return {
            name: WireRegister(int(at, 16), int(length), access)
            for name, at, length, access in REGISTER.findall(xml)
        }

    def _integer(self, address: int, length: int) -> int:
        return int.from_bytes(self._memory(address, length), "little")

    def _memory(self, address: int, length: int) -> bytes:
        answer = self.send(self.packet(READMEM, struct.pack("<QHH", address, 0, length)))
        assert answer is not None and len(answer) == 12 + length
        return answer[12:]


def _little(value: int, register: WireRegister) -> bytes:
    return value.to_bytes(register.length, "little", signed=value < 0)
