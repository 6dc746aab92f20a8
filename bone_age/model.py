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
from bone_age.description import Details, Interface, Interval, Layout, Unit
from bone_age.errors import NetUnusable
from bone_age.framing import framed
from bone_age.local_calibration import LockedCalibration
from bone_age.memory import sparing_memory
from bone_age.package import Package, open_package, standing_of
from bone_age.reading import ModelIdentity, Region, Sex
from bone_age.signatures import TrustedKey

_Told = dict[str, NDArray[np.float32]]

MONTHS_PER_YEAR: Final = 12.0
_AXES_OF_MAPS: Final = 3
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
class Said:
    """What a net says of one crop, in months; `looked_at` (rows, columns) lies over the crop.

    `readable` is the chance that the crop shows what the net can read. What the net does not tell
    is `None` or empty.
    """

    months: float
    spread_months: float | None
    nets_months: tuple[float, ...]
    regions_months: tuple[float, ...]
    looked_at: Crop | None
    readable: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """A net and how it is fed."""

    interface: Interface
    session: onnxruntime.InferenceSession

    def read(self, crop: Crop, sex: Sex) -> Said:
        """Read a crop (height, width); raises NetUnusable."""
        seen = [crop, crop[:, ::-1]] if self.interface.picture.mirrored_too else [crop]
        images = _as_wanted(np.stack(seen), self.interface)
        lots = np.split(images, len(images)) if self._takes_one_at_a_time() else [images]
        told = [self._told(lot, sex) for lot in lots]
        joined = {name: np.concatenate([one[name] for one in told]) for name in told[0]}
        return _said(joined, self.interface)

    def _takes_one_at_a_time(self) -> bool:
        return any(one.shape[:1] == [1] for one in self.session.get_inputs())

    def _told(self, images: NDArray[np.float32], sex: Sex) -> _Told:
        """Return every output that the package names, one row for each picture."""
        fed = {self.interface.picture.input: images} | self._sex(len(images), sex)
        kinds = {one.name: _NUMBERS[one.type] for one in self.session.get_inputs()}
        wanted = {name: value.astype(kinds[name]) for name, value in fed.items()}
        names = _outputs(self.interface)
        try:
            told = self.session.run(names, wanted)
        except Exception as exc:  # onnxruntime raises several kinds without a common base
            raise NetUnusable("The reading model stopped while it read; install another.") from exc
        return {
            name: _checked(name, np.asarray(one, np.float32), len(images), self.interface)
            for name, one in zip(names, told, strict=True)
        }

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

    `method` says how its bone ages come about. `interval` was measured on children whose bone ages
    reach from the least to the greatest of `range_months`. `local_calibration` corrects what it
    reads at this site.
    """

    identity: ModelIdentity
    method: str
    net: Net
    interval: Interval
    range_months: tuple[float, float]
    local_calibration: LockedCalibration | None = None

    def crop(self, picture: NDArray[np.generic], hand: Hand) -> Crop:
        """Return what the net sees of a picture and the hand that was found in it."""
        return framed(picture, hand, self.net.interface.picture)

    def read(self, crop: Crop, sex: Sex) -> Said:
        """Read what `crop` returned; raises NetUnusable."""
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
        interval=said.interval,
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
        with sparing_memory():
            return onnxruntime.InferenceSession(content, options, ["CPUExecutionProvider"])
    except Exception as exc:  # onnxruntime raises several kinds without a common base
        raise NetUnusable("The net cannot be started: it is no whole ONNX file.") from exc


def check_reads(net: Net) -> None:
    """Let the net read an even grey once for each sex; raises NetUnusable."""
    picture = net.interface.picture
    grey = np.full((picture.height, picture.width), 0.5, np.float32)
    for sex in Sex:
        net.read(grey, sex)


def _outputs(interface: Interface) -> list[str]:
    """Return the names of the outputs that the package names, that of the bone age first."""
    details = interface.details
    told = (details.spread, details.nets, details.regions, details.looked_at, details.readable)
    return [interface.answer.output, *(name for name in told if name is not None)]


def _checked(
    name: str, told: NDArray[np.float32], count: int, interface: Interface
) -> NDArray[np.float32]:
    """Return an output as one row for each picture; raises NetUnusable unless it is as said."""
    details = interface.details
    single = (interface.answer.output, details.spread, details.readable)
    numbers = {**dict.fromkeys(single, 1), details.regions: len(Region)}
    wanted = numbers.get(name, max(told.size // count, 1))
    has_axes = name != details.looked_at or told.ndim == _AXES_OF_MAPS
    if told.size != wanted * count or not has_axes or not np.isfinite(told).all():
        what = "one number" if wanted == 1 else f"{wanted} numbers"
        raise NetUnusable(
            f"The net's output {name} does not give {what} for each of {count} pictures."
        )
    _check_possible(name, told, details)
    return told.reshape(told.shape if name == details.looked_at else (count, wanted))


# A chance that is worked out in 16 bits may miss 0 or 1 by as much.
_ROUNDED: Final = 1e-3


def _check_possible(name: str, told: NDArray[np.float32], details: Details) -> None:
    """Raise NetUnusable for a spread that is none, and for a chance that is a score."""
    if name == details.spread and not (told > 0).all():
        raise NetUnusable(f"The net's output {name} gives a spread that is not above 0.")
    if name == details.readable and not ((told >= -_ROUNDED) & (told <= 1 + _ROUNDED)).all():
        raise NetUnusable(f"The net's output {name} gives a chance that is not from 0 to 1.")


def _said(told: _Told, interface: Interface) -> Said:
    """Take the mean over a picture and its mirror image, and count in months."""
    answer, details = interface.answer, interface.details
    unit = MONTHS_PER_YEAR if answer.unit is Unit.YEARS else 1.0

    def months(output: str) -> tuple[float, ...]:
        counted = (told[output] * answer.scale + answer.offset) * unit
        return tuple(float(one) for one in counted.mean(axis=0))

    spread, looked_at, readable = details.spread, details.looked_at, details.readable
    return Said(
        months=months(answer.output)[0],
        spread_months=float(told[spread].mean()) * abs(answer.scale) * unit if spread else None,
        nets_months=months(details.nets) if details.nets else (),
        regions_months=months(details.regions) if details.regions else (),
        looked_at=_map_of(told[looked_at]) if looked_at else None,
        readable=float(told[readable].mean()) if readable else None,
    )


def _map_of(maps: NDArray[np.float32]) -> Crop:
    """Return the map of a picture, or the mean of it and that of the mirror image, in 0..1."""
    both = [maps[0], *(one[:, ::-1] for one in maps[1:])]
    weight = np.clip(np.mean(both, axis=0), 0, None)
    return np.asarray(weight / max(float(weight.max()), 1e-6), np.float32)


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
    outputs = {one.name for one in session.get_outputs()}
    if not fits or not outputs.issuperset(_outputs(interface)):
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
