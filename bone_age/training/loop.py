"""The training loop: a schedule of steps that can stop and resume at any checkpoint."""

import copy
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from bone_age.training.device import best_device, fastest_precision
from bone_age.training.films import Films
from bone_age.training.judge import batch_of, mean_absolute_error
from bone_age.training.kinds import KINDS
from bone_age.training.net import ReadingNet, score_loss
from bone_age.training.record import Look, Record
from bone_age.training.schedule import Schedule
from bone_age.training.weights import Weights

CHECKPOINT: Final = "checkpoint.pt"

_Batch = tuple[Tensor, Tensor, Tensor]


class Training:
    """One run: the net, its running average, the optimiser and the number of steps done."""

    def __init__(self, schedule: Schedule, folder: Path) -> None:
        torch.manual_seed(schedule.seed)
        self.schedule, self.folder, self.kind = schedule, folder, KINDS[schedule.kind]
        self.step, self.first_step, self.origin = 0, 0, "new weights"
        self.device = best_device()
        self.net = ReadingNet(self.kind.shape).to(self.device)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net).requires_grad_(False)
        self.optimiser = _optimiser(self.net, schedule)
        self.record = Record(folder)
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def checkpoint(self) -> Path:
        """The file that a stopped run resumes from."""
        return self.folder / CHECKPOINT

    def save(self) -> None:
        """Write the checkpoint so that a kill leaves the old one or the new one, never a half."""
        state = {
            "step": self.step,
            "first_step": self.first_step,
            "origin": self.origin,
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }
        unfinished = self.checkpoint.with_suffix(".tmp")
        torch.save(state, unfinished)
        os.replace(unfinished, self.checkpoint)

    def resume(self) -> None:
        """Go on from the checkpoint where there is one."""
        if not self.checkpoint.exists():
            return
        state: dict[str, Any] = torch.load(self.checkpoint, self.device, weights_only=True)
        self.step, self.first_step = state["step"], state["first_step"]
        self.origin = state["origin"]
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])

    def start_from(self, weights: Weights) -> None:
        """Begin with weights, at step 0 of this schedule."""
        self.go_on_from(replace(weights, step=0))

    def go_on_from(self, weights: Weights) -> None:
        """Begin with weights, at the step that they come from."""
        self.net.load_state_dict(weights.state)
        self.average.load_state_dict(weights.state)
        self.step = self.first_step = weights.step
        self.origin = f"{weights.origin}, at step {weights.step}"

    def averaged(self) -> Weights:
        """Return the running average of the weights so far: what is read with and released."""
        return Weights(self.step, self.average.state_dict(), str(self.folder))

    def run(self, train: Films, tune: Films) -> None:
        """Learn until the schedule is done, leaving checkpoints, a learning curve and a record."""
        self.resume()
        self.record.begin(self.schedule, self.net, self.origin, train, tune)
        if not self.checkpoint.exists():
            self.save()  # weights that are at their end already are a finished run
        errors: list[float] = []
        started = time.monotonic()
        for batch in _ahead(self._batches(train)):
            errors.append(self._learn(*batch))
            if self._is_time(self.schedule.steps_per_checkpoint):
                self.save()
            if self._is_time(self.schedule.steps_per_look):
                self.record.note(self._look(float(np.mean(errors)), tune, started))
                errors.clear()

    def _is_time(self, every: int) -> bool:
        return self.step % every == 0 or self.step >= self.schedule.steps

    def _learn(self, images: Tensor, told: Tensor, months: Tensor) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.schedule.learning_rate_at(self.step, self.step - self.first_step)
        torch.manual_seed(self.schedule.seed * 1_000_003 + self.step)  # what dropout draws from
        self.net.train()
        with fastest_precision(self.device):
            scores = self.net.score(images, told)
        self.optimiser.zero_grad(set_to_none=True)
        score_loss(self.net, scores, months).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), _GREATEST_GRADIENT)
        self.optimiser.step()
        self.step += 1
        _follow(self.average, self.net, min(self.schedule.averaging, 1 - 1 / (1 + self.step)))
        return float((self.net.expect(scores.detach()) - months).abs().mean())

    def _look(self, train_error: float, tune: Films, started: float) -> Look:
        pixels = self.schedule.pixels_at(self.step)
        error = mean_absolute_error(self.average, self.kind, tune, pixels)
        return Look(self.step, pixels, train_error, error, round(time.monotonic() - started))

    def _batches(self, films: Films) -> Iterator[_Batch]:
        """Yield augmented batches; step n is the same whether resumed or not."""
        plan = self.schedule
        per_epoch = max(len(films.pixels) // plan.batch, 1)
        for step in range(self.step, plan.steps):
            epoch, place = divmod(step, per_epoch)
            order = np.random.default_rng((plan.seed, epoch)).permutation(len(films.pixels))
            chosen = order[place * plan.batch : (place + 1) * plan.batch]
            images, sex, months = batch_of(films, chosen, self.device)
            chance = torch.Generator(self.device).manual_seed(plan.seed * 1_000_003 + step)
            changed, told = self.kind.changed(images, sex, plan.pixels_at(step), chance)
            yield changed.to(memory_format=torch.channels_last), told, months


# Our choice: ten times what a step usually has; a single odd film must not throw the net.
_GREATEST_GRADIENT = 10.0


def _optimiser(net: ReadingNet, schedule: Schedule) -> torch.optim.AdamW:
    """Return the optimiser; only matrices and kernels decay, no scale and no offset."""
    kernels = [weights for weights in net.parameters() if weights.ndim > 1]
    rest = [weights for weights in net.parameters() if weights.ndim <= 1]
    groups = [
        {"params": kernels, "weight_decay": schedule.weight_decay},
        {"params": rest, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, schedule.learning_rate)


def _ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Yield the same batches, the next one made while the last one is learnt from."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = maker.submit(next, batches, None)
            yield batch


@torch.no_grad()
def _follow(average: nn.Module, net: nn.Module, inertia: float) -> None:
    for kept, new in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(new, 1 - inertia)
        else:
            kept.copy_(new)
