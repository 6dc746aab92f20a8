import pytest

from bone_age.training.schedule import Schedule

PLAN = Schedule(steps=1000, pixels=256, coarse_pixels=192, fine_share=0.4, warm_up_steps=10)


@pytest.mark.parametrize(("step", "pixels"), [(0, 192), (600, 192), (601, 256), (999, 256)])
def test_the_last_steps_see_fine_crops(step, pixels):
    assert PLAN.pixels_at(step) == pixels


def test_learning_slows_down_to_nothing_while_the_crops_are_fine():
    speeds = [PLAN.learning_rate_at(step, step) for step in (100, 600, 800, 1000)]
    assert speeds == pytest.approx([1e-3, 1e-3, 5e-4, 0])


def test_a_new_optimiser_starts_slowly_at_whatever_step():
    assert PLAN.learning_rate_at(500, 0) == pytest.approx(1e-4)
    assert PLAN.learning_rate_at(500, 500) == pytest.approx(1e-3)


def test_a_run_that_is_made_longer_in_time_has_lost_nothing():
    longer = Schedule(steps=2000, fine_share=0.4, warm_up_steps=10)
    for step in range(0, 600, 50):
        assert longer.learning_rate_at(step, step) == PLAN.learning_rate_at(step, step)
        assert longer.pixels_at(step) == PLAN.pixels_at(step)
