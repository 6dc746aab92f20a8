"""SFNC ImageFormatControl: the size and form of an image, and test images."""

from dataclasses import replace

from firmware_sim.acquisition import BINNING_LIMITS, TestPattern
from firmware_sim.features import Device, Feature, Kind, Lock, Value
from firmware_sim.stream import MONO16

_IMAGE = "ImageFormatControl"
_INT, _FLOAT, _ENUM = Kind.INTEGER, Kind.FLOAT, Kind.ENUMERATION
_STREAMING = Lock.ONCE_SIZES_ARE_AGREED
# SFNC 2.7, BinningHorizontalMode.
_AVERAGE = 1
_PATTERNS = {
    "Off": TestPattern.OFF,
    "Black": TestPattern.BLACK,
    "White": TestPattern.WHITE,
    "GreyHorizontalRamp": TestPattern.GREY_HORIZONTAL_RAMP,
    "GreyVerticalRamp": TestPattern.GREY_VERTICAL_RAMP,
    "GreyDiagonalRamp": TestPattern.GREY_DIAGONAL_RAMP,
}


def _height(device: Device) -> int:
    return device.image_size[0]


def _width(device: Device) -> int:
    return device.image_size[1]


def _keep(device: Device, value: Value) -> None:
    """Accept the only value that the limits let through."""


def _bin_columns(device: Device, value: Value) -> None:
    device.panel.use(replace(device.panel.settings, columns_binned=int(value)))


def _bin_rows(device: Device, value: Value) -> None:
    device.panel.use(replace(device.panel.settings, rows_binned=int(value)))


def _choose_pattern(device: Device, value: Value) -> None:
    device.panel.use(replace(device.panel.settings, pattern=TestPattern(int(value))))


def rows(device: Device) -> tuple[Feature, ...]:
    """Give the rows; the sensor's size is the device's."""
    geometry = device.panel.geometry
    return (
        Feature("SensorWidth", _IMAGE, _INT, "Pixels of a line.", lambda d: geometry.columns),
        Feature("SensorHeight", _IMAGE, _INT, "Lines of the panel.", lambda d: geometry.rows),
        Feature(
            "SensorPixelWidth",
            _IMAGE,
            _FLOAT,
            "Distance of two pixels along a line of the panel.",
            lambda d: geometry.pitch_um,
            unit="um",
        ),
        Feature(
            "SensorPixelHeight",
            _IMAGE,
            _FLOAT,
            "Distance of two lines of the panel.",
            lambda d: geometry.pitch_um,
            unit="um",
        ),
        *_OF_THE_IMAGE,
    )


_OF_THE_IMAGE = (
    Feature("WidthMax", _IMAGE, _INT, "Pixels of a line as the panel is binned.", _width),
    Feature("HeightMax", _IMAGE, _INT, "Lines as the panel is binned.", _height),
    Feature(
        "Width",
        _IMAGE,
        _INT,
        "Pixels of a line of the image; always the whole panel.",
        _width,
        _keep,
        limits=("WidthMax", "WidthMax"),
        lock=_STREAMING,
    ),
    Feature(
        "Height",
        _IMAGE,
        _INT,
        "Lines of the image; always the whole panel.",
        _height,
        _keep,
        limits=("HeightMax", "HeightMax"),
        lock=_STREAMING,
    ),
    Feature(
        "BinningHorizontalMode",
        _IMAGE,
        _ENUM,
        "What binning does to the pixels of a line.",
        lambda d: _AVERAGE,
        entries={"Average": _AVERAGE},
    ),
    Feature(
        "BinningHorizontal",
        _IMAGE,
        _INT,
        "How many columns become one.",
        lambda d: d.panel.settings.columns_binned,
        _bin_columns,
        limits=BINNING_LIMITS,
        lock=_STREAMING,
    ),
    Feature(
        "BinningVerticalMode",
        _IMAGE,
        _ENUM,
        "What binning does to the lines.",
        lambda d: _AVERAGE,
        entries={"Average": _AVERAGE},
    ),
    Feature(
        "BinningVertical",
        _IMAGE,
        _INT,
        "How many lines become one.",
        lambda d: d.panel.settings.rows_binned,
        _bin_rows,
        limits=BINNING_LIMITS,
        lock=_STREAMING,
    ),
    Feature(
        "PixelFormat",
        _IMAGE,
        _ENUM,
        "Form of a pixel.",
        lambda d: MONO16,
        _keep,
        entries={"Mono16": MONO16},
        lock=_STREAMING,
    ),
    Feature(
        "TestPattern",
        _IMAGE,
        _ENUM,
        "An image that the detector makes up; it is never armed while one is chosen.",
        lambda d: d.panel.settings.pattern,
        _choose_pattern,
        entries=_PATTERNS,
    ),
)
