"""Films as the checks look at them: what of their edges and borders cuts the hand."""

import numpy as np
import pytest

from acquisition.display import attenuation
from acquisition.film_view import find_again_on_film, find_on_film, look_at_film
from acquisition.hand import Hand
from acquisition.quality_positioning import cuts, forearm_shown
from bone_age.readable import SHORTEST_ON_FILM
from tests.campaigns.studio import Studio


@pytest.fixture(scope="module")
def film():
    image = Studio(5).image("phantom:sex=F,bone_age=9.2,seed=1")
    return attenuation(image.pixels, image.indication.direct_dn)


def looked_at(film):
    hand = find_on_film(film)
    assert isinstance(hand, Hand)
    return look_at_film(film, hand)


def test_a_border_that_joins_the_forearm_cuts_nothing(film):
    bordered = film.copy()
    bordered[-50:, :300] = 0.4
    bordered[-600:, :50] = 0.4
    view = looked_at(bordered)
    assert not cuts(view) and forearm_shown(view) == np.inf


def test_a_blade_across_the_palm_is_seen_to_cut_the_wrist(film):
    bladed = film.copy()
    bladed[:10], bladed[:, :10], bladed[:, -10:], bladed[515:] = 1.5, 1.5, 1.5, 1.5
    view = looked_at(bladed)
    assert any(contact.is_at_blade for contact in view.contacts)
    assert forearm_shown(view) < SHORTEST_ON_FILM


def test_the_last_look_finds_a_hand_of_few_greys_in_its_exposed_field(film):
    margin = 60
    framed = np.pad(1.0 + 0.05 * film, margin).astype(np.float32)
    found = list(find_again_on_film(framed))
    assert len(found) == 2 and isinstance(found[1], Hand)
    across, down = find_on_film(film).palm
    assert found[1].palm == pytest.approx((across + margin, down + margin), abs=10)


def test_a_film_without_a_frame_is_looked_at_once_more_only(film):
    assert len(list(find_again_on_film(film))) == 1
