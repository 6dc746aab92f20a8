"""The detector as Aravis knows it: features by name, frames, and what a frame has to be."""

import gi

gi.require_version("Aravis", "0.8")

import images  # noqa: E402
from gi.repository import Aravis, GLib  # noqa: E402, F401
from report import need, tell  # noqa: E402

# Where the device has its stream registers: GenCP 1.3.1 (ABRM), USB3 Vision 1.0 (SBRM, SIRM).
SBRM, SIRM_IN_SBRM, EIRM_IN_SBRM, STREAM_CONTROL_IN_SIRM = 0x1D8, 0x20, 0x2C, 0x04
EXPOSURE_US = 20000.0
FRAME_LIMIT_S = 15.0
TRIES = 5


class LostFrame(AssertionError):
    """A frame that Aravis did not get whole."""


class Panel:
    """The open detector."""

    def __init__(self, tag):
        self.tag = tag
        Aravis.update_device_list()
        found = [Aravis.get_device_id(each) for each in range(Aravis.get_n_devices())]
        need(found, "Aravis lists no device")
        self.name = next(each for each in found if "BoneageDR" in each)
        self.camera = Aravis.Camera.new(self.name)
        self.device = self.camera.get_device()
        self.nodes = self.device.get_genicam()

    def describe(self):
        camera = self.camera
        model = f"{camera.get_vendor_name()} {camera.get_model_name()}"
        return f"{self.name}: {model} {camera.get_device_serial_number()}"

    # Features

    def set(self, name, value):
        """Write a feature as the type of its node wants it."""
        node, device = self.nodes.get_node(name), self.device
        if isinstance(node, Aravis.GcEnumeration):
            device.set_string_feature_value(name, value)
        elif isinstance(node, Aravis.GcBoolean):
            device.set_boolean_feature_value(name, value)
        elif isinstance(value, float):
            device.set_float_feature_value(name, value)
        else:
            device.set_integer_feature_value(name, value)

    def entries(self, name):
        return list(self.device.dup_available_enumeration_feature_values_as_strings(name))

    def size(self):
        number = self.device.get_integer_feature_value
        return number("Width"), number("Height")

    def register_in(self, base, offset):
        """Read a register of the block whose address stands in the SBRM."""
        device = self.device
        block = device.read_register(device.read_register(SBRM) + base)
        return device.read_register(block + offset) & 0xFFFFFFFF

    # Frames

    def make_ready_for_dark_frames(self):
        self.set("TriggerMode", "Off")
        self.set("ExposureTime", EXPOSURE_US)

    def make_stream(self, buffers):
        stream = self.camera.create_stream(None, None)
        for _ in range(buffers):
            self.push_buffer(stream)
        return stream

    def push_buffer(self, stream):
        stream.push_buffer(Aravis.Buffer.new_allocate(self.camera.get_payload()))

    def single_frames(self, count):
        """Take frames with a start for each, on one stream."""
        self.set("AcquisitionMode", "SingleFrame")
        return self._again_if_lost(lambda: self._started_for_each(count))[0]

    def frame(self):
        return self.single_frames(1)[0]

    def frames(self, mode, count):
        """Take frames after one start; gives them and their stream."""
        self.set("AcquisitionMode", mode)
        return self._again_if_lost(lambda: self._started_once(count))

    def _again_if_lost(self, take):
        """Take frames again that did not come whole, and note it.

        Aravis reads in libusb's synchronous mode by default and may drop a transfer that a slow
        computer completes in the moment of the read's time-out of 1 s.
        """
        for _ in range(TRIES - 1):
            try:
                return take()
            except LostFrame as lost:
                name = f"{self.tag}: a frame that did not come whole is taken again"
                tell(name, "NOTE", lost)
        return take()

    def _started_for_each(self, count):
        stream, taken = self._accepted_stream(count), []
        for _ in range(count):
            taken += self._between_start_and_stop(stream, 1)
        return taken, stream

    def _started_once(self, count):
        stream = self._accepted_stream(count)
        return self._between_start_and_stop(stream, count), stream

    def _accepted_stream(self, count):
        stream = self.make_stream(min(count + 2, 6))
        control = self.register_in(SIRM_IN_SBRM, STREAM_CONTROL_IN_SIRM)
        need(control & 1, "the device refused the stream that Aravis set up")
        return stream

    def _between_start_and_stop(self, stream, count):
        self.camera.start_acquisition()
        try:
            return [self._awaited(stream) for _ in range(count)]
        finally:
            self.camera.stop_acquisition()

    def _awaited(self, stream):
        buffer = await_buffer(stream, FRAME_LIMIT_S)
        if not is_whole(buffer):
            raise LostFrame(statistics(stream))
        self.push_buffer(stream)
        return buffer

    def judge(self, buffers):
        """Say what the frames are; each must be of the features' size and no blank."""
        width, height = self.size()
        said = []
        for buffer in buffers:
            at = buffer.get_image_width(), buffer.get_image_height()
            need(at == (width, height), f"image {at}, features {width}x{height}")
            image = images.pixels(buffer.get_data(), width, height)
            need(any(image[:4096]), "the first lines are all zero")
            kind = buffer.get_image_pixel_format()
            said.append(f"id {buffer.get_frame_id()} {kind:#x} {images.extremes(image)}")
        return f"{width}x{height}: " + "; ".join(said)


def await_buffer(stream, limit_s):
    return stream.timeout_pop_buffer(int(limit_s * 1e6))


def is_whole(buffer):
    return buffer is not None and buffer.get_status() == Aravis.BufferStatus.SUCCESS


def need_whole(buffer, stream):
    need(buffer is not None, f"no frame: {statistics(stream)}")
    need(is_whole(buffer), f"{buffer.get_status().value_nick}: {statistics(stream)}")


def statistics(stream):
    names = [stream.get_info_name(each) for each in range(stream.get_n_infos())]
    return " ".join(f"{name}={stream.get_info_uint64_by_name(name)}" for name in names)
