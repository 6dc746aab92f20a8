"""The virtual machine of the kernel campaign: what it needs here, its image, and its console."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

HERE = Path(__file__).parent
FOLDER = HERE.parents[2] / "out" / "kernel"
BUILD = HERE / "build_image.sh"
# A round takes 3 to 4 minutes on two cores that emulate; a busy machine takes longer.
CHECKS_LIMIT_S = 900
BOOT_LIMIT_S = 120

# What the image is made with and run with, each with the Debian package that brings it.
TO_RUN = {"qemu-system-x86_64": "qemu-system-x86"}
TO_BUILD = {"debootstrap": "debootstrap", "mke2fs": "e2fsprogs"}


class CannotRun(Exception):
    """This computer lacks what the campaign needs; the sentence says what, and how to get it."""


def require() -> None:
    """Raise CannotRun with one sentence, unless everything is here."""
    tools = TO_RUN if _is_built() else TO_RUN | TO_BUILD
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [tool for tool in tools if not shutil.which(tool, path=path)]
    how = [f"apt-get install {' '.join(tools[tool] for tool in missing)}"] if missing else []
    if not _is_built() and os.geteuid() != 0:
        missing.append("root, to build its image once")
        how.append("run it as root the first time")
    if missing:
        raise CannotRun(
            f"The campaign needs {' and '.join(missing)}: {', then '.join(how)} (Debian)."
        )


def build_image() -> None:
    """Make the image from Debian's packages, unless this very script has made it already."""
    if _is_built():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    log = FOLDER / "build.log"
    with log.open("wb") as out:
        built = subprocess.run(["nice", BUILD], stdout=out, stderr=subprocess.STDOUT)
    if built.returncode:
        raise CannotRun(
            f"The virtual machine could not be built from Debian's packages: see {log}."
        )


def _is_built() -> bool:
    stamp = FOLDER / "built-by"
    return stamp.exists() and stamp.read_bytes() == BUILD.read_bytes()


@contextmanager
def booted(folder: Path, usbip_port: int, ear_port: int) -> Iterator[Iterator[str]]:
    """Boot with this simulator; gives the lines of the console, which end when the machine does."""
    scripts = folder / "guest.tar"
    with tarfile.open(scripts, "w") as archive:
        archive.add(HERE / "guest", "guest")
    command = _command(scripts, usbip_port, ear_port)
    machine = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    alarm = Timer(CHECKS_LIMIT_S + BOOT_LIMIT_S, machine.kill)
    alarm.start()
    try:
        yield _console(machine, folder / "console.log")
    finally:
        alarm.cancel()
        machine.kill()
        machine.communicate()
        scripts.unlink()


def _console(machine: subprocess.Popen[bytes], log: Path) -> Iterator[str]:
    assert machine.stdout is not None
    with log.open("wb") as out:
        for line in machine.stdout:
            out.write(line)
            out.flush()
            yield line.decode(errors="replace").rstrip()


def _command(scripts: Path, usbip_port: int, ear_port: int) -> list[str]:
    kernel = "console=ttyS0 quiet loglevel=4 mitigations=off nokaslr panic=-1"
    told = f"usbip={usbip_port} ear={ear_port} limit={CHECKS_LIMIT_S}"
    return [
        *("qemu-system-x86_64", "-nodefaults", "-nographic", "-no-reboot"),
        *("-M", "q35", "-cpu", "max", "-accel", "tcg,thread=multi", "-smp", "2", "-m", "1024"),
        *("-serial", "stdio", "-kernel", str(FOLDER / "vmlinuz")),
        *("-initrd", str(FOLDER / "initrd"), "-append", f"{kernel} {told}"),
        *("-drive", f"file={FOLDER / 'root.ext4'},format=raw,if=virtio,snapshot=on"),
        *("-drive", f"file={scripts},format=raw,if=virtio,readonly=on"),
        *("-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="),
        *("-device", "virtio-rng-pci"),
    ]
