"""A package is installed whole or not at all, and only where somebody answers for it."""

import fcntl
import os
import resource
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bone_age.errors import (
    BoneAgeError,
    ModelCorrupt,
    ModelUntrusted,
    NetUnusable,
    NotInstalled,
    PackageUnreadable,
)
from bone_age.install import install
from bone_age.model import load_model
from bone_age.package import draft_package, open_package, seal, sign, write_description
from bone_age.reading import Trust
from bone_age.signatures import TrustedKey
from console.settings import RELEASED_MODEL

NOON = "2026-11-27T12:00:00+00:00"
PRIVATE = Ed25519PrivateKey.generate()
CLINIC = (TrustedKey("clinic", PRIVATE.public_key()),)


@pytest.fixture
def models(tmp_path):
    return tmp_path / "models"


@pytest.fixture
def unsigned(tmp_path):
    return Path(shutil.copytree(RELEASED_MODEL, tmp_path / "given"))


@pytest.fixture
def signed(unsigned, tmp_path):
    sign_again(unsigned)
    return unsigned


def sign_again(folder, private=PRIVATE):
    sign(open_package(folder), private)


def install_at(models, folder, keys=CLINIC, named=""):
    return install(open_package(folder), models, keys, named, NOON)


def everything_in(folder):
    """Return every name under a folder, but for the folder itself."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_package_of_a_trusted_maker_is_installed_and_says_so(models, signed):
    place = install_at(models, signed)
    assert place == models / RELEASED_MODEL.name
    identity = load_model(place, CLINIC).identity
    assert (identity.trust, identity.signed_by) == (Trust.SIGNED, str(CLINIC[0]))


def test_an_unsigned_package_is_refused_and_nothing_is_left(models, unsigned):
    with pytest.raises(ModelUntrusted, match="unsigned development release"):
        install_at(models, unsigned)
    assert not models.exists()


@pytest.mark.parametrize(
    "keys", [(), (TrustedKey("other", Ed25519PrivateKey.generate().public_key()),)]
)
def test_a_package_of_a_stranger_is_refused(models, signed, keys):
    with pytest.raises(ModelUntrusted, match="maker's public key"):
        install_at(models, signed, keys)
    assert not models.exists()


@pytest.mark.parametrize("keys", [(), CLINIC])
def test_an_administrator_who_names_the_hash_answers_for_it(models, unsigned, keys):
    place = install_at(models, unsigned, keys, open_package(unsigned).sha256)
    identity = load_model(place, keys).identity
    assert (identity.trust, identity.signed_by) == (Trust.NAMED, None)


def test_another_hash_than_the_named_one_is_refused_even_where_the_key_is_trusted(models, signed):
    with pytest.raises(ModelUntrusted, match="not that of"):
        install_at(models, signed, CLINIC, "0" * 64)


def test_a_named_hash_does_not_cover_what_is_changed_later(models, unsigned):
    place = install_at(models, unsigned, (), open_package(unsigned).sha256)
    (place / "CARD.md").write_text("It is always right.")
    with pytest.raises(ModelCorrupt, match=r"CARD.md was changed"):
        load_model(place)
    seal(draft_package(place))
    with pytest.raises(ModelCorrupt, match="not the one that was installed"):
        load_model(place)


def test_a_key_that_is_no_longer_trusted_reads_no_more(models, signed):
    place = install_at(models, signed)
    with pytest.raises(ModelUntrusted):
        load_model(place, ())


def test_a_lost_signature_is_noticed(models, signed):
    place = install_at(models, signed)
    (place / "manifest.sig").unlink()
    with pytest.raises(ModelCorrupt, match="lost its signature"):
        load_model(place, CLINIC)


def test_trust_of_another_site_is_not_taken_over(models, unsigned, tmp_path):
    elsewhere = install_at(tmp_path / "elsewhere", unsigned, (), open_package(unsigned).sha256)
    with pytest.raises(ModelUntrusted):
        install_at(models, elsewhere)


def test_installing_twice_changes_nothing(models, signed):
    place = install_at(models, signed)
    before = place.stat().st_ino
    assert install_at(models, signed).stat().st_ino == before


def test_a_damaged_installation_is_mended(models, signed):
    place = install_at(models, signed)
    (place / "reader.onnx").write_bytes(b"")
    (place / "stray.txt").write_text("")
    install_at(models, signed)
    assert load_model(place, CLINIC).identity.trust is Trust.SIGNED
    assert everything_in(models) == sorted(
        [place.name, *(f"{place.name}/{file}" for file in INSTALLED)]
    )


RELEASED = tuple(path.name for path in RELEASED_MODEL.iterdir())
INSTALLED = (*RELEASED, "installed.json", "manifest.sig")


def test_a_signature_that_came_later_is_taken_in(models, unsigned):
    install_at(models, unsigned, (), open_package(unsigned).sha256)
    sign_again(unsigned)
    place = install_at(models, unsigned)
    assert load_model(place, CLINIC).identity.trust is Trust.SIGNED


def test_another_package_of_the_same_version_replaces_nothing(models, signed):
    place = install_at(models, signed)
    before = open_package(place).sha256
    (signed / "CARD.md").write_text("another card")
    seal(draft_package(signed))
    sign_again(signed)
    with pytest.raises(NotInstalled, match="nothing was changed"):
        install_at(models, signed)
    assert open_package(place).sha256 == before


@pytest.mark.parametrize("lies_there", ["a file", "a folder", "a later package"])
def test_what_is_not_ours_is_left_alone(models, signed, lies_there):
    place = models / RELEASED_MODEL.name
    models.mkdir()
    if lies_there == "a file":
        place.write_text("notes")
    else:
        place.mkdir()
        name = "manifest.json" if lies_there == "a later package" else "notes"
        (place / name).write_text('{"format": 2}')
    before = everything_in(models)
    with pytest.raises(NotInstalled, match="nothing was changed"):
        install_at(models, signed)
    assert everything_in(models) == before


def test_what_a_killed_installation_left_is_swept_and_never_read(models, signed):
    left = models / ".unfinished-abc"
    left.mkdir(parents=True)
    (left / "reader.onnx").write_bytes(b"half")
    install_at(models, signed)
    assert [path.name for path in models.iterdir()] == [RELEASED_MODEL.name]


def test_two_installations_at_once_do_not_mix(models, signed):
    models.mkdir()
    other = os.open(models, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(NotInstalled, match="going on"):
        install_at(models, signed)
    os.close(other)
    assert list(models.iterdir()) == []


def test_a_disk_that_refuses_half_way_leaves_nothing(models, signed):
    net_bytes = (signed / "reader.onnx").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (net_bytes // 2, before[1]))
    try:
        with pytest.raises(NotInstalled, match="could not be stored"):
            install_at(models, signed)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert everything_in(models) == []


def without_card(folder):
    (folder / "CARD.md").unlink()


def with_an_empty_licence(folder):
    (folder / "LICENSE.md").write_text(" \n")


def with_another_net(folder):
    (folder / "reader.onnx").write_bytes(b"no net")


def for_another_size(folder):
    description = open_package(folder).description
    picture = replace(description.interface.picture, width=128)
    interface = replace(description.interface, picture=picture)
    write_description(folder, replace(description, interface=interface))


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (without_card, PackageUnreadable),
        (with_an_empty_licence, PackageUnreadable),
        (with_another_net, NetUnusable),
        (for_another_size, NetUnusable),
    ],
)
def test_a_signature_does_not_make_a_bad_package_good(models, signed, spoil, error):
    spoil(signed)
    seal(draft_package(signed))
    sign_again(signed)
    with pytest.raises(error):
        install_at(models, signed)
    assert not models.exists()


def test_a_net_that_nobody_answers_for_is_never_started(models, unsigned):
    with_another_net(unsigned)  # started, it would be refused for what it is
    seal(draft_package(unsigned))
    with pytest.raises(BoneAgeError) as refused:
        install_at(models, unsigned)
    assert type(refused.value) is ModelUntrusted
