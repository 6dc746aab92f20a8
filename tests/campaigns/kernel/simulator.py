"""The simulated unit of the kernel campaign, and the ear through which the guest asks for it."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

Wish = dict[str, Any]
BACKDOOR_LIMIT_S = 20


class Simulator:
    """The process of `firmware_sim`, which the guest starts and kills as it likes."""

    def __init__(self, folder: Path, seed: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.usbip_port = free.getsockname()[1]
        self._folder = folder
        self._seed = seed
        self._process: subprocess.Popen[str] | None = None
        self._control = ""

    def start(self, wish: Wish) -> Wish:
        """Start it anew with options; wait until it says where it listens."""
        self.kill({})
        command = [sys.executable, "-m", "firmware_sim", "--control", "127.0.0.1:0"]
        command += ["--usbip", f"127.0.0.1:{self.usbip_port}", "--seed", str(self._seed)]
        command += ["--end-with-parent", str(os.getpid()), *wish["options"]]
        with (self._folder / "simulator.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._process.stdout is not None
        self._control = json.loads(self._process.stdout.readline())["control"]
        Thread(target=self._process.stdout.read, daemon=True).start()
        return {}

    def kill(self, wish: Wish) -> Wish:
        """End it at once, as a unit ends whose mains fail."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        return {}

    def backdoor(self, wish: Wish) -> Wish:
        """Pass a request on to its back door: hand switch, faults."""
        body = json.dumps(wish["body"]).encode()
        request = urllib.request.Request(self._control + wish["path"], body, method=wish["method"])
        with urllib.request.urlopen(request, timeout=BACKDOOR_LIMIT_S) as answer:
            return dict(json.load(answer))

    def save(self, wish: Wish) -> Wish:
        """Keep a text of the guest's beside the results."""
        name = re.sub(r"[^\w.-]", "_", wish["name"])
        (self._folder / name).write_text(wish["text"], encoding="utf-8")
        return {}


@contextmanager
def simulated(folder: Path, seed: int) -> Iterator[tuple[Simulator, int]]:
    """A simulator, and the port of the ear that hears the guest's wishes."""
    simulator = Simulator(folder, seed)
    wishes = {
        each.__name__: each
        for each in (simulator.start, simulator.kill, simulator.backdoor, simulator.save)
    }
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_listen, args=(server, wishes), daemon=True).start()
        try:
            yield simulator, server.getsockname()[1]
        finally:
            simulator.kill({})


def _listen(server: socket.socket, wishes: dict[str, Callable[[Wish], Wish]]) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:  # the round is over
            return
        with line, line.makefile("rb") as asked:
            line.sendall(json.dumps(_answer(asked.read(), wishes)).encode())


def _answer(asked: bytes, wishes: dict[str, Callable[[Wish], Wish]]) -> Wish:
    try:
        wish = json.loads(asked)
        return wishes[wish["do"]](wish)
    except Exception as error:  # the guest reports it as a check that failed
        return {"error": f"{type(error).__name__}: {error}"}
