"""The kernel's virtual USB ports: what hangs on them, attach, detach, and the kernel's log."""

import os
import re
from pathlib import Path

from host import HOST, save
from report import sh, sh_whatever, tell, wait_for

DETECTOR = "1209", "0001"
DETECTOR_BUS, GENERATOR_BUS = "1-1", "1-2"

COMPLAINT = re.compile(
    r"warn|invalid|error|fail|missing|unable|cannot|can't|bogus|illegal|not respond|"
    r"config \d+ .*(has|descriptor)|no configuration|too|unknown|stall|BUG|Oops|zeroed|assuming",
    re.IGNORECASE,
)
# Said of every attach, detach and unlinked request, and of an emulated clock.
EXPECTED = re.compile(
    r"hrtimer: interrupt|reset \S+ USB device|recv xbuf|unlink|SetAddress Request|"
    r"vhci_hcd: (connection|release|disconnect|shutdown|stop|sockfd)|usb \S+: SerialNumber"
)
_lines_seen = 0


def usbip(words):
    return sh(_usbip(words))


def usbip_whatever(words):
    """Run a command of usbip that may fail; give what it says."""
    return sh_whatever(_usbip(words)).stdout


def listing():
    """What the simulator has to export."""
    return usbip_whatever(f"list -r {HOST}")


def find_device(vendor, product):
    """Give the folder of a device in sysfs, or None."""
    for path in Path("/sys/bus/usb/devices").glob("*/idVendor"):
        try:
            found = path.read_text().strip(), path.with_name("idProduct").read_text().strip()
        except OSError:  # it has gone meanwhile
            continue
        if found == (vendor, product):
            return path.parent
    return None


def find_configured(vendor, product):
    """Give the folder of a device that has interfaces, or None."""
    folder = find_device(vendor, product)
    return folder if folder and list(folder.glob("*/bInterfaceNumber")) else None


def attach(bus=DETECTOR_BUS, ids=DETECTOR):
    """Attach an exported device; give its folder once the kernel has configured it."""
    usbip(f"attach -r {HOST} -b {bus}")
    message = "attached, but the kernel shows no configured device"
    return wait_for(lambda: find_configured(*ids), 30, message)


def ports():
    """Give the numbers of the virtual ports in use."""
    return re.findall(r"Port (\d+):", usbip("port"))


def detach_all():
    for port in ports():
        usbip_whatever(f"detach -p {port}")
    message = "still attached after detach"
    wait_for(lambda: not ports() and not find_device(*DETECTOR), 20, message)


def new_kernel_lines():
    """Give what the kernel's log has got since the last call of this process."""
    global _lines_seen
    lines = sh("dmesg").splitlines()
    new, _lines_seen = lines[_lines_seen:], len(lines)
    return new


def judge_kernel_log(tag, what):
    """A complaint of the kernel since the last call is a failure."""
    lines = new_kernel_lines()
    save(f"{tag}-kernel-log-{what}.txt", "\n".join(lines))
    bad = [each for each in lines if COMPLAINT.search(each) and not EXPECTED.search(each)]
    detail = " / ".join(bad) or f"{len(lines)} lines, no complaint"
    tell(f"{tag}: kernel log, {what}", "FAIL" if bad else "PASS", detail)


def odd_words(lsusb):
    """Give the lines in which lsusb stumbles over a descriptor."""
    stumble = r"warning|unknown|unrecognized|invalid|junk|short|can't|cannot|unexpected|\(error\)"
    return [line.strip() for line in lsusb.splitlines() if re.search(stumble, line, re.I)]


def _usbip(words):
    return f"usbip --tcp-port {os.environ['USBIP_PORT']} {words}"
