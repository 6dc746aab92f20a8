"""What a run leaves beside its weights: its settings, its learning curve and its result."""

import csv
import json
import os
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any, Final

import torch

from bone_age.training.films import Films
from bone_age.training.judge import device_of
from bone_age.training.net import ReadingNet
from bone_age.training.schedule import Schedule

CURVE: Final = "curve.csv"
RECORD: Final = "record.json"


@dataclass(frozen=True, slots=True)
class Look:
    """One row of the learning curve; errors are mean absolute errors, `seconds` since the start."""

    step: int
    pixels: int
    train_mae_months: float
    tune_mae_months: float
    seconds: int


class Record:
    """The files `record.json` and `curve.csv` of a run's folder."""

    def __init__(self, folder: Path) -> None:
        self._curve, self._record = folder / CURVE, folder / RECORD

    def begin(
        self, schedule: Schedule, net: ReadingNet, origin: str, train: Films, tune: Films
    ) -> None:
        """Write down the settings of a run, or of the sitting that goes on with it."""
        device = device_of(net)
        settings = {
            "schedule": asdict(schedule),
            "began_with": origin,
            "parameters": sum(weights.numel() for weights in net.parameters()),
            "films": {"train": len(train.pixels), "tune": len(tune.pixels)},
            "torch": torch.__version__,
            "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU",
            "threads": torch.get_num_threads(),
        }
        self._write({**self._read(), **settings})

    def note(self, look: Look) -> None:
        """Add a row to the curve, and tell the latest one in the record."""
        is_new = not self._curve.exists()
        with self._curve.open("a", newline="") as lines:
            rows = csv.writer(lines)
            if is_new:
                rows.writerow([field.name for field in fields(Look)])
            rows.writerow(
                f"{figure:.2f}" if isinstance(figure, float) else figure for figure in astuple(look)
            )
        self._write({**self._read(), "result": asdict(look)})

    def _read(self) -> dict[str, Any]:
        if not self._record.exists():
            return {}
        record: dict[str, Any] = json.loads(self._record.read_text(encoding="utf-8"))
        return record

    def _write(self, record: dict[str, Any]) -> None:
        unfinished = self._record.with_suffix(".tmp")
        unfinished.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        os.replace(unfinished, self._record)
