import numpy as np
import pytest

from bone_age.training.films import Films
from bone_age.training.net import ReadingNet
from bone_age.training.refuser import REFUSED_SHARE, both_ways, readable, set_limit
from bone_age.training.refusing import left_out, load_refuser, make_refuser, prepare
from bone_age.training.unreadable import OTHER, WHOLE, Shown

KNEE = f"{OTHER}: knee"


def halved(discs):
    spoilt = discs.copy()
    spoilt[:, discs.shape[1] // 2 :] = 0
    return spoilt


@pytest.fixture(scope="module")
def net():
    return ReadingNet()


@pytest.fixture(scope="module")
def lesson(net, discs):
    """Discs are whole, half discs are spoilt; the last eight are knees, which the rules refuse."""
    kinds = np.array([WHOLE] * 8 + ["cut off"] * 40 + [KNEE] * 8)
    pixels = np.concatenate([discs.pixels[:8], halved(discs.pixels[:40]), 255 - discs.pixels[:8]])
    shown = Shown(kinds, pixels, np.ones(len(kinds), np.bool_), passes=kinds != KNEE)
    train = Films(discs.pixels[:40], discs.is_female[:40], discs.bone_age_months[:40])
    return prepare(net, train, shown, steps=60)


def test_a_refuser_tells_whole_from_spoilt_ones_that_it_never_saw(net, lesson, discs):
    refuser, unseen = lesson.learn(), discs.pixels[40:]
    whole = readable(refuser, both_ways(net, unseen))
    spoilt = readable(refuser, both_ways(net, halved(unseen)))
    assert np.quantile(whole, 0.1) > np.quantile(spoilt, 0.9)


def test_its_limit_lies_where_hardly_any_good_film_is_refused(net, lesson, discs):
    refuser = lesson.learn()
    # Noise tells discs of one size apart.
    unlike = discs.pixels + np.random.default_rng(1).integers(0, 40, discs.pixels.shape, np.uint8)
    set_limit(refuser, both_ways(net, unlike))
    refused = np.mean(readable(refuser, both_ways(net, unlike)) < 0)
    assert refused == pytest.approx(REFUSED_SHARE, abs=1 / len(unlike))


def test_what_was_learnt_is_written_down_and_read_back(net, lesson, discs, tmp_path):
    make_refuser(tmp_path, net, lesson, discs)
    again = load_refuser(tmp_path, discs.pixels.shape[-1])
    assert np.mean(readable(again, both_ways(net, discs.pixels)) < -1e-6) < 0.05
    assert "cut off" in (tmp_path / "refuser.json").read_text()
    assert load_refuser(tmp_path / "nowhere", 64) is None


def test_a_kind_is_judged_without_having_been_learnt(net, lesson, discs):
    counted = left_out(lesson, net, both_ways(net, discs.pixels))
    assert counted["other: smaller categories"] == {"shown": 8, "refused": 8}
    assert counted["cut off"]["shown"] == 40
    assert 0 <= counted["cut off"]["refused"] < 40
