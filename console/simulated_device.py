"""The simulated device as a child process, spoken to over the wire and the back door only."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from console.assemble import Addresses
from console.errors import SimulatorNotStarted, SimulatorRefused

# It answers in about a second; a machine under load gets half a minute.
_START_S = 30.0
_ANSWER_S = 60.0
_END_S = 5.0


class BackDoor:
    """The simulator's side entrance: patient, hand switch, door, faults and the clock."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._connection = HTTPConnection(address.hostname or "", address.port, timeout=_ANSWER_S)

    def put(self, what: str, **values: object) -> None:
        """Set something, as `put("patient", spec="empty")`. Raises SimulatorRefused."""
        self._ask("PUT", what, values)

    def step(self, seconds: float) -> None:
        """Let model time pass on a manual clock."""
        self._ask("POST", "clock/step", {"seconds": seconds})

    def state(self) -> dict[str, Any]:
        """Return what the simulator knows about itself."""
        return self._ask("GET", "state", None)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _ask(self, method: str, what: str, values: dict[str, object] | None) -> dict[str, Any]:
        body = None if values is None else json.dumps(values)
        try:
            self._connection.request(method, f"/{what}", body)
            answer = self._connection.getresponse()
            said: dict[str, Any] = json.loads(answer.read() or b"{}")
        except (OSError, HTTPException, ValueError) as exc:
            self._connection.close()
            raise SimulatorRefused("The simulated device does not answer any more.") from exc
        if answer.status != HTTPStatus.OK:
            reason = said.get("message", f"The simulated device refused {what} ({answer.status}).")
            raise SimulatorRefused(reason)
        return said


class BackDoorClock:
    """Model time: whoever waits moves the simulated unit, so that waiting costs nothing."""

    def __init__(self, back_door: BackDoor) -> None:
        self._back_door = back_door
        self._now = 0.0

    def now(self) -> float:
        """Give the seconds slept so far."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let model time pass."""
        self._back_door.step(seconds)
        self._now += seconds


class SimulatedDevice:
    """A running simulator: where it is, and its back door."""

    def __init__(self, ready: dict[str, str]) -> None:
        detector = f"usbip://{ready['usbip']}/{ready['busid']}"
        self.addresses = Addresses(detector, f"pmx://{ready['generator']}")
        self.back_door = BackDoor(ready["control"])


@contextmanager
def start_simulated_device(options: Sequence[str]) -> Iterator[SimulatedDevice]:
    """Run `python -m firmware_sim` with these options until the block ends.

    Raises SimulatorNotStarted with what the simulator said.
    """
    bound = [*options, "--end-with-parent", str(os.getpid())]
    child = subprocess.Popen(
        simulator_command(bound), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        simulated = SimulatedDevice(_await_ready(child))
        with closing(simulated.back_door):
            yield simulated
    finally:
        _end(child)


def simulator_command(options: Sequence[str]) -> list[str]:
    """Return the command line of the simulator."""
    return [sys.executable, "-m", "firmware_sim", *options]


def _await_ready(child: "subprocess.Popen[str]") -> dict[str, str]:
    patience = threading.Timer(_START_S, child.kill)
    patience.start()
    try:
        assert child.stdout is not None and child.stderr is not None, "both are pipes"
        line = child.stdout.readline()
        if not line:
            said = child.stderr.read().strip() or "it ended without a word."
            raise SimulatorNotStarted(f"The simulated device did not start: {said}")
        ready: dict[str, str] = json.loads(line)
        return ready
    finally:
        patience.cancel()


def _end(child: "subprocess.Popen[str]") -> None:
    child.terminate()
    try:
        child.communicate(timeout=_END_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
