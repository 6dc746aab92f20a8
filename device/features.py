"""The panel's features by their SFNC names, over its memory.

The panel carries its own GenICam description (manifest, XML); EMVA's reference implementation
reads it. Sources: GenICam GenCP 1.3.1 (manifest), GenApi, SFNC.
"""

import hashlib
import io
import zipfile
import zlib
from typing import Any, TypeVar

from genicam import genapi

from device.errors import DescriptionInvalid, FeatureMissing, FeatureRefused, RegisterRefused
from device.gencp import registers
from device.gencp.registers import FileFormat, ManifestEntry
from device.gencp.session import Session

# Far above any real description; a damaged manifest must not make us read for hours.
LARGEST_STORED = 4 << 20
LARGEST_XML = 32 << 20
LARGEST_MANIFEST = 64

Value = TypeVar("Value", int, float, str)


def fetch_description(session: Session) -> str:
    """Read the panel's GenICam XML. Raises DescriptionInvalid or as Session.read."""
    entry = _newest_xml(session)
    stored = session.read(entry.address, entry.size)
    if entry.sha1 is not None and hashlib.sha1(stored).digest() != entry.sha1:
        raise DescriptionInvalid("its SHA-1 differs from the manifest's")
    xml = unzip(stored) if entry.file_format == FileFormat.ZIP else stored
    try:
        return xml.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DescriptionInvalid("it is not UTF-8 text") from error


def unzip(stored: bytes) -> bytes:
    """Give the first .xml file of a ZIP archive. Raises DescriptionInvalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(stored)) as archive:
            entry = next(e for e in archive.infolist() if e.filename.lower().endswith(".xml"))
            if entry.file_size > LARGEST_XML:
                raise DescriptionInvalid(f"it would unpack to {entry.file_size} bytes")
            return archive.read(entry)
    except StopIteration as error:
        raise DescriptionInvalid("the archive holds no XML") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DescriptionInvalid(f"the archive is damaged: {error}") from error
    except (OSError, ValueError) as error:
        raise DescriptionInvalid(f"the archive cannot be read: {error}") from error


def _newest_xml(session: Session) -> ManifestEntry:
    start = session.read_integer(registers.MANIFEST_ADDRESS)
    count = session.unpack(session.read(start, registers.MANIFEST_COUNT_SIZE))
    if not 0 < count <= LARGEST_MANIFEST:
        raise DescriptionInvalid(f"the manifest announces {count} files")
    first = start + registers.MANIFEST_COUNT_SIZE
    content = session.read(first, count * registers.MANIFEST_ENTRY_SIZE)
    entries = [
        registers.decode_manifest_entry(content[at:], session.order)
        for at in range(0, len(content), registers.MANIFEST_ENTRY_SIZE)
    ]
    usable = [entry for entry in entries if _usable(entry)]
    if not usable:
        raise DescriptionInvalid("the manifest names no description that can be read")
    return max(usable, key=lambda entry: entry.version)


def _usable(entry: ManifestEntry) -> bool:
    known = entry.file_format in (FileFormat.PLAIN, FileFormat.ZIP)
    return entry.file_type == registers.DEVICE_XML and known and 0 < entry.size <= LARGEST_STORED


class _Port(genapi.AbstractPort):  # type: ignore[misc]  # genicam has no types
    """What the node map reads and writes through; our errors pass through it unchanged."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def get_access_mode(self) -> Any:
        return genapi.EAccessMode.RW

    def read(self, address: int, length: int) -> bytes:
        return self._session.read(address, length)

    def write(self, address: int, content: bytes) -> None:
        self._session.write(address, bytes(content))


class Features:
    """Get and set by name; every reading asks the panel, nothing is remembered."""

    def __init__(self, session: Session, description: str) -> None:
        self._port = _Port(session)  # the node map does not keep it alive
        self._nodes = genapi.NodeMap()
        try:
            self._nodes.load_xml_from_string(description)
            self._nodes.connect(self._port, "Device")
        except genapi.GenericException as error:
            raise DescriptionInvalid(_first_line(error)) from error

    def has(self, name: str) -> bool:
        """Say whether the panel implements this feature."""
        try:
            return bool(genapi.is_implemented(self._nodes.get_node(name)))
        except genapi.GenericException:
            return False

    def integer(self, name: str) -> int:
        """Read an integer feature. Raises FeatureMissing, FeatureRefused or as Session.read."""
        return int(self._get(name, genapi.IInteger))

    def number(self, name: str) -> float:
        """Read a float or integer feature. Raises as integer()."""
        return float(self._get(name, genapi.IFloat, genapi.IInteger))

    def text(self, name: str) -> str:
        """Read a string feature. Raises as integer()."""
        return str(self._get(name, genapi.IString))

    def choice(self, name: str) -> str:
        """Read the symbolic name of an enumeration. Raises as integer()."""
        node = self._node(name, genapi.IEnumeration)
        try:
            return str(node.get_current_entry(False, True).symbolic)
        except (genapi.GenericException, AttributeError) as error:
            raise FeatureRefused(f"{name}: {_first_line(error)}") from error

    def is_on(self, name: str) -> bool:
        """Read a boolean feature. Raises as integer()."""
        return bool(self._get(name, genapi.IBoolean))

    def set_integer(self, name: str, value: int) -> None:
        """Write an integer feature. Raises as integer()."""
        self._set(name, value, genapi.IInteger)

    def set_number(self, name: str, value: float) -> None:
        """Write a float feature. Raises as integer()."""
        self._set(name, value, genapi.IFloat)

    def choose(self, name: str, symbolic: str) -> None:
        """Write an enumeration by its symbolic name. Raises as integer()."""
        self._set(name, symbolic, genapi.IEnumeration)

    def switch_on(self, name: str) -> None:
        """Write true to a boolean feature. Raises as integer()."""
        self._set(name, True, genapi.IBoolean)

    def switch_off(self, name: str) -> None:
        """Write false to a boolean feature. Raises as integer()."""
        self._set(name, False, genapi.IBoolean)

    def execute(self, name: str) -> None:
        """Run a command feature. Raises as integer()."""
        node = self._node(name, genapi.ICommand)
        try:
            node.execute()
        except genapi.GenericException as error:
            raise FeatureRefused(f"{name}: {_first_line(error)}") from error

    def _get(self, name: str, *kinds: type) -> Any:
        node = self._node(name, *kinds)
        try:
            return node.get_value(False, True)
        except genapi.GenericException as error:
            raise FeatureRefused(f"{name}: {_first_line(error)}") from error

    def _set(self, name: str, value: object, kind: type) -> None:
        node = self._node(name, kind)
        try:
            node.value = value
        except genapi.GenericException as error:
            raise FeatureRefused(f"{name}={value}: {_first_line(error)}") from error
        except RegisterRefused as error:
            raise RegisterRefused(f"{name}={value}: {error.detail}", error.status) from error

    def _node(self, name: str, *kinds: type) -> Any:
        try:
            node = self._nodes.get_node(name)
        except genapi.GenericException as error:
            raise FeatureMissing(name) from error
        if node is None or not genapi.is_implemented(node):
            raise FeatureMissing(name)
        if not isinstance(node, kinds):
            raise FeatureRefused(f"{name} is of another kind than the standard says")
        return node


def _first_line(error: BaseException) -> str:
    return str(error).split(" : ", 1)[0].strip()
