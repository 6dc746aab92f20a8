"""SFNC DigitalIOControl: the levels of the lines that end at the panel."""

from collections.abc import Callable

from firmware_sim.feature_table.choice import chosen, selector
from firmware_sim.features import Device, Feature, Kind
from firmware_sim.lines import Lines

_IO = "DigitalIOControl"
_LINES: tuple[tuple[str, Callable[[Lines], int]], ...] = (
    ("ExposureRequest", lambda lines: lines.exposure_request),
    ("BeamEnable", lambda lines: lines.beam_enable),
    ("Door", lambda lines: lines.door_open),
    ("HandSwitch", lambda lines: lines.hand_switch_stage > 0),
)
_OUTPUT = 1  # the number of BeamEnable, the only line that the panel drives
LINE_SELECTOR = selector(
    "LineSelector",
    _IO,
    "Which line is told of.",
    {name: number for number, (name, _) in enumerate(_LINES)},
)


def _status(device: Device) -> int:
    return int(_LINES[chosen(device, LINE_SELECTOR)][1](device.panel.lines))


def _status_of_all(device: Device) -> int:
    return sum(int(level(device.panel.lines)) << number for number, (_, level) in enumerate(_LINES))


ROWS = (
    LINE_SELECTOR,
    Feature(
        "LineMode",
        _IO,
        Kind.ENUMERATION,
        "Whether the panel reads the line or drives it.",
        lambda d: int(chosen(d, LINE_SELECTOR) == _OUTPUT),
        entries={"Input": 0, "Output": 1},
        selectors=("LineSelector",),
    ),
    Feature(
        "LineStatus",
        _IO,
        Kind.BOOLEAN,
        "Level of the selected line: requested, enabled, open, pressed.",
        _status,
        selectors=("LineSelector",),
    ),
    Feature(
        "LineStatusAll",
        _IO,
        Kind.INTEGER,
        "Bit mask of every line, in the order of LineSelector.",
        _status_of_all,
    ),
)
