"""How quick the detector's link is, against bare sockets in the same run."""

import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from subprocess import PIPE, Popen

import numpy as np

from console.simulated_device import BackDoor
from device.clock import SystemClock
from device.connection import Connection
from device.description import fetch_description
from device.features import Features
from device.gencp.session import Session
from device.imaging import Imaging
from device.patterns import expected_pattern
from device.usb_link import UsbLink, open_usbip
from tests.benchmarks.peers import echo_round_trip_s, poured_bytes_per_s
from tests.benchmarks.rows import Row, at_least, at_most

FRAMES = 200
# GenCP 1.3.1: the model name, 64 bytes.
MODEL_NAME_AT = 0x0044
PATTERN = "GreyDiagonalRamp"
ROUND_TRIPS = 2000
# A register read carries about as many bytes each way.
ECHO_BYTES = 72
# Frames that the simulator may have ready while one is under way.
AHEAD = 3
READ_OUT_S = 0.07
FRAME_WAIT_S = 20.0


def measure() -> Iterator[Row]:
    """Give the rows of this benchmark."""
    with simulator() as (link, back_door, process_id):
        connection = Connection(link, SystemClock())
        yield from round_trips(connection.session)
        yield from streaming(connection, back_door, process_id)


@contextmanager
def simulator() -> Iterator[tuple[UsbLink, BackDoor, int]]:
    """Run a full panel in a process of its own, on a manual clock."""
    options = ["--panel", "full", "--clock", "manual", "--usbip", "127.0.0.1:0"]
    command = [sys.executable, "-m", "firmware_sim", *options, "--control", "127.0.0.1:0"]
    with ExitStack() as stack:
        process = stack.enter_context(Popen(command, stdout=PIPE, text=True))
        stack.callback(process.terminate)
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        link = open_usbip(f"usbip://{ready['usbip']}/{ready['busid']}")
        stack.callback(link.close)
        yield link, BackDoor(ready["control"]), process.pid


def round_trips(session: Session) -> Iterator[Row]:
    """Compare the reading of one register with an echo of as many bytes."""
    times = []
    for _ in range(ROUND_TRIPS):
        began = time.perf_counter()
        session.read(MODEL_NAME_AT, 64)
        times.append(time.perf_counter() - began)
    ours_s, bare_s = statistics.median(times), echo_round_trip_s(ECHO_BYTES, ROUND_TRIPS)
    figures = f"{1e6 * ours_s:.0f} us, TCP echo {1e6 * bare_s:.0f} us"
    name, asked = "register round trip over USB/IP", "at most 15 x a bare TCP echo"
    yield at_most(name, asked, ours_s / bare_s, 15.0, figures)


def streaming(connection: Connection, back_door: BackDoor, process_id: int) -> Iterator[Row]:
    """Stream frames that are rendered already, each checked by its CRC-32."""
    features = Features(connection.session, fetch_description(connection.session))
    imaging = Imaging(connection, features, SystemClock())
    imaging.use_chunks()  # with the CRC-32 of every image, which receive() checks
    features.choose("TestPattern", PATTERN)
    features.choose("AcquisitionMode", "Continuous")
    expected = expected_pattern(PATTERN, features.integer("Height"), features.integer("Width"))
    imaging.start()
    permits = threading.Semaphore(AHEAD)
    threading.Thread(target=_step, args=(back_door, permits), daemon=True).start()
    whole, seconds, memory_mb = 0, 0.0, []
    for number in range(FRAMES):
        began = time.perf_counter()
        block = imaging.receive(FRAME_WAIT_S)
        seconds += time.perf_counter() - began
        in_order = block.facts.frame_id == number
        whole += in_order and np.array_equal(block.pixels, expected)
        permits.release()
        memory_mb.append(_resident_mb(str(process_id)) + _resident_mb("self"))
    size = expected.nbytes
    features.execute("AcquisitionStop")
    ours, bare = FRAMES * size / seconds / 1e6, poured_bytes_per_s(2_000_000_000) / 1e6
    figures = f"{ours:.0f} MB/s, bare socket {bare:.0f} MB/s"
    name = "frame streaming, CRC-32 of each frame checked"
    yield at_least(name, "at least 0.25 of a bare socket", ours / bare, 0.25, figures)
    yield at_least(name, "above 400 MB/s, USB 3's own", ours, 400.0, figures)
    figures = f"{whole} of {FRAMES} frames of {size / 1e6:.1f} MB arrived whole"
    yield at_least("frames of the full panel", "200 whole ones", whole, FRAMES, figures)
    settled, last = memory_mb[FRAMES // 4], memory_mb[-1]
    figures = f"{settled:.0f} MB after {FRAMES // 4} frames, {last:.0f} MB after {FRAMES}"
    asked = "at most 5 % growth"
    yield at_most("memory of both ends while streaming", asked, last / settled, 1.05, figures)


def _step(back_door: BackDoor, permits: threading.Semaphore) -> None:
    while permits.acquire(timeout=FRAME_WAIT_S):
        back_door.step(READ_OUT_S)


def _resident_mb(process: str) -> float:
    with open(f"/proc/{process}/statm") as told:
        return int(told.read().split()[1]) * 4096 / 1e6
