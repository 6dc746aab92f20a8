import pytest

from firmware_sim.patients.ossification import (
    CARPALS,
    EPIPHYSES,
    Sex,
    appearance,
    carpal_state,
    epiphysis_state,
    small_centre_state,
)

EVERY_CENTRE = (*CARPALS, *EPIPHYSES, "sesamoid", "hook")


def carpal_count(sex: Sex, age_years: float) -> int:
    return sum(carpal_state(bone, sex, age_years).size > 0 for bone in CARPALS)


def test_capitate_is_not_there_before_its_age() -> None:
    assert carpal_state("capitate", Sex.MALE, 0.2).size == 0
    assert carpal_state("capitate", Sex.MALE, 0.3).size > 0


@pytest.mark.parametrize("bone", EVERY_CENTRE)
def test_girls_are_ahead_of_boys(bone: str) -> None:
    assert appearance(bone, Sex.FEMALE)[0] < appearance(bone, Sex.MALE)[0]


@pytest.mark.parametrize("sex", Sex)
def test_carpals_grow_in_number_to_eight(sex: Sex) -> None:
    counts = [carpal_count(sex, age) for age in (0, 1, 3, 5, 7, 12)]
    assert counts == sorted(counts)
    assert counts[-1] == 8


@pytest.mark.parametrize("bone", EPIPHYSES)
def test_every_epiphysis_is_fused_at_eighteen(bone: str) -> None:
    assert all(epiphysis_state(bone, sex, 18.0).fusion == 1 for sex in Sex)


@pytest.mark.parametrize("bone", EPIPHYSES)
def test_an_epiphysis_only_ever_matures(bone: str) -> None:
    states = [epiphysis_state(bone, Sex.FEMALE, age / 4) for age in range(76)]
    for measure in ("width_ratio", "capping", "fusion"):
        values = [getattr(state, measure) for state in states]
        assert values == sorted(values)
        assert 0 <= values[0] <= values[-1] <= 1.07


def test_scar_of_the_growth_plate_fades() -> None:
    scars = [epiphysis_state("dp3", Sex.FEMALE, age).scar for age in (13.2, 14.5, 16.0)]
    assert scars == sorted(scars, reverse=True)
    assert scars[-1] == 0


# Gilsanz & Ratib: distal phalanges, proximal phalanges, middle phalanges, ulna, radius.
@pytest.mark.parametrize("sex", Sex)
def test_fusion_runs_from_the_finger_tips_to_the_radius(sex: Sex) -> None:
    age = 15.9 if sex is Sex.MALE else 14.1
    fusions = [epiphysis_state(bone, sex, age).fusion for bone in ("dp3", "pp3", "mp3", "uln_epi")]
    assert fusions == sorted(fusions, reverse=True)
    assert fusions[-1] > epiphysis_state("rad_epi", sex, age).fusion


def test_sesamoid_appears_at_the_mean_of_two_studies() -> None:
    assert appearance("sesamoid", Sex.MALE)[0] == pytest.approx((12.75 + 11.5) / 2)
    assert small_centre_state("sesamoid", Sex.MALE, 12.0).size == 0
    assert small_centre_state("sesamoid", Sex.MALE, 12.5).size > 0
