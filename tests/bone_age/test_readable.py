"""What is not in the picture is not read; what is doubtful is said at the number."""

import random
from dataclasses import replace

import cv2
import numpy as np
import pytest

from acquisition.display import attenuation
from acquisition.view import look_at
from bone_age.read import (
    NEARLY_GROWN,
    NEARLY_GROWN_FROM_MONTHS,
    NOT_READABLE,
    RARE,
    read_bone_age,
    read_picture_bone_age,
)
from bone_age.readable import BLURRED, FEW_PIXELS
from bone_age.reading import Sex
from device.technique import HAND_PRESET, Technique
from tests.campaigns.quality import child
from tests.campaigns.studio import Studio

CHILD = "phantom:sex=F,bone_age=9.2,seed=1"


@pytest.fixture(scope="module")
def studio():
    return Studio(5)


def both_readings(model, radiograph):
    """Read the unit's image, and the same image as a file of greys."""
    picture = attenuation(radiograph.pixels, radiograph.indication.direct_dn)
    of_file = read_picture_bone_age(model, picture, Sex.FEMALE)
    return read_bone_age(model, radiograph, Sex.FEMALE), of_file


@pytest.mark.parametrize(
    ("patient", "why"),
    [
        ("foot:length_mm=180,seed=3", "look like a hand"),
        (f"{CHILD},side=both", "More than one hand"),
        (f"{CHILD},fingers_off_mm=12", "cut off"),
        (f"{CHILD},thumb_off_mm=8", "cut off"),
        (f"{CHILD},wrist_off_mm=20", "wrist is cut off"),
        (f"{CHILD},collimation=0:0:0:130", "cut off"),
        (f"{CHILD},collimation=0:90:0:0", "cut off"),
    ],
)
def test_what_the_net_needs_must_be_in_the_picture(model, studio, patient, why):
    of_visit, of_file = both_readings(model, studio.image(patient))
    assert of_visit.refused and any(why in reason for reason in of_visit.reasons)
    assert of_file.refused


def test_an_empty_panel_is_not_read(model, studio):
    of_visit, of_file = both_readings(model, studio.image("empty"))
    assert of_visit.reasons == ("Nothing lies in the beam.",)
    assert of_file.refused


@pytest.mark.parametrize("age", [2.0, 7.0, 13.0])
def test_nothing_is_read_through_a_plaster_cast(model, studio, age):
    image = studio.image(f"phantom:sex=M,bone_age={age},seed=4,object=cast")
    reading = read_bone_age(model, image, Sex.MALE)
    assert reading.refused and any("plaster cast" in reason for reason in reading.reasons)


@pytest.mark.parametrize("patient", [CHILD, "phantom:sex=F,bone_age=2,seed=3"])
def test_nothing_is_read_where_a_bracelet_covers_the_wrist(model, studio, patient):
    reading = read_bone_age(model, studio.image(f"{patient},metal=bracelet"), Sex.FEMALE)
    assert reading.refused and any("Metal lies on the wrist" in why for why in reading.reasons)


def with_plate(image, palm_radii_below):
    """Lay a plate of 12 x 3 mm on the hand, so far below the middle of the palm."""
    view = look_at(image)
    to_pixels = 1000 * view.pitch_mm / image.pixel_pitch_um
    across, down = view.found.palm
    row = round((down + palm_radii_below * view.found.palm_radius) * to_pixels)
    column, mm = round(across * to_pixels), 1000 / image.pixel_pitch_um
    pixels = image.pixels.copy()
    plate = np.s_[row - round(1.5 * mm) : row + round(1.5 * mm)]
    pixels[plate, column - round(6 * mm) : column + round(6 * mm)] *= 0.02
    return replace(image, pixels=pixels)


def test_nothing_is_read_where_metal_covers_the_carpal_bones(model, studio):
    reading = read_bone_age(model, with_plate(studio.image(CHILD), 0.7), Sex.FEMALE)
    assert reading.refused and any("Metal lies on the wrist" in why for why in reading.reasons)


def test_metal_above_the_middle_of_the_palm_is_a_doubt_at_the_number(model, studio):
    reading = read_bone_age(model, with_plate(studio.image(CHILD), -0.4), Sex.FEMALE)
    assert not reading.refused and any("Metal" in doubt for doubt in reading.doubts)


def test_a_hand_that_is_lost_in_noise_is_not_read(model, studio):
    of_visit, of_file = both_readings(model, studio.image(CHILD, Technique(50.0, 1.0, 5.0)))
    assert of_visit.refused and "The bones are lost in noise." in of_visit.reasons
    assert of_file.refused


def test_a_film_is_lost_in_noise_even_where_scaling_has_smoothed_it(model, studio):
    image = studio.image(CHILD)
    film = attenuation(image.pixels, image.indication.direct_dn).astype(np.float32)
    grain = np.random.default_rng(1).normal(0, 0.6, film.shape).astype(np.float32)
    smoothed = cv2.GaussianBlur(film + grain, (0, 0), 0.7)
    reading = read_picture_bone_age(model, smoothed, Sex.FEMALE)
    assert reading.reasons == ("The bones are lost in noise.",)


def test_a_washed_out_hand_is_not_read(model, studio):
    of_visit, of_file = both_readings(model, studio.image(CHILD, Technique(50.0, 100.0, 120.0)))
    assert of_visit.refused and "washed out" in of_visit.reasons[0]
    assert of_file.refused


def test_the_mere_shadow_of_a_hand_is_not_read(model, studio):
    image = studio.image(CHILD)
    shadow = attenuation(image.pixels, image.indication.direct_dn) > 0.15
    reading = read_picture_bone_age(model, shadow.astype(np.float32), Sex.FEMALE)
    assert reading.refused and any("no bones" in reason for reason in reading.reasons)


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        ("metal=ring", "Metal"),
        ("motion_mm=4,motion_degrees=30", "moved"),
        ("wrist_off_mm=-6", "growth plates of radius and ulna"),
    ],
)
def test_what_makes_the_number_doubtful_is_said_at_it(model, studio, words, doubt):
    reading, _ = both_readings(model, studio.image(f"{CHILD},{words}"))
    assert not reading.refused
    assert any(doubt in said for said in reading.doubts)


@pytest.mark.parametrize("words", ["", ",rotation=-20", ",metal=coin", ",side=right"])
def test_a_good_hand_is_read_without_a_doubt(model, studio, words):
    for reading in both_readings(model, studio.image(CHILD + words)):
        assert not reading.refused and not reading.doubts


@pytest.mark.parametrize("seed", range(8))
def test_an_infants_hand_is_read_where_the_checks_find_it(model, seed):
    chance = random.Random(f"infants/{seed}")
    patient = child(chance, bone_age=f"{chance.uniform(0.5, 1.0):.2f}")
    outside = "The hand looks younger or older than any that the model was calibrated on."
    for reading in both_readings(model, Studio(5).image(patient, HAND_PRESET)):
        assert not reading.refused or reading.reasons in ((outside,), (NOT_READABLE,))


@pytest.mark.parametrize(("age", "is_doubted"), [(1.2, True), (3.5, False)])
def test_under_two_years_the_number_is_doubtful(model, studio, age, is_doubted):
    for reading in both_readings(model, studio.image(f"phantom:sex=F,bone_age={age},seed=5")):
        assert (reading.bone_age_months < 24) is is_doubted
        assert (RARE in reading.doubts) is is_doubted


@pytest.mark.parametrize(
    ("sex", "age", "is_doubted"),
    [(Sex.FEMALE, 16.5, True), (Sex.FEMALE, 13.0, False), (Sex.MALE, 18.0, True)],
)
def test_of_nearly_grown_children_it_is_said_that_they_are_read_too_young(
    model, studio, sex, age, is_doubted
):
    image = studio.image(f"phantom:sex={sex.value},bone_age={age},seed=5")
    reading = read_bone_age(model, image, sex)
    assert (reading.bone_age_months >= NEARLY_GROWN_FROM_MONTHS[sex]) is is_doubted
    assert (NEARLY_GROWN[sex] in reading.doubts) is is_doubted


@pytest.mark.parametrize(("blur_mm", "is_doubted"), [(0.2, False), (1.25, True), (2.0, True)])
def test_a_blurred_film_is_doubtful(model, studio, blur_mm, is_doubted):
    image = studio.image(CHILD)
    film = attenuation(image.pixels, image.indication.direct_dn).astype(np.float32)
    blurred = cv2.GaussianBlur(film, (0, 0), blur_mm * 1000 / image.pixel_pitch_um)
    reading = read_picture_bone_age(model, blurred, Sex.FEMALE)
    assert not reading.refused
    assert (BLURRED in reading.doubts) is is_doubted


def as_thumbnail(film, rows):
    size = (round(rows * film.shape[1] / film.shape[0]), rows)
    return cv2.resize(film, size, interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize(("rows", "is_read"), [(90, False), (140, False), (180, True)])
def test_of_a_thumbnail_its_pixels_are_blamed(model, studio, rows, is_read):
    image = studio.image(CHILD)
    film = attenuation(image.pixels, image.indication.direct_dn).astype(np.float32)
    reading = read_picture_bone_age(model, as_thumbnail(film, rows), Sex.FEMALE)
    assert reading.reasons == (() if is_read else (FEW_PIXELS,))
    assert reading.doubts == ((BLURRED,) if is_read else ())
