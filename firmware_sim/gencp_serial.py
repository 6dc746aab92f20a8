"""The panel on a serial line: GenCP without an image channel.

It serves identity, status, features, files and events, and is never armed: arming belongs to the
link on which the image would come. While a host on one link holds the panel, a host on the other
may only read; a host on the serial line cannot take it while it acquires or is armed.
"""

import struct
from dataclasses import replace
from random import Random

from firmware_sim.abrm import CAPABILITY, MESSAGE_CHANNEL, Abrm, abrm_registers
from firmware_sim.baud import SUPPORTED, BaudRate
from firmware_sim.bootstrap import LEADS_TO, MANIFEST_ADDRESS, SBRM_ADDRESS, described
from firmware_sim.detector import detector_of
from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.event_channel import SerialEventChannel
from firmware_sim.events import DeviceEvent
from firmware_sim.faults import PANEL_LINE
from firmware_sim.feature_table import features
from firmware_sim.features import Device, Feature, Value, feature_registers
from firmware_sim.gencp_framing import CONTROL_CHANNEL, NotAPacket, SerialFraming, channel_of
from firmware_sim.gencp_server import ControlLink, GencpServer
from firmware_sim.genicam_xml import genicam_xml, zipped
from firmware_sim.registers import Register, RegisterMap, Typed
from firmware_sim.serial_line import LineCable, SerialLine
from firmware_sim.serial_packets import LARGEST_PACKET, Cut, cut, cut_without_waiting
from firmware_sim.session import ControlSession
from firmware_sim.unit import SimulatedUnit

# Design figure: a line that is silent for so long in the middle of a packet will not finish it.
LONGEST_GAP_MS = 100
LARGEST_CHANNEL = 0xFFFF
ARM_FEATURE = "ExposureArm"


class GencpSerial:
    """Serves the panel of a unit on a serial line; `where` is what a host opens."""

    def __init__(self, unit: SimulatedUnit, where: str) -> None:
        self._unit = unit
        self.device = detector_of(unit)
        self.statistics = self.device.link
        chance = Random(f"{unit.seed} serial line")
        line = SerialLine(where, "--gencp-serial", chance, lambda: unit.points.highest_baud)
        self._line, self.where = line, line.where
        self.baud = BaudRate(unit.clock, line.set_baud, self._forget)
        self.session = self._new_session()
        self.abrm = Abrm(self.device, self.session)
        wire = unit.wire_faults("serial", SerialFraming(), line.send)
        self.events = SerialEventChannel(unit.clock, line.send, lambda: self.abrm.multi_event)
        link = ControlLink(SerialFraming(), LARGEST_PACKET, LARGEST_PACKET, wire)
        self._gencp = GencpServer(self._register_map(), link, self.session, self.statistics)
        self._buffer = b""
        self._gap_ends_us: int | None = None
        self.device.events.listeners.append(self.events.notify)
        unit.panel.on_event.append(self._tell)
        unit.other_sessions.append(self.session)
        unit.on_power_up.append(self.power_up)
        cable = LineCable(line, lambda: unit.points.line_pulled == "panel")
        for part in (self.session, self._gencp, self.events, self.baud, cable, self):
            unit.add_part(part)
        unit.parts.add(PANEL_LINE)
        line.start(self.take)

    def close(self) -> None:
        """Stop answering and close the line."""
        self._line.close()

    def power_up(self) -> None:
        """Begin as after a power cut."""
        self._forget()
        self.events.open(CONTROL_CHANNEL)
        self.baud.begin_anew()
        self.session.power_up()
        self.abrm.multi_event = 0
        self.device.firmware_version = self._unit.flash.firmware_version
        self.device.start_anew()

    def take(self, received: bytes) -> None:
        """Take bytes from the line."""
        with self._unit.lock:
            if not self._unit.points.host_is_heard:
                return
            self._use(cut(self._buffer + received))
            gap_ends_us = self._unit.clock.after_ms(LONGEST_GAP_MS)
            self._gap_ends_us = gap_ends_us if self._buffer else None

    def deadline_us(self) -> int | None:
        """Give the moment at which a packet that does not go on is given up."""
        return self._gap_ends_us

    def advance(self) -> bool:
        """Give up a packet that does not go on."""
        if not self._unit.clock.reached(self._gap_ends_us):
            return False
        self._gap_ends_us = None
        self.statistics.malformed += 1
        self._use(cut_without_waiting(self._buffer))
        return True

    def _use(self, found: Cut) -> None:
        self._buffer = found.rest
        self.statistics.checksum_errors += found.damaged
        for packet in found.packets:
            self._deal_with(packet)
            self._unit.settle()

    def _deal_with(self, packet: bytes) -> None:
        channel = channel_of(packet)
        if channel == CONTROL_CHANNEL:
            self._gencp.take(packet)
            return
        try:
            self.events.take(packet)
        except NotAPacket:
            self.statistics.malformed += 1

    def _forget(self) -> None:
        """Forget what a host at another rate, or before a power cut, had said."""
        self._gencp.forget()
        self._buffer, self._gap_ends_us = b"", None

    def _new_session(self) -> ControlSession:
        panel = self._unit.panel
        return ControlSession(
            self._unit.clock,
            self._end_session,
            access=self._unit.session.access,
            may_open=lambda: not (panel.acquiring or panel.under_exposure),
            heartbeat_is_mandatory=lambda: not self.baud.is_first,
            reserved_from=MANIFEST_ADDRESS,
        )

    def _end_session(self) -> None:
        """Go back to what a new host expects; what the lost one had running ends."""
        if self.session.holds_device:
            self._unit.panel.stop_acquisition()
        self.events.open(CONTROL_CHANNEL)
        self.device.events.wanted = frozenset()
        self.device.selected.clear()
        self.device.files.close_all()
        self.baud.begin_anew()

    def _tell(self, event: DeviceEvent, value: int) -> None:
        # What an event carries is little-endian on every link, as the panel's description says.
        self.device.events.tell(event, self._unit.clock.now_us * 1000, struct.pack("<Q", value))

    def _set_event_channel(self, value: int) -> None:
        if value > LARGEST_CHANNEL:
            raise OutOfRange("A message channel is a 16-bit number.")
        self.events.open(value)

    def _register_map(self) -> RegisterMap:
        typed, device = Typed("big"), self.device
        capability = CAPABILITY | MESSAGE_CHANNEL
        table = [_never_armed(feature) for feature in features(device)]
        return RegisterMap(
            [
                *abrm_registers(self.abrm, capability, LEADS_TO, typed),
                typed.unsigned(0x1EC, 4, lambda: self.events.channel, self._set_event_channel),
                *self._sbrm(typed),
                *described(zipped(genicam_xml(device, "big")), typed),
                *feature_registers(table, device, "big"),
            ]
        )

    def _sbrm(self, typed: Typed) -> list[Register]:
        """GenCP 1.3.1, serial SBRM: the rates that there are, and the present one."""
        return [
            typed.unsigned(SBRM_ADDRESS, 4, lambda: SUPPORTED),
            typed.unsigned(SBRM_ADDRESS + 4, 4, lambda: self.baud.bit, self.baud.write),
        ]


def _never_armed(feature: Feature) -> Feature:
    """Let the arm switch only be switched off: over this link the image would not come."""
    write = feature.write
    if feature.name != ARM_FEATURE or write is None:
        return feature

    def only_disarm(device: Device, value: Value) -> None:
        if value:
            raise AccessDenied("The panel is armed only over the link that carries its images.")
        write(device, value)

    return replace(feature, write=only_disarm)
