"""The panel as a USB3 Vision device: control requests in, endpoints out."""

import struct
from collections.abc import Mapping

from firmware_sim import usb_descriptors as usb
from firmware_sim.abrm import Abrm
from firmware_sim.bootstrap import (
    MAX_ACKNOWLEDGE,
    MAX_COMMAND,
    Bootstrap,
    EventInterface,
    usb_register_map,
)
from firmware_sim.detector import detector_of
from firmware_sim.event_channel import UsbEventChannel
from firmware_sim.events import DeviceEvent
from firmware_sim.features import Device
from firmware_sim.frame import Frame
from firmware_sim.gencp_framing import UsbFraming
from firmware_sim.gencp_server import ControlLink, GencpServer
from firmware_sim.stream import (
    CHUNK_TRAILER_LENGTH,
    DATA_DISCARDED,
    DATA_OVERRUN,
    LEADER_LENGTH,
    SUCCESS,
    EventsHalted,
    StreamHalted,
    StreamInterface,
    transfers,
)
from firmware_sim.unit import SimulatedUnit
from firmware_sim.usb_device import Speed, UsbIdentity
from firmware_sim.usb_pipe import InPipe
from firmware_sim.usb_requests import StandardRequests

# Design figure: the image buffer holds so many frames that the host has not fetched.
BUFFERED_FRAMES = 4
# A host that fetches nothing at all is told of so many lost frames and events, and of no more.
BUFFERED_TRANSFERS = 64


class U3vDevice:
    """What the USB/IP server puts on the wire for one unit."""

    def __init__(self, unit: SimulatedUnit, speed: Speed = Speed.SUPER) -> None:
        figures = usb.FIGURES[speed]
        self.identity = UsbIdentity(
            usb.VENDOR_ID,
            usb.PRODUCT_ID,
            usb.DEVICE_VERSION,
            usb.DEVICE_CLASS,
            usb.INTERFACES,
            speed,
        )
        self.pipes: Mapping[int, InPipe] = {
            address: InPipe(figures.packet) for address in usb.IN_ENDPOINTS
        }
        self._unit = unit
        self._device = detector_of(unit)
        self._stream = StreamInterface(
            lambda: self._device.payload_size, on_enable=self._begin_stream
        )
        self._event_interface = EventInterface(on_enable=self._begin_events)
        abrm = Abrm(self._device, unit.session)
        registers = usb_register_map(
            Bootstrap(abrm, self._stream, self._event_interface, figures.current)
        )
        self._wire = unit.wire_faults("usb", UsbFraming(), self.pipes[usb.CONTROL_IN].send)
        link = ControlLink(UsbFraming(), MAX_COMMAND, MAX_ACKNOWLEDGE, self._wire)
        self._gencp = GencpServer(registers, link, unit.session, self._device.link)
        self._host_left = False
        unit.add_part(self._gencp)
        unit.add_part(self)
        self._requests = StandardRequests(
            usb.Descriptors(self._strings, speed),
            self.pipes,
            (usb.CONTROL_OUT,),
            self._gencp.forget,
        )
        self._events = UsbEventChannel(self.pipes[usb.EVENT_IN].send, lambda: 0)
        self._device.is_streaming = lambda: bool(self._stream.enabled)
        self._device.events.listeners.append(self._send_event)
        unit.panel.on_event.append(self._tell)
        unit.panel.on_frame = self._send_frame
        unit.panel.has_room = self._has_room
        unit.session.on_lost = self._end_session
        unit.on_power_up.append(self._power_up)

    @property
    def active_configuration(self) -> int:
        """The configuration that the host chose, 0 for none."""
        return self._requests.configuration

    @property
    def device(self) -> Device:
        """The detector as this link's features describe it."""
        return self._device

    def attach(self) -> None:
        """A host took the device: everything on the link starts anew.

        It inherits nothing: what an earlier host had armed or running ends here.
        """
        self.detach()
        with self._unit.lock:
            self._host_left = False
            self._gencp.forget()
            self._stop_streaming()
            if not self._unit.session.is_held_elsewhere:
                self._begin_anew()

    def detach(self) -> None:
        """The host is gone; what it had armed is left to the heartbeat."""
        self._requests.reset()
        self._host_left = True

    def deadline_us(self) -> int | None:
        """Give no moment: a host that left is dealt with at once."""
        return None

    def advance(self) -> bool:
        """Take the device from a host that left, as soon as no exposure depends on its silence."""
        if not self._host_left or self._unit.panel.under_exposure:
            return False
        self._host_left = False
        if not self._unit.session.is_held_elsewhere:
            self._unit.session.end()
        return True

    def _begin_anew(self) -> None:
        self._unit.session.end()
        self._unit.settle()
        self._device.start_anew()

    def control(self, setup: bytes, sent: bytes) -> bytes:
        """Answer a standard request on endpoint 0; raises Stall for an unknown one."""
        return self._requests.answer(setup)

    def accepts(self, address: int) -> bool:
        """Say whether the command endpoint is meant, and not halted."""
        return self._requests.accepts(address)

    def bulk_out(self, address: int, sent: bytes) -> None:
        """Take a control packet."""
        self.command(sent)

    def command(self, packet: bytes) -> None:
        """Take a control packet from endpoint 0x01; the answer goes out on 0x81."""
        if not self._unit.points.host_is_heard:
            return
        with self._unit.lock:
            self._gencp.take(packet)
            self._unit.settle()

    # From the unit

    def _send_frame(self, frame: Frame) -> None:
        if not self._stream.enabled:
            return
        pipe = self.pipes[usb.STREAM_IN]
        if pipe.waiting_transfers >= BUFFERED_TRANSFERS:
            self._stream.next_block += 1
            return
        lines, status = self._what_is_left_of(frame)
        block = self._stream.next_block
        pipe.send(*transfers(self._stream, self._device.chunks, frame, lines, status))
        self._report(DeviceEvent.FRAME_SENT, block)

    def _what_is_left_of(self, frame: Frame) -> tuple[int, int]:
        """Give how many lines of a frame are sent, and what its trailer says about them."""
        rows, points = frame.pixels.shape[0], self._unit.points
        if points.images_overrun:
            return rows // 2, DATA_OVERRUN
        if not self._has_room():
            return 0, DATA_OVERRUN
        if points.lines_missing:
            return rows - points.lines_missing, DATA_DISCARDED
        return rows, SUCCESS

    def _has_room(self) -> bool:
        waiting = self.pipes[usb.STREAM_IN].waiting_bytes
        block = LEADER_LENGTH + self._device.payload_size + CHUNK_TRAILER_LENGTH
        return not self._stream.enabled or waiting + block <= BUFFERED_FRAMES * block

    def _begin_stream(self) -> None:
        pipe = self.pipes[usb.STREAM_IN]
        if pipe.halted:
            raise StreamHalted
        pipe.clear()  # nothing of an earlier stream is taken for the new one's

    def _begin_events(self) -> None:
        if self.pipes[usb.EVENT_IN].halted:
            raise EventsHalted

    def _tell(self, event: DeviceEvent, value: int) -> None:
        about_frame = event in (DeviceEvent.EXPOSURE_START, DeviceEvent.EXPOSURE_END)
        self._report(event, self._stream.next_block if about_frame else value)

    def _report(self, event: DeviceEvent, value: int) -> None:
        self._device.events.tell(event, self._unit.clock.now_us * 1000, struct.pack("<Q", value))

    def _send_event(self, event_id: int, timestamp_ns: int, content: bytes) -> None:
        waiting = self.pipes[usb.EVENT_IN].waiting_transfers
        if self._event_interface.enabled and waiting < BUFFERED_TRANSFERS:
            self._events.notify(event_id, timestamp_ns, content)

    def _end_session(self) -> None:
        if self._unit.panel.acquiring:
            self._unit.note("the host is gone, its acquisition ends")
        self._unit.panel.stop_acquisition()
        self._stop_streaming()

    def _power_up(self) -> None:
        self.detach()
        self._gencp.forget()
        self._stop_streaming()
        self._device.firmware_version = self._unit.flash.firmware_version
        self._device.start_anew()

    def _stop_streaming(self) -> None:
        self._event_interface.enabled = 0
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
