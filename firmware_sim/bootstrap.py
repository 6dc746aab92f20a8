"""The registers of the USB link: ABRM, manifest, USB3 Vision's SBRM, SIRM and EIRM, features."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from firmware_sim.abrm import CAPABILITY, Abrm, LeadsTo, abrm_registers
from firmware_sim.feature_table import features
from firmware_sim.features import feature_registers
from firmware_sim.genicam_xml import FILE_VERSION, SCHEMA, genicam_xml, zipped
from firmware_sim.registers import Register, RegisterMap, Typed, constant
from firmware_sim.stream import ALIGNMENT_LOG2, CHUNK_TRAILER_LENGTH, LEADER_LENGTH, StreamInterface

# Ours to choose.
SBRM_ADDRESS = 0x0001_0000
SIRM_ADDRESS = 0x0001_1000
EIRM_ADDRESS = 0x0001_2000
MANIFEST_ADDRESS = 0x0002_0000
XML_ADDRESS = 0x0010_0000
LEADS_TO = LeadsTo(MANIFEST_ADDRESS, SBRM_ADDRESS)

# USB3 Vision 1.0, SBRM 0x00.
U3V_VERSION = 0x0001_0000
# Figures of this panel: the largest command and acknowledge packets, prefix included.
MAX_COMMAND, MAX_ACKNOWLEDGE = 1024, 4096
HAS_STREAM, HAS_EVENTS = 1 << 0, 1 << 1
SUPER_SPEED = 8
MAX_EVENT = 1024


@dataclass(slots=True)
class EventInterface:
    """Whether the host wants events; `on_enable` may refuse it."""

    enabled: int = 0
    on_enable: Callable[[], None] = field(default=lambda: None)


@dataclass(slots=True)
class Bootstrap:
    """What the bootstrap registers of the USB link stand for."""

    abrm: Abrm
    stream: StreamInterface
    events: EventInterface
    speed: int = SUPER_SPEED

    def set_events_enabled(self, value: int) -> None:
        """Switch events on or off (bit 0)."""
        if value & 1 and not self.events.enabled:
            self.events.on_enable()
        self.events.enabled = value & 1


def usb_register_map(bootstrap: Bootstrap) -> RegisterMap:
    """Build the map that the USB control endpoint serves."""
    typed = Typed("little")
    device = bootstrap.abrm.device
    return RegisterMap(
        [
            *abrm_registers(bootstrap.abrm, CAPABILITY, LEADS_TO, typed),
            *_sbrm(bootstrap.speed, typed),
            *_sirm(bootstrap.stream, typed),
            *_eirm(bootstrap, typed),
            *described(zipped(genicam_xml(device, "little")), typed),
            *feature_registers(features(device), device, "little"),
        ]
    )


def _sbrm(speed: int, typed: Typed) -> list[Register]:
    values = (
        (0x00, 4, U3V_VERSION),
        (0x04, 8, HAS_STREAM | HAS_EVENTS),
        (0x0C, 8, 0),
        (0x14, 4, MAX_COMMAND),
        (0x18, 4, MAX_ACKNOWLEDGE),
        (0x1C, 4, 1),
        (0x20, 8, SIRM_ADDRESS),
        (0x28, 4, 0x30),
        (0x2C, 8, EIRM_ADDRESS),
        (0x34, 4, 0x0C),
        (0x38, 8, 0),
        (0x40, 4, speed),
    )
    return [
        constant(SBRM_ADDRESS + offset, value.to_bytes(length, typed.order))
        for offset, length, value in values
    ]


def _sirm(stream: StreamInterface, typed: Typed) -> list[Register]:
    def size(offset: int, name: str) -> Register:
        return typed.unsigned(
            SIRM_ADDRESS + offset,
            4,
            lambda: int(getattr(stream, name)),
            lambda value: stream.set_size(name, value),
        )

    return [
        typed.unsigned(SIRM_ADDRESS, 4, lambda: ALIGNMENT_LOG2 << 24),
        typed.unsigned(SIRM_ADDRESS + 0x04, 4, lambda: stream.enabled, stream.set_enabled),
        typed.unsigned(SIRM_ADDRESS + 0x08, 8, lambda: stream.required_payload),
        typed.unsigned(SIRM_ADDRESS + 0x10, 4, lambda: LEADER_LENGTH),
        typed.unsigned(SIRM_ADDRESS + 0x14, 4, lambda: CHUNK_TRAILER_LENGTH),
        size(0x18, "max_leader"),
        size(0x1C, "payload_size"),
        size(0x20, "payload_count"),
        size(0x24, "final1"),
        size(0x28, "final2"),
        size(0x2C, "max_trailer"),
    ]


def _eirm(bootstrap: Bootstrap, typed: Typed) -> list[Register]:
    return [
        typed.unsigned(
            EIRM_ADDRESS, 4, lambda: bootstrap.events.enabled, bootstrap.set_events_enabled
        ),
        typed.unsigned(EIRM_ADDRESS + 0x04, 4, lambda: MAX_EVENT),
        typed.unsigned(EIRM_ADDRESS + 0x08, 4, lambda: 0, lambda value: None),
    ]


def described(xml: bytes, typed: Typed) -> list[Register]:
    """Make the manifest of a device's packed XML, and the XML itself."""
    major, minor, sub = FILE_VERSION
    version = major << 24 | minor << 16 | sub
    # GenCP 1.3.1, manifest entry: a device XML, packed as ZIP.
    kind = SCHEMA[0] << 24 | SCHEMA[1] << 16 | 1 << 10
    entry = b"".join(
        (
            version.to_bytes(4, typed.order),
            kind.to_bytes(4, typed.order),
            XML_ADDRESS.to_bytes(8, typed.order),
            len(xml).to_bytes(8, typed.order),
            hashlib.sha1(xml, usedforsecurity=False).digest(),
            bytes(20),
        )
    )
    count = (1).to_bytes(8, typed.order)
    return [
        constant(MANIFEST_ADDRESS, count),
        constant(MANIFEST_ADDRESS + 8, entry),
        constant(XML_ADDRESS, xml),
    ]
