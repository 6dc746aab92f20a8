"""The panel's features by their SFNC names, over its memory.

EMVA's reference implementation reads the panel's description. Sources: GenApi, SFNC.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from genicam import genapi

from device.clock import Clock, Deadline
from device.description_checks import made_harmless
from device.errors import DescriptionInvalid, FeatureMissing, FeatureRefused, RegisterRefused
from device.gencp.session import Session

# While a command is executed it is looked at this often.
COMMAND_POLL_S = 0.02
# Far above any text or buffer that a description names; a damaged one must not fill the memory.
LARGEST_REGISTER = 1 << 20
# What its C++ raises where there is no room for what a register is said to hold.
_OUT_OF_MEMORY = (RuntimeError, MemoryError)

Range = tuple[int, int]


class _Port(genapi.AbstractPort):  # type: ignore[misc]  # genicam has no types
    """What the node map reads and writes through; our errors pass through it unchanged."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._kept: dict[Range, bytes] = {}
        self.noted: list[Range] | None = None

    def get_access_mode(self) -> Any:
        return genapi.EAccessMode.RW

    def read(self, address: int, length: int) -> bytes:
        if length > LARGEST_REGISTER:
            raise DescriptionInvalid(f"it has a register of {length} bytes")
        if self.noted is not None:
            self.noted.append((address, length))
        kept = self._kept.pop((address, length), None)
        return self._session.read(address, length) if kept is None else kept

    def write(self, address: int, content: bytes) -> None:
        self._session.write(address, bytes(content))

    def fetch(self, ranges: list[Range]) -> None:
        """Read these together; the next reading of each takes what came."""
        self._kept = dict(zip(ranges, self._session.read_together(ranges), strict=True))

    def forget(self) -> None:
        self._kept = {}


class Features:
    """Get and set by name; every reading asks the panel, nothing is remembered."""

    def __init__(self, session: Session, description: str) -> None:
        self._port = _Port(session)  # the node map does not keep it alive
        self._ranges: dict[str, list[Range]] = {}
        self._nodes = genapi.NodeMap()
        try:
            self._nodes.load_xml_from_string(made_harmless(description))
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
        self._check_room(name)
        return str(self._get(name, genapi.IString))

    def choice(self, name: str) -> str:
        """Read the symbolic name of an enumeration. Raises as integer()."""
        node = self._node(name, genapi.IEnumeration)
        try:
            return str(node.get_current_entry(False, True).symbolic)
        except (genapi.GenericException, AttributeError) as error:
            raise FeatureRefused(f"{name}: {_first_line(error)}") from error

    def choices(self, name: str) -> tuple[str, ...]:
        """Give the symbolic names that an enumeration has now. Raises as integer()."""
        entries = self._node(name, genapi.IEnumeration).entries
        return tuple(str(entry.symbolic) for entry in entries if genapi.is_available(entry))

    def content(self, name: str, length: int) -> bytes:
        """Read the first `length` bytes of a register feature. Raises as integer()."""
        node = self._node(name, genapi.IRegister)
        try:
            return bytes(node.get(length, False, True))
        except genapi.GenericException as error:
            raise FeatureRefused(f"{name}: {_first_line(error)}") from error

    def content_length(self, name: str) -> int:
        """Give the bytes that a register feature has room for. Raises as integer()."""
        return int(self._node(name, genapi.IRegister).length)

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

    def execute_and_wait(self, name: str, clock: Clock, wait_s: float) -> None:
        """Run a command feature and wait until the panel has done it. Raises as integer()."""
        self.execute(name)
        node = self._node(name, genapi.ICommand)
        deadline = Deadline(clock, wait_s)
        try:
            while not node.is_done(False):
                if deadline.over():
                    raise FeatureRefused(f"{name} is not done after {wait_s:g} s")
                clock.sleep(COMMAND_POLL_S)
        except genapi.GenericException as error:
            raise FeatureRefused(f"{name}: {_first_line(error)}") from error

    def set_content(self, name: str, content: bytes) -> None:
        """Write the first bytes of a register feature. Raises as integer()."""
        node = self._node(name, genapi.IRegister)
        try:
            node.set(content)
        except genapi.GenericException as error:
            raise FeatureRefused(f"{name}: {_first_line(error)}") from error

    @contextmanager
    def together(self, names: Iterable[str]) -> Iterator[None]:
        """Fetch these features in one round trip, for one reading of each inside the block.

        Raises as Session.read.
        """
        self._port.fetch([part for name in names for part in self._ranges_of(name)])
        try:
            yield
        finally:
            self._port.forget()

    def chunk_ids(self, names: Iterable[str]) -> dict[int, str]:
        """Give the chunk id of each of these features that the panel sends in a chunk."""
        found = {self._chunk_id(name): name for name in names if self.has(name)}
        return {chunk_id: name for chunk_id, name in found.items() if chunk_id is not None}

    def _chunk_id(self, name: str) -> int | None:
        """Follow a feature, by its register or as one itself, to the port that names the chunk."""
        register = self._property(name, "pValue") or name
        port = self._property(register, "pPort")
        try:
            return int(self._property(port or "", "ChunkID") or "", 16)
        except ValueError:
            return None

    def _property(self, node: str, name: str) -> str | None:
        try:
            return str(self._nodes.get_node(node).node.get_property(name)[0])
        except (genapi.GenericException, AttributeError, IndexError):
            return None

    def _ranges_of(self, name: str) -> list[Range]:
        """Give what is read of the panel for this feature, found once by reading it."""
        if name not in self._ranges:
            node = self._node(name, object)
            self._check_room(name)
            noted = self._port.noted = []
            try:
                node.to_string(False, True)
            except genapi.GenericException as error:
                raise FeatureRefused(f"{name}: {_first_line(error)}") from error
            finally:
                self._port.noted = None
            self._ranges[name] = noted
        return self._ranges[name]

    def _check_room(self, name: str) -> None:
        """Refuse a text that is longer than any: GenApi makes room for it before it reads it."""
        register = self._property(name, "pValue") or name
        known, teller = (self._property(register, each) for each in ("Length", "pLength"))
        length = int(known, 0) if known else self.integer(teller) if teller else 0
        if not 0 <= length <= LARGEST_REGISTER:
            raise FeatureRefused(f"{name} is said to have {length} bytes")

    def _get(self, name: str, *kinds: type) -> Any:
        node = self._node(name, *kinds)
        try:
            return node.get_value(False, True)
        except (genapi.GenericException, *_OUT_OF_MEMORY) as error:
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
