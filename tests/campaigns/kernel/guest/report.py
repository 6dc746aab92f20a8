"""A verdict for each check, in one line on the console, and what checks wait and ask with."""

import subprocess
import sys
import time
import traceback
from pathlib import Path

LONGEST_DETAIL = 900


def tell(name, verdict, detail=""):
    """Print a verdict: PASS, FAIL, or NOTE."""
    text = " ".join(str(detail).split())[:LONGEST_DETAIL]
    sys.stdout.write(f"@@RESULT|{name}|{verdict}|{text}\n")
    sys.stdout.flush()


def check(name, judge, *words):
    """Run a check; what it returns is the detail, what it raises is its failure."""
    sys.stderr.write(f"@ {name}\n")
    began = time.monotonic()
    try:
        detail = judge(*words)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        tell(name, "FAIL", f"{type(error).__name__}: {error} ({place})")
    else:
        tell(name, "PASS", f"{detail or ''} [{time.monotonic() - began:.1f} s]")


def need(condition, message):
    if not condition:
        raise AssertionError(message)


def wait_for(what, limit_s, message):
    """Ask until there is an answer; give it."""
    ends = time.monotonic() + limit_s
    while time.monotonic() < ends:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(message)


def sh(command, limit_s=120):
    """Give what a command says; it must end well."""
    done = sh_whatever(command, limit_s)
    need(not done.returncode, f"`{command}` ended with {done.returncode}: {done.stdout[-500:]}")
    return done.stdout


def sh_whatever(command, limit_s=120):
    """Run a command that may fail."""
    return subprocess.run(
        command,
        shell=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=limit_s,
    )
