"""Coverage-guided fuzzing of every codec with atheris: one harness a codec, each in a process.

    python -m tests.campaigns.guided --seconds 60 [--side driver] [--codec "USB/IP answer"]

It needs the extra `fuzz`, which nothing else does (`pip install -e ".[fuzz]"`, Linux only).
What it finds becomes a row of FINDS in test_fuzz.py.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

LONGEST_PACKET = 2048


def main(arguments: list[str] | None = None) -> int:
    """Fuzz the codecs that were asked for, one after the other; 1 when something was found."""
    options = _options(arguments)
    if options.harness:
        _fuzz_forever(options.side, options.codec, options.seconds)
    from tests.campaigns.fuzz import SIDES

    rows = [(side, codec.name) for side, codecs in SIDES.items() for codec in codecs]
    wanted = [
        row for row in rows if options.side in (None, row[0]) and options.codec in (None, row[1])
    ]
    failed = [row for row in wanted if not _run_harness(*row, options.seconds)]
    sys.stdout.write(f"{len(wanted)} codecs, {options.seconds} s each: {len(failed)} found\n")
    return 1 if failed else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--side")
    parser.add_argument("--codec")
    parser.add_argument("--harness", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _run_harness(side: str, codec: str, seconds: int) -> bool:
    """Run one harness; tells what it covered, and the bytes of what it found."""
    command = [sys.executable, "-m", "tests.campaigns.guided", "--harness", "--side", side]
    command += ["--codec", codec, "--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    covered = [line for line in lines if " cov: " in line]
    sys.stdout.write(f"{side}: {codec}: {covered[-1].strip() if covered else 'no coverage'}\n")
    if done.returncode:
        sys.stdout.write("\n".join(lines[-30:]) + "\n")
    sys.stdout.flush()
    return done.returncode == 0


def _fuzz_forever(side: str, name: str, seconds: int) -> None:
    """Let atheris feed one codec; it ends the process."""
    import atheris

    with atheris.instrument_imports(include=["device", "firmware_sim"]):
        from tests.campaigns.fuzz import SIDES, feed_one

    codec = next(codec for codec in SIDES[side] if codec.name == name)
    feed = codec.begin()

    def one_input(content: bytes) -> None:
        feed_one(codec, feed, content)
        feed_one(codec, feed, codec.repair(content))

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(codec.seeds):
            Path(corpus, str(number)).write_bytes(seed)
        limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST_PACKET}", "-rss_limit_mb=2048"]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/", corpus], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
