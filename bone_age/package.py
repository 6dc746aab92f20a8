"""A model package: a flat folder with a net, its description, its card, its licence, its manifest.

`manifest.json` has the SHA-256 and the size of every other file; `manifest.sig`, where there is
one, is a signature over the manifest and so over everything. `installed.json` says how the package
came to this site. A package is read whole, once: what was checked is what is used.
"""

import errno
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from acquisition.array_files import UNFINISHED, sha256, write_atomically
from acquisition.ordinary_files import read_file
from bone_age.description import Description
from bone_age.description_file import (
    NAME,
    FormatIsLater,
    description_bytes,
    json_bytes,
    read_description,
    read_json,
)
from bone_age.errors import (
    ModelCorrupt,
    ModelMissing,
    ModelUntrusted,
    PackageIsLater,
    PackageUnreadable,
)
from bone_age.reading import Trust
from bone_age.signatures import SIGNATURE_BYTES, TrustedKey, signer_of

DESCRIPTION, CARD, LICENCE = "model.json", "CARD.md", "LICENSE.md"
MANIFEST, SIGNATURE, INSTALLED = "manifest.json", "manifest.sig", "installed.json"
_Said = TypeVar("_Said")
# What the manifest cannot list.
_UNLISTED: Final = (MANIFEST, SIGNATURE, INSTALLED)
# Our choices: a package is a net and a few pages; what is larger is a mistake or an attack.
_MOST_FILES: Final = 32
_LARGEST_TEXT_BYTES: Final = 64 * 1024
_LARGEST_PACKAGE_BYTES: Final = 512 * 1024 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Listed:
    """What the manifest says about one file."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Installed:
    """How a package came to this site: its hash then, and whether an administrator named it."""

    package_sha256: str
    named_by_hash: bool


@dataclass(frozen=True, slots=True, eq=False)
class Package:
    """A package whose files are those of its manifest; `contents` has them by their names."""

    folder: Path
    description: Description
    manifest: bytes
    signature: bytes | None
    installed: Installed | None
    contents: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        """Return the hash that stands for everything in the package: the manifest's."""
        return sha256(self.manifest)

    @property
    def net(self) -> bytes:
        """Return the content of the ONNX file."""
        return self.contents[self.description.net]


@dataclass(frozen=True, slots=True)
class Standing:
    """Who answers for a package at this site; `signed_by` names the key where one does."""

    trust: Trust
    signed_by: str | None


def open_package(folder: Path) -> Package:
    """Read a package and check every file of it.

    Raises ModelMissing, ModelCorrupt, PackageUnreadable or PackageIsLater.
    """
    names = _names_in(folder, MANIFEST)
    manifest = _read(folder / MANIFEST, _LARGEST_TEXT_BYTES)
    listed = _said_by(folder, MANIFEST, manifest, _read_manifest)
    _check_names(folder, names, listed)
    contents = {name: _checked(folder / name, one) for name, one in listed.items()}
    signature = _signature(folder) if SIGNATURE in names else None
    installed = _installed(folder) if INSTALLED in names else None
    return _package(folder, manifest, signature, installed, contents)


def draft_package(folder: Path) -> Package:
    """Return the package that a folder would be with a new manifest; write nothing.

    Raises as `open_package` does.
    """
    drafts = tuple(name + UNFINISHED for name in (DESCRIPTION, *_UNLISTED))
    names = _names_in(folder, DESCRIPTION).difference(_UNLISTED, drafts)
    contents = {name: _read(folder / name, _LARGEST_PACKAGE_BYTES) for name in sorted(names)}
    listed = {
        name: {"sha256": sha256(content), "bytes": len(content)}
        for name, content in contents.items()
    }
    manifest = json_bytes({"format": 1, "files": listed})
    _said_by(folder, MANIFEST, manifest, _read_manifest)
    return _package(folder, manifest, None, None, contents)


def seal(package: Package) -> None:
    """Write the manifest of a new package; an older one's signature goes."""
    (package.folder / SIGNATURE).unlink(missing_ok=True)
    write_atomically(package.folder / MANIFEST, package.manifest)


def write_description(folder: Path, description: Description) -> None:
    """Write `model.json`; the package needs a new manifest then.

    Raises ValueError for what no package may say.
    """
    content = description_bytes(description)
    read_description(content)
    write_atomically(folder / DESCRIPTION, content)


def sign(package: Package, key: Ed25519PrivateKey) -> None:
    """Write the signature of a package."""
    write_atomically(package.folder / SIGNATURE, key.sign(package.manifest))


def standing_of(package: Package, keys: Sequence[TrustedKey]) -> Standing:
    """Tell who answers for a package.

    Raises ModelUntrusted for a signature of nobody who is trusted, and ModelCorrupt for a package
    that is no longer the one that was installed.
    """
    installed = package.installed
    if installed is not None and installed.package_sha256 != package.sha256:
        raise ModelCorrupt(f"The model in {package.folder} is not the one that was installed.")
    signer = signer_of(package.manifest, package.signature or b"", keys)
    if signer is not None:
        return Standing(Trust.SIGNED, str(signer))
    if installed is not None and installed.named_by_hash:
        return Standing(Trust.NAMED, None)
    if package.signature is not None:
        raise ModelUntrusted(
            f"No key that this site trusts has signed the model in {package.folder} as it is now."
        )
    if installed is not None:
        raise ModelCorrupt(f"The model in {package.folder} has lost its signature.")
    return Standing(Trust.UNSIGNED, None)


def installed_bytes(installed: Installed, at: str) -> bytes:
    """Return the content of `installed.json`; `at` is the time of day."""
    return json_bytes(
        {
            "format": 1,
            "package_sha256": installed.package_sha256,
            "named_by_hash": installed.named_by_hash,
            "installed": at,
        }
    )


def _package(
    folder: Path,
    manifest: bytes,
    signature: bytes | None,
    installed: Installed | None,
    contents: Mapping[str, bytes],
) -> Package:
    description = _said_by(folder, DESCRIPTION, contents[DESCRIPTION], read_description)
    if description.net not in contents:
        raise PackageUnreadable(f"The package {folder} has no file {description.net}, its net.")
    return Package(folder, description, manifest, signature, installed, contents)


def _names_in(folder: Path, needed: str) -> set[str]:
    try:
        names = {entry.name for entry in os.scandir(folder)}
    except NotADirectoryError as exc:
        raise ModelMissing(f"{folder} is no folder; unpack an archive first.") from exc
    except (OSError, ValueError) as exc:
        raise ModelMissing(
            f"There is no reading model in {folder}: check the folder that was named."
        ) from exc
    if not names & {MANIFEST, DESCRIPTION}:
        raise ModelMissing(
            f"The folder {folder} holds no reading model: check the folder that was named."
        )
    if needed not in names:
        raise PackageUnreadable(f"The folder {folder} has no {needed}, so it is no model package.")
    if len(names) > _MOST_FILES:
        raise PackageUnreadable(f"The package {folder} has more than {_MOST_FILES} files.")
    return names


def _read(path: Path, at_most_bytes: int) -> bytes:
    """Read a file of the package itself; no link leads out of the folder."""
    if path.is_symlink():
        raise ModelCorrupt(f"{path} is a link, and a package has none.")
    try:
        return read_file(path, at_most_bytes)
    except OSError as exc:
        longer = exc.errno == errno.EFBIG
        reason = "it is longer than it may be" if longer else exc.strerror
        raise ModelCorrupt(f"{path} is not the file that was released: {reason}.") from exc


def _checked(path: Path, listed: _Listed) -> bytes:
    content = _read(path, listed.size)
    if sha256(content) != listed.sha256:
        raise ModelCorrupt(f"{path} was changed after the package was made; install it again.")
    return content


def _said_by(folder: Path, name: str, content: bytes, read: Callable[[bytes], _Said]) -> _Said:
    """Read what a file of the package says, in our errors."""
    try:
        return read(content)
    except FormatIsLater as exc:
        raise PackageIsLater(f"The package {folder} needs later software: {name}: {exc}.") from exc
    except ValueError as exc:
        raise PackageUnreadable(f"{name} of the package {folder} is wrong: {exc}.") from exc


def _signature(folder: Path) -> bytes:
    signature = _read(folder / SIGNATURE, SIGNATURE_BYTES)
    if len(signature) != SIGNATURE_BYTES:
        raise ModelCorrupt(f"The signature of the package {folder} is cut off.")
    return signature


def _installed(folder: Path) -> Installed:
    content = _read(folder / INSTALLED, _LARGEST_TEXT_BYTES)
    return _said_by(folder, INSTALLED, content, _read_installed)


def _read_installed(content: bytes) -> Installed:
    said = read_json(content)
    package_sha256, named_by_hash = said.get("package_sha256"), said.get("named_by_hash")
    if not isinstance(package_sha256, str) or not isinstance(named_by_hash, bool):
        raise ValueError("it does not say what was installed")
    return Installed(package_sha256, named_by_hash)


def _check_names(folder: Path, names: set[str], listed: Mapping[str, _Listed]) -> None:
    missing, foreign = set(listed) - names, names - set(listed) - set(_UNLISTED)
    if missing:
        raise ModelCorrupt(f"The package {folder} lacks its file {min(missing)}; install it again.")
    if foreign:
        raise ModelCorrupt(f"{min(foreign)!r} in {folder} is no file of this package.")


def _read_manifest(content: bytes) -> dict[str, _Listed]:
    said = read_json(content)
    files = said.get("files")
    if set(said) != {"files"} or not isinstance(files, dict) or len(files) > _MOST_FILES:
        raise ValueError("it does not list the files")
    listed = {name: _listed(name, one) for name, one in files.items()}
    if DESCRIPTION not in listed:
        raise ValueError(f"it does not list {DESCRIPTION}")
    if sum(one.size for one in listed.values()) > _LARGEST_PACKAGE_BYTES:
        raise ValueError("its files are larger than a package may be")
    return listed


def _listed(name: str, said: Any) -> _Listed:
    if not NAME.fullmatch(name) or name in _UNLISTED:
        raise ValueError(f"{name[:40]!r} is no name of a package's file")
    if not isinstance(said, dict) or set(said) != {"sha256", "bytes"}:
        raise ValueError(f"{name} needs sha256 and bytes")
    digest, size = said["sha256"], said["bytes"]
    if not (
        isinstance(digest, str) and _SHA256.fullmatch(digest) and type(size) is int and size >= 0
    ):
        raise ValueError(f"sha256 or bytes of {name} cannot be")
    return _Listed(digest, size)
