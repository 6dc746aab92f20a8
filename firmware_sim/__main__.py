"""`python -m firmware_sim`, behind `boneage sim`: the simulated unit as its own process."""

import argparse
import json
import os
import signal
import sys
from threading import Event
from types import FrameType

from firmware_sim.errors import SimulatorError
from firmware_sim.faults import list_faults, parse_fault
from firmware_sim.features import ExposureControl
from firmware_sim.generators import GENERATOR_MODELS
from firmware_sim.patients.errors import PatientError
from firmware_sim.physics.imager import FULL_PANEL, SMALL_PANEL
from firmware_sim.server import Address, Served, serve
from firmware_sim.unit import CLOCK_MODES, OPERATORS, SimulatedUnit
from firmware_sim.usb_device import Speed

# How often a simulator that shall not outlive its parent looks whether the parent is there.
PARENT_CHECK_S = 0.5

LINE = "pty|PATH|rfc2217://HOST:PORT|socket://HOST:PORT"
USB_SPEEDS = {"super": Speed.SUPER, "high": Speed.HIGH}
PANELS = {"full": FULL_PANEL, "small": SMALL_PANEL}


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator until SIGTERM or SIGINT; the exit code is 0, or 1 with one sentence."""
    options = _parser().parse_args(arguments)
    if options.list_faults:
        sys.stdout.write(list_faults() + "\n")
        return 0
    stopped = _stop_on_signals()
    try:
        _run(options, stopped)
    except (SimulatorError, PatientError) as refusal:
        sys.stderr.write(f"{refusal.code}: {refusal}\n")
        return 1
    return 0


def _run(options: argparse.Namespace, stopped: Event) -> None:
    unit = SimulatedUnit(
        PANELS[options.panel],
        options.seed,
        operator=options.operator,
        clock=options.clock,
        generator_model=options.generator_model,
        exposure_control=ExposureControl(options.exposure_control),
    )
    _place_patient(unit, options.patient)
    with serve(
        unit,
        usbip=options.usbip,
        generator=options.generator,
        gencp_serial=options.gencp_serial,
        control=options.control,
        usb_speed=USB_SPEEDS[options.usb_speed],
    ) as served:
        for spec in options.fault:  # now that the unit has all its parts
            unit.inject_fault(*parse_fault(spec))
        sys.stdout.write(json.dumps(_announcement(served)) + "\n")
        sys.stdout.flush()
        _wait(stopped, options.end_with_parent)


def _wait(stopped: Event, parent: int | None) -> None:
    """Wait for a signal, or for the end of the process that started this one."""
    while not stopped.wait(PARENT_CHECK_S):
        if parent is not None and os.getppid() != parent:
            return


def _place_patient(unit: SimulatedUnit, spec: str) -> None:
    try:
        unit.place_patient(spec)
    except Exception:
        unit.close()
        raise


def _announcement(served: Served) -> dict[str, str | None]:
    return {
        "usbip": "{}:{}".format(*served.usbip),
        "busid": served.busid,
        "generator": served.generator,
        "gencp_serial": served.gencp_serial,
        "control": served.control,
    }


def _stop_on_signals() -> Event:
    stopped = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host, int(port)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("boneage sim", description="The simulated X-ray unit.")
    add = parser.add_argument
    host, lent = "127.0.0.1", "where detector (1-1) and generator (1-2) are lent"
    add("--usbip", type=_address, default=(host, 3240), metavar="HOST:PORT", help=lent)
    door = "where the back door listens (default: a free port)"
    add("--control", type=_address, default=(host, 0), metavar="HOST:PORT", help=door)
    add("--generator", default="pty", metavar=LINE, help="the generator's line (default: pty)")
    add("--generator-model", choices=GENERATOR_MODELS, default="pmx", help="default: pmx")
    add("--end-with-parent", type=int, metavar="PID", help="end when process PID has ended")
    add("--gencp-serial", metavar=LINE, help="the detector's serial line, for service")
    add("--panel", choices=PANELS, default="full", help="3000 x 2400 or 750 x 600 pixels")
    add("--usb-speed", choices=USB_SPEEDS, default="super", help="default: super")
    controls = [each.value for each in ExposureControl]
    add("--exposure-control", choices=controls, default="present", help="absent: never armed")
    patients = "phantom:sex=F,bone_age=9.2,seed=1, radiograph:FILE, flat, flat:beam=RQA5,"
    patients += " edge:angle=2, wedge, foot or empty; a phantom may be side=right or both, wear"
    patients += " metal=ring+bracelet+coin, move (motion_mm=2), be cut off (fingers_off_mm=5,"
    patients += " thumb_off_mm, wrist_off_mm) or lie under blades (collimation=20:10:20:10)"
    add("--patient", default="empty", metavar="SPEC", help=patients)
    faults = "may be given again; --list-faults names them"
    add("--fault", action="append", default=[], metavar="NAME[:KEY=VALUE,...]", help=faults)
    add("--seed", type=_seed, default=1, help="of panel and faults (default: 1)")
    hands = "auto: somebody presses the hand switch whenever the panel is ready"
    add("--operator", choices=OPERATORS, default="manual", help=hands)
    clocks = "manual: time moves only through the back door"
    add("--clock", choices=CLOCK_MODES, default="real", help=clocks)
    add("--list-faults", action="store_true", help="name every fault and end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
