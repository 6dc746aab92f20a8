"""The kernel's own usbtest driver: control requests of chapter 9 on an attached device."""

import ctypes
import fcntl
import os
import sys

from report import check, sh, sh_whatever
from usb_port import DETECTOR, find_device, new_kernel_lines

# Linux: USBTEST_REQUEST_64 of drivers/usb/misc/usbtest.c, USBDEVFS_IOCTL of usbdevice_fs.h.
REQUEST_LETTER, REQUEST_NUMBER, IOCTL_NUMBER = "U", 100, 18
LENGTH, SCATTER_ENTRIES = 512, 8
# Number of the test, what it is, rounds.
TESTS = (
    (9, "chapter 9 subset", 5),
    (10, "queued control requests, stalls, short reads", 10),
)


class Test(ctypes.Structure):
    """struct usbtest_param_64."""

    _fields_ = [
        *((name, ctypes.c_uint32) for name in ("number", "rounds", "length", "vary", "entries")),
        ("seconds", ctypes.c_int64),
        ("microseconds", ctypes.c_int64),
    ]


class DriverRequest(ctypes.Structure):
    """struct usbdevfs_ioctl: a request to the driver of an interface."""

    _fields_ = [("interface", ctypes.c_int), ("code", ctypes.c_int), ("about", ctypes.c_void_p)]


def read_write_code(number, size):
    """Give _IOWR of asm-generic/ioctl.h."""
    return 3 << 30 | size << 16 | ord(REQUEST_LETTER) << 8 | number


def run(node, number, rounds):
    test = Test(number, rounds, LENGTH, LENGTH, SCATTER_ENTRIES)
    code = ctypes.c_int32(read_write_code(REQUEST_NUMBER, ctypes.sizeof(Test))).value
    request = DriverRequest(0, code, ctypes.addressof(test))
    device = os.open(node, os.O_RDWR)
    try:
        fcntl.ioctl(device, read_write_code(IOCTL_NUMBER, ctypes.sizeof(request)), request)
    except OSError as error:
        said = "; ".join(line.split("] ", 1)[-1] for line in new_kernel_lines()[-6:])
        raise AssertionError(f"{error}; kernel: {said}") from error
    finally:
        os.close(device)
    return f"{rounds} rounds in {test.seconds + test.microseconds / 1e6:.2f} s"


def main(tag, vendor=DETECTOR[0], product=DETECTOR[1]):
    folder = find_device(vendor, product)
    bus, number = (int((folder / name).read_text()) for name in ("busnum", "devnum"))
    sh(f"modprobe usbtest vendor=0x{vendor} product=0x{product}")
    try:
        for test, what, rounds in TESTS:
            name = f"{tag}: kernel usbtest {test} ({what})"
            check(name, run, f"/dev/bus/usb/{bus:03d}/{number:03d}", test, rounds)
    finally:
        sh_whatever("rmmod usbtest")


if __name__ == "__main__":
    main(*sys.argv[1:])
