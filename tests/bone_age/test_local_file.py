"""The file of a local calibration is whole and signed by the site, or nothing is read with it."""

import json
import resource
from dataclasses import asdict, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bone_age.description_file import json_bytes
from bone_age.errors import (
    LocalCalibrationMissing,
    LocalCalibrationNotInstalled,
    LocalCalibrationUntrusted,
    OfAnotherModel,
)
from bone_age.local_calibration import FittedModel
from bone_age.local_file import (
    check_site,
    install_calibration,
    locked_bytes,
    read_locked,
    remove_calibration,
    with_calibration,
)
from bone_age.local_fit import fit_calibration
from bone_age.signatures import TrustedKey
from tests.bone_age.local_children import boys, circumstances, girls

PRIVATE = Ed25519PrivateKey.generate()
CLINIC = (TrustedKey("clinic", PRIVATE.public_key()),)
STRANGER = (TrustedKey("stranger", Ed25519PrivateKey.generate().public_key()),)


@pytest.fixture(scope="session")
def fitted(model):
    """A calibration that was fitted with the model in use."""
    one = model.identity
    very = FittedModel(one.name, one.version, one.sha256, one.package_sha256)
    return fit_calibration([*girls(), *boys(level=0.0)], circumstances(very))


@pytest.fixture
def file(fitted, tmp_path):
    path = tmp_path / "kutaisi.json"
    path.write_bytes(locked_bytes(fitted, PRIVATE))
    return path


@pytest.fixture
def place(tmp_path):
    return tmp_path / "data" / "local-calibration.json"


def signed(said):
    """Sign whatever is said, as somebody with the site's key could by hand."""
    signature = PRIVATE.sign(json_bytes(said)).hex()
    return json_bytes({"format": 1, "calibration": said, "ed25519_signature": signature})


def test_a_calibration_is_read_as_it_was_locked(file, fitted):
    locked = read_locked(file, CLINIC)
    assert locked.said == fitted
    assert locked.signed_by == str(CLINIC[0])


def test_people_can_read_what_the_file_says(file):
    said = json.loads(file.read_text())["calibration"]
    assert (said["site"], said["fitted_on"]) == ("Clinic of Kutaisi", "2026-11-27")
    assert said["female"]["children"] == 60 and said["male"] is None
    assert said["remarks"][0].startswith("Boys are read as before: ")


def test_no_flipped_bit_is_ever_trusted(file):
    content = file.read_bytes()
    for at in range(0, len(content), 5):
        file.write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 7]) + content[at + 1 :])
        with pytest.raises(LocalCalibrationUntrusted):
            read_locked(file, CLINIC)


@pytest.mark.parametrize(
    "spoil", [lambda c: c[:-1], lambda c: c + b"\n", lambda c: b"", bytes.upper]
)
def test_a_file_of_another_length_or_writing_is_refused(file, spoil):
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(LocalCalibrationUntrusted):
        read_locked(file, CLINIC)


@pytest.mark.parametrize("keys", [(), STRANGER])
def test_a_calibration_of_nobody_at_this_site_is_refused(file, keys):
    with pytest.raises(LocalCalibrationUntrusted, match="No key in site-keys"):
        read_locked(file, keys)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["female"]["line"].update(slope=1.5),
        lambda said: said["female"]["line"].update(intercept_months=-30.0),
        lambda said: said["female"]["line"].update(note="trust me"),
        lambda said: said["female"]["line"].update(slope="1.0"),
        lambda said: said["female"].pop("after"),
        lambda said: said.update(site="Clinic\nof two lines"),
    ],
    ids=["steep", "far", "more than is known", "no number", "less than is needed", "two lines"],
)
def test_a_signature_does_not_make_an_absurd_calibration_good(file, fitted, change):
    said = json.loads(json.dumps(asdict(fitted)))
    change(said)
    file.write_bytes(signed(said))
    with pytest.raises(LocalCalibrationUntrusted):
        read_locked(file, CLINIC)


def test_a_later_format_asks_for_later_software(file):
    file.write_bytes(json_bytes(json.loads(file.read_text()) | {"format": 2}))
    with pytest.raises(LocalCalibrationUntrusted, match="needs later software"):
        read_locked(file, CLINIC)


def test_an_installed_calibration_corrects_what_the_model_reads(model, file, place, fitted):
    install_calibration(file, place, CLINIC, model.identity)
    assert with_calibration(model, place, CLINIC).local_calibration.said == fitted


def test_without_a_calibration_the_model_reads_as_it_was_released(model, place):
    assert with_calibration(model, place, CLINIC) is model


def test_with_a_changed_calibration_nothing_is_read(model, file, place):
    install_calibration(file, place, CLINIC, model.identity)
    place.write_bytes(place.read_bytes().replace(b"Kutaisi", b"Tbilisi"))
    with pytest.raises(LocalCalibrationUntrusted):
        with_calibration(model, place, CLINIC)


def test_a_link_to_nowhere_is_no_missing_calibration(model, place):
    place.parent.mkdir()
    place.symlink_to(place.parent / "gone.json")
    with pytest.raises(LocalCalibrationMissing):
        with_calibration(model, place, CLINIC)


@pytest.mark.parametrize("other", ["sha256", "package_sha256"])
def test_with_another_model_nothing_is_read(model, file, place, other):
    install_calibration(file, place, CLINIC, model.identity)
    swapped = replace(model, identity=replace(model.identity, **{other: "0" * 64}))
    with pytest.raises(OfAnotherModel, match="nothing is read until it is fitted anew or removed"):
        with_calibration(swapped, place, CLINIC)
    with pytest.raises(OfAnotherModel):
        install_calibration(file, place, CLINIC, swapped.identity)


def test_one_calibration_at_a_time(model, file, place, fitted):
    install_calibration(file, place, CLINIC, model.identity)
    before = place.read_bytes()
    install_calibration(file, place, CLINIC, model.identity)
    file.write_bytes(locked_bytes(replace(fitted, site="Another"), PRIVATE))
    with pytest.raises(LocalCalibrationNotInstalled, match="remove it first"):
        install_calibration(file, place, CLINIC, model.identity)
    assert place.read_bytes() == before


def test_a_disk_that_refuses_leaves_nothing(model, file, place):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(LocalCalibrationNotInstalled, match="could not be stored"):
            install_calibration(file, place, CLINIC, model.identity)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(place.parent.iterdir()) == []


def test_a_removed_calibration_is_gone_even_if_it_was_damaged(model, place):
    place.parent.mkdir()
    place.write_text("{")
    remove_calibration(place)
    assert with_calibration(model, place, CLINIC) is model
    with pytest.raises(LocalCalibrationMissing):
        remove_calibration(place)


@pytest.mark.parametrize("name", ["北京儿童医院", "St. Mary's, Ward 3", "Kinderklinik Köln (Süd)"])
def test_a_site_may_be_called_as_sites_are(name):
    assert check_site(name) == name


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 81, "\u202eevil", "<b>", "_"])
def test_what_is_no_name_is_none(name):
    with pytest.raises(ValueError):
        check_site(name)
