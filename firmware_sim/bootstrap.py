"""The bootstrap registers: GenCP's ABRM and manifest, USB3 Vision's SBRM, SIRM and EIRM."""

import hashlib
from dataclasses import dataclass

from firmware_sim.feature_table import features
from firmware_sim.features import Device, feature_registers
from firmware_sim.genicam_xml import FILE_VERSION, SCHEMA, genicam_xml, zipped
from firmware_sim.lines import ModelClock
from firmware_sim.registers import Register, RegisterMap, Typed, constant
from firmware_sim.session import ControlSession
from firmware_sim.stream import ALIGNMENT_LOG2, LEADER_LENGTH, TRAILER_LENGTH, StreamInterface

# Ours to choose.
SBRM_ADDRESS = 0x0001_0000
SIRM_ADDRESS = 0x0001_1000
EIRM_ADDRESS = 0x0001_2000
MANIFEST_ADDRESS = 0x0002_0000
XML_ADDRESS = 0x0010_0000

# GenCP 1.3.1, ABRM 0x000.
GENCP_VERSION = 0x0001_0003
U3V_VERSION = 0x0001_0000
# GenCP 1.3.1, ABRM 0x1C4: user name, heartbeat, timestamp, family, SBRM, written length; ASCII.
CAPABILITY = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 8 | 1 << 9 | 1 << 11
# Clients take their USB time-out from this register; with 100 ms frames get lost on slow hosts.
RESPONSE_TIME_MS = 300
# Figures of this panel: the largest command and acknowledge packets, prefix included.
MAX_COMMAND, MAX_ACKNOWLEDGE = 1024, 4096
HAS_STREAM, HAS_EVENTS = 1 << 0, 1 << 1
SUPER_SPEED = 8
MAX_EVENT = 1024
FAMILY = "HandPanel"
MANUFACTURER_INFO = "Simulated detector. No X-rays, no patients."


@dataclass(slots=True)
class EventInterface:
    """Whether the host wants events."""

    enabled: int = 0


@dataclass(slots=True)
class Bootstrap:
    """What the bootstrap registers stand for; the values a host may write live here."""

    device: Device
    session: ControlSession
    clock: ModelClock
    stream: StreamInterface
    events: EventInterface
    latched_ns: int = 0

    def latch_timestamp(self, value: int) -> None:
        """Keep the device time for the host to read."""
        if value & 1:
            self.latched_ns = self.clock.now_us * 1000

    def set_configuration(self, value: int) -> None:
        """Switch the heartbeat on or off (bit 0)."""
        if value & 1:
            self.session.enable_heartbeat()
        else:
            self.session.disable_heartbeat()

    def set_user_name(self, value: str) -> None:
        """Give the device a name of the user's own."""
        self.device.user_name = value

    def set_events_enabled(self, value: int) -> None:
        """Switch events on or off (bit 0)."""
        self.events.enabled = value & 1


def usb_register_map(bootstrap: Bootstrap) -> RegisterMap:
    """Build the map that the USB control endpoint serves."""
    typed = Typed("little")
    xml = zipped(genicam_xml(bootstrap.device, "little"))
    return RegisterMap(
        [
            *_abrm(bootstrap, typed),
            *_sbrm(typed),
            *_sirm(bootstrap.stream, typed),
            *_eirm(bootstrap, typed),
            *_manifest(xml, typed),
            constant(XML_ADDRESS, xml),
            *feature_registers(features(bootstrap.device), bootstrap.device, "little"),
        ]
    )


def _abrm(bootstrap: Bootstrap, typed: Typed) -> list[Register]:
    device, session = bootstrap.device, bootstrap.session
    return [
        typed.unsigned(0x000, 4, lambda: GENCP_VERSION),
        typed.text(0x004, lambda: device.vendor),
        typed.text(0x044, lambda: device.model),
        typed.text(0x084, lambda: FAMILY),
        typed.text(0x0C4, lambda: device.firmware_version),
        typed.text(0x104, lambda: MANUFACTURER_INFO),
        typed.text(0x144, lambda: device.serial),
        typed.text(0x184, lambda: device.user_name, bootstrap.set_user_name),
        typed.unsigned(0x1C4, 8, lambda: CAPABILITY),
        typed.unsigned(0x1CC, 4, lambda: RESPONSE_TIME_MS),
        typed.unsigned(0x1D0, 8, lambda: MANIFEST_ADDRESS),
        typed.unsigned(0x1D8, 8, lambda: SBRM_ADDRESS),
        typed.unsigned(
            0x1E0, 8, lambda: int(session.heartbeat_enabled), bootstrap.set_configuration
        ),
        typed.unsigned(0x1E8, 4, lambda: session.heartbeat_ms, session.set_heartbeat_ms),
        typed.unsigned(0x1F0, 8, lambda: bootstrap.latched_ns),
        typed.unsigned(0x1F8, 4, None, bootstrap.latch_timestamp),
        typed.unsigned(0x1FC, 8, lambda: 1),
        typed.unsigned(0x204, 4, lambda: session.privilege, session.set_privilege),
    ]


def _sbrm(typed: Typed) -> list[Register]:
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
        (0x40, 4, SUPER_SPEED),
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
        typed.unsigned(SIRM_ADDRESS + 0x14, 4, lambda: TRAILER_LENGTH),
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


def _manifest(xml: bytes, typed: Typed) -> list[Register]:
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
    return [constant(MANIFEST_ADDRESS, count), constant(MANIFEST_ADDRESS + 8, entry)]
