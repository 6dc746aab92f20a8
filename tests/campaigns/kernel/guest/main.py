"""All checks in their order, in the virtual machine; each prints one line for the host."""

import re
import subprocess

import aravis_tools
import cables
from host import start
from report import check, tell
from usb_port import (
    DETECTOR,
    GENERATOR_BUS,
    detach_all,
    find_device,
    judge_kernel_log,
    listing,
    new_kernel_lines,
    ports,
)

SUPER_SPEED = ("--panel", "small")
HIGH_SPEED = ("--panel", "small", "--usb-speed", "high")
FULL_PANEL = ("--panel", "full")
SCRIPT_LIMIT_S = 200


def script(name, tag, *words):
    """Run one of the scripts beside this one; it may die or hang, and that is a failure."""
    command = ["python3", "-u", name, tag, *words]
    try:
        done = subprocess.run(
            command, timeout=SCRIPT_LIMIT_S, stderr=subprocess.PIPE, text=True, errors="replace"
        )
    except subprocess.TimeoutExpired as late:
        said = (late.stderr or b"").decode(errors="replace").splitlines()
        tell(f"{tag}: {name}", "FAIL", f"hung for {SCRIPT_LIMIT_S} s: {' / '.join(said[-6:])}")
        return
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if done.returncode:
        tell(f"{tag}: {name}", "FAIL", f"ended with {done.returncode}: {' / '.join(said[-6:])}")
    elif any("WARNING" in line or "CRITICAL" in line for line in said):
        tell(f"{tag}: {name} warns", "NOTE", " / ".join(said[-6:]))


def plug(tag, speed):
    """Attach the detector; whether the kernel has taken it."""
    new_kernel_lines()
    check(f"{tag}: usbip list -r", cables.exported, tag)
    name = f"{tag}: usbip attach; vhci_hcd enumerates and configures the device"
    check(name, cables.attached, speed)
    judge_kernel_log(tag, "enumeration")
    if not find_device(*DETECTOR):
        return False
    check(f"{tag}: usbip attach a second time is refused", cables.second_attach)
    check(f"{tag}: lsusb -v decodes every descriptor", cables.described, tag)
    return True


def judge_detector(tag):
    name = f"{tag}: kernel re-reads its descriptors after a port reset (pyusb reset)"
    check(name, cables.reset)
    judge_kernel_log(tag, "reset")
    script("kernel_usbtest.py", tag)
    judge_kernel_log(tag, "usbtest")
    script("gencp.py", tag)
    aravis_tools.main(tag)
    script("aravis.py", tag, "features", "frames", "patterns", "chunks", "events")
    script("aravis.py", f"{tag} async", "asynchronous")
    check(f"{tag}: arv-camera-test, 5 s of streaming", aravis_tools.camera_test, tag)
    judge_kernel_log(tag, "aravis")


def judge_unplugging(tag):
    check(f"{tag}: detach, attach again", cables.attached_again)
    script("aravis.py", f"{tag} after re-attach", "quick")
    judge_kernel_log(tag, "re-attach")
    script("aravis.py", f"{tag} unplug", "lost")
    name = f"{tag}: hot unplug: the server is killed, the kernel lets the device go"
    check(name, cables.server_killed)
    judge_kernel_log(tag, "unplug")
    check(f"{tag}: hot plug: the server is back", cables.server_back, SUPER_SPEED)
    script("aravis.py", f"{tag} after re-plug", "quick")
    judge_kernel_log(tag, "re-plug")
    name = f"{tag}: cable pulled at the simulator (back door fault), put back"
    check(name, cables.cable_pulled)
    judge_kernel_log(tag, "cable")


def judge_generator(tag):
    exported = re.search(rf"{GENERATOR_BUS}:.*\((\w{{4}}):(\w{{4}})\)", listing())
    if not exported:
        tell(f"{tag}: CDC-ACM generator", "FAIL", f"the simulator lists no {GENERATOR_BUS}")
        return
    ids = exported.groups()
    name = f"{tag}: usbip attach {GENERATOR_BUS} becomes /dev/ttyACM0"
    check(name, cables.generator_attached, tag, GENERATOR_BUS, ids)
    judge_kernel_log(tag, "cdc-acm-enumeration")
    script("generator.py", tag)
    judge_kernel_log(tag, "cdc-acm-use")
    script("exposure.py", tag)
    judge_kernel_log(tag, "exposure")
    interface = cables.take_from_driver()
    script("kernel_usbtest.py", f"{tag} {GENERATOR_BUS}", *ids)
    cables.give_to_driver(interface)
    name = f"{tag}: killed server: /dev/ttyACM0 goes away under an open port"
    check(name, cables.server_killed_under_open_port, SUPER_SPEED)
    judge_kernel_log(tag, "cdc-acm-unplug")


def judge_super_speed():
    tag = "SS"
    start(*SUPER_SPEED)
    if plug(tag, "5000"):
        judge_detector(tag)
        judge_unplugging(tag)
    judge_generator(tag)
    if ports():
        detach_all()


def judge_high_speed():
    tag = "HS"
    start(*HIGH_SPEED)
    if plug(tag, "480"):
        script("gencp.py", tag)
        script("kernel_usbtest.py", tag)
        script("aravis.py", tag, "features", "frames", "chunks", "events")
        judge_kernel_log(tag, "aravis")
        detach_all()


def judge_full_panel():
    tag = "full panel"
    start(*FULL_PANEL)
    if plug(tag, "5000"):
        script("aravis.py", tag, "quick", "chunks")
        judge_kernel_log(tag, "aravis")
        detach_all()


def main():
    for section in (judge_super_speed, judge_high_speed, judge_full_panel):
        try:
            section()
        except Exception as error:
            tell(section.__name__, "FAIL", f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
