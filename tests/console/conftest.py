"""A simulator process, a calibrated site, and the command line as a person runs it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.cli import main

PATIENT = {"id": "P-1", "name": "Li Hua", "sex": "F", "birth_date": "2017-03-14"}
SEED = 5


@dataclass(frozen=True)
class Simulator:
    """A running simulator process and what it announced."""

    process: subprocess.Popen
    ready: dict

    @property
    def urls(self):
        detector = f"usbip://{self.ready['usbip']}/{self.ready['busid']}"
        return ["--detector", detector, "--generator", f"pmx://{self.ready['generator']}"]

    def ask(self, method, what, **values):
        body = json.dumps(values).encode() if values else None
        asked = urllib.request.Request(f"{self.ready['control']}/{what}", body, method=method)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def state(self):
        return self.ask("GET", "state")


@contextmanager
def simulator(*options):
    command = [sys.executable, "-m", "firmware_sim", "--usbip", "127.0.0.1:0"]
    fixed = ["--control", "127.0.0.1:0", "--panel", "small", "--seed", str(SEED)]
    process = subprocess.Popen([*command, *fixed, *options], stdout=subprocess.PIPE, text=True)
    try:
        yield Simulator(process, json.loads(process.stdout.readline()))
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


@dataclass(frozen=True)
class Site:
    """A data directory and the command line that uses it."""

    data: Path

    @property
    def environment(self):
        return os.environ | {"BONEAGE_DATA_DIRECTORY": str(self.data), "COLUMNS": "200"}

    def start(self, *arguments, stdin=subprocess.DEVNULL):
        return subprocess.Popen(
            [sys.executable, "-m", "console", *map(str, arguments)],
            env=self.environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments, stdin=subprocess.DEVNULL):
        process = self.start(*arguments, stdin=stdin)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def visit(self, simulator, out, patient):
        return ["visit", *simulator.urls, "--patient", patient, "--out", out]


@pytest.fixture(scope="session")
def start_simulator():
    return simulator


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo's first run on a fresh site, which calibrates the small panel."""
    site = Site(tmp_path_factory.mktemp("site"))
    out = tmp_path_factory.mktemp("demo")
    done = site.run("demo", "--panel", "small", "--seed", SEED, "--out", out)
    assert done.returncode == 0, done.stderr
    return site, out, done


@pytest.fixture(scope="session")
def site(demo):
    return demo[0]


@pytest.fixture(scope="session")
def quality_control(site, tmp_path_factory):
    """One quality control of the simulated panel that the demo has calibrated."""
    out = tmp_path_factory.mktemp("qc")
    done = site.run("qc", "--simulated", "--panel", "small", "--seed", SEED, "--out", out)
    assert done.returncode == 0, done.stderr
    return out, done


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def in_process(monkeypatch, capsys):
    """The command line in this process, where a command needs no process of its own."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["boneage", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(ended.value.code or 0, *capsys.readouterr())

    yield run
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.fixture
def patient(tmp_path):
    path = tmp_path / "patient.json"
    path.write_text(json.dumps(PATIENT))
    return path
