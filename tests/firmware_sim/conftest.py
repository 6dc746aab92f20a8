"""A unit with a tiny panel whose pixels tell what it was asked for, and hands to work it."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from genicam import genapi

from firmware_sim.bootstrap import MANIFEST_ADDRESS, SIRM_ADDRESS
from firmware_sim.frame import Frame
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.reading import Circumstances, Reading
from firmware_sim.tube import Settings
from firmware_sim.u3v_server import U3vDevice
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usb_device import Speed
from firmware_sim.usb_pipe import Request

VECTORS = Path(__file__).parents[1] / "vectors"
# As many lines as take 4.4 ms to read out.
TINY_PANEL = PanelGeometry(200, 8, 100.0)
# 50 kV, 25 mA, 12 ms in the generator's counts.
START_PRESET = Settings(12, 4095, 512)


class TellTaleImager:
    """Every pixel of a frame holds the figure that matters: frame number, or uAs."""

    sensitivity_rqa3 = 1024.0
    spec = "empty"

    def __init__(self) -> None:
        self.prepared: list[tuple[str, float]] = []

    def place(self, spec: str) -> None:
        self.spec = spec

    def look_ahead(self, kv: float) -> None:
        self.prepared.append((self.spec, kv))

    def power_up(self) -> None: ...

    def read_dark(self, about: Circumstances) -> Reading:
        return flat_reading(about.frame_number)

    def read_exposed(self, kv: float, mas: float, about: Circumstances) -> Reading:
        return flat_reading(round(1000 * mas))


def flat_reading(value: int) -> Reading:
    rows = np.arange(TINY_PANEL.rows, dtype=np.float32)
    return Reading(np.full(TINY_PANEL.shape, value, np.uint16), rows)


class Hands:
    """Does to a unit what host and operator would do, without any wire."""

    def __init__(self, unit: SimulatedUnit) -> None:
        self.unit = unit
        self.frames: list[Frame] = []
        unit.panel.on_frame = self.frames.append

    def program(self, settings: Settings = START_PRESET) -> None:
        self.unit.tube.program(settings)

    def ready_to_arm(self, nonce: int = 1) -> None:
        self.unit.session.set_privilege(1)
        self.unit.session.enable_heartbeat()
        if not self.unit.panel.acquiring:
            self.unit.panel.set_trigger_on(1)
            self.unit.panel.start_acquisition()
        self.unit.panel.set_nonce(nonce)
        self.unit.session.heard()

    def arm(self, nonce: int = 1) -> None:
        self.ready_to_arm(nonce)
        self.unit.panel.arm()
        self.unit.settle()

    def listen(self, seconds: float) -> None:
        """Let time pass while the host keeps its heartbeat."""
        while seconds > 0.0:
            self.unit.session.heard()
            self.unit.step(min(seconds, 0.05))
            seconds = round(seconds - 0.05, 6)

    def expose(self, nonce: int = 1, held_s: float = 4.0) -> None:
        self.arm(nonce)
        self.unit.press_hand_switch(2)
        self.listen(held_s)
        self.unit.press_hand_switch(0)

    def until_x_rays(self) -> None:
        """Keep the host alive until X-rays are on."""
        for _ in range(40_000):
            if self.unit.lines.x_rays:
                return
            self.unit.session.heard()
            self.unit.step(0.001)
        raise AssertionError("no X-rays within 40 s")


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], dict[str, bytes]]:
    """Golden bytes of tests/vectors, by their titles."""
    return read_vectors


def read_vectors(name: str) -> dict[str, bytes]:
    lines = (Path(__file__).parents[1] / "vectors" / name).read_text().splitlines()
    pairs = (line.rsplit(" = ", 1) for line in lines if line and not line.startswith("#"))
    return {title: bytes.fromhex(content) for title, content in pairs}


@pytest.fixture
def unit() -> Iterator[SimulatedUnit]:
    unit = SimulatedUnit(TINY_PANEL, 7, imager=TellTaleImager(), boot_id=5)
    yield unit
    unit.close()


@pytest.fixture
def automatic_unit() -> Iterator[SimulatedUnit]:
    unit = SimulatedUnit(TINY_PANEL, 7, imager=TellTaleImager(), boot_id=5, operator="auto")
    yield unit
    unit.close()


@pytest.fixture
def hands(unit: SimulatedUnit) -> Hands:
    return Hands(unit)


@pytest.fixture
def hands_of_automatic_unit(automatic_unit: SimulatedUnit) -> Hands:
    return Hands(automatic_unit)


class GencpPort(genapi.AbstractPort):
    """What a node map of EMVA's reference library reads and writes through: GenCP commands."""

    def __init__(self, camera: "Camera") -> None:
        super().__init__()
        self._camera = camera

    def get_access_mode(self) -> object:
        return genapi.EAccessMode.RW

    def read(self, address: int, length: int) -> bytes:
        return self._camera.read(address, length)

    def write(self, address: int, content: bytes) -> None:
        self._camera.write(address, bytes(content))


class Camera:
    """A host that knows the detector only by its endpoints, and a node map over them."""

    def __init__(self, unit: SimulatedUnit, speed: Speed = Speed.SUPER) -> None:
        self.unit = unit
        self.device = U3vDevice(unit, speed)
        self.device.attach()
        self._number = 0
        self._port = GencpPort(self)
        self.nodes = genapi.NodeMap()
        self.nodes.load_xml_from_string(self._fetch_xml().decode())
        self.nodes.connect(self._port, "Device")

    def __getitem__(self, name: str) -> object:
        return self.nodes.get_node(name)

    def command(self, command: int, content: bytes) -> tuple[int, bytes]:
        """Send a command and let the time pass that it needs."""
        self._number += 1
        head = struct.pack("<4sHHHH", b"U3VC", 0x4000, command, len(content), self._number)
        self.device.command(head + content)
        answer = self.take(0x81)
        while answer is None or answer[6:8] == b"\x05\x08":
            self.unit.step(0.001)
            answer = self.take(0x81)
        return int.from_bytes(answer[4:6], "little"), answer[12:]

    def read(self, address: int, length: int) -> bytes:
        status, content = self.command(0x0800, struct.pack("<QHH", address, 0, length))
        if status:
            raise OSError(hex(status))
        return content

    def write(self, address: int, content: bytes) -> None:
        for at in range(0, len(content), 512):
            piece = struct.pack("<Q", address + at) + content[at : at + 512]
            status = self.command(0x0802, piece)[0]
            if status:
                raise OSError(hex(status))

    def take(self, endpoint: int, length: int = 1 << 20) -> bytes | None:
        """Ask an endpoint once; None when nothing waits."""
        taken: list[bytes] = []
        self.device.pipes[endpoint].request(
            Request(1 << 20, length, lambda status, transfer: taken.append(bytes(transfer)))
        )
        self.device.pipes[endpoint].cancel(1 << 20)
        return taken[0] if taken else None

    def start_stream(self) -> None:
        """Make room for a frame in one payload transfer, and switch the stream on."""
        payload = int.from_bytes(self.read(SIRM_ADDRESS + 0x08, 8), "little")
        self.write(SIRM_ADDRESS + 0x04, bytes(4))
        for offset, size in (
            (0x18, 52),
            (0x1C, -(-payload // 1024) * 1024),
            (0x20, 1),
            (0x24, 0),
            (0x28, 0),
            (0x2C, 36),
            (0x04, 1),
        ):
            self.write(SIRM_ADDRESS + offset, size.to_bytes(4, "little"))

    def block(self) -> tuple[bytes, bytes, bytes] | None:
        """Take a whole block: leader, payload, trailer; None when none waits."""
        leader = self.take(0x83)
        if leader is None:
            return None
        payload = self.take(0x83)
        assert payload is not None
        if payload[:4] == b"U3VT":
            return leader, b"", payload
        trailer = self.take(0x83)
        assert trailer is not None
        return leader, payload, trailer

    def blocks(self) -> list[tuple[bytes, bytes, bytes]]:
        """Take every block that waits."""
        return list(iter(self.block, None))

    def _fetch_xml(self) -> bytes:
        entry = self.read(MANIFEST_ADDRESS + 8, 64)
        address, size = struct.unpack("<QQ", entry[8:24])
        pieces = [self.read(address + at, min(4000, size - at)) for at in range(0, size, 4000)]
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
            return archive.read(archive.namelist()[0])


@pytest.fixture
def camera(unit: SimulatedUnit) -> Camera:
    return Camera(unit)


@pytest.fixture
def make_camera() -> Iterator[Callable[..., Camera]]:
    """Make cameras of units with other options."""
    units: list[SimulatedUnit] = []

    def make(speed: Speed = Speed.SUPER, **options: object) -> Camera:
        units.append(SimulatedUnit(TINY_PANEL, 7, imager=TellTaleImager(), boot_id=5, **options))
        return Camera(units[-1], speed)

    yield make
    for unit in units:
        unit.close()
