"""The presets a site may edit, and what they give simulated hands of every age."""

import os
from datetime import UTC, datetime

import numpy as np
import pytest

from acquisition.calibration import calibrate
from acquisition.correct import correct
from acquisition.errors import PresetWrong
from acquisition.exposure_index import deviation_index
from acquisition.technique_presets import (
    LARGEST_KERMA_UGY,
    OWN_PRESETS,
    preset_for_age,
    preset_for_thickness,
    read_presets,
)
from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import Technique, check_technique
from firmware_sim.physics.geometry import PanelGeometry
from firmware_sim.physics.imager import Imager

PRESETS = read_presets()
COARSE_PANEL = PanelGeometry(300, 240, 1000.0)
FLAT = Technique(50.0, 50.0, 12.0)


@pytest.mark.parametrize("age", [0, 0.5, 2, 7.99, 13, 17, 20])
def test_every_child_has_a_preset_within_the_units_limits(age):
    preset = preset_for_age(PRESETS, age)
    check_technique(preset.technique)
    assert preset.from_years <= age < preset.to_years


def test_a_thicker_hand_gets_the_technique_of_older_children():
    assert preset_for_thickness(PRESETS, 17).name == preset_for_age(PRESETS, 3).name
    assert preset_for_thickness(PRESETS, 26).technique.mas > PRESETS[0].technique.mas


def test_nobody_is_exposed_on_a_guess():
    with pytest.raises(PresetWrong, match=r"no technique preset|No technique preset"):
        preset_for_age(PRESETS, 40)
    with pytest.raises(PresetWrong, match="90 mm"):
        preset_for_thickness(PRESETS, 90)


class Bench:
    """A coarse simulated panel with its calibration."""

    def __init__(self):
        self.imager = Imager(COARSE_PANEL, 5)
        darks = (self.frame(self.imager.dark_frame(0.5, 26.0, n), None) for n in range(8))
        flats = (self.exposed(FLAT, 100 + n) for n in range(8))
        made = datetime(2026, 3, 2, tzinfo=UTC)
        self.calibration = calibrate(darks, flats, self.imager.sensitivity_rqa3, made)

    def frame(self, pixels, technique):
        exposure = technique and MeasuredExposure(1, technique, technique, 50.0, technique.ms)
        identity = DetectorIdentity("Simulated", "coarse", "SIM-1", "1", 1)
        return RawFrame(pixels, 1000.0, identity, 26.0, 500.0, 0, exposure)

    def exposed(self, technique, number):
        pixels = self.imager.exposed_frame(technique.kv, technique.mas, 0.5, 26.0, number)
        return self.frame(pixels, technique)

    def index_of(self, patient, technique):
        self.imager.place(patient)
        return correct(self.exposed(technique, 7), self.calibration).exposure_index


@pytest.fixture(scope="module")
def bench():
    return Bench()


@pytest.mark.parametrize("age", range(1, 19))
@pytest.mark.parametrize("sex", ["F", "M"])
def test_the_preset_of_every_age_meets_its_target(bench, sex, age):
    preset = preset_for_age(PRESETS, age)
    index = bench.index_of(f"phantom:sex={sex},bone_age={age},seed={age}", preset.technique)
    assert abs(deviation_index(index, preset.target_exposure_index)) <= 1.0
    assert index == pytest.approx(preset.expected_exposure_index, rel=0.15)


def test_the_noise_told_is_the_noise_of_the_panel():
    """One pixel of 100 um at the signal behind the hand: quanta, blur and electronics."""
    imager = Imager(PanelGeometry(200, 200, 100.0), 5)
    imager.place("flat:beam=RQA3")
    preset = PRESETS[2]
    mas = preset.expected_exposure_index / 100 / imager.air_kerma_ugy(50.0, 1.0)
    one, other = (
        imager.exposed_frame(50.0, mas, 0.5, 26.0, number).astype(float) for number in (1, 2)
    )
    signal = np.median(one) - np.median(imager.dark_frame(0.5, 26.0, 3))
    noise = np.percentile(np.abs(one - other), 68.3) / np.sqrt(2) / signal
    assert 100 * noise == pytest.approx(preset.expected_noise_percent, rel=0.2)


OWN = OWN_PRESETS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "instead", "complaint"),
    [
        ("kv = 50\n", "kv = 70\n", r"line 18, kv: .*70 kV asked"),
        ("ma = 25\n", "ma = 150\n", r"line 19, ma: .*W asked"),
        ("ms = 10\n", "ms = 4\n", r"line 20, ms: .*4 ms asked"),
        ("ms = 10\n", "ms = 13.3\n", r"line 20, ms: .*whole milliseconds"),
        ("ms = 10\n", "ms = 80\n", rf"line 20, ms: .*at most {LARGEST_KERMA_UGY:g}"),
        ("expected_kerma_ugy = 7.9", "expected_kerma_ugy = 3", r"line 22, expected_kerma_ugy: "),
        ("target_exposure_index = 250", "target_exposure_index = 2", r"line 21, target_exposure"),
        ("target_exposure_index = 250", "target_exposure_index = 600", r"line 23, .*factor of 2"),
        ("expected_exposure_index = 260", "expected_exposure_index = 120", r"line 23, .*factor"),
        ("expected_noise_percent = 1.1", "expected_noise_percent = 0.05", r"line 24, .*0.1 and 20"),
        ("expected_noise_percent = 1.1", "expected_noise_percent = 30", r"line 24, .*0.1 and 20"),
        ("kv = 50\n", 'kv = "50"\n', r"line 18, kv: it must be a number"),
        ("kv = 50\n", "kv = nan\n", r"line 18, kv: it must be a number"),
        ("kv = 50\n", "", r"line 12, kv: it is missing"),
        ("kv = 50\n", "kv = 50\nmas = 3\n", r"line 19, mas: nobody knows"),
        ('name = "infant"', 'name = ""', r"line 13, name: it must be a text"),
        ('name = "infant"', f'name = "{"i" * 41}"', r"line 13, name: .*at most 40 characters"),
        ('name = "infant"', 'name = "in\\u0007fant"', r"line 13, name: .*cannot be printed"),
        ("to_years = 2\n", "to_years = 3\n", r"line 28, from_years: it must go on from 3"),
        ("to_years = 21", "to_years = 18", r"line 71, to_years: it must be above 20"),
        ("[[preset]]", "[[presets]]", r"nobody knows this name"),
        ("kv = 50\n", "kv = = 50\n", r"line 18"),
    ],
)
def test_a_wrong_preset_is_one_error_that_names_its_line(tmp_path, said, instead, complaint):
    path = tmp_path / "presets.toml"
    assert said in OWN
    path.write_text(OWN.replace(said, instead, 1), encoding="utf-8")
    with pytest.raises(PresetWrong, match=complaint):
        read_presets(path)


@pytest.mark.parametrize("content", ["", "preset = 3", "preset = [3]"])
def test_a_file_without_presets_is_refused(tmp_path, content):
    path = tmp_path / "presets.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PresetWrong):
        read_presets(path)


def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "presets.toml")
    with pytest.raises(PresetWrong, match="it is no ordinary file"):
        read_presets(tmp_path / "presets.toml")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(PresetWrong, match="cannot be read"):
        read_presets(tmp_path / "none.toml")


def test_a_site_may_use_its_own_technique(tmp_path):
    path = tmp_path / "presets.toml"
    own = OWN.replace("ms = 10\n", "ms = 8\n").replace("= 7.9", "= 6.3")
    path.write_text(own, encoding="utf-8")
    assert preset_for_age(read_presets(path), 1).technique.ms == 8
