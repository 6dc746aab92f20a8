"""What a service engineer may ask every detector; what one does not have, it says so."""

import numpy as np
import pytest

from device.detector import expected_pattern
from device.errors import CannotExpose, NoEventChannel, NoImageChannel, NotOffered
from device.reopen import reopen


def offered(ask):
    """Give the answer; skip what this detector does not offer, anything else is a failure."""
    try:
        return ask()
    except (NotOffered, NoEventChannel) as error:
        pytest.skip(str(error))


def test_it_tells_its_temperatures_by_place(detector):
    temperatures = detector.temperatures()
    assert temperatures
    assert all(5.0 < value < 80.0 for value in temperatures.values())


@pytest.mark.parametrize(
    "name", ["Black", "White", "GreyHorizontalRamp", "GreyVerticalRamp", "GreyDiagonalRamp"]
)
def test_a_test_image_arrives_pixel_by_pixel(imaging, name):
    frame = offered(lambda: imaging.read_test_pattern(name))
    expected = expected_pattern(name, imaging.rows, imaging.columns)
    assert np.array_equal(frame.pixels, expected)


def test_after_a_test_image_the_pixels_are_the_panels_own_again(imaging):
    offered(lambda: imaging.read_test_pattern("White"))
    assert np.median(imaging.read_dark(100.0).pixels) < 0.1 * 65535


def test_its_files_are_listed_and_the_first_is_read_twice_alike(detector):
    names = offered(detector.list_files)
    assert len(set(names)) == len(names) > 0
    assert detector.read_file(names[0]) == detector.read_file(names[0])


def test_a_file_or_user_set_that_it_does_not_have_is_told_as_such(detector):
    for ask in (detector.read_file, detector.load_user_set):
        with pytest.raises(NotOffered):
            ask("NoSuchName")


def test_its_counters_count_what_is_asked(detector):
    before = offered(detector.panel_counters)
    detector.measure_round_trips(10)
    after = detector.panel_counters()
    assert after.commands >= before.commands + 10
    assert after.malformed == before.malformed


def test_its_answers_take_time_and_none_is_lost(detector):
    before = detector.link_counters
    assert all(seconds > 0 for seconds in detector.measure_round_trips(20))
    after = detector.link_counters
    assert after.commands - before.commands == 20 + after.repeated - before.repeated


def test_listening_to_events_and_muting_leaves_it_as_it_was(detector):
    offered(lambda: detector.listen(lambda event: None))
    detector.measure_round_trips(20)
    detector.mute()
    assert detector.status().temperature_c


def test_a_cable_without_images_says_so(detector):
    if detector.carries_images:
        pytest.skip("this cable carries images")
    with pytest.raises(NoImageChannel):
        detector.read_dark(100.0)
    with pytest.raises(CannotExpose):
        detector.arm(1, 1000)


def test_a_lost_panel_is_found_again_at_rest(detector, place):
    detector.hang_up()
    place[1].sleep(1.5)  # the heartbeat of a host that is gone runs out
    found = reopen(*place, detector.identity)
    assert not found.detector.status().armed
    assert not found.restarted
    found.detector.close()
