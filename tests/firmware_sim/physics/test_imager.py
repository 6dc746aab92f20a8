import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.patients.ossification import Sex
from firmware_sim.patients.patient import PatientError
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.attenuation import noise_equivalent_quanta_per_mm2_mas
from firmware_sim.physics.beam import BeamQuality, beam_of
from firmware_sim.physics.blur import blur_noise
from firmware_sim.physics.electronics import ELECTRONIC_NOISE_DN, ROW_NOISE_DN
from firmware_sim.physics.imager import SMALL_PANEL, Imager
from firmware_sim.physics.response import answered


@pytest.fixture
def imager() -> Imager:
    return Imager(SMALL_PANEL, seed=7)


def expose(imager: Imager, mas: float, frame_number: int = 1) -> NDArray[np.float64]:
    return imager.exposed_frame(50.0, mas, 0.5, 27.0, frame_number).astype(float)


def net(imager: Imager, mas: float) -> float:
    """Median signal above dark, in DN."""
    dark = imager.dark_frame(0.5, 27.0, 2).astype(float)
    return float(np.median(expose(imager, mas)) - np.median(dark))


def test_same_inputs_give_the_same_bytes(imager: Imager) -> None:
    again = Imager(SMALL_PANEL, seed=7)
    assert expose(imager, 0.3).tobytes() == expose(again, 0.3).tobytes()
    assert np.array_equal(imager.dark_frame(0.5, 25.0, 4), again.dark_frame(0.5, 25.0, 4))


def test_another_frame_number_gives_other_noise(imager: Imager) -> None:
    assert not np.array_equal(expose(imager, 0.3, 1), expose(imager, 0.3, 2))


def test_another_seed_is_another_panel(imager: Imager) -> None:
    other = Imager(SMALL_PANEL, seed=8)
    assert other.sensitivity_rqa3 != imager.sensitivity_rqa3


def test_frames_are_sixteen_bit_of_the_panel_size(imager: Imager) -> None:
    frame = imager.exposed_frame(50.0, 0.3, 0.5, 25.0, 1)
    assert frame.shape == (750, 600)
    assert frame.dtype == np.dtype(np.uint16)


def test_little_light_reads_in_proportion_to_kerma(imager: Imager) -> None:
    assert net(imager, 0.2) == pytest.approx(4 * net(imager, 0.05), rel=0.005)


def test_much_light_reads_less_than_in_proportion(imager: Imager) -> None:
    straight = net(imager, 0.1) * 16.0
    assert net(imager, 1.6) == pytest.approx(answered(straight), rel=0.002)
    assert net(imager, 1.6) < 0.997 * straight


def test_start_preset_gives_nine_and_a_half_ugy(imager: Imager) -> None:
    assert imager.air_kerma_ugy(50.0, 0.3) == pytest.approx(9.5, abs=0.1)


def test_mean_signal_at_rqa3_is_the_factory_sensitivity(imager: Imager) -> None:
    imager.place("flat:beam=RQA3")
    mas = 1.0  # little light, so that the amplifier is straight
    signal = expose(imager, mas) - imager.dark_frame(0.5, 27.0, 1)
    working = (signal > 0) & (signal < 60000)
    per_ugy = signal[working].mean() / imager.air_kerma_ugy(50.0, mas)
    assert per_ugy == pytest.approx(imager.sensitivity_rqa3, rel=0.002)


def test_sensitivity_is_about_1024_dn_per_ugy(imager: Imager) -> None:
    assert imager.sensitivity_rqa3 == pytest.approx(1024, rel=0.03)


def test_much_radiation_saturates_at_full_scale(imager: Imager) -> None:
    assert np.median(expose(imager, 10.0)) == 65535


def test_usual_practice_does_not_saturate(imager: Imager) -> None:
    assert np.quantile(imager.exposed_frame(48.0, 2.0, 0.5, 27.0, 1), 0.999) < 65535


@pytest.mark.parametrize("mas", [0.1, 0.3, 1.0])
def test_noise_is_that_of_the_absorbed_quanta(imager: Imager, mas: float) -> None:
    difference = expose(imager, mas, 1) - expose(imager, mas, 2)
    middle = difference[200:500, 150:450]
    working = np.abs(middle) < 3000
    quanta = noise_equivalent_quanta_per_mm2_mas(beam_of(BeamQuality.UNIT, 50.0)) * mas * 0.4**2
    signal = net(imager, mas)
    impulse = np.zeros((101, 101), np.float32)
    impulse[50, 50] = 1.0
    kept_by_blur = float((blur_noise(impulse, 0.4) ** 2).sum())
    electronic = ELECTRONIC_NOISE_DN**2 + ROW_NOISE_DN**2
    expected = signal**2 / quanta * kept_by_blur + electronic
    assert middle[working].var() / 2 == pytest.approx(expected, rel=0.06)


def test_electronic_noise_is_the_noise_of_the_dark(imager: Imager) -> None:
    difference = imager.dark_frame(0.5, 25, 1).astype(float) - imager.dark_frame(0.5, 25, 2)
    expected = np.hypot(ELECTRONIC_NOISE_DN, ROW_NOISE_DN)
    assert difference.std() / np.sqrt(2) == pytest.approx(expected, rel=0.02)


def test_patient_that_cannot_be_placed_leaves_the_earlier_one(imager: Imager) -> None:
    imager.place("flat:beam=RQA3")
    before = expose(imager, 1.0)
    with pytest.raises(PatientError):
        imager.place("teapot")
    assert np.array_equal(expose(imager, 1.0), before)


def test_voltage_outside_the_unit_is_refused(imager: Imager) -> None:
    with pytest.raises(ValueError, match="kV"):
        imager.exposed_frame(60.0, 0.3, 0.5, 25.0, 1)


def test_bone_is_darker_than_flesh_and_flesh_than_the_bare_panel(imager: Imager) -> None:
    imager.place("phantom:sex=M,bone_age=14,seed=1")
    hand = phantom_hand(HandRequest(Sex.MALE, 14.0, seed=1), SMALL_PANEL)
    frame = expose(imager, 0.3)
    flesh = (hand.muscle_mm > 10.0) & (hand.bone_mm == 0.0)
    bare = (hand.muscle_mm == 0.0) & (hand.fat_mm == 0.0)
    levels = [float(np.median(frame[where])) for where in (hand.bone_mm > 3.0, flesh, bare)]
    assert levels == sorted(levels)
    assert levels[0] < 0.5 * levels[2]


def test_an_exposure_takes_what_was_worked_out_before(
    imager: Imager, monkeypatch: pytest.MonkeyPatch
) -> None:
    imager.place("phantom:sex=F,bone_age=9,seed=1")
    fresh = expose(imager, 0.3)
    imager.place("phantom:sex=F,bone_age=9,seed=1")
    imager.look_ahead(50.0)
    monkeypatch.delattr("firmware_sim.physics.imager.scene_of")
    assert np.array_equal(expose(imager, 0.3), fresh)


@pytest.mark.parametrize("kv", [35.0, 60.0])
def test_a_voltage_without_a_beam_is_nothing_to_prepare_for(imager: Imager, kv: float) -> None:
    imager.look_ahead(kv)
    assert imager.exposed_frame(50.0, 0.3, 0.5, 25.0, 1).any()
