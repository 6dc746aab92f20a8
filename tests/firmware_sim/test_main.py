"""The simulator as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from firmware_sim.__main__ import main

COMMAND = [sys.executable, "-m", "firmware_sim", "--usbip", "127.0.0.1:0", "--panel", "small"]


@pytest.fixture(scope="module")
def process():
    process = subprocess.Popen(
        [
            *(*COMMAND, "--clock", "manual", "--seed", "7", "--fault", "door-open"),
            *("--gencp-serial", "rfc2217://127.0.0.1:0"),
            *("--usb-speed", "high", "--exposure-control", "absent"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.announcement = json.loads(process.stdout.readline())
    yield process
    process.kill()
    process.communicate()


def test_ready_line_tells_where_everything_is(process):
    where = process.announcement
    assert set(where) == {"usbip", "busid", "generator", "gencp_serial", "control"}
    assert where["busid"] == "1-1" and where["gencp_serial"].startswith("rfc2217://127.0.0.1:")
    assert os.path.exists(where["generator"])
    with socket.create_connection(where["usbip"].split(":")):
        pass


def test_options_reach_the_unit(process):
    with urllib.request.urlopen(process.announcement["control"] + "/state", timeout=5) as answer:
        state = json.load(answer)
    assert state["clock"]["mode"] == "manual" and state["interlocks"]["door_open"]
    assert (state["panel"]["rows"], state["panel"]["columns"]) == (750, 600)


def test_device_list_tells_the_speed_that_was_asked_for(process):
    with socket.create_connection(process.announcement["usbip"].split(":")) as host:
        host.sendall(bytes.fromhex("0111 8005 00000000"))
        listed = host.recv(12 + 312, socket.MSG_WAITALL)
    assert listed[12 + 256 + 32 + 8 :][:4] == b"\0\0\0\3"  # high speed


def test_termination_is_clean(process):
    process.send_signal(signal.SIGTERM)
    rest, complaints = process.communicate(timeout=10)
    assert (process.returncode, rest, complaints) == (0, "", "")


@pytest.fixture
def run_here(monkeypatch):
    monkeypatch.setattr("firmware_sim.__main__._stop_on_signals", lambda: None)
    return main


def test_taken_port_is_one_sentence_with_its_code(run_here, capsys):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert run_here(["--panel", "small", "--usbip", f"127.0.0.1:{port}"]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("E-SIM-1: ") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--panel", "small", "--gencp-serial", "/no/such/port"], "E-SIM-1"),
        (["--panel", "small", "--generator", "telnet://x:1"], "E-SIM-1"),
        (["--panel", "small", "--generator", "socket://x"], "E-SIM-1"),
        (["--panel", "small", "--generator", "/no/such/port"], "E-SIM-1"),
        (["--panel", "small", "--control", "0.0.0.0:0"], "E-SIM-1"),
        (["--panel", "small", "--fault", "gremlins"], "E-SIM-2"),
        (["--panel", "small", "--fault", "wrong-crc"], "E-SIM-2"),
        (["--panel", "small", "--patient", "elephant"], "E-SIM-3"),
    ],
)
def test_what_cannot_be_served_is_one_sentence_with_its_code(run_here, capsys, arguments, code):
    assert run_here(["--usbip", "127.0.0.1:0", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(code + ": ") and err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--panel", "huge"],
        ["--usbip", "3240"],
        ["--seed", "-1"],
        ["--clock", "fast"],
        ["--usb-speed", "warp"],
    ],
)
def test_wrong_usage_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    capsys.readouterr()


def test_faults_are_listed(capsys):
    assert main(["--list-faults"]) == 0
    assert "cable-pull:at=idle|armed|preparing|exposing|readout|dark" in capsys.readouterr().out
