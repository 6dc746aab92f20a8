"""One whole exposure through the kernel: /dev/ttyACM0 programs, Aravis arms, a hand exposes."""

import ctypes
import sys
import threading
import time

import images
from generator import STATUS, ask, opened
from host import put
from panel import Panel, await_buffer, need_whole
from report import check, need

LIBRARY = ctypes.CDLL("libaravis-0.8.so.0")
# GenCP 1.3.1, ABRM: device configuration (bit 0: heartbeat), its time-out, access privilege.
CONFIGURATION, HEARTBEAT_MS, PRIVILEGE = (0x1E0, 8), (0x1E8, 4), (0x204, 4)
# PMX command 50: ms, kV in steps of 12.21 V, mA of 4095 for 200 mA, small filament.
TECHNIQUE = f"50,40,{round(45_000 / 12.21)},2048,0,".encode()
LEASE_MS = 20_000
DARK_MEAN = 1000


def write(panel, register, value):
    """Write a register of any width, which Aravis's introspection does not offer."""
    address, length = register
    done = LIBRARY.arv_device_write_memory(
        ctypes.c_void_p(hash(panel.device)),
        ctypes.c_uint64(address),
        ctypes.c_uint32(length),
        value.to_bytes(length, "little"),
        None,
    )
    need(done, f"write of {value} to {address:#x} refused")


def take_control(panel):
    write(panel, HEARTBEAT_MS, 3000)
    write(panel, CONFIGURATION, 1)
    write(panel, PRIVILEGE, 1)


def give_control_back(panel):
    write(panel, PRIVILEGE, 0)
    write(panel, CONFIGURATION, 0)
    panel.set("TriggerMode", "Off")


def arm(panel, nonce):
    panel.set("ExposureNonce", nonce)
    panel.set("ExposureLeaseTime", LEASE_MS)
    panel.set("ExposureArm", True)


def press_hand_switch():
    for stage, seconds in ((1, 2.5), (2, 2.0), (0, 0.0)):
        put("/hand-switch", {"stage": stage})
        time.sleep(seconds)


def watch(panel, limit_s):
    """Give the states until the panel is idle; reading them renews the heartbeat."""
    states, ends = [], time.monotonic() + limit_s
    while time.monotonic() < ends and states[-1:] != ["Idle"]:
        state = panel.device.get_string_feature_value("ExposureState")
        if states[-1:] != [state]:
            states.append(state)
    return states


def program(line):
    answer = ask(line, TECHNIQUE)
    need(b"$" in answer, f"command 50: {answer!r}")


def expose(tag):
    panel, line = Panel(tag), opened()
    number = panel.device.get_integer_feature_value
    program(line)
    panel.set("TriggerMode", "On")
    panel.set("TriggerSource", "Line0")
    panel.set("AcquisitionMode", "SingleFrame")
    take_control(panel)
    stream, before = panel.make_stream(1), number("ExposureCount")
    panel.camera.start_acquisition()
    nonce = int(time.time()) & 0x7FFFFFFF
    arm(panel, nonce)
    hand = threading.Thread(target=press_hand_switch)
    hand.start()
    states = watch(panel, 20)
    hand.join()
    buffer = await_buffer(stream, 15)
    panel.camera.stop_acquisition()
    give_control_back(panel)
    said = f"{states}, generator {ask(line, STATUS)!r}"
    need(buffer, f"no image: {said}")
    need_whole(buffer, stream)
    need(number("ExposureCount") == before + 1, f"not counted once: {said}")
    need(number("LastExposureNonce") == nonce, f"another number: {said}")
    image = images.pixels(buffer.get_data(), *panel.size())
    need(images.mean(image) > DARK_MEAN, f"a dark image: {images.extremes(image)}, {said}")
    took_us = panel.device.get_float_feature_value("LastExposureTime")
    return f"{states}; X-rays for {took_us / 1000:.1f} ms; {images.extremes(image)}"


if __name__ == "__main__":
    what = "/dev/ttyACM0 programs, Aravis arms, the hand switch exposes"
    check(f"{sys.argv[1]}: an armed exposure through the kernel: {what}", expose, sys.argv[1])
