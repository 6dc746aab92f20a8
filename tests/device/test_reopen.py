"""A panel whose cable was pulled is found again, and nothing is armed by that."""

from dataclasses import replace

import pytest

import device.reopen
from device.detector import open_detector
from device.errors import AnotherPanel, DetectorBusy, LinkError, LinkLost, RegisterRefused
from device.reopen import reopen


def pull(unit, clock):
    unit.inject_fault("cable-pull", {"at": "idle"})
    clock.sleep(0.01)


def test_a_panel_plugged_in_again_is_found(served, unit, clock, detector):
    pull(unit, clock)
    clock.after(1.0, unit.clear_faults)
    found = reopen(served.detector_url, clock, detector.identity)
    assert not found.restarted
    assert not found.detector.status().armed
    assert found.detector.read_dark(100.0).pixels.min() == 500
    found.detector.close()


def test_a_cable_that_stays_out_is_looked_for_no_longer_than_three_seconds(
    served, unit, clock, detector
):
    pull(unit, clock)
    before = clock.now()
    with pytest.raises(LinkError):
        reopen(served.detector_url, clock, detector.identity)
    assert 3.0 <= clock.now() - before <= 3.5


def test_a_panel_pulled_while_armed_comes_back_at_rest(served, unit, clock, detector):
    detector.arm(5, 30_000)
    unit.inject_fault("cable-pull", {"at": "armed"})
    clock.sleep(0.15)
    with pytest.raises(LinkLost):
        detector.watch()
    detector.hang_up()
    unit.clear_faults()
    found = reopen(served.detector_url, clock, detector.identity)
    assert not found.detector.status().armed
    found.detector.close()


def test_a_panel_that_lost_its_power_meanwhile_is_told(served, clock, detector):
    earlier = replace(detector.identity, boot_id=detector.identity.boot_id ^ 1)
    detector.close()
    found = reopen(served.detector_url, clock, earlier)
    assert found.restarted
    found.detector.close()


def test_another_panel_is_refused(served, clock, detector):
    other = replace(detector.identity, serial="OTHER")
    detector.close()
    with pytest.raises(AnotherPanel, match="instead of OTHER"):
        reopen(served.detector_url, clock, other)
    open_detector(served.detector_url, clock).close()


@pytest.fixture
def held(monkeypatch):
    """A panel that refuses the first attempts to open it, as often and as told."""

    def hold(error, times):
        refusals = [error] * times

        def open_held(url, clock):
            if refusals:
                raise refusals.pop()
            return open_detector(url, clock)

        monkeypatch.setattr(device.reopen, "open_detector", open_held)

    return hold


ACCESS_DENIED = 0x8006


@pytest.mark.parametrize("error", [RegisterRefused("held", ACCESS_DENIED), DetectorBusy()])
def test_a_panel_that_is_held_for_a_moment_is_asked_again(served, clock, detector, held, error):
    detector.close()
    held(error, times=5)
    found = reopen(served.detector_url, clock, detector.identity)
    assert not found.restarted
    found.detector.close()


def test_a_panel_that_stays_held_is_given_up_after_three_seconds(served, clock, detector, held):
    held(RegisterRefused("held", ACCESS_DENIED), times=1000)
    before = clock.now()
    with pytest.raises(RegisterRefused):
        reopen(served.detector_url, clock, detector.identity)
    assert 3.0 <= clock.now() - before <= 3.5


def test_any_other_refusal_is_told_at_once(served, clock, detector, held):
    held(RegisterRefused("broken", 0x8001), times=1)
    before = clock.now()
    with pytest.raises(RegisterRefused):
        reopen(served.detector_url, clock, detector.identity)
    assert clock.now() == before


def test_a_panel_without_a_boot_id_does_not_tell_whether_it_restarted(served, clock, detector):
    earlier = replace(detector.identity, boot_id=None)
    detector.close()
    found = reopen(served.detector_url, clock, earlier)
    assert found.restarted is None
    found.detector.close()
