"""`boneage read --list` as somebody starts it: how quickly rows come, and what memory it takes."""

import csv
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from console.read_files import Wanted
from console.settings import Settings

PROCESSES: Final = 2
_LOOK_EVERY_S: Final = 0.05
_KILOBYTES_IN_MB: Final = 1e6 / 1024
_COME: Final = re.compile(r"images (\d+) of \d+")


@dataclass(frozen=True, slots=True)
class ListRun:
    """What a run was like: `start_s` until the first rows came.

    `most_mb` is the memory of the command and of its processes when it was most in all; what they
    share (PSS) is counted once, as the computer has it once.
    """

    start_s: float
    a_second: float
    most_mb: tuple[float, ...]


def read_a_list(settings: Settings, wanted: Sequence[Wanted]) -> ListRun:
    """Read images with two processes, with the model of a site."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "in.csv")
        with listed.open("w", newline="", encoding="utf-8") as lines:
            rows = csv.writer(lines)
            rows.writerow(["path", "sex", "id"])
            rows.writerows([one.path, one.sex, one.id] for one in wanted)
        places = {
            "BONEAGE_MODEL_DIRECTORY": str(settings.model_directory),
            "BONEAGE_DATA_DIRECTORY": str(settings.data_directory),
        }
        began = time.monotonic()
        running = subprocess.Popen(
            [sys.executable, "-m", "console", "read", "--list", str(listed)]
            + ["--out", str(listed.with_name("out.csv")), "--processes", str(PROCESSES)],
            env=os.environ | places,
            stderr=subprocess.PIPE,
            text=True,
        )
        memory: list[tuple[float, ...]] = [()]
        watch = threading.Thread(target=_watch, args=(running, memory))
        watch.start()
        assert running.stderr is not None
        come = [(time.monotonic(), _count(line)) for line in running.stderr]
        watch.join()
    assert running.wait() == 0, "boneage read --list failed"
    (first_s, first), (last_s, last) = next(one for one in come if one[1]), come[-1]
    return ListRun(first_s - began, (last - first) / (last_s - first_s), memory[-1])


def _count(line: str) -> int:
    told = _COME.search(line)
    return int(told[1]) if told else 0


def _watch(running: "subprocess.Popen[str]", memory: list[tuple[float, ...]]) -> None:
    """Keep the memory of a process and of its children, at the moment of most in all."""
    while running.poll() is None:
        now = tuple(_memory_mb(pid) for pid in (running.pid, *_children(running.pid)))
        if sum(now) > sum(memory[-1]):
            memory.append(now)
        time.sleep(_LOOK_EVERY_S)


def _children(pid: int) -> list[int]:
    try:
        said = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []  # it has just ended
    return [int(one) for one in said.split()]


def _memory_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0  # it has just ended
    told = next((line for line in lines if line.startswith("Pss:")), None)
    return int(told.split()[1]) / _KILOBYTES_IN_MB if told else 0.0
