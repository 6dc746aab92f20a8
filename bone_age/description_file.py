"""`model.json` as a file: written for people, read entry by entry; what is wrong is named."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from typing import Any, Final, TypeVar

from bone_age.description import (
    LEAST_ERROR_MONTHS,
    OLDEST_MONTHS,
    Answer,
    Description,
    Details,
    Framing,
    Interface,
    Interval,
    Layout,
    Line,
    PictureInput,
    SexInput,
    Standard,
    Unit,
)

_Chosen = TypeVar("_Chosen", bound=StrEnum)
_FORMAT: Final = 1
# Names become folders, and stand in reports whose typeface has no other letters for certain.
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._]{0,31}", re.ASCII)
_LINE: Final = re.compile(r"[ -~]{1,200}", re.ASCII)
# Our choices: below, no bone is seen; above, no film of the hand has more to show.
_SMALLEST_SIDE, _LARGEST_SIDE = 64, 2048
# Our choice: half widths in a net's own spreads; outside, what it tells is no spread.
_LEAST_SPREADS, _MOST_SPREADS = 0.1, 100.0


class FormatIsLater(ValueError):
    """The file is of a format that later versions of this software read."""


def description_bytes(description: Description) -> bytes:
    """Return the description as the content of `model.json`."""
    said = asdict(description)
    interface, interval = said.pop("interface"), said.pop("interval")
    if interval["spreads"] is not None:
        interval["spreads"] = dict(zip(_SEXES, interval["spreads"], strict=True))
    interval, interface["details"] = _known(interval), _known(interface["details"])
    return json_bytes({"format": _FORMAT} | said | {"interval": interval} | interface)


def _known(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def json_bytes(said: dict[str, Any]) -> bytes:
    """Return what is said as the content of a JSON file that people read, too."""
    return (json.dumps(said, indent=1) + "\n").encode()


def read_json(content: bytes) -> dict[str, Any]:
    """Read the content of a package's JSON file.

    Raises ValueError for what is none, says an entry twice or has numbers that are none, and
    FormatIsLater for another format than the first.
    """
    try:
        said = json.loads(content, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError as exc:
        raise ValueError("it is nested too deep") from exc
    if not isinstance(said, dict):
        raise ValueError("it has no entries")
    written = said.pop("format", None)
    if type(written) is int and written > _FORMAT:
        raise FormatIsLater(f"it is of format {written}, and this software reads {_FORMAT}")
    if type(written) is not int or written != _FORMAT:
        raise ValueError("its format is not named")
    return said


def read_description(content: bytes) -> Description:
    """Read the content of `model.json`; raises ValueError, which names the entry that is wrong."""
    said = _group(read_json(content), "it", _DESCRIPTION_ENTRIES, ("details",))
    description = Description(
        name=_text(said["name"], "name", NAME),
        version=_text(said["version"], "version", _VERSION),
        licence=_text(said["licence"], "licence", _LINE),
        standard=_choice(said["standard"], "standard", Standard),
        reader=_text(said["reader"], "reader", _LINE),
        net=_text(said["net"], "net", NAME),
        interface=Interface(
            _picture(said["picture"]),
            None if said["sex"] is None else _sex(said["sex"]),
            _answer(said["answer"]),
            _details(said.get("details", {})),
        ),
        interval=_interval(said["interval"]),
        range_months=_span(said["range_months"]),
    )
    _check_interval(description)
    return description


_SEXES: Final = ("F", "M")
_DESCRIPTION_ENTRIES: Final = (
    *("name", "version", "licence", "standard", "reader", "net", "picture", "sex", "answer"),
    *("interval", "range_months"),
)
_PICTURE_ENTRIES: Final = (
    *("input", "width", "height", "framing", "channels", "layout", "mean", "std", "mirrored_too"),
)


def _picture(said: object) -> PictureInput:
    entries = _group(said, "picture", _PICTURE_ENTRIES)
    channels, mirrored_too = entries["channels"], entries["mirrored_too"]
    if channels not in (1, 3) or type(channels) is not int:
        raise ValueError("channels must be 1 (grey) or 3 (RGB)")
    if type(mirrored_too) is not bool:
        raise ValueError("mirrored_too must be true or false")
    std = _numbers(entries["std"], "std", channels)
    if min(std) <= 0:
        raise ValueError("std must be above 0")
    return PictureInput(
        input=_text(entries["input"], "picture's input", _LINE),
        width=_side(entries["width"], "width"),
        height=_side(entries["height"], "height"),
        framing=_choice(entries["framing"], "framing", Framing),
        channels=channels,
        layout=_choice(entries["layout"], "layout", Layout),
        mean=_numbers(entries["mean"], "mean", channels),
        std=std,
        mirrored_too=mirrored_too,
    )


def _sex(said: object) -> SexInput:
    entries = _group(said, "sex", ("input", "female", "male"))
    female, male = (_number(entries[name], name) for name in ("female", "male"))
    if female == male:
        raise ValueError("female and male are the same number")
    return SexInput(_text(entries["input"], "sex's input", _LINE), female, male)


def _answer(said: object) -> Answer:
    entries = _group(said, "answer", ("output", "unit", "scale", "offset"))
    scale = _number(entries["scale"], "scale")
    if scale == 0:
        raise ValueError("scale must not be 0")
    return Answer(
        _text(entries["output"], "answer's output", _LINE),
        _choice(entries["unit"], "unit", Unit),
        scale,
        _number(entries["offset"], "offset"),
    )


def _span(said: object) -> tuple[float, float]:
    youngest, oldest = _numbers(said, "range_months", 2)
    if not 0 <= youngest < oldest <= OLDEST_MONTHS:
        raise ValueError(f"range_months must rise, from 0 to {OLDEST_MONTHS:g} at most")
    return youngest, oldest


def _details(said: object) -> Details:
    names = ("spread", "nets", "regions", "looked_at", "readable")
    entries = _group(said, "details", (), (*names, "regions_apart_months"))
    outputs = {name: _text(entries[name], name, _LINE) for name in names if name in entries}
    if ("regions" in entries) != ("regions_apart_months" in entries):
        raise ValueError("details needs both regions and regions_apart_months, or neither")
    apart = entries.get("regions_apart_months")
    return Details(
        **outputs,
        regions_apart_months=None if apart is None else _number(apart, "regions_apart_months"),
    )


def _interval(said: object) -> Interval:
    entries = _group(said, "interval", ("coverage",), ("error_months", "spreads"))
    coverage = _number(entries["coverage"], "coverage")
    if ("error_months" in entries) == ("spreads" in entries):
        raise ValueError("interval needs either error_months or spreads")
    if "error_months" in entries:
        return Interval(coverage, error_months=_number(entries["error_months"], "error_months"))
    by_sex = _group(entries["spreads"], "spreads", _SEXES)
    return Interval(coverage, spreads=(_line(by_sex["F"]), _line(by_sex["M"])))


def _line(said: object) -> Line:
    if not isinstance(said, list) or not said:
        raise ValueError("spreads must have pairs of a bone age in months and a figure")
    points = [_numbers(one, "spreads", 2) for one in said]
    ages = [age for age, _ in points]
    if ages != sorted(set(ages)):
        raise ValueError("the bone ages of spreads must rise")
    if not all(_LEAST_SPREADS <= figure <= _MOST_SPREADS for _, figure in points):
        raise ValueError(f"the figures of spreads must be {_LEAST_SPREADS:g} to {_MOST_SPREADS:g}")
    return tuple((age, figure) for age, figure in points)


def _check_interval(description: Description) -> None:
    interval = description.interval
    if not 0 < interval.coverage < 1:
        raise ValueError("coverage must lie between 0 and 1")
    if interval.spreads is not None and description.interface.details.spread is None:
        raise ValueError("an interval in spreads needs a net that tells its spread")
    greatest = description.range_months[1]
    if not LEAST_ERROR_MONTHS <= (interval.error_months or greatest) <= greatest:
        raise ValueError(f"error_months below {LEAST_ERROR_MONTHS:g} or beyond the range")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise ValueError("it says an entry twice")
    return entries


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _group(
    said: object, name: str, wanted: tuple[str, ...], allowed: tuple[str, ...] = ()
) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise ValueError(f"{name} has no entries")
    for entry in wanted:
        if entry not in said:
            raise ValueError(f"{name} lacks the entry {entry}")
    for entry in said:
        if entry not in wanted + allowed:
            raise ValueError(f"{name} has the unknown entry {entry[:40]!r}")
    return said


def _text(said: object, name: str, allowed: re.Pattern[str]) -> str:
    if not (isinstance(said, str) and allowed.fullmatch(said)):
        raise ValueError(f"the {name} is missing or has characters that are not allowed")
    return said


def _number(said: object, name: str) -> float:
    if type(said) not in (int, float):
        raise ValueError(f"{name} must be a number")
    try:
        number = float(str(said))
    except ValueError as exc:
        raise ValueError(f"{name} must be a number") from exc
    if not math.isfinite(number):
        raise ValueError(f"{name} is too great a number")
    return number


def _numbers(said: object, name: str, count: int) -> tuple[float, ...]:
    if not isinstance(said, list) or len(said) != count:
        raise ValueError(f"{name} must have {count} number{'s' * (count > 1)} in brackets")
    return tuple(_number(one, name) for one in said)


def _side(said: object, name: str) -> int:
    if type(said) is not int or not _SMALLEST_SIDE <= said <= _LARGEST_SIDE:
        raise ValueError(f"{name} must be {_SMALLEST_SIDE} to {_LARGEST_SIDE} pixels")
    return said


def _choice(said: object, name: str, choices: Callable[[str], _Chosen]) -> _Chosen:
    try:
        return choices(str(said))
    except ValueError as exc:
        raise ValueError(f"{name} cannot be {str(said)[:40]!r}") from exc
