"""Plugging and unplugging: attach, reset, a server that dies, a cable that is pulled."""

from pathlib import Path

import serial
import usb.core
from generator import TTY, opened
from host import HOST, delete, kill, put, save, start
from report import need, sh, wait_for
from usb_port import (
    DETECTOR,
    DETECTOR_BUS,
    attach,
    detach_all,
    find_configured,
    find_device,
    listing,
    odd_words,
    ports,
    usbip_whatever,
)

# Product "ID" of the list; the class of USB3 Vision's own descriptor, which usbutils does not know.
LISTED = ":".join(DETECTOR)
INFO_DESCRIPTOR = "UNRECOGNIZED:  14 24 01"
ACM_DRIVER = Path("/sys/bus/usb/drivers/cdc_acm")


def exported(tag):
    text = listing()
    save(f"{tag}-usbip-list.txt", text)
    need(f"{DETECTOR_BUS}:" in text and LISTED in text, text)
    return text


def attached(speed):
    folder = attach()
    at = (folder / "speed").read_text().strip()
    need(at == speed, f"speed {at}, expected {speed}")
    interfaces = sorted(path.parent.name for path in folder.glob("*/bInterfaceNumber"))
    return f"{folder.name}, {at} Mbit/s, interfaces {interfaces}"


def second_attach():
    text = usbip_whatever(f"attach -r {HOST} -b {DETECTOR_BUS}")
    need("error" in text and len(ports()) == 1, text)
    return text


def described(tag):
    text = sh(f"lsusb -v -d {LISTED}")
    save(f"{tag}-lsusb.txt", text)
    odd = [line for line in odd_words(text) if INFO_DESCRIPTOR not in line]
    need(not odd, "; ".join(odd))
    need("bNumInterfaces          3" in text and "DEVICE CAPABILITY" not in text, text[:200])
    return f"{len(text.splitlines())} lines; only USB3 Vision's own descriptor is unknown to it"


def reset():
    usb.core.find(idVendor=int(DETECTOR[0], 16), idProduct=int(DETECTOR[1], 16)).reset()
    wait_for(lambda: find_configured(*DETECTOR), 16, "the device did not come back")


def attached_again():
    detach_all()
    attach()
    return listing()


def server_killed():
    kill()
    gone = "still there after 20 s"
    wait_for(lambda: not find_device(*DETECTOR) and not ports(), 20, gone)
    return listing()


def server_back(options):
    start(*options)
    attach()


def cable_pulled():
    put("/faults", {"name": "cable-pull", "at": "idle"})
    wait_for(lambda: not find_device(*DETECTOR), 20, "the kernel still shows the device")
    need(LISTED not in listing(), "still listed while unplugged")
    delete("/faults")
    wait_for(lambda: LISTED in listing(), 20, "not listed again")
    attach()


def generator_attached(tag, bus, ids):
    attach(bus, ids)
    wait_for(Path(TTY).exists, 20, f"no {TTY}")
    text = sh(f"lsusb -v -d {':'.join(ids)}")
    save(f"{tag}-lsusb-generator.txt", text)
    need(not odd_words(text), "; ".join(odd_words(text)))


def take_from_driver():
    """Free the generator from the kernel's cdc_acm; give the name of its interface."""
    name = next(ACM_DRIVER.glob("*:1.0")).name
    (ACM_DRIVER / "unbind").write_text(name)
    return name


def give_to_driver(name):
    (ACM_DRIVER / "bind").write_text(name)
    wait_for(Path(TTY).exists, 10, f"no {TTY} after unbind and bind")


def server_killed_under_open_port(options):
    with opened(limit_s=1) as line:
        kill()
        wait_for(lambda: not Path(TTY).exists(), 20, f"{TTY} is still there")
        said = error_of(line)
    start(*options)
    return said


def error_of(line):
    try:
        line.read(1)
        line.write(b"x")
    except (OSError, serial.SerialException) as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("reads and writes of a dead port give no error")
