"""A reading model: a checked package whose net is ready to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from acquisition.array_files import sha256
from acquisition.hand import Hand
from bone_age.crop import Crop
from bone_age.description import Interface, Layout, Unit
from bone_age.errors import NetUnusable
from bone_age.framing import framed
from bone_age.package import Package, open_package, standing_of
from bone_age.reading import ModelIdentity, Sex
from bone_age.signatures import TrustedKey

MONTHS_PER_YEAR: Final = 12.0
_FATAL: Final = 4
# The numbers of ONNX that a net may want, by onnxruntime's names.
_NUMBERS: Final[dict[str, type[np.generic]]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """A net and how it is fed."""

    interface: Interface
    session: onnxruntime.InferenceSession

    def read(self, crop: Crop, sex: Sex) -> float:
        """Return the bone age in months of a crop (height, width); raises NetUnusable."""
        picture = self.interface.picture
        seen = [crop, crop[:, ::-1]] if picture.mirrored_too else [crop]
        images = _as_wanted(np.stack(seen), self.interface)
        lots = np.split(images, len(images)) if self._takes_one_at_a_time() else [images]
        return float(np.concatenate([self._months(lot, sex) for lot in lots]).mean())

    def _takes_one_at_a_time(self) -> bool:
        return any(one.shape[:1] == [1] for one in self.session.get_inputs())

    def _months(self, images: NDArray[np.float32], sex: Sex) -> NDArray[np.float32]:
        answer = self.interface.answer
        fed = {self.interface.picture.input: images} | self._sex(len(images), sex)
        kinds = {one.name: _NUMBERS[one.type] for one in self.session.get_inputs()}
        wanted = {name: value.astype(kinds[name]) for name, value in fed.items()}
        try:
            said = np.asarray(self.session.run([answer.output], wanted)[0])
        except Exception as exc:  # onnxruntime raises several kinds without a common base
            raise NetUnusable("The reading model stopped while it read; install another.") from exc
        if said.size != len(images) or not np.isfinite(said).all():
            raise NetUnusable(
                f"The net does not give one number for each of {len(images)} pictures."
            )
        units = said.reshape(-1).astype(np.float32) * answer.scale + answer.offset
        return units * np.float32(MONTHS_PER_YEAR) if answer.unit is Unit.YEARS else units

    def _sex(self, count: int, sex: Sex) -> dict[str, NDArray[np.float64]]:
        told = self.interface.sex
        if told is None:
            return {}
        number = told.female if sex is Sex.FEMALE else told.male
        axes = next(len(one.shape) for one in self.session.get_inputs() if one.name == told.input)
        return {told.input: np.full((count, 1)[:axes], number)}


@dataclass(frozen=True, slots=True, eq=False)
class ReadingModel:
    """A net that is ready to read.

    `method` says how its bone ages come about. `error_months` is the half width of the interval
    that held `coverage` of the children it was measured on; `range_months` are the least and the
    greatest bone age among them.
    """

    identity: ModelIdentity
    method: str
    net: Net
    error_months: float
    coverage: float
    range_months: tuple[float, float]

    def crop(self, picture: NDArray[np.generic], hand: Hand) -> Crop:
        """Return what the net sees of a picture and the hand that was found in it."""
        return framed(picture, hand, self.net.interface.picture)

    def read(self, crop: Crop, sex: Sex) -> float:
        """Return the bone age in months of what `crop` returned; raises NetUnusable."""
        return self.net.read(crop, sex)


def load_model(folder: Path, keys: Sequence[TrustedKey] = ()) -> ReadingModel:
    """Load the model of a package at a site that trusts `keys`.

    Raises what `open_package`, `standing_of` and `start_net` raise.
    """
    return model_of(open_package(folder), keys)


def model_of(package: Package, keys: Sequence[TrustedKey]) -> ReadingModel:
    """Make the net of a package ready; one that nobody may trust is never started."""
    standing = standing_of(package, keys)
    said = package.description
    return ReadingModel(
        identity=ModelIdentity(
            name=said.name,
            version=said.version,
            sha256=sha256(package.net),
            package_sha256=package.sha256,
            trust=standing.trust,
            signed_by=standing.signed_by,
        ),
        method=f"{said.standard} style, by {said.reader}",
        net=start_net(package.net, said.interface),
        error_months=said.interval.error_months,
        coverage=said.interval.coverage,
        range_months=said.range_months,
    )


def start_net(content: bytes, interface: Interface) -> Net:
    """Make the content of an ONNX file ready to run; raises NetUnusable unless it fits."""
    session = start_session(content)
    _check_fits(session, interface)
    return Net(interface, session)


def start_session(content: bytes) -> onnxruntime.InferenceSession:
    """Make the content of an ONNX file ready to run. Raises NetUnusable.

    Weights in files of their own are refused by onnxruntime: no manifest would cover them.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL
    # One thread and a fixed order of sums: the same picture always gives the same bits.
    options.intra_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime raises several kinds without a common base
        raise NetUnusable("The net cannot be started: it is no whole ONNX file.") from exc


def check_reads(net: Net) -> None:
    """Let the net read an even grey once for each sex; raises NetUnusable."""
    picture = net.interface.picture
    grey = np.full((picture.height, picture.width), 0.5, np.float32)
    for sex in Sex:
        net.read(grey, sex)


def _as_wanted(crops: NDArray[np.float32], interface: Interface) -> NDArray[np.float32]:
    """Return crops (n, height, width) as the net wants them: axes, channels, mean and std."""
    picture = interface.picture
    axis = 1 if picture.layout is Layout.NCHW else -1
    shape = (1, -1, 1, 1) if picture.layout is Layout.NCHW else (1, 1, 1, -1)
    mean, std = (np.array(each, np.float32).reshape(shape) for each in (picture.mean, picture.std))
    return (np.repeat(np.expand_dims(crops, axis), picture.channels, axis) - mean) / std


def _check_fits(session: onnxruntime.InferenceSession, interface: Interface) -> None:
    """Compare what the net has with what its package says; lengths without a number fit all."""
    picture, sex = interface.picture, interface.sex
    rows, columns, channels = picture.height, picture.width, picture.channels
    first_channels = picture.layout is Layout.NCHW
    size = (channels, rows, columns) if first_channels else (rows, columns, channels)
    wanted: dict[str, tuple[tuple[int, ...], ...]] = {picture.input: ((1, *size),)}
    if sex is not None:
        wanted[sex.input] = ((1,), (1, 1))
    has = {one.name: one for one in session.get_inputs()}
    fits = set(has) == set(wanted) and all(
        has[name].type in _NUMBERS and any(_fits(has[name].shape, each) for each in shapes)
        for name, shapes in wanted.items()
    )
    if not fits or interface.answer.output not in [one.name for one in session.get_outputs()]:
        raise NetUnusable(f"The net is another than model.json says: it has {_in_words(session)}.")


def _fits(has: Sequence[Any], wanted: tuple[int, ...]) -> bool:
    return len(has) == len(wanted) and all(
        not isinstance(length, int) or length == asked
        for length, asked in zip(has, wanted, strict=True)
    )


def _in_words(session: onnxruntime.InferenceSession) -> str:
    named = [
        f"{what} {one.name} {one.type} {one.shape}"
        for what, several in (("input", session.get_inputs()), ("output", session.get_outputs()))
        for one in several
    ]
    return ", ".join(named)
