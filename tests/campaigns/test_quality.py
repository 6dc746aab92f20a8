"""The campaigns of the image checks in their short form, and proof that they have teeth."""

import pytest

from acquisition.quality import ImageQuality
from tests.campaigns import films, quality
from tests.campaigns.films import judge_films
from tests.campaigns.quality import FAULTS, judge_visits


def test_faults_are_found_and_good_visits_are_left_in_peace():
    tally = judge_visits(50, 1, lambda done: None)
    assert tally["good"] == 17
    assert all(tally[fault.name] for fault in FAULTS)


def test_a_check_that_says_nothing_is_found(monkeypatch):
    monkeypatch.setattr(quality, "judge", lambda _image: ImageQuality((), None))
    with pytest.raises(AssertionError, match="nothing: 0 of 1 found"):
        judge_visits(2, 1, lambda done: None)


@pytest.mark.skipif(not films.ARCHIVE.exists(), reason=f"the films are not in {films.FILMS}")
def test_real_films_are_hardly_ever_to_be_repeated():
    tally = judge_films(20, 2, lambda done: None)
    assert not tally["no patient can be made of the film"]
