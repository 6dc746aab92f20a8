"""A package is what its manifest says, or is refused in a sentence; nobody trusts by chance."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bone_age.description import Description, Interval, Standard, own_interface
from bone_age.errors import (
    KeyUnusable,
    ModelCorrupt,
    ModelMissing,
    ModelUntrusted,
    PackageIsLater,
    PackageUnreadable,
)
from bone_age.package import draft_package, open_package, seal, sign, standing_of, write_description
from bone_age.reading import Trust
from bone_age.signatures import signing_key, trusted_keys

DESCRIPTION = Description(
    name="tiny",
    version="1",
    licence="CC0",
    standard=Standard.GREULICH_PYLE,
    reader="nobody",
    net="net.onnx",
    interface=own_interface(192),
    interval=Interval(0.9, 10.0),
    range_months=(12.0, 216.0),
)
PLAIN = (pem.Encoding.PEM, pem.PrivateFormat.PKCS8)


@pytest.fixture
def folder(tmp_path):
    """A sealed package whose net nobody starts here."""
    folder = tmp_path / "tiny-1"
    folder.mkdir()
    for name in ("net.onnx", "CARD.md", "LICENSE.md"):
        (folder / name).write_text(f"{name} of tiny 1")
    write_description(folder, DESCRIPTION)
    seal(draft_package(folder))
    return folder


@pytest.fixture
def keys(tmp_path):
    """Make a pair of keys: `keys("clinic")` returns the private one and a folder that trusts it."""

    def make(name):
        key = Ed25519PrivateKey.generate()
        trusted = tmp_path / f"trusted-by-{name}"
        trusted.mkdir()
        public = key.public_key().public_bytes(
            pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo
        )
        (trusted / f"{name}.pem").write_bytes(public)
        return key, trusted

    return make


def change_json(path, **changed):
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))


def test_a_package_is_read_as_it_was_written(folder):
    package = open_package(folder)
    assert package.description == DESCRIPTION
    assert package.net == b"net.onnx of tiny 1"


def test_what_no_package_may_say_is_not_even_written(folder):
    before = (folder / "model.json").read_bytes()
    with pytest.raises(ValueError, match="version"):
        write_description(folder, replace(DESCRIPTION, version=""))
    assert (folder / "model.json").read_bytes() == before


def test_the_hash_of_a_package_changes_with_every_word_of_its_card(folder):
    before = open_package(folder).sha256
    (folder / "CARD.md").write_text("another card")
    assert draft_package(folder).sha256 != before


@pytest.mark.parametrize("name", ["net.onnx", "model.json", "CARD.md", "LICENSE.md"])
@pytest.mark.parametrize(
    "change", [lambda c: c[:-1], lambda c: c + b" ", lambda c: b"", bytes.swapcase]
)
def test_a_changed_file_is_named(folder, name, change):
    (folder / name).write_bytes(change((folder / name).read_bytes()))
    with pytest.raises(ModelCorrupt, match=name):
        open_package(folder)


def test_a_missing_file_is_named(folder):
    (folder / "CARD.md").unlink()
    with pytest.raises(ModelCorrupt, match=r"lacks its file CARD.md"):
        open_package(folder)


@pytest.mark.parametrize("name", ["extra.onnx", ".hidden", "manifest.json.old"])
def test_a_file_that_is_not_listed_is_refused(folder, name):
    (folder / name).write_text("who put this here?")
    with pytest.raises(ModelCorrupt, match="no file of this package"):
        open_package(folder)


def test_a_link_out_of_the_folder_is_never_followed(folder, tmp_path):
    (folder / "net.onnx").rename(tmp_path / "outside.onnx")
    (folder / "net.onnx").symlink_to(tmp_path / "outside.onnx")
    with pytest.raises(ModelCorrupt, match=r"net.onnx is a link"):
        open_package(folder)


@pytest.mark.parametrize("name", ["net.onnx", "manifest.json"])
def test_a_pipe_keeps_nobody_waiting(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(ModelCorrupt, match="no ordinary file"):
        open_package(folder)


def test_a_folder_among_the_files_is_refused(folder):
    (folder / "CARD.md").unlink()
    (folder / "CARD.md").mkdir()
    with pytest.raises(ModelCorrupt, match="no ordinary file"):
        open_package(folder)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../outside", {"sha256": "0" * 64, "bytes": 1}),
        ("/etc/passwd", {"sha256": "0" * 64, "bytes": 1}),
        ("manifest.json", {"sha256": "0" * 64, "bytes": 1}),
        ("net\n.onnx", {"sha256": "0" * 64, "bytes": 1}),
        ("more", {"sha256": "0" * 63, "bytes": 1}),
        ("more", {"sha256": "0" * 64, "bytes": -1}),
        ("more", {"sha256": "0" * 64, "bytes": 10**12}),
        ("more", {"sha256": "0" * 64, "bytes": True}),
        ("more", "0" * 64),
    ],
)
def test_a_manifest_that_lists_what_cannot_be_is_refused(folder, name, said):
    files = json.loads((folder / "manifest.json").read_text())["files"]
    change_json(folder / "manifest.json", files=files | {name: said})
    with pytest.raises(PackageUnreadable, match=r"manifest.json of the package"):
        open_package(folder)


@pytest.mark.parametrize(
    "content", ["", "[]", "3", "{" * 9000, "\xff", '{"format": 1}', '{"format": 1, "files": {}}',
                '{"format": 1, "format": 1}', '{"format": NaN}', '{"format": true}'],
)  # fmt: skip
@pytest.mark.parametrize("name", ["manifest.json", "model.json", "installed.json"])
def test_what_is_no_json_of_ours_is_refused(folder, name, content):
    (folder / name).write_bytes(content.encode("latin-1"))
    with pytest.raises(PackageUnreadable, match=name):
        draft_package(folder) if name == "model.json" else open_package(folder)


def test_an_endless_manifest_is_not_read_to_its_end(folder):
    with (folder / "manifest.json").open("wb") as manifest:
        manifest.truncate(10**12)
    with pytest.raises(ModelCorrupt, match="longer than"):
        open_package(folder)


@pytest.mark.parametrize("name", ["manifest.json", "model.json"])
def test_a_package_of_the_future_asks_for_newer_software(folder, name):
    change_json(folder / name, format=2)
    with pytest.raises(PackageIsLater, match=f"{name}: it is of format 2"):
        draft_package(folder) if name == "model.json" else open_package(folder)


def test_an_empty_folder_or_none_holds_no_model(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "none"):
        with pytest.raises(ModelMissing, match="no reading model"):
            open_package(folder)


def test_an_archive_is_to_be_unpacked_first(folder):
    archive = shutil.make_archive(str(folder), "zip", folder)
    with pytest.raises(ModelMissing, match="unpack an archive first"):
        open_package(Path(archive))


def test_a_description_without_its_manifest_is_no_package(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(PackageUnreadable, match=r"no manifest.json"):
        open_package(folder)


def test_nobody_answers_for_a_package_without_a_signature(folder, keys):
    _, trusted = keys("clinic")
    assert standing_of(open_package(folder), trusted_keys(trusted)).trust is Trust.UNSIGNED


def test_a_trusted_key_is_named_with_its_fingerprint(folder, keys):
    private, trusted = keys("clinic")
    sign(open_package(folder), private)
    standing = standing_of(open_package(folder), trusted_keys(trusted))
    assert standing.trust is Trust.SIGNED
    assert standing.signed_by == str(trusted_keys(trusted)[0])


def test_a_signature_of_a_stranger_is_refused(folder, keys):
    stranger, _ = keys("stranger")
    sign(open_package(folder), stranger)
    for trusted in (trusted_keys(keys("clinic")[1]), ()):
        with pytest.raises(ModelUntrusted, match="No key that this site trusts"):
            standing_of(open_package(folder), trusted)


def test_a_package_that_is_made_anew_loses_its_signature(folder, keys):
    private, trusted = keys("clinic")
    sign(open_package(folder), private)
    seal(draft_package(folder))
    assert standing_of(open_package(folder), trusted_keys(trusted)).trust is Trust.UNSIGNED


def test_the_signature_of_another_package_is_refused(folder, keys, tmp_path):
    private, trusted = keys("clinic")
    sign(open_package(folder), private)
    (folder / "net.onnx").write_text("another net")
    signature = (folder / "manifest.sig").read_bytes()
    seal(draft_package(folder))
    (folder / "manifest.sig").write_bytes(signature)
    with pytest.raises(ModelUntrusted):
        standing_of(open_package(folder), trusted_keys(trusted))


def test_the_manifest_of_another_package_is_refused(folder, tmp_path):
    other = tmp_path / "other-1"
    folder.rename(other)
    folder.mkdir()
    for path in other.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (other / "net.onnx").write_text("another net")
    seal(draft_package(other))
    (folder / "manifest.json").write_bytes((other / "manifest.json").read_bytes())
    with pytest.raises(ModelCorrupt, match=r"net.onnx"):
        open_package(folder)


@pytest.mark.parametrize("size", [0, 63, 65, 10**9])
def test_a_signature_of_the_wrong_length_is_refused(folder, size):
    with (folder / "manifest.sig").open("wb") as signature:
        signature.truncate(size)
    with pytest.raises(ModelCorrupt):
        open_package(folder)


def test_no_flipped_bit_of_a_signed_package_is_ever_trusted(folder, keys):
    private, trusted = keys("clinic")
    sign(open_package(folder), private)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for place in range(0, len(whole), 1 + len(whole) // 16):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
            with pytest.raises((ModelCorrupt, PackageUnreadable, PackageIsLater, ModelUntrusted)):
                standing_of(open_package(folder), trusted_keys(trusted))
        path.write_bytes(whole)
    assert standing_of(open_package(folder), trusted_keys(trusted)).trust is Trust.SIGNED


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def test_openssl_makes_keys_and_signatures_that_we_believe(folder, tmp_path):
    trusted = tmp_path / "trusted"
    trusted.mkdir()
    openssl("genpkey", "-algorithm", "ed25519", "-out", tmp_path / "k")
    openssl("pkey", "-in", tmp_path / "k", "-pubout", "-out", trusted / "maker.pem")
    manifest, signature = folder / "manifest.json", folder / "manifest.sig"
    sign_it = ("pkeyutl", "-sign", "-rawin", "-inkey", tmp_path / "k")
    openssl(*sign_it, "-in", manifest, "-out", signature)
    assert standing_of(open_package(folder), trusted_keys(trusted)).trust is Trust.SIGNED


def test_openssl_believes_our_signature(folder, keys):
    private, trusted = keys("clinic")
    sign(open_package(folder), private)
    verify_it = ("pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", trusted / "clinic.pem")
    files = ("-in", folder / "manifest.json", "-sigfile", folder / "manifest.sig")
    done = openssl(*verify_it, *files)
    assert b"Verified Successfully" in done.stdout


def ec_key():
    return generate_private_key(SECP256R1())


def private_pem(key, encryption=None):
    return key.private_bytes(*PLAIN, encryption or pem.NoEncryption())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n", "no private key"),
        (private_pem(ec_key()), "another kind"),
        (
            private_pem(Ed25519PrivateKey.generate(), pem.BestAvailableEncryption(b"word")),
            "passphrase",
        ),
    ],
)
def test_a_key_that_cannot_sign_is_told(tmp_path, content, said):
    (tmp_path / "a.key").write_bytes(content)
    with pytest.raises(KeyUnusable, match=said):
        signing_key(tmp_path / "a.key")


def test_a_pipe_among_the_trusted_keys_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "a.pem")
    with pytest.raises(KeyUnusable):
        trusted_keys(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pem", b"no key"),
        ("a.pem", private_pem(Ed25519PrivateKey.generate())),
        (
            "a.pem",
            ec_key().public_key().public_bytes(
                pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo
            ),
        ),
    ],
    ids=["no key", "a private key", "a key of another kind"],
)  # fmt: skip
def test_what_is_no_public_key_is_never_taken_for_trust(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(KeyUnusable, match=name):
        trusted_keys(tmp_path)


def test_a_key_whose_name_no_report_could_print_is_refused(keys):
    _, trusted = keys("clinic")
    (trusted / "clinic.pem").rename(trusted / "clínic.pem")
    with pytest.raises(KeyUnusable, match="plain letters"):
        trusted_keys(trusted)


def test_a_site_without_keys_trusts_nobody(tmp_path):
    assert trusted_keys(tmp_path / "none") == ()


def test_the_models_folder_holds_no_private_key():
    models = Path(__file__).parents[2] / "models"
    assert [path for path in models.rglob("*") if b"PRIVATE KEY" in content_of(path)] == []


def content_of(path):
    return path.read_bytes() if path.is_file() else b""


def test_a_file_where_the_folder_of_keys_should_be_is_one_clear_error(tmp_path):
    (tmp_path / "trusted-keys").write_text("a key")
    with pytest.raises(KeyUnusable, match="trusted-keys is no folder"):
        trusted_keys(tmp_path / "trusted-keys")
