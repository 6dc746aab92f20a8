"""What an amendment changed: field by field, old and new, in the words of the report."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reports.figures import years_and_months
from reports.wording import ENGLISH, Wording

# What a report does not say of its child: how long the software took, and the names of its files;
# and the visits on record, which stand in the course.
_NOT_OF_THE_CHILD: Final = ("seconds", "files", "on_record")
# By which of its entries an item of a list is known, so that one more is not all others changed.
_NAMES_OF_ITEMS: Final = ("code", "region", "method", "at", "date", "to")
# How paths begin that are told elsewhere: sizes that stand with the patient, too, the parts of an
# age that is told in decimals, and what was entered and stands in the growth.
_TOLD_ELSEWHERE: Final = (
    *("growth.height.cm", "growth.weight.kg", "growth.corrected_age.decimal_years"),
    *("growth.corrected_age.gestation_weeks", "growth.corrected_age.gestation_days"),
    *("patient.tanner_stage", "patient.menarche", "patient.menarche_age_years"),
    *("patient.treatment", "patient.height_position", "patient.scoring.sheet", "reading.sex"),
    *(
        f"growth.{age}.{part}"
        for age in ("age", "corrected_age")
        for part in ("years", "months", "days", "total_days")
    ),
    *("patient.scoring.stages.", "patient.earlier_visits["),
)
# What is the same for every child by a method.
_OF_A_METHOD: Final = ".bone_age_part_of"
# What a person says of the child: where it is missing, it was not said.
_SAID_OF_THE_CHILD: Final = ("patient.", "growth.entered.", "growth.position")
_FEWEST_DIGITS: Final = 1
# As many as the report prints of an SD score.
_SDS_DIGITS: Final = 2
_MOST_DIGITS: Final = 6
_ITEM: Final = re.compile(r"\[(.+?)\]")
_VISIT: Final = re.compile(r"growth\.follow_up\.visits\[.+?\]\.")
_ABSENT: Final = object()
# What ends a sentence, in any language.
_STOPS: Final = (".", "!", "?", "。", "！", "？")


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

    A field that one of them lacks is None there, and nothing in place of nothing is no change.
    Fields of which the report has words come first, in the order in which a reader wants them.
    """
    old, new = _fields(before), _fields(after)
    paths = [path for path in {**old, **new} if not _is_parent_only(path, old, new)]
    differing = [path for path in paths if old.get(path, _ABSENT) != new.get(path, _ABSENT)]
    known = {path: place for place, path in enumerate(ENGLISH.changed_fields)}
    ordered = sorted(differing, key=lambda path: known.get(_of_items(path), len(known)))
    told = [{"path": path, "old": old.get(path), "new": new.get(path)} for path in ordered]
    return [each for each in told if _known(each["old"]) != _known(each["new"])]


def _known(entry: Any) -> Any:
    """Return None for all that is printed as not known."""
    return None if entry in ([], "") else entry


def _fields(result: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: entry for name, entry in result.items() if name not in _NOT_OF_THE_CHILD}
    told = dict(_flattened("", said))
    elsewhere = (*_this_visit(told), *_TOLD_ELSEWHERE)
    return {
        path: entry
        for path, entry in told.items()
        if not path.startswith(elsewhere) and not path.endswith(_OF_A_METHOD)
    }


def _this_visit(paths: Iterable[str]) -> list[str]:
    """Return where this visit stands among all visits: it is the last."""
    visits = [found[0] for path in paths if (found := _VISIT.match(path))]
    return visits[-1:]


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
    if any(map(_is_text, (old, new))) and not path.startswith(_SAID_OF_THE_CHILD):
        old, new = (words.nothing if _known(each) is None else each for each in (old, new))
    named = _named_values(path, words)
    if named:
        return Change(label, *(_value(named.get(each, each), 0, words) for each in (old, new)))
    if path.endswith("bone_age_months"):
        return Change(label, _age(old, words), _age(new, words))
    fewest = _SDS_DIGITS if "sds" in path else _FEWEST_DIGITS
    for digits in range(fewest, _MOST_DIGITS + 1):
        told = Change(label, _value(old, digits, words), _value(new, digits, words))
        if told.old != told.new:
            break
    return told


def _is_text(entry: Any) -> bool:
    """Tell sentences and names from figures, of which what is missing is not known."""
    entries = entry if isinstance(entry, list) else [entry]
    return any(isinstance(each, str) and each for each in entries)


def _named_values(path: str, words: Wording) -> Mapping[str, str]:
    """Return the names of a field's values where the report has them."""
    names = {
        "patient.sex": words.sexes,
        "growth.headline": words.reference_names,
        "growth.position": words.positions,
    }
    return names.get(path, {})


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
        return _joined([_value(each, digits, words) for each in value], words)
    return words.term(str(value).strip()) or words.unknown


def _joined(told: Sequence[str], words: Wording) -> str:
    """Return the members of a list in a line; sentences stand one behind the other."""
    are_sentences = all(each.endswith(_STOPS) for each in told)
    return (words.between_sentences if are_sentences else words.between_members).join(told)
