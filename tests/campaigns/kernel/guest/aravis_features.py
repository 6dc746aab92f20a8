"""Aravis judges the node map: every feature's node, value, limits and lock."""

import re

from host import save
from panel import Aravis, GLib
from report import need

# What Aravis says of the nodes of chunks and events outside a frame or an event.
ONLY_IN_FRAMES = re.compile("Buffer not found|Events not implemented")
# Written by their own checks, in their own order.
NOT_WRITTEN_ALONE = re.compile("File|Exposure(?!Time$)|Event|Chunk")
TOO_SHORT_US = 1.0


def tree(panel, name="Root"):
    """Give names and nodes of all features below a category; None where there is no node."""
    node = panel.nodes.get_node(name)
    if not isinstance(node, Aravis.GcCategory):
        return [(name, node)]
    return [found for each in node.get_features() for found in tree(panel, each)]


def for_each(panel, concerns, judge):
    """Judge each available feature of a sort; give how many, and how many live in frames only."""
    judged, in_frames, wrong = 0, 0, []
    for name, node in tree(panel):
        try:
            if is_available(node) and concerns(name, node):
                wrong += judge(name, node) or []
                judged += 1
        except GLib.Error as error:
            if ONLY_IN_FRAMES.search(error.message):
                in_frames += 1
            else:
                wrong.append(f"{name}: {error.message}")
    need(not wrong, f"{len(wrong)} beside {judged}: " + "; ".join(wrong))
    return judged, in_frames


def is_available(node):
    return node and node.is_implemented() and node.is_available()


def nodes(panel):
    features = tree(panel)
    missing = [name for name, node in features if node is None]
    need(not missing, f"no node for {missing}")
    return f"{len(features)} features"


def values(panel):
    lines = []

    def read(name, node):
        mode = node.get_actual_access_mode().value_nick
        lock = ", locked" if node.is_locked() else ""
        lines.append(f"{name} = {node.get_value_as_string()!r} ({mode}{lock})")

    judged, in_frames = for_each(panel, has_a_value, read)
    save(f"{panel.tag}-values.txt", "\n".join(lines))
    return f"{judged} read; {in_frames} live in chunks and events only"


def has_a_value(name, node):
    if isinstance(node, Aravis.GcCommand) or node.get_actual_access_mode().value_nick == "wo":
        return False
    typed = isinstance(node, (Aravis.GcInteger, Aravis.GcString, Aravis.GcFloat))
    return typed or not isinstance(node, Aravis.GcRegisterNode)


def limits(panel):
    return f"{for_each(panel, has_limits, within_limits)[0]} checked"


def has_limits(name, node):
    return isinstance(node, (Aravis.GcEnumeration, Aravis.GcFloatNode, Aravis.GcIntegerNode))


def within_limits(name, node):
    """Give what is wrong with a value: no entry, outside its limits, off its step."""
    if isinstance(node, Aravis.GcEnumeration):
        entries, now = node.dup_available_string_values(), node.get_string_value()
        return [] if now in entries else [f"{name} = {now!r}, not one of {list(entries)}"]
    low, high, now = node.get_min(), node.get_max(), node.get_value()
    if not low <= now <= high:
        return [f"{name} = {now} outside {low}..{high}"]
    if isinstance(node, Aravis.GcIntegerNode) and (now - low) % max(1, node.get_inc()):
        return [f"{name} = {now} is off its step {node.get_inc()}"]
    return []


def writes(panel):
    judged, _ = for_each(panel, is_writable, write_back)
    return f"{judged} written"


def is_writable(name, node):
    if NOT_WRITTEN_ALONE.match(name) or isinstance(node, Aravis.GcCommand) or node.is_locked():
        return False
    return node.get_actual_access_mode().value_nick == "rw"


def write_back(name, node):
    node.set_value_from_string(node.get_value_as_string())


def camera_calls(panel):
    camera = panel.camera
    calls = (
        ("sensor", camera.get_sensor_size),
        ("region", camera.get_region),
        ("width bounds", camera.get_width_bounds),
        ("formats", camera.dup_available_pixel_formats_as_strings),
        ("payload", camera.get_payload),
        ("exposure", camera.get_exposure_time),
        ("exposure bounds", camera.get_exposure_time_bounds),
        ("mode", lambda: camera.get_acquisition_mode().value_nick),
        ("trigger sources", camera.dup_available_trigger_sources),
        ("binning", camera.get_binning),
    )
    return "; ".join(f"{name} {call()}" for name, call in calls)


def refusals(panel):
    device = panel.device
    before = device.get_float_feature_value("ExposureTime")
    device.set_range_check_policy(Aravis.RangeCheckPolicy.ENABLE)
    said = [refused(panel, "ExposureTime", TOO_SHORT_US), refused(panel, "PixelFormat", "RGB8")]
    device.set_range_check_policy(Aravis.RangeCheckPolicy.DISABLE)
    said.append("the device itself: " + refused(panel, "ExposureTime", TOO_SHORT_US))
    need(device.get_float_feature_value("ExposureTime") == before, "ExposureTime moved")
    return "; ".join(said)


def refused(panel, name, value):
    try:
        panel.set(name, value)
    except GLib.Error as error:
        return error.message
    raise AssertionError(f"{name} = {value} was taken")


CHECKS = (
    ("Aravis node map: every feature of the tree has a node", nodes),
    ("Aravis reads the value of every available feature", values),
    ("Aravis finds the limits, units and entries in the node map", limits),
    ("Aravis writes each writable feature with the value it has", writes),
    ("Aravis camera API (region, binning, exposure, formats)", camera_calls),
    ("Aravis refuses what the XML forbids (ExposureTime 1 us, unknown enum entry)", refusals),
)
