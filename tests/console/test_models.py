"""`boneage model`: what an administrator does with reading models."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from console.settings import RELEASED_MODEL


@pytest.fixture
def data(tmp_path, monkeypatch):
    """The data directory of a site that has nothing yet."""
    monkeypatch.setenv("BONEAGE_DATA_DIRECTORY", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def boneage(data, in_process):
    """The command line at that site."""
    return in_process


@pytest.fixture
def given(tmp_path):
    """The package that a maker gave, unsigned."""
    return Path(shutil.copytree(RELEASED_MODEL, tmp_path / "given"))


@pytest.fixture
def maker(tmp_path, data):
    """The maker's private key; the site trusts the public one as `acme`."""
    (data / "trusted-keys").mkdir(parents=True)
    key = tmp_path / "maker.key"
    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-out", data / "trusted-keys" / "acme.pem")
    return key


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def hash_of(text):
    return re.search(r"\b[0-9a-f]{64}\b", text)[0]


def test_a_signed_package_goes_from_its_maker_to_the_site(boneage, data, given, maker):
    packed = boneage("model", "pack", given, "--key", maker)
    assert "hand 2.2, signed. SHA-256 " in packed.out, packed.err
    installed = boneage("model", "install", given)
    place = data / "models" / RELEASED_MODEL.name
    assert f"set BONEAGE_MODEL_DIRECTORY={place}\n" in installed.out, installed.err
    listed = boneage("model", "list").out
    assert "hand 2.2: signed with the key acme (" in listed and f"  {place}\n" in listed


def test_the_model_in_use_is_shown_with_all_that_an_administrator_compares(boneage):
    shown = boneage("model", "show").out
    sums = subprocess.run(
        ["sha256sum", RELEASED_MODEL / "manifest.json"], capture_output=True, text=True
    )
    net = json.loads((RELEASED_MODEL / "manifest.json").read_text())["files"]["reader.onnx"]
    assert shown.startswith("hand 2.2: unsigned development release\n")
    assert hash_of(shown) == sums.stdout[:64]
    for said in ("non-commercial", "times its own spread", "90 %", net["sha256"]):
        assert said in shown


def test_an_unsigned_package_needs_its_hash_from_the_administrator(boneage, given):
    refused = boneage("model", "install", given)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("E-MOD-5: ") and refused.err.count("\n") == 1
    named = hash_of(boneage("model", "show", given).out)
    assert boneage("model", "install", given, "--sha256", named.upper()).code == 0
    assert "its hash was named by an administrator" in boneage("model", "list").out


def test_verify_asks_what_install_asks_and_installs_nothing(boneage, data, given, maker):
    assert boneage("model", "verify", given).code == 1
    boneage("model", "pack", given, "--key", maker)
    done = boneage("model", "verify", given)
    assert (done.code, "whole, trusted and reads" in done.out) == (0, True), done.err
    assert not (data / "models").exists()


def test_a_damaged_model_stops_every_command_that_would_read(boneage, given, monkeypatch):
    (given / "reader.onnx").write_bytes(b"")
    monkeypatch.setenv("BONEAGE_MODEL_DIRECTORY", str(given))
    for command in (["read", "any.png", "--sex", "F"], ["--version"], ["model", "show"]):
        assert boneage(*command).err.startswith("E-MOD-2: ")
    listed = boneage("model", "list").out.splitlines()
    assert listed[0].startswith("given: E-MOD-2: ") and listed[0].endswith("[in use]")
    assert listed[2].startswith("hand 2.2: ")


def test_a_package_without_a_card_is_not_packed(boneage, given):
    before = (given / "manifest.json").read_bytes()
    (given / "CARD.md").unlink()
    assert boneage("model", "pack", given).err.startswith("E-MOD-3: ")
    assert (given / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("named", ["abc", "0" * 63, "g" * 64])
def test_a_hash_that_is_none_is_wrong_usage(boneage, given, named):
    assert boneage("model", "verify", given, "--sha256", named).code == 2


def test_a_file_that_is_no_key_stops_reading_before_it_begins(boneage, data, maker):
    (data / "trusted-keys" / "notes.txt").write_text("call Acme about the new key")
    assert boneage("--version").err.startswith("E-MOD-6: ")


def test_the_fingerprint_in_the_guide_is_the_one_that_reports_print(boneage, data, given, maker):
    key = data / "trusted-keys" / "acme.pem"
    guide = (RELEASED_MODEL.parents[1] / "docs" / "models.md").read_text()
    command = re.search(r"^openssl pkey -pubin -in acme.pem -outform DER .*$", guide, re.M)[0]
    done = subprocess.run(command, shell=True, cwd=key.parent, capture_output=True, text=True)
    boneage("model", "pack", given, "--key", maker)
    assert f"acme ({done.stdout.strip()})" in boneage("model", "show", given).out
