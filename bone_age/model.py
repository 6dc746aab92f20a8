"""A released reading model: load the ONNX file, check its hash, run it."""

import hashlib
import json
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from acquisition.ordinary_files import read_file, read_text
from bone_age.crop import LARGEST_SIDE, SMALLEST_SIDE, Crop
from bone_age.errors import ModelCorrupt, ModelMissing
from bone_age.reading import ModelIdentity, Sex

FACTS: Final = "model.json"
# Our choice: readers scatter by 7 months (Kaplowitz 2011); no honest interval is narrower.
LEAST_ERROR_MONTHS: Final = 1.0
# The atlas ends at 19 years (Greulich and Pyle 1959).
OLDEST_MONTHS: Final = 240.0
# An ONNX file is a protobuf message, which ends at 2 GiB.
_LARGEST_NET_BYTES: Final = 1 << 31


@dataclass(frozen=True, slots=True, eq=False)
class ReadingModel:
    """A net that is ready to read.

    `pixels` is the side of the square crop that it wants. `error_months` is the half width of
    the interval that held `coverage` of the children it was calibrated on; `range_months` are
    the least and the greatest bone age among them.
    """

    identity: ModelIdentity
    pixels: int
    error_months: float
    coverage: float
    range_months: tuple[float, float]
    session: onnxruntime.InferenceSession

    def read(self, crop: Crop, sex: Sex) -> float:
        """Return the bone age in months of a crop (pixels, pixels) from `crop_hand`."""
        return read_crop(self.session, crop, sex)


def read_crop(session: onnxruntime.InferenceSession, crop: Crop, sex: Sex) -> float:
    """Read the crop and its mirror image, as the net has learnt both, and return their mean."""
    both: NDArray[np.float32] = np.stack([crop, crop[:, ::-1]])[:, None]
    is_female = np.full(len(both), float(sex is Sex.FEMALE), np.float32)
    months = session.run(["months"], {"image": both, "is_female": is_female})[0]
    return float(months.mean())


def load_model(folder: Path) -> ReadingModel:
    """Load the model of a folder. Raises ModelMissing or ModelCorrupt."""
    try:
        facts = json.loads(read_text(folder / FACTS))
        content = read_file(folder / facts["file"], _LARGEST_NET_BYTES)
        identity = ModelIdentity(facts["name"], facts["version"], facts["sha256"])
        if hashlib.sha256(content).hexdigest() != identity.sha256:
            raise ModelCorrupt(f"The reading model in {folder} was changed; install it again.")
        youngest, oldest = (float(bound) for bound in facts["range_months"])
        model = ReadingModel(
            identity=identity,
            pixels=int(facts["pixels"]),
            error_months=float(facts["error_months"]),
            coverage=float(facts["coverage"]),
            range_months=(youngest, oldest),
            session=start_session(content),
        )
        _check_facts(model)
        return model
    except FileNotFoundError as exc:
        raise ModelMissing(f"There is no reading model in {folder}; install one.") from exc
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as exc:
        raise ModelCorrupt(f"The reading model in {folder} cannot be used: {exc}.") from exc


def _check_facts(model: ReadingModel) -> None:
    """Raise ValueError for facts that no release writes: an interval must not be made up."""
    youngest, oldest = model.range_months
    named = all(isinstance(text, str) and text for text in astuple(model.identity))
    # Written so that what is no number is refused, too.
    if not (named and SMALLEST_SIDE <= model.pixels <= LARGEST_SIDE):
        raise ValueError("name, version or size make no sense")
    if not (0 < model.coverage < 1 and LEAST_ERROR_MONTHS <= model.error_months <= oldest):
        raise ValueError("the interval makes no sense")
    if not 0 <= youngest < oldest <= OLDEST_MONTHS:
        raise ValueError("the range of bone ages makes no sense")


def start_session(content: bytes) -> onnxruntime.InferenceSession:
    """Make the content of an ONNX file ready to run. Raises ModelCorrupt."""
    options = onnxruntime.SessionOptions()
    # One thread and a fixed order of sums: the same picture always gives the same bits.
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime raises several kinds without a common base
        raise ModelCorrupt("The reading model cannot be started; install it again.") from exc
