"""What comes with frames: chunks in their payload, events on their own endpoint."""

import struct
import zlib

import usb.core
import usb.util
from aravis_frames import another_frame
from panel import EIRM_IN_SBRM, SBRM, Aravis
from report import need
from usb_port import DETECTOR

EVENT_INTERFACE, EVENT_IN = 1, 0x82
# USB3 Vision 1.0, table 5-8: prefix, flags, EVENT_CMD, length, number; then GenCP's event.
EVENT_HEAD, EVENT_PREFIX, EVENT_COMMAND = struct.Struct("<4sHHHHHHQ"), b"U3VE", 0x0C00
PREFIX_LENGTH = 12


def chunks(panel):
    names = [each for each in panel.entries("ChunkSelector") if each != "Image"]
    plain = panel.camera.get_payload()
    panel.set("ChunkModeActive", True)
    try:
        enable_each(panel, names, "ChunkSelector", "ChunkEnable", True)
        full, parser = panel.camera.get_payload(), panel.camera.create_chunk_parser()
        buffer = panel.frame()
        need(buffer.has_chunks(), f"no chunks in {buffer.get_payload_type().value_nick}")
        found = {name: chunk(panel, parser, buffer, name) for name in names}
    finally:
        enable_each(panel, names, "ChunkSelector", "ChunkEnable", False)
        panel.set("ChunkModeActive", False)
    need_checksum(panel, buffer, found["ImageChecksum"])
    return f"{found}, payload {plain} -> {full}"


def chunk(panel, parser, buffer, name):
    node = panel.nodes.get_node(f"Chunk{name}")
    is_float = isinstance(node, Aravis.GcFloat) and not isinstance(node, Aravis.GcInteger)
    read = parser.get_float_value if is_float else parser.get_integer_value
    return read(buffer, f"Chunk{name}")


def need_checksum(panel, buffer, told):
    width, height = panel.size()
    right = zlib.crc32(buffer.get_data()[: width * height * 2])
    need(told & 0xFFFFFFFF == right, f"the image's CRC is {right}, its chunk says {told}")


def chunks_by_camera(panel):
    camera, device = panel.camera, panel.device
    camera.set_chunks("FrameID,ExposureTime")
    need(device.get_boolean_feature_value("ChunkModeActive"), "not active")
    payload = camera.get_payload()
    camera.set_chunks("")
    need(not device.get_boolean_feature_value("ChunkModeActive"), "still active")
    return f"payload {payload}"


def events(panel):
    names, device = panel.entries("EventSelector"), panel.device
    enable_each(panel, names, "EventSelector", "EventNotification", "On")
    eirm = device.read_register(device.read_register(SBRM) + EIRM_IN_SBRM)
    handle = usb.core.find(idVendor=int(DETECTOR[0], 16), idProduct=int(DETECTOR[1], 16))
    usb.util.claim_interface(handle, EVENT_INTERFACE)
    try:
        device.write_register(eirm, 1)
        panel.frame()
        packets = [bytes(handle.read(EVENT_IN, 1024, 3000)) for _ in range(3)]
        return f"{names}; " + "; ".join(event(packet) for packet in packets)
    finally:
        device.write_register(eirm, 0)
        usb.util.release_interface(handle, EVENT_INTERFACE)
        usb.util.dispose_resources(handle)
        enable_each(panel, names, "EventSelector", "EventNotification", "Off")


def event(packet):
    """Describe an event; it must be well formed."""
    prefix, _, command, length, number, _, kind, stamp = EVENT_HEAD.unpack_from(packet)
    whole = length == len(packet) - PREFIX_LENGTH
    need(prefix == EVENT_PREFIX and command == EVENT_COMMAND and whole, packet.hex())
    return f"{kind:#06x} at {stamp} number {number} {packet[EVENT_HEAD.size :].hex()}"


def enable_each(panel, names, selector, switch, value):
    for name in names:
        panel.set(selector, name)
        panel.set(switch, value)


CHUNKS = (
    ("chunk data through Aravis's chunk parser", chunks),
    ("Aravis's own arv_camera_set_chunks", chunks_by_camera),
    ("frames again without chunks", another_frame),
)
EVENTS = (("events on the event endpoint (pyusb beside Aravis)", events),)
