"""How long, how fast and how finely to learn, all of it from the step alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """The plan of a run; the steps count batches.

    The first steps see crops of `coarse_pixels`, which are cheap; the last `fine_share` of all
    steps see those of `pixels`, and learn ever more slowly. Until then `steps` may be changed.
    """

    kind: str = "hand"
    steps: int = 8_000
    batch: int = 32
    pixels: int = 256
    coarse_pixels: int = 192
    fine_share: float = 0.4
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warm_up_steps: int = 300
    averaging: float = 0.999
    steps_per_checkpoint: int = 50
    steps_per_look: int = 500
    seed: int = 0

    def pixels_at(self, step: int) -> int:
        """Return the side in pixels of the crops that the net sees at a step."""
        return self.pixels if self._fine(step) > 0 else self.coarse_pixels

    def learning_rate_at(self, step: int, since_start: int) -> float:
        """Return the speed at a step that is `since_start` steps after an optimiser was new."""
        warm = min(1.0, (since_start + 1) / self.warm_up_steps)
        return self.learning_rate * warm * (1 - self._fine(step))

    def _fine(self, step: int) -> float:
        """Return how much of the fine steps is done: 0 until they begin, 1 at the end."""
        begins = self.steps * (1 - self.fine_share)
        return min(max((step - begins) / (self.steps - begins), 0.0), 1.0)
