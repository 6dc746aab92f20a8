"""What a kept quality control must hold to be read: one that was damaged is told, not trusted."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final


def why_damaged(record: Any) -> str | None:
    """Return which part of a kept record is missing or cannot be; None for a whole one."""
    return _wrong(record, _SHAPE, "")


def _wrong(value: Any, shape: Any, place: str) -> str | None:
    """Return the place of the first part that is not of its shape."""
    if isinstance(shape, Mapping):
        return _wrong_part(value, shape, place)
    if isinstance(shape, tuple):
        return _wrong_item(value, shape[0], place)
    return None if shape(value) else place


def _wrong_part(value: Any, shape: Mapping[str, Any], place: str) -> str | None:
    if not isinstance(value, Mapping):
        return place or "the record"
    named = ((f"{place}.{name}".lstrip("."), name) for name in shape)
    found = (_wrong(value.get(name), shape[name], where) for where, name in named)
    return next((where for where in found if where is not None), None)


def _wrong_item(value: Any, shape: Any, place: str) -> str | None:
    if not (isinstance(value, list) and value):
        return place
    found = (_wrong(item, shape, place) for item in value)
    return next((where for where in found if where is not None), None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_verdict(value: Any) -> bool:
    return isinstance(value, bool)


def _is_positive(value: Any) -> bool:
    return value is not None and _is_figure(value) and value > 0


def _is_figure(value: Any) -> bool:
    """A number; None stands for one that could not be told."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_moment(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


_Shape = Callable[[Any], bool]
# A tuple of one stands for a list of such items.
_CURVE: Final[tuple[_Shape]] = (_is_figure,)
_MAP: Final = ((_is_figure,),)
_SPREAD: Final = {"local": _is_figure, "overall": _is_figure}
_LAG: Final = {"residuals": ({"after_s": _is_figure, "share": _is_figure},)}
_CURVES_OF_A_LEVEL: Final = ("nnps_across_mm2", "nnps_down_mm2", "dqe_across", "dqe_down")
_SHAPE: Final = {
    "passed": _is_verdict,
    "made": _is_moment,
    "detector": {
        **dict.fromkeys(("vendor", "model", "serial", "firmware_version"), _is_text),
        **dict.fromkeys(("rows", "columns", "pixel_pitch_um"), _is_positive),
    },
    "temperature_c": _is_figure,
    **dict.fromkeys(("calibration_id", "beam", "kerma_source"), _is_text),
    "judgements": (
        {
            **dict.fromkeys(("name", "unit", "source"), _is_text),
            **dict.fromkeys(("value", "lowest", "highest"), _is_figure),
            "passed": _is_verdict,
        },
    ),
    "edges": (
        {
            "direction": _is_text,
            "angle_deg": _is_figure,
            "frequencies_per_mm": _CURVE,
            "mtf": _CURVE,
        },
    ),
    "levels": (
        {
            "kerma_ugy": _is_positive,
            **dict.fromkeys(("frames", "pixels"), _is_figure),
            "frequencies_per_mm": (_is_positive,),
            **dict.fromkeys(_CURVES_OF_A_LEVEL, _CURVE),
            "uniformity": {
                **dict.fromkeys(("signal_dn", "noise_dn"), _MAP),
                **dict.fromkeys(("signal", "noise", "snr"), _SPREAD),
            },
        },
    ),
    "response": {
        **dict.fromkeys(("sensitivity", "factory_sensitivity"), _is_figure),
        **dict.fromkeys(("quantum", "structure", "electronic"), _is_figure),
        "levels": ({"kerma_ugy": _is_figure, "signal_dn": _is_figure, "noise_dn": _is_figure},),
    },
    "dark": dict.fromkeys(("pixel_noise_dn", "row_noise_dn", "level_dn", "frames"), _is_figure),
    "lag": _LAG,
    "corrected_lag": _LAG,
    "defects": {
        "count": dict.fromkeys(("pixels", "singles", "clusters", "largest_cluster"), _is_figure)
        | {"lines": _is_figure, "by_kind": lambda value: isinstance(value, Mapping)},
        "anomalous": _is_figure,
    },
}
