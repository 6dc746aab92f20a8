import numpy as np
import pytest

from acquisition.averages import FrameAverage, block_medians, central_area, local_level


@pytest.fixture
def frames():
    return np.random.default_rng(1).integers(0, 65536, (7, 30, 40), dtype=np.uint16)


def test_average_equals_the_mean_of_all_frames_at_once(frames):
    average = FrameAverage(30, 40)
    for frame in frames:
        average.add(frame)
    assert average.count == 7
    assert np.allclose(average.mean(), frames.mean(axis=0), rtol=1e-6)
    assert np.allclose(average.deviation(), frames.std(axis=0, ddof=1), rtol=1e-5)


def test_block_medians_do_not_see_a_few_defects():
    signal = np.full((20, 30), 100, dtype=np.float32)
    signal[3, 4:9] = 65535
    assert np.all(block_medians(signal, 10) == 100)


def test_local_level_follows_a_slope_on_any_size():
    slope = np.tile(np.linspace(100, 200, 97, dtype=np.float32), (83, 1))
    level = local_level(slope, 10)
    assert level.shape == slope.shape
    assert np.abs(level - slope)[:, 10:-15].max() < 1.5


def test_central_area_is_in_the_middle():
    assert central_area((100, 50), 0.8) == (slice(10, 90), slice(5, 45))
