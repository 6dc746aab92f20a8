import json
import os
import select
import subprocess
import sys

import pytest

from console.errors import SimulatorNotStarted, SimulatorRefused
from console.simulated_device import BackDoorClock, start_simulated_device

SMALL = ["--usbip", "127.0.0.1:0", "--control", "127.0.0.1:0", "--panel", "small"]
PARENT = """
import json, sys
from console.simulated_device import simulator_command
import os, subprocess
options = json.loads(sys.argv[1]) + ["--end-with-parent", str(os.getpid())]
child = subprocess.Popen(simulator_command(options), stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_waiting_on_its_clock_moves_the_simulated_unit():
    with start_simulated_device([*SMALL, "--clock", "manual"]) as simulated:
        clock = BackDoorClock(simulated.back_door)
        clock.sleep(2.5)
        assert clock.now() == 2.5
        assert simulated.back_door.state()["clock"]["now_s"] == pytest.approx(2.5)


def test_what_the_simulator_refuses_is_told_in_its_words():
    with (
        start_simulated_device(SMALL) as simulated,
        pytest.raises(SimulatorRefused, match="martian"),
    ):
        simulated.back_door.put("patient", spec="martian")


def test_a_simulator_that_cannot_start_says_why():
    with (
        pytest.raises(SimulatorNotStarted, match="martian"),
        start_simulated_device([*SMALL, "--patient", "martian"]),
    ):
        pass


def test_a_simulator_does_not_outlive_the_command_that_started_it():
    command = [sys.executable, "-c", PARENT, json.dumps(SMALL)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        simulator = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended, _, _ = select.select([simulator], [], [], 20)
    os.close(simulator)
    assert ended
