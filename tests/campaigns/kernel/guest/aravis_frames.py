"""Aravis takes frames: every acquisition mode, triggers, patterns, binning, a lost device."""

import images
from host import kill
from panel import Aravis, GLib, await_buffer, need_whole, statistics
from report import need, wait_for
from usb_port import DETECTOR, find_device

# Slow enough for an emulated host.
SLOW_EXPOSURE_US = 200000.0
LONG_EXPOSURE_US = 500000.0


def dark_frame(panel):
    panel.make_ready_for_dark_frames()
    return panel.judge([panel.frame()])


def three_starts(panel):
    panel.make_ready_for_dark_frames()
    return panel.judge(panel.single_frames(3))


def another_frame(panel):
    return panel.judge([panel.frame()])


def multi_frame(panel):
    panel.set("AcquisitionMode", "MultiFrame")
    panel.set("AcquisitionFrameCount", 4)
    frames, stream = panel.frames("MultiFrame", 4)
    need(await_buffer(stream, 0.7) is None, "more frames than AcquisitionFrameCount")
    numbers = [each.get_frame_id() for each in frames]
    need(numbers == list(range(numbers[0], numbers[0] + 4)), f"ids {numbers}")
    return panel.judge(frames)


def continuous(panel):
    panel.set("ExposureTime", SLOW_EXPOSURE_US)
    frames, stream = panel.frames("Continuous", 10)
    panel.make_ready_for_dark_frames()
    numbers = [each.get_frame_id() for each in frames]
    need(numbers == sorted(numbers), f"ids {numbers}")
    stamps = [each.get_timestamp() for each in frames]
    need(stamps == sorted(stamps) and stamps[0] < stamps[-1], f"timestamps {stamps}")
    return f"ids {numbers}; {statistics(stream)}"


def mode_after_stream(panel):
    panel.set("AcquisitionMode", "SingleFrame")
    stream = panel.make_stream(1)
    panel.set("AcquisitionMode", "Continuous")
    return statistics(stream)


def software_trigger(panel):
    panel.set("AcquisitionMode", "Continuous")
    panel.set("TriggerSource", "Software")
    panel.set("TriggerMode", "On")
    stream = panel.make_stream(3)
    panel.camera.start_acquisition()
    try:
        need(await_buffer(stream, 0.6) is None, "a frame came without a trigger")
        for _ in range(2):
            panel.device.execute_command("TriggerSoftware")
            need_whole(await_buffer(stream, 15), stream)
            need(await_buffer(stream, 0.3) is None, "two frames for one trigger")
    finally:
        panel.camera.stop_acquisition()
        panel.set("TriggerMode", "Off")
        panel.set("TriggerSource", "Line0")
    return "one frame for each trigger"


def asynchronous(panel):
    panel.camera.uv_set_usb_mode(Aravis.UvUsbMode.ASYNC)
    return dark_frame(panel)


def test_patterns(panel):
    patterns = [each for each in panel.entries("TestPattern") if each != "Off"]
    need(set(patterns) == set(images.PATTERNS), f"patterns {patterns}")
    try:
        return "; ".join(f"{each}: {pattern(panel, each)}" for each in patterns)
    finally:
        panel.set("TestPattern", "Off")


def pattern(panel, name):
    panel.set("TestPattern", name)
    width, height = panel.size()
    image = images.pixels(panel.frame().get_data(), width, height)
    images.PATTERNS[name](image, width)
    return images.extremes(image)


def binning(panel):
    (width, height), payload = panel.size(), panel.camera.get_payload()
    try:
        bin_by(panel, 2)
        need(panel.size() == (width // 2, height // 2), f"{width}x{height} -> {panel.size()}")
        need(panel.camera.get_payload() * 4 == payload, panel.camera.get_payload())
        return panel.judge([panel.frame()])
    finally:
        bin_by(panel, 1)


def bin_by(panel, number):
    panel.set("BinningHorizontal", number)
    panel.set("BinningVertical", number)


def killed_while_streaming(panel):
    lost = []
    panel.device.connect("control-lost", lost.append)
    panel.set("TriggerMode", "Off")
    panel.set("ExposureTime", LONG_EXPOSURE_US)
    stream = panel.make_stream(3)
    panel.camera.start_acquisition()
    kill()
    wait_for(lambda: not find_device(*DETECTOR), 20, "the kernel still shows the device")
    await_buffer(stream, 2)
    try:
        panel.device.get_integer_feature_value("Width")
    except GLib.Error as error:
        return f"read: {error.message}; control-lost signal: {bool(lost)}"
    raise AssertionError("a register of a dead device could be read")


QUICK = (("a dark frame through Aravis", dark_frame),)
FRAMES = (
    ("single dark frames through Aravis (SingleFrame, 3 starts)", three_starts),
    ("frames a second time on a new stream", another_frame),
    ("MultiFrame, 4 frames, block ids in order", multi_frame),
    ("Continuous, 10 frames", continuous),
    ("AcquisitionMode can be set between create_stream and start", mode_after_stream),
    ("software trigger", software_trigger),
)
PATTERNS = (
    ("test patterns are what their names say", test_patterns),
    ("binning 2x2 gives a quarter of the payload", binning),
)
ASYNCHRONOUS = (("a frame in Aravis's asynchronous USB mode", asynchronous),)
LOST = (("the simulator dies while Aravis streams: errors, no hang", killed_while_streaming),)
