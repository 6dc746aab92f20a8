"""GenCP's ABRM: the registers that every device has at address 0, on every link."""

from dataclasses import dataclass

from firmware_sim.features import Device
from firmware_sim.registers import Register, Typed
from firmware_sim.session import ControlSession

# GenCP 1.3.1, ABRM 0x000 and 0x210: the version of the standard, as number and as text.
GENCP_VERSION = 0x0001_0003
SOFTWARE_INTERFACE_VERSION = "GenCP 1.3.1"
# GenCP 1.3.1, ABRM 0x1C4. Strings are ASCII: bits 4 to 7 are 0.
USER_NAME, PRIVILEGE_AND_HEARTBEAT, MESSAGE_CHANNEL, TIMESTAMP = 1 << 0, 1 << 1, 1 << 2, 1 << 3
FAMILY_NAME, SBRM, ENDIANNESS, WRITTEN_LENGTH = 1 << 8, 1 << 9, 1 << 10, 1 << 11
MULTI_EVENT, STACKED, INTERFACE_VERSION = 1 << 12, 1 << 13, 1 << 14
# What the device can do on every link.
CAPABILITY = (
    USER_NAME
    | PRIVILEGE_AND_HEARTBEAT
    | TIMESTAMP
    | FAMILY_NAME
    | SBRM
    | ENDIANNESS
    | WRITTEN_LENGTH
    | MULTI_EVENT
    | STACKED
    | INTERFACE_VERSION
)
# GenCP 1.3.1, ABRM 0x1E0.
HEARTBEAT_ENABLE, MULTI_EVENT_ENABLE = 1 << 0, 1 << 1
# GenCP 1.3.1, ABRM 0x20C: the byte order of the device itself, whatever its links speak.
LITTLE_ENDIAN = 0xFFFF_FFFF
# Clients take their USB time-out from this register; with 100 ms frames get lost on slow hosts.
RESPONSE_TIME_MS = 300
FAMILY = "HandPanel"
MANUFACTURER_INFO = "Simulated detector. No X-rays, no patients."


@dataclass(frozen=True, slots=True)
class LeadsTo:
    """Where the ABRM leads to."""

    manifest: int
    sbrm: int


@dataclass(slots=True)
class Abrm:
    """What one link's ABRM stands for; the values a host may write live here."""

    device: Device
    session: ControlSession
    latched_ns: int = 0
    multi_event: int = 0

    @property
    def configuration(self) -> int:
        """The device configuration: heartbeat in bit 0, multi-event in bit 1."""
        heartbeat = HEARTBEAT_ENABLE if self.session.watches_host else 0
        return heartbeat | (MULTI_EVENT_ENABLE if self.multi_event else 0)

    def set_configuration(self, value: int) -> None:
        """Switch heartbeat (bit 0) and multi-event (bit 1) on or off."""
        if value & HEARTBEAT_ENABLE:
            self.session.enable_heartbeat()
        elif self.session.watches_host:
            self.session.disable_heartbeat()
        self.multi_event = value & MULTI_EVENT_ENABLE

    def latch_timestamp(self, value: int) -> None:
        """Keep the device time for the host to read."""
        if value & 1:
            self.latched_ns = self.session.clock.now_us * 1000

    def set_user_name(self, value: str) -> None:
        """Give the device a name of the user's own."""
        self.device.user_name = value


def abrm_registers(abrm: Abrm, capability: int, leads_to: LeadsTo, typed: Typed) -> list[Register]:
    """Make the registers; those of a capability that the link lacks are no addresses."""
    device, session = abrm.device, abrm.session
    return [
        typed.unsigned(0x000, 4, lambda: GENCP_VERSION),
        typed.text(0x004, lambda: device.vendor),
        typed.text(0x044, lambda: device.model),
        typed.text(0x084, lambda: FAMILY),
        typed.text(0x0C4, lambda: device.firmware_version),
        typed.text(0x104, lambda: MANUFACTURER_INFO),
        typed.text(0x144, lambda: device.serial),
        typed.text(0x184, lambda: device.user_name, abrm.set_user_name),
        typed.unsigned(0x1C4, 8, lambda: capability),
        typed.unsigned(0x1CC, 4, lambda: RESPONSE_TIME_MS),
        typed.unsigned(0x1D0, 8, lambda: leads_to.manifest),
        typed.unsigned(0x1D8, 8, lambda: leads_to.sbrm),
        typed.unsigned(0x1E0, 8, lambda: abrm.configuration, abrm.set_configuration),
        typed.unsigned(0x1E8, 4, lambda: session.heartbeat_ms, session.set_heartbeat_ms),
        typed.unsigned(0x1F0, 8, lambda: abrm.latched_ns),
        typed.unsigned(0x1F8, 4, None, abrm.latch_timestamp),
        typed.unsigned(0x1FC, 8, lambda: 1),
        typed.unsigned(0x204, 4, lambda: session.privilege, session.set_privilege),
        typed.unsigned(0x20C, 4, lambda: LITTLE_ENDIAN),
        typed.text(0x210, lambda: SOFTWARE_INTERFACE_VERSION),
    ]
