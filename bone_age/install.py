"""Install a package: all of it or nothing, and only what somebody answers for."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from acquisition.array_files import sync_folder, write_atomically
from bone_age.errors import (
    ModelCorrupt,
    ModelMissing,
    ModelUntrusted,
    NotInstalled,
    PackageIsLater,
    PackageUnreadable,
)
from bone_age.model import check_reads, start_net
from bone_age.package import (
    CARD,
    INSTALLED,
    LICENCE,
    MANIFEST,
    SIGNATURE,
    Installed,
    Package,
    installed_bytes,
    open_package,
)
from bone_age.signatures import TrustedKey, signer_of

# A folder under this name is never a model: what a killed installation leaves.
_UNFINISHED: Final = ".unfinished-"


def check_installable(package: Package, keys: Sequence[TrustedKey], named_sha256: str) -> None:
    """Check that somebody answers for a package, that it is whole, and that its net reads.

    `named_sha256` is the hash that an administrator named, or empty. Raises ModelUntrusted,
    PackageUnreadable or NetUnusable.
    """
    _check_trusted(package, keys, named_sha256)
    check_complete(package)


def check_complete(package: Package) -> None:
    """Check that a package has card and licence and that its net reads; it is run for that."""
    for name in (CARD, LICENCE):
        if not package.contents.get(name, b"").strip():
            raise PackageUnreadable(f"The package {package.folder} has no {name}.")
    check_reads(start_net(package.net, package.description.interface))


def install(
    package: Package, models: Path, keys: Sequence[TrustedKey], named_sha256: str, at: str
) -> Path:
    """Put a package under its name and version into the folder of models; return where it is.

    A damaged copy is replaced, a different package of the same name and version never. `at` is
    the time of day. Raises what `check_installable` raises, and NotInstalled.
    """
    check_installable(package, keys, named_sha256)
    is_signed = signer_of(package.manifest, package.signature or b"", keys) is not None
    installed = Installed(package.sha256, named_by_hash=not is_signed)
    said = package.description
    place = models / f"{said.name}-{said.version}"
    try:
        models.mkdir(parents=True, exist_ok=True)
        with _alone_in(models):
            if not _is_there(package, installed, place):
                _put(package, installed_bytes(installed, at), place)
    except OSError as exc:
        raise NotInstalled(f"The package could not be stored in {place}: {exc.strerror}.") from exc
    return place


def _check_trusted(package: Package, keys: Sequence[TrustedKey], named_sha256: str) -> None:
    if named_sha256:
        if named_sha256 != package.sha256:
            raise ModelUntrusted(f"The hash that was named is not that of {package.folder}.")
    elif package.signature is None:
        raise ModelUntrusted(
            f"The package {package.folder} is an unsigned development release: to trust it, name "
            "the hash that its maker gives (--sha256)."
        )
    elif signer_of(package.manifest, package.signature, keys) is None:
        raise ModelUntrusted(
            f"No key that this site trusts has signed the package {package.folder}: add its "
            "maker's public key, or name the hash that its maker gives (--sha256)."
        )


def _is_there(package: Package, installed: Installed, place: Path) -> bool:
    """Tell whether just this is in place, whole; raises NotInstalled for anything foreign."""
    if not place.exists():
        return False
    try:
        there = open_package(place)
    except (ModelCorrupt, PackageUnreadable):
        return False  # whoever installs over a damaged package means to mend it
    except (ModelMissing, PackageIsLater) as exc:
        raise NotInstalled(f"Something else is in {place} already; nothing was changed.") from exc
    if there.sha256 != package.sha256:
        raise NotInstalled(
            f"Another package of this name and version is in {place} already; nothing was changed."
        )
    return there.installed == installed and there.signature == package.signature


def _put(package: Package, installed: bytes, place: Path) -> None:
    """Write everything beside, then rename it into its place."""
    draft = Path(mkdtemp(prefix=_UNFINISHED, dir=place.parent))
    for name, content in _files_of(package, installed):
        write_atomically(draft / name, content)
    draft.chmod(0o755)
    if place.exists():
        place.rename(Path(mkdtemp(prefix=_UNFINISHED, dir=place.parent)) / "damaged")
    draft.rename(place)
    sync_folder(place.parent)


def _files_of(package: Package, installed: bytes) -> Iterator[tuple[str, bytes]]:
    yield from package.contents.items()
    yield MANIFEST, package.manifest
    yield INSTALLED, installed
    if package.signature is not None:
        yield SIGNATURE, package.signature


@contextmanager
def _alone_in(models: Path) -> Iterator[None]:
    """Keep other installations out, and leave nothing unfinished, one's own or an earlier one's."""
    descriptor = os.open(models, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            for left in models.glob(f"{_UNFINISHED}*"):
                shutil.rmtree(left, ignore_errors=True)
    except BlockingIOError as exc:
        raise NotInstalled("Another installation is going on; wait until it has ended.") from exc
    finally:
        os.close(descriptor)
