"""Commands for reading models: what is there, what it is, whether it may be trusted."""

import re
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.status import Status
from rich.text import Text

from bone_age.errors import BoneAgeError
from bone_age.install import check_complete, check_installable
from bone_age.install import install as install_package
from bone_age.package import MANIFEST, Package, draft_package, open_package, seal, sign, standing_of
from bone_age.signatures import TrustedKey, signing_key
from console.commands.options import now
from console.settings import RELEASED_MODEL, Settings, read_settings
from console.site_model import site_keys
from console.telling import Telling, package_in_words, sentence_of, standing_in_words

_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)

app = typer.Typer(no_args_is_help=True, help="Reading models: list, show, verify, install, pack.")

PackageFolder = Annotated[Path, typer.Argument(help="the folder of a model package")]
NamedHash = Annotated[
    str, typer.Option("--sha256", help="hash of the package as its maker gives it, to trust it")
]


@app.command("list")
def list_() -> None:
    """List the models that are here."""
    settings = read_settings()
    keys = site_keys(settings)
    for folder in _model_folders(settings):
        is_used = folder.resolve() == settings.model_directory.resolve()
        typer.echo(f"{_in_a_line(folder, keys)}{' [in use]' if is_used else ''}\n  {folder}")


@app.command()
def show(
    path: Annotated[Path | None, typer.Argument(help="the model in use if not given")] = None,
) -> None:
    """Show what a model is and who answers for it."""
    settings = read_settings()
    package = open_package(path or settings.model_directory)
    for line in package_in_words(package, _released(package, site_keys(settings))):
        typer.echo(line)


@app.command()
def verify(path: PackageFolder, sha256: NamedHash = "") -> None:
    """Check all that `install` checks; install nothing."""
    keys, named = site_keys(read_settings()), _hash(sha256)
    with _checking(path):
        package = open_package(path)
        check_installable(package, keys, named)
    typer.echo(f"{_name(package)} is whole, trusted and reads. SHA-256 {package.sha256}")


@app.command()
def install(path: PackageFolder, sha256: NamedHash = "") -> None:
    """Install a package that somebody answers for."""
    settings = read_settings()
    models, keys = settings.data_directory / "models", site_keys(settings)
    named = _hash(sha256)
    with _checking(path):
        package = open_package(path)
        place = install_package(package, models, keys, named, now().isoformat())
    typer.echo(f"{_name(package)} is in {place} (licence: {package.description.licence}).")
    typer.echo(f"To read with it, set BONEAGE_MODEL_DIRECTORY={place}")


@app.command()
def pack(
    path: PackageFolder,
    key: Annotated[Path | None, typer.Option(help="private ed25519 key in PEM, to sign")] = None,
) -> None:
    """Write the manifest of a new package, and sign it."""
    private = None if key is None else signing_key(key)
    with _checking(path):
        package = draft_package(path)
        check_complete(package)
    seal(package)
    if private is not None:
        sign(package, private)
    typer.echo(f"{_name(package)}, {'signed' if key else 'unsigned'}. SHA-256 {package.sha256}")


def _checking(path: Path) -> Status:
    """Show that a package is being checked; a large net takes a while to read its trial."""
    return Telling().screen.status(Text(f"checking {path.name}"))


def _model_folders(settings: Settings) -> list[Path]:
    """Return the folder of the model in use, then every other that holds one."""
    used = settings.model_directory
    parents = (RELEASED_MODEL.parent, settings.data_directory / "models")
    manifests = [path for parent in parents for path in sorted(parent.glob(f"[!.]*/{MANIFEST}"))]
    others = [path.parent for path in manifests if path.parent.resolve() != used.resolve()]
    return [used, *others]


def _in_a_line(folder: Path, keys: tuple[TrustedKey, ...]) -> str:
    try:
        package = open_package(folder)
    except BoneAgeError as error:
        return f"{folder.name}: {sentence_of(error)}"
    return f"{_name(package)}: {_released(package, keys)} (licence: {package.description.licence})"


def _released(package: Package, keys: tuple[TrustedKey, ...]) -> str:
    try:
        return standing_in_words(standing_of(package, keys))
    except BoneAgeError as error:
        return sentence_of(error)


def _name(package: Package) -> str:
    return f"{package.description.name} {package.description.version}"


def _hash(said: str) -> str:
    digest = said.strip().lower().removeprefix("sha256:")
    if digest and not _HASH.fullmatch(digest):
        raise typer.BadParameter("a SHA-256 has 64 hexadecimal digits", param_hint="--sha256")
    return digest
