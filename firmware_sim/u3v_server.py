"""The panel as a USB3 Vision device: control requests in, endpoints out."""

import struct
from collections.abc import Callable

from firmware_sim import usb_descriptors as usb
from firmware_sim.bootstrap import MAX_ACKNOWLEDGE, Bootstrap, EventInterface, usb_register_map
from firmware_sim.features import Device
from firmware_sim.gencp_server import GencpServer, UsbFraming
from firmware_sim.identity import firmware_version, model_name, serial_number
from firmware_sim.panel import Frame
from firmware_sim.stream import StreamInterface, transfers
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usb_pipe import InPipe

VENDOR_NAME = "BoneageDR"
# USB 2.0, table 9-4: standard requests; table 9-6: features.
GET_STATUS, CLEAR_FEATURE, SET_FEATURE = 0, 1, 3
GET_DESCRIPTOR, GET_CONFIGURATION, SET_CONFIGURATION = 6, 8, 9
GET_INTERFACE, SET_INTERFACE = 10, 11
# USB 3.1, table 9-5.
SET_SEL, SET_ISOCH_DELAY = 0x30, 0x31
ENDPOINT_HALT = 0
STANDARD_TYPE_MASK, RECIPIENT_MASK = 0x60, 0x1F
TO_ENDPOINT = 2


class Stall(Exception):
    """The device does not know this request."""


class U3vDevice:
    """What the USB/IP server puts on the wire for one unit."""

    def __init__(self, unit: SimulatedUnit) -> None:
        self.pipes = {address: InPipe() for address in (0x81, 0x82, 0x83)}
        self.configuration = 0
        self._unit = unit
        self._device = Device(
            unit.panel,
            VENDOR_NAME,
            model_name(unit.panel.geometry.rows),
            serial_number(unit.seed),
            firmware_version(unit.seed),
        )
        self._stream = StreamInterface(self._device.payload_size)
        registers = usb_register_map(
            Bootstrap(self._device, unit.session, unit.clock, self._stream, EventInterface())
        )
        self._gencp = GencpServer(registers, UsbFraming(), MAX_ACKNOWLEDGE, unit.session.heard)
        self._descriptors = usb.Descriptors(self._strings())
        self.command_is_halted = False
        unit.panel.on_frame = self._send_frame
        unit.session.on_lost = self._end_session
        self._requests: dict[int, Callable[[int, int, int], bytes]] = {
            GET_STATUS: self._get_status,
            CLEAR_FEATURE: self._clear_feature,
            SET_FEATURE: self._set_feature,
            GET_DESCRIPTOR: self._get_descriptor,
            GET_CONFIGURATION: lambda kind, value, index: bytes((self.configuration,)),
            SET_CONFIGURATION: self._set_configuration,
            GET_INTERFACE: lambda kind, value, index: b"\0",
            SET_INTERFACE: self._accept,
            SET_SEL: self._accept,
            SET_ISOCH_DELAY: self._accept,
        }

    def attach(self) -> None:
        """A host took the device: everything on the link starts anew.

        An exposure that an earlier host armed is still left to the heartbeat.
        """
        self.detach()
        with self._unit.lock:
            self._gencp.forget()
            self._stop_streaming()
            if not self._unit.panel.under_exposure:
                self._unit.panel.stop_acquisition()

    def detach(self) -> None:
        """The host is gone; what it had armed is left to the heartbeat."""
        self.configuration = 0
        for pipe in self.pipes.values():
            pipe.disconnect()

    def control(self, setup: bytes) -> bytes:
        """Answer a standard request on endpoint 0; raises Stall for an unknown one."""
        kind, request, value, index, length = struct.unpack("<BBHHH", setup)
        if kind & STANDARD_TYPE_MASK or request not in self._requests:
            raise Stall
        return self._requests[request](kind, value, index)[:length]

    def command(self, packet: bytes) -> None:
        """Take a control packet from endpoint 0x01; the answer goes out on 0x81."""
        if self.command_is_halted or not self._unit.points.host_is_heard:
            return
        with self._unit.lock:
            answer = self._gencp.answer(packet)
            self._unit.settle()
        if answer is not None:
            self.pipes[usb.CONTROL_IN].send(answer)

    # Standard requests: kind, value, index -> data

    def _accept(self, kind: int, value: int, index: int) -> bytes:
        return b""

    def _get_status(self, kind: int, value: int, index: int) -> bytes:
        if kind & RECIPIENT_MASK == TO_ENDPOINT:
            return bytes((int(self._is_halted(index)), 0))
        return b"\1\0" if kind & RECIPIENT_MASK == 0 else b"\0\0"

    def _get_descriptor(self, kind: int, value: int, index: int) -> bytes:
        descriptor = self._descriptors.find(value >> 8, value & 0xFF)
        if descriptor is None:
            raise Stall
        return descriptor

    def _set_configuration(self, kind: int, value: int, index: int) -> bytes:
        if value not in (0, 1):
            raise Stall
        self.configuration = value
        self._gencp.forget()
        for pipe in self.pipes.values():
            pipe.clear()
        return b""

    def _set_feature(self, kind: int, value: int, index: int) -> bytes:
        self._check_halt_feature(kind, value)
        if index == usb.CONTROL_OUT:
            self.command_is_halted = True
        elif index in self.pipes:
            self.pipes[index].halt()
        return b""

    def _clear_feature(self, kind: int, value: int, index: int) -> bytes:
        self._check_halt_feature(kind, value)
        if index == usb.CONTROL_OUT:
            self.command_is_halted = False
        elif index in self.pipes:
            self.pipes[index].clear()
        return b""

    def _check_halt_feature(self, kind: int, value: int) -> None:
        if kind & RECIPIENT_MASK == TO_ENDPOINT and value != ENDPOINT_HALT:
            raise Stall

    def _is_halted(self, address: int) -> bool:
        if address in self.pipes:
            return self.pipes[address].halted
        return self.command_is_halted if address == usb.CONTROL_OUT else False

    # From the unit

    def _send_frame(self, frame: Frame) -> None:
        if self._stream.enabled:
            missing = self._unit.points.lines_missing
            self.pipes[usb.STREAM_IN].send(*transfers(self._stream, frame, missing))

    def _end_session(self) -> None:
        self._unit.panel.stop_acquisition()
        self._stop_streaming()

    def _stop_streaming(self) -> None:
        self._stream.enabled = 0
        self._device.tl_params_locked = 0

    def _strings(self) -> dict[int, str]:
        return {
            usb.VENDOR: self._device.vendor,
            usb.MODEL: self._device.model,
            usb.SERIAL: self._device.serial,
            usb.GUID: f"BDRS{self._unit.seed % 10**8:08d}",
            usb.VERSION: self._device.firmware_version,
            usb.INFO: "Simulated detector",
            usb.FAMILY: "HandPanel",
            usb.USER_NAME: self._device.user_name or "-",
        }
