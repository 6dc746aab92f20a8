import torch
from torch.nn import functional

from bone_age.training.augment import augment


def changed(images, size, seed=3):
    return augment(images, size, torch.Generator().manual_seed(seed))


def test_augmentation_is_the_same_for_the_same_chance():
    images = torch.rand(4, 1, 64, 64)
    assert torch.equal(changed(images, 64), changed(images, 64))
    assert not torch.equal(changed(images, 64), changed(images, 64, seed=4))


def test_augmentation_gives_the_size_that_is_asked_for():
    assert changed(torch.rand(4, 1, 64, 64), 48).shape == (4, 1, 48, 48)


def test_a_changed_film_still_shows_most_of_the_hand():
    """A bright square in the middle stays bright beside its surroundings, but for a few patches."""
    images = torch.zeros(64, 1, 64, 64)
    images[:, :, 16:48, 16:48] = 0.8
    copies = changed(images, 64)
    inside, beside = copies[:, 0, 24:40, 24:40].mean((1, 2)), copies[:, 0, :, :4].mean((1, 2))
    assert (inside > beside + 0.2).float().mean() > 0.9


def test_a_patch_covers_some_films_and_not_all():
    copies = changed(torch.full((200, 1, 64, 64), 0.5), 64)
    # The mean of 16 pixels hardly shows the noise, but shows a patch.
    calm = functional.avg_pool2d(copies, 4).flatten(1)
    covered = (calm - calm.median(dim=1, keepdim=True).values).abs().amax(dim=1) > 0.1
    assert 0.2 < covered.float().mean() < 0.4
