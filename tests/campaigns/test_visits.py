"""The search through visits in its short form, and proof that its witness has teeth."""

from contextlib import suppress

import pytest

from device.errors import ExposureStopped
from tests.campaigns import visits
from tests.campaigns.visits import Visits, VisitViolation, search_visits


def test_no_exposure_without_a_row_and_none_by_itself():
    tally = search_visits(12, 1, lambda done: None)
    assert tally["exposures"] > 0 and tally["images"] > 0
    assert any(what.startswith("ended with") for what in tally)


def test_an_exposure_that_nobody_wrote_down_is_found(monkeypatch):
    monkeypatch.setattr(visits, "plan_exposure", lambda *planned: None)
    monkeypatch.setattr(visits.Journal, "note", lambda *noted: None)
    with pytest.raises(VisitViolation, match="without a journal row"):
        search_visits(12, 1, lambda done: None)


def test_a_program_that_arms_by_itself_is_found(monkeypatch):
    put_right = Visits._put_right

    def arm_again(self):
        put_right(self)
        self.site.sequence.arm(visits.ExposureRequest(10_000 + self._nonce, visits.HAND_PRESET))
        self._press(0.1)
        with suppress(ExposureStopped):
            self.site.sequence.await_frame(6.0, lambda stage: None)
        self._witness.check()

    monkeypatch.setattr(Visits, "_put_right", arm_again)
    monkeypatch.setattr(Visits, "_acts", lambda self: (self.site.unit.close_door,))
    with pytest.raises(VisitViolation, match="nobody asked for"):
        search_visits(3, 1, lambda done: None)
