import pytest
import torch

from bone_age.training.net import OLDEST_MONTHS, ReadingNet, score_loss


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return ReadingNet().eval()


def sure_of(net, *months):
    """Return scores that leave no doubt about the bone ages."""
    return -((net.bin_months - torch.tensor(months)[:, None]) ** 2)


def test_the_net_reads_the_same_from_a_lighter_film(net):
    images, sex = torch.rand(2, 1, 64, 64), torch.tensor([[-1.0], [1.0]])
    with torch.no_grad():
        assert torch.allclose(net(images, sex), net(images * 0.5 + 0.2, sex), atol=1.0)


def test_the_reading_is_the_mean_of_the_distribution(net):
    half_and_half = torch.logaddexp(sure_of(net, 60.0), sure_of(net, 100.0))
    assert net.expect(half_and_half).item() == pytest.approx(80, abs=0.01)


def test_a_reading_between_two_bins_is_not_rounded(net):
    assert net.expect(sure_of(net, 121.3)).item() == pytest.approx(121.3, abs=0.3)


@pytest.mark.parametrize("wrong", [100.0, 112.0, 130.0])
def test_the_label_itself_costs_least(net, wrong):
    label = torch.tensor([120.0])
    right = score_loss(net, sure_of(net, 120.0), label)
    assert right < score_loss(net, sure_of(net, wrong), label)


def test_an_even_distribution_costs_more_than_one_around_the_label(net):
    even, label = torch.zeros_like(sure_of(net, 120.0)), torch.tensor([120.0])
    assert score_loss(net, sure_of(net, 120.0) / 200, label) < score_loss(net, even, label)


def test_the_distribution_reaches_past_every_label(net):
    assert net.bin_months[0] == 0
    assert net.bin_months[-1] == OLDEST_MONTHS > 228


def test_half_precision_computes_the_distribution_in_full(net):
    images, sex = torch.rand(2, 1, 64, 64), torch.tensor([[-1.0], [1.0]])
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        assert net.score(images, sex).dtype is torch.float32
        assert net(images, sex).dtype is torch.float32


def test_the_map_is_bright_where_a_part_of_the_picture_moves_the_reading(net):
    """Half of the features are blanked: only the other half may add anything."""
    told = torch.ones(1, 1)
    with torch.no_grad():
        fine, coarse = net.features(torch.rand(1, 1, 128, 128), told)
        fine[..., 4:], coarse[..., 2:] = 0, 0
        moved = net.moved_by(fine, coarse, told)[0]
    assert moved.shape == fine.shape[2:]
    assert moved[:, :3].mean() > 10 * moved[:, 6:].mean()


def test_the_map_adds_up_to_how_the_reading_follows_its_features(net):
    """Derivatives written out agree with those that PyTorch takes."""
    told = torch.ones(1, 1)
    fine, coarse = (
        one.detach().requires_grad_() for one in net.features(torch.rand(1, 1, 64, 64), told)
    )
    net.expect(net.score_features(fine, coarse, told)).backward()
    by_torch = (fine.grad * fine).sum(1) * fine[0, 0].numel()
    rough = (coarse.grad * coarse).sum(1) * coarse[0, 0].numel()
    smooth = torch.nn.functional.interpolate(rough[None], fine.shape[2:], mode="bilinear")[0]
    assert torch.allclose(net.moved_by(fine, coarse, told), (by_torch + smooth).abs(), atol=1e-4)
