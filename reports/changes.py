"""What an amendment changed: field by field, old and new, in the words of the report."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reports.figures import years_and_months
from reports.wording import ENGLISH, Wording

# What a report does not say of its child: how long the software took, and the names of its files.
_NOT_OF_THE_CHILD: Final = ("seconds", "files")
# By which of its entries an item of a list is known, so that one more is not all others changed.
_NAMES_OF_ITEMS: Final = ("code", "region", "method", "at", "date")
# Sizes that stand with the patient, too.
_TOLD_ALREADY: Final = ("growth.height.cm", "growth.weight.kg")
_FEWEST_DIGITS: Final = 1
# As many as the report prints of an SD score.
_SDS_DIGITS: Final = 2
_MOST_DIGITS: Final = 6
_ITEM: Final = re.compile(r"\[(.+?)\]")
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One field that was changed, as printed."""

    label: str
    old: str
    new: str

    def in_words(self, words: Wording) -> str:
        """Return the change as part of a sentence."""
        return words.change.format(label=self.label, old=self.old, new=self.new)


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what differs between two results as plain data: path, old and new.

    A field that one of them lacks is None there. Fields of which the report has words come first,
    in the order in which a reader wants them.
    """
    old, new = _fields(before), _fields(after)
    paths = [path for path in {**old, **new} if not _is_parent_only(path, old, new)]
    differing = [path for path in paths if old.get(path, _ABSENT) != new.get(path, _ABSENT)]
    known = {path: place for place, path in enumerate(ENGLISH.changed_fields)}
    ordered = sorted(differing, key=lambda path: known.get(_of_items(path), len(known)))
    told = [{"path": path, "old": old.get(path), "new": new.get(path)} for path in ordered]
    return [each for each in told if each["old"] != each["new"]]


def _fields(result: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: entry for name, entry in result.items() if name not in _NOT_OF_THE_CHILD}
    told = _flattened("", said)
    return {path: entry for path, entry in told if path not in _TOLD_ALREADY}


def _flattened(path: str, entry: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(entry, Mapping) and entry:
        for name, inner in entry.items():
            yield from _flattened(f"{path}.{name}" if path else str(name), inner)
    elif isinstance(entry, list | tuple) and entry and isinstance(entry[0], Mapping):
        for place, inner in enumerate(entry):
            yield from _flattened(f"{path}[{_name_of(inner, place)}]", inner)
    else:
        yield path, list(entry) if isinstance(entry, tuple) else entry


def _name_of(item: Any, place: int) -> str:
    names = [item[name] for name in _NAMES_OF_ITEMS if isinstance(item, Mapping) and name in item]
    return str(names[0] if names else place + 1)


def _is_parent_only(path: str, *results: Mapping[str, Any]) -> bool:
    """Tell whether one result has nothing where another has several fields: they are told."""
    below = (f"{path}.", f"{path}[")
    return any(each.startswith(below) for result in results for each in result)


def in_words(changes: Sequence[Mapping[str, Any]], words: Wording) -> tuple[Change, ...]:
    """Return changes as printed; a field of which the report has no words keeps its own name."""
    return tuple(_in_words(change, words) for change in changes)


def _in_words(change: Mapping[str, Any], words: Wording) -> Change:
    path, old, new = change["path"], change["old"], change["new"]
    label = _label(path, words)
    if path.endswith("bone_age_months"):
        return Change(label, _age(old, words), _age(new, words))
    fewest = _SDS_DIGITS if path.endswith("sds") else _FEWEST_DIGITS
    for digits in range(fewest, _MOST_DIGITS + 1):
        told = Change(label, _value(old, digits, words), _value(new, digits, words))
        if told.old != told.new:
            break
    return told


def _label(path: str, words: Wording) -> str:
    """Return what a field is called; the words name an item of a list as "[]"."""
    item, label = _ITEM.search(path), words.changed_fields.get(_of_items(path))
    return path if label is None else label.format(item=words.term(item[1]) if item else "")


def _of_items(path: str) -> str:
    """Return the place of a field in any item of its list."""
    return _ITEM.sub("[]", path)


def _age(months: Any, words: Wording) -> str:
    if not isinstance(months, int | float):
        return _value(months, _FEWEST_DIGITS, words)
    return words.changed_age.format(spoken=years_and_months(months, words), months=months)


def _value(value: Any, digits: int, words: Wording) -> str:
    """Return a value with as many digits as are asked for; a whole number and text as they are."""
    if value is None or value == []:
        return words.unknown
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, float):
        return f"{value:.{digits}f}".replace("-", "−")
    if isinstance(value, list):
        return words.between_members.join(_value(each, digits, words) for each in value)
    return words.term(str(value).strip()) or words.unknown
