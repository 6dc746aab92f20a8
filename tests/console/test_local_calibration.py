"""`boneage local-calibration`: a site fits, locks, uses and removes its own calibration."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from bone_age.package import draft_package, seal
from console.settings import RELEASED_MODEL
from firmware_sim.patients.ossification import Sex
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL
from tests.console.conftest import Site

AGES = [years / 2 for years in range(8, 34, 2)]
# How the site's readers differ from what the phantoms are.
LOCAL_MONTHS = -9


@dataclass(frozen=True)
class Clinic:
    """A site with its key, its labelled list, and what `fit` made of them."""

    folder: Path
    data: Path
    fitted: subprocess.CompletedProcess

    @property
    def locked(self):
        return self.folder / "locked.json"

    @property
    def installed(self):
        return self.data / "local-calibration.json"


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def radiographs(folder):
    """Two pictures of each phantom, and what the site's readers say of them."""
    scatter = np.random.default_rng(3)
    yield "path,sex,bone_age_months"
    for sex in Sex:
        for seed, years in enumerate(AGES):
            tissue = phantom_hand(HandRequest(sex, years, seed), SMALL_PANEL).tissue()
            shown = -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, 50.0)
            small = cv2.resize(shown / shown.max() * 255, None, fx=0.4, fy=0.4).astype(np.uint8)
            for name, picture in (("a", small), ("b", small[:, ::-1])):
                path = folder / f"{sex.value}{years}{name}.png"
                cv2.imwrite(str(path), picture)
                said = 12 * years + LOCAL_MONTHS + scatter.normal(0, 4)
                yield f"{path.name},{sex.value},{max(0, round(said))}"
    cv2.imwrite(str(folder / "blank.png"), np.zeros((300, 240), np.uint8))
    yield "blank.png,F,100"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """A clinic that has fitted its calibration and trusts its own key."""
    folder, site = tmp_path_factory.mktemp("clinic"), Site(tmp_path_factory.mktemp("site"))
    (folder / "in.csv").write_text("\n".join(radiographs(folder)) + "\n")
    (site.data / "site-keys").mkdir()
    openssl("genpkey", "-algorithm", "ed25519", "-out", folder / "site.key")
    public = site.data / "site-keys" / "kutaisi.pem"
    openssl("pkey", "-in", folder / "site.key", "-pubout", "-out", public)
    asked = ["--list", folder / "in.csv", "--key", folder / "site.key"]
    fitted = site.run(
        *("local-calibration", "fit", "--site", "Clinic of Kutaisi"),
        *(*asked, "--out", folder / "locked.json"),
    )
    assert fitted.returncode == 0, fitted.stderr
    return Clinic(folder, site.data, fitted)


@pytest.fixture
def calibration(clinic, monkeypatch, in_process):
    """The commands of `boneage local-calibration` at that clinic."""
    monkeypatch.setenv("BONEAGE_DATA_DIRECTORY", str(clinic.data))
    return partial(in_process, "local-calibration")


@pytest.fixture
def read(clinic, calibration, in_process):
    """Read a girl's picture at that clinic."""
    return partial(in_process, "read", clinic.folder / "F9.0a.png", "--sex", "F")


@pytest.fixture
def installed(clinic, calibration):
    """The calibration, in use."""
    done = calibration("install", clinic.locked)
    assert done.code == 0, done.err
    yield clinic.installed
    clinic.installed.unlink(missing_ok=True)


@pytest.fixture
def fit(clinic, calibration, tmp_path):
    """Fit again, with something else than the clinic did."""

    def fit(listed=clinic.folder / "in.csv", name="A", out=tmp_path / "out.json", key="site.key"):
        asked = ["--list", listed, "--key", clinic.folder / key, "--out", out]
        return calibration("fit", "--site", name, *asked)

    return fit


def test_fit_says_what_the_correction_is_what_it_rests_on_and_what_it_is_worth(clinic):
    said = clinic.fitted.stdout
    assert said.startswith("Local calibration of Clinic of Kutaisi, fitted on ")
    for part in ("girls          24 children", "(95 %: ", "cross-validated", "images refused"):
        assert part in said
    assert said.splitlines()[-1] == str(clinic.locked)


def test_the_calibration_takes_away_what_this_site_reads_differently(clinic):
    said = json.loads(clinic.locked.read_text())["calibration"]
    for one in (said["female"], said["male"]):
        assert one["before"]["bias_months"] > 5
        assert abs(one["after"]["bias_months"]) < 2
        assert one["after"]["mean_absolute_months"] < one["before"]["mean_absolute_months"]


def test_every_reading_is_corrected_and_says_so(read, installed):
    corrected, words = json.loads(read("--json").out), read().out
    installed.unlink()
    before = json.loads(read("--json").out)
    assert corrected["uncorrected_months"] == before["bone_age_months"]
    assert corrected["bone_age_months"] < before["bone_age_months"] - 4
    assert ", without the local calibration " in words
    assert before["uncorrected_months"] is None


def test_show_and_verify_name_who_has_signed_it(calibration, installed):
    for done in (calibration("show"), calibration("verify", installed)):
        assert done.code == 0, done.err
        assert "kutaisi (" in done.out and "Clinic of Kutaisi" in done.out


def test_with_an_altered_calibration_nothing_is_read(read, installed):
    installed.write_bytes(installed.read_bytes().replace(b"Kutaisi", b"Tbilisi"))
    done = read()
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("E-SITE-2: No key in site-keys ") and done.err.count("\n") == 1


def test_a_calibration_that_this_site_has_not_signed_is_not_installed(
    clinic, calibration, tmp_path, monkeypatch
):
    monkeypatch.setenv("BONEAGE_DATA_DIRECTORY", str(tmp_path))
    assert calibration("install", clinic.locked).err.startswith("E-SITE-2: ")
    assert list(tmp_path.iterdir()) == []


def test_with_another_model_nothing_is_read_until_somebody_decides(
    read, calibration, installed, tmp_path, monkeypatch
):
    other = Path(shutil.copytree(RELEASED_MODEL, tmp_path / "other"))
    (other / "CARD.md").write_text("another card")
    seal(draft_package(other))
    monkeypatch.setenv("BONEAGE_MODEL_DIRECTORY", str(other))
    for done in (read(), calibration("verify", installed)):
        assert done.err.startswith("E-SITE-3: ")
    assert calibration("remove").code == 0
    assert ": bone age " in read().out


def test_a_calibration_is_removed_once(calibration, installed):
    assert calibration("remove").code == 0
    assert not installed.exists()
    for command in ("remove", "show"):
        assert calibration(command).err.startswith("E-SITE-1: ")


def test_few_children_lock_nothing(fit, clinic, tmp_path):
    few = (clinic.folder / "in.csv").read_text().splitlines()[:3]
    (clinic.folder / "few.csv").write_text("\n".join(few))
    done = fit(clinic.folder / "few.csv")
    assert done.err.splitlines()[-1].startswith("E-SITE-4: A local calibration needs 50 children")
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 81])
def test_a_name_that_stands_on_no_line_of_a_report_is_wrong_usage(fit, name):
    assert fit(name=name).code == 2


@pytest.mark.parametrize("kept", ["in.csv", "site.key"])
def test_neither_list_nor_key_is_overwritten(fit, clinic, kept):
    before = (clinic.folder / kept).read_bytes()
    assert fit(out=clinic.folder / kept).code == 2
    assert (clinic.folder / kept).read_bytes() == before


def test_a_file_that_is_no_key_locks_nothing(fit):
    assert fit(key="in.csv").err.startswith("E-MOD-6: ")
