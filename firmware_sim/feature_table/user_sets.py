"""SFNC UserSetControl: settings that the detector keeps."""

from firmware_sim.errors import AccessDenied
from firmware_sim.feature_table.choice import chosen, selector
from firmware_sim.features import Device, Feature, Kind, Lock, Value
from firmware_sim.flash import UserSet

_USER_SET = "UserSetControl"
_NAMES = {"Default": UserSet.DEFAULT, "UserSet0": UserSet.USER_SET0}
# Design figure: a page of flash is erased and written.
_FLASH_WRITE_MS = 100
USER_SET_SELECTOR = selector("UserSetSelector", _USER_SET, "Which user set is meant.", _NAMES)


def _load(device: Device, value: Value) -> None:
    device.use(device.flash.user_set(UserSet(chosen(device, USER_SET_SELECTOR))))


def _save(device: Device, value: Value) -> None:
    if chosen(device, USER_SET_SELECTOR) == UserSet.DEFAULT:
        raise AccessDenied("The factory's user set cannot be overwritten.")
    device.flash.user_set0 = device.settings


def _set_at_power_up(device: Device, value: Value) -> None:
    device.flash.set_at_power_up = UserSet(int(value))


ROWS = (
    USER_SET_SELECTOR,
    Feature(
        "UserSetLoad",
        _USER_SET,
        Kind.COMMAND,
        "Take over the settings of the selected user set.",
        lambda d: 0,
        _load,
        lock=Lock.ONCE_SIZES_ARE_AGREED,
        selectors=("UserSetSelector",),
    ),
    Feature(
        "UserSetSave",
        _USER_SET,
        Kind.COMMAND,
        "Keep the settings in the selected user set; not in Default.",
        lambda d: 0,
        _save,
        lock=Lock.ONCE_SIZES_ARE_AGREED,
        selectors=("UserSetSelector",),
        takes_ms=lambda d: _FLASH_WRITE_MS,
    ),
    Feature(
        "UserSetDefault",
        _USER_SET,
        Kind.ENUMERATION,
        "The user set with which the detector wakes up and meets a new host.",
        lambda d: d.flash.set_at_power_up,
        _set_at_power_up,
        entries=_NAMES,
        takes_ms=lambda d: _FLASH_WRITE_MS,
    ),
)
