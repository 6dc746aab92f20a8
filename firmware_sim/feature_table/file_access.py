"""SFNC FileAccessControl: calibration maps, defect map, event log, firmware image."""

from firmware_sim.feature_table.choice import chosen, selector
from firmware_sim.features import Device, Feature, Kind, Value
from firmware_sim.files import (
    BUFFER_LENGTH,
    LARGEST_FILE,
    FileOperation,
    FileState,
    FileStatus,
    OpenMode,
)
from firmware_sim.flash import StoredFile

_FILE = "FileAccessControl"
_INT, _ENUM = Kind.INTEGER, Kind.ENUMERATION
_FILES = {
    "DarkMaps": StoredFile.DARK_MAPS,
    "GainMap": StoredFile.GAIN_MAP,
    "DefectMap": StoredFile.DEFECT_MAP,
    "LagCoefficients": StoredFile.LAG_COEFFICIENTS,
    "EventLog": StoredFile.EVENT_LOG,
    "FirmwareImage": StoredFile.FIRMWARE_IMAGE,
}
_OPERATIONS = {
    "Open": FileOperation.OPEN,
    "Close": FileOperation.CLOSE,
    "Read": FileOperation.READ,
    "Write": FileOperation.WRITE,
    "Delete": FileOperation.DELETE,
}
_OPEN_MODES = {
    "Read": OpenMode.READ,
    "Write": OpenMode.WRITE,
    "ReadWrite": OpenMode.READ_WRITE,
}
_STATUSES = {
    "Success": FileStatus.SUCCESS,
    "Failure": FileStatus.FAILURE,
    "Overflow": FileStatus.OVERFLOW,
}
FILE_SELECTOR = selector("FileSelector", _FILE, "Which file is meant.", _FILES)
_OF_FILE = ("FileSelector",)
_OF_OPERATION = ("FileSelector", "FileOperationSelector")


def _file(device: Device) -> StoredFile:
    return StoredFile(chosen(device, FILE_SELECTOR))


def _state(device: Device) -> FileState:
    return device.files.states[_file(device)]


def _choose_operation(device: Device, value: Value) -> None:
    device.files.operation = FileOperation(int(value))


def _execute(device: Device, value: Value) -> None:
    device.files.execute(_file(device))


def _set_mode(device: Device, value: Value) -> None:
    _state(device).mode = OpenMode(int(value))


def _fill_buffer(device: Device, value: Value) -> None:
    assert isinstance(value, bytes)
    _state(device).buffer = value


def _set_offset(device: Device, value: Value) -> None:
    _state(device).offset = int(value)


def _set_length(device: Device, value: Value) -> None:
    _state(device).length = int(value)


ROWS = (
    FILE_SELECTOR,
    Feature(
        "FileOperationSelector",
        _FILE,
        _ENUM,
        "What FileOperationExecute does.",
        lambda d: d.files.operation,
        _choose_operation,
        entries=_OPERATIONS,
        selectors=_OF_FILE,
    ),
    Feature(
        "FileOperationExecute",
        _FILE,
        Kind.COMMAND,
        "Do it; FileOperationStatus and FileOperationResult tell how it went.",
        lambda d: 0,
        _execute,
        selectors=_OF_OPERATION,
        takes_ms=lambda d: d.files.took_ms,
    ),
    Feature(
        "FileOpenMode",
        _FILE,
        _ENUM,
        "For what Open opens the file; Write begins with an empty one.",
        lambda d: _state(d).mode,
        _set_mode,
        entries=_OPEN_MODES,
        selectors=_OF_FILE,
    ),
    Feature(
        "FileAccessBuffer",
        _FILE,
        Kind.REGISTER,
        "What Read has read and Write will write.",
        lambda d: _state(d).buffer,
        _fill_buffer,
        selectors=_OF_OPERATION,
    ),
    Feature(
        "FileAccessOffset",
        _FILE,
        _INT,
        "Where in the file Read and Write begin.",
        lambda d: _state(d).offset,
        _set_offset,
        unit="B",
        limits=(0, LARGEST_FILE),
        selectors=_OF_OPERATION,
    ),
    Feature(
        "FileAccessLength",
        _FILE,
        _INT,
        "How much of the buffer Read and Write move.",
        lambda d: _state(d).length,
        _set_length,
        unit="B",
        limits=(1, BUFFER_LENGTH),
        selectors=_OF_OPERATION,
    ),
    Feature(
        "FileOperationStatus",
        _FILE,
        _ENUM,
        "How the last operation went.",
        lambda d: _state(d).status,
        entries=_STATUSES,
        selectors=_OF_OPERATION,
    ),
    Feature(
        "FileOperationResult",
        _FILE,
        _INT,
        "How many bytes Read or Write moved.",
        lambda d: _state(d).result,
        unit="B",
        selectors=_OF_OPERATION,
    ),
    Feature(
        "FileSize",
        _FILE,
        _INT,
        "Bytes of the selected file.",
        lambda d: d.files.size(_file(d)),
        unit="B",
        selectors=_OF_FILE,
    ),
)
