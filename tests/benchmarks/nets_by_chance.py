"""A package of the shape of the released one, with weights drawn by chance.

It reads nonsense in the time of the real one, whose nets PyTorch no longer has. Needs the extra
`train`.
"""

from pathlib import Path

import torch

from bone_age.description import Description, Interval, Standard, own_interface
from bone_age.package import draft_package, seal, write_description
from bone_age.training.export import export, round_to_bytes
from bone_age.training.kinds import KINDS
from bone_age.training.net import HAND, OLDEST_MONTHS, ReadingNet
from bone_age.training.refuser import Refuser
from bone_age.training.release import LICENCE_IN_SHORT, ONNX_FILE, READER
from bone_age.training.released import Released

PIXELS = 256


def nets_by_chance() -> Released:
    """Make a net of the whole hand, one of the regions, and a refuser."""
    torch.manual_seed(1)
    regions = ReadingNet(KINDS["regions"].shape)
    released = Released([ReadingNet(HAND)], regions, 0.0, Refuser(PIXELS)).eval()
    round_to_bytes(released)
    return released


def write_package(released: Released, folder: Path) -> None:
    """Write the nets as a package that refuses no age."""
    folder.mkdir()
    export(released, PIXELS, folder / ONNX_FILE)
    write_description(
        folder,
        Description(
            name="chance",
            version="1",
            licence=LICENCE_IN_SHORT,
            standard=Standard.GREULICH_PYLE,
            reader=READER,
            net=ONNX_FILE,
            interface=own_interface(PIXELS, released.details(OLDEST_MONTHS)),
            interval=Interval(0.9, error_months=12.0),
            range_months=(0.0, OLDEST_MONTHS),
        ),
    )
    seal(draft_package(folder))
