"""The training loop: a schedule of steps that can stop and resume at any checkpoint."""

import copy
import csv
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bone_age.training.augment import augment
from bone_age.training.films import Films
from bone_age.training.net import SPREAD_MONTHS, ReadingNet


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to learn; the steps count batches."""

    steps: int = 6000
    batch: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warm_up_steps: int = 200
    averaging: float = 0.998
    steps_per_checkpoint: int = 250
    seed: int = 0


class Training:
    """One run: the net, its running average, the optimiser and the number of steps done."""

    def __init__(self, schedule: Schedule, folder: Path) -> None:
        torch.manual_seed(schedule.seed)
        self.schedule, self.folder, self.step = schedule, folder, 0
        self.net = ReadingNet()
        self.average = copy.deepcopy(self.net).requires_grad_(False)
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), schedule.learning_rate, weight_decay=schedule.weight_decay
        )
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def checkpoint(self) -> Path:
        """The file that a stopped run resumes from."""
        return self.folder / "checkpoint.pt"

    def save(self) -> None:
        """Write the checkpoint so that a kill leaves the old one or the new one, never a half."""
        state = {
            "step": self.step,
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
        state: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
        self.step = state["step"]
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])

    def save_weights(self, path: Path) -> None:
        """Write the averaged weights alone, in half precision: enough to go on from later."""
        weights = {
            name: value.half() if value.dtype.is_floating_point else value
            for name, value in self.average.state_dict().items()
        }
        torch.save({"step": self.step, "weights": weights}, path)

    def start_from(self, path: Path) -> None:
        """Begin with weights that `save_weights` wrote, at step 0 of this schedule."""
        weights = torch.load(path, weights_only=True)["weights"]
        self.net.load_state_dict(weights)
        self.average.load_state_dict(weights)

    def run(self, train: Films, tune: Films) -> None:
        """Learn until the schedule is done, leaving checkpoints and a learning curve."""
        self.resume()
        losses: list[float] = []
        started = time.monotonic()
        for pixels, sex, months in _batches(train, self.schedule, self.step):
            losses.append(self._learn(pixels, sex, months))
            if self.step % self.schedule.steps_per_checkpoint == 0 or self._is_done():
                self.save()
                self._note(float(np.mean(losses)), mean_absolute_error(self.average, tune), started)
                losses.clear()

    def _is_done(self) -> bool:
        return self.step >= self.schedule.steps

    def _learn(self, pixels: Tensor, sex: Tensor, months: Tensor) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = _learning_rate(self.schedule, self.step)
        torch.manual_seed(self.schedule.seed * 1_000_003 + self.step)  # what dropout draws from
        self.net.train()
        with _precision():
            read = self.net(pixels, sex)
        loss = nn.functional.l1_loss(read, months)
        self.optimiser.zero_grad(set_to_none=True)
        (loss / SPREAD_MONTHS).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        _follow(self.average, self.net, min(self.schedule.averaging, 1 - 1 / (1 + self.step)))
        return float(loss.detach())

    def _note(self, train_error: float, tune_error: float, started: float) -> None:
        curve = self.folder / "curve.csv"
        is_new = not curve.exists()
        with curve.open("a", newline="") as lines:
            rows = csv.writer(lines)
            if is_new:
                rows.writerow(["step", "train_mae_months", "tune_mae_months", "seconds"])
            seconds = round(time.monotonic() - started)
            rows.writerow([self.step, f"{train_error:.2f}", f"{tune_error:.2f}", seconds])


def mean_absolute_error(net: nn.Module, films: Films) -> float:
    """Return the mean absolute error in months of a net on films, without augmentation."""
    return float(np.abs(read_films(net, films) - films.bone_age_months).mean())


@torch.no_grad()
def read_films(
    net: nn.Module, films: Films, precision: torch.dtype | None = None
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Read every film: bone ages in months, (n,) float32; in the fastest precision unless told."""
    net.eval()
    read: list[Tensor] = []
    for start in range(0, len(films.pixels), 64):
        part = slice(start, start + 64)
        sex = torch.from_numpy(films.is_female[part])
        with _precision(precision):
            read.append(net(_as_images(films.pixels[part]), sex))
    return torch.cat(read).numpy()


def _precision(wanted: torch.dtype | None = None) -> torch.autocast:
    """Compute in bfloat16 where the processor has it; elsewhere it is emulated, 15 times slower."""
    able = torch.cpu.get_capabilities()
    has_bfloat16 = bool(able.get("avx512_bf16") or able.get("amx_bf16"))
    is_wanted = wanted is None or wanted is torch.bfloat16
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16 and is_wanted)


def _as_images(pixels: np.ndarray[Any, Any]) -> Tensor:
    images = torch.from_numpy(pixels)[:, None].float() / 255
    return images.to(memory_format=torch.channels_last)


def _batches(
    films: Films, schedule: Schedule, done: int
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Yield augmented batches from step `done` on; step n is the same whether resumed or not."""
    per_epoch = max(len(films.pixels) // schedule.batch, 1)
    for step in range(done, schedule.steps):
        epoch, place = divmod(step, per_epoch)
        order = np.random.default_rng((schedule.seed, epoch)).permutation(len(films.pixels))
        chosen = order[place * schedule.batch : (place + 1) * schedule.batch]
        chance = torch.Generator().manual_seed(schedule.seed * 1_000_003 + step)
        images = augment(_as_images(films.pixels[chosen]), chance)
        yield (
            images,
            torch.from_numpy(films.is_female[chosen]),
            torch.from_numpy(films.bone_age_months[chosen]),
        )


def _learning_rate(schedule: Schedule, step: int) -> float:
    warm = min(1.0, (step + 1) / schedule.warm_up_steps)
    cosine = 0.5 * (1 + np.cos(np.pi * min(step / schedule.steps, 1.0)))
    return float(schedule.learning_rate * warm * cosine)


@torch.no_grad()
def _follow(average: nn.Module, net: nn.Module, inertia: float) -> None:
    for kept, new in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(new, 1 - inertia)
        else:
            kept.copy_(new)
