"""What the report says of its own state: draft, signed or amended, by whom, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from reports.changes import Change, in_words
from reports.figures import offset
from reports.glyphs import all_shown, shown
from reports.phrasebook import in_language
from reports.wording import Wording

# Our choice: what of an amendment has room on page one; all stands in the technical record.
_CHANGES_ON_PAGE_ONE: Final = 3


class SignOffState(StrEnum):
    """What a version of a report is; `result.json` knows nothing of it, the records do."""

    DRAFT = "draft"
    SIGNED = "signed"
    AMENDED = "amended"


@dataclass(frozen=True, slots=True)
class SignOffEvent:
    """What somebody did with a version of a report; the software itself makes the draft.

    `key` names the certificate of a digital signature, `replaces` is the version that an amendment
    takes the place of, `changes` is what `reports.changes.changes_between` found.
    """

    at: datetime
    state: SignOffState
    version: int
    signer: str = ""
    reason: str = ""
    key: str = ""
    replaces: int = 0
    changes: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class SignOff:
    """Which version of which report is printed, in which state, and what happened so far."""

    report_id: str
    version: int = 1
    state: SignOffState = SignOffState.DRAFT
    events: tuple[SignOffEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedFields:
    """What an amendment changed, as printed: a title and rows of field, old and new."""

    title: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class SignOffPart:
    """The state as printed: the headline and lines of page one, the history behind it.

    `name` stands at the head of every page, `keywords` in the document's metadata. A draft has
    room for a pen (`to_be_signed`).
    """

    state: SignOffState
    name: str
    keywords: str
    headline: str
    lines: tuple[str, ...]
    to_be_signed: bool
    history: tuple[tuple[str, ...], ...]
    history_notes: tuple[str, ...]
    changes: tuple[ChangedFields, ...]


def sign_off_part(sign_off: SignOff, words: Wording) -> SignOffPart:
    """Return what a report says of its state; a draft tells no time, so it stays the same."""
    is_draft = sign_off.state is SignOffState.DRAFT
    sign_off = replace(
        sign_off, events=tuple(_printable(event, words) for event in sign_off.events)
    )
    state = words.states[sign_off.state]
    name = words.report_name.format(id=sign_off.report_id, version=sign_off.version, state=state)
    return SignOffPart(
        state=sign_off.state,
        name=name,
        keywords=f"report {sign_off.report_id}; version {sign_off.version}; {sign_off.state}",
        headline=_headline(sign_off, words),
        lines=() if is_draft else _last_lines(sign_off, words),
        to_be_signed=is_draft,
        history=() if is_draft else history_rows(sign_off.events, words),
        history_notes=() if is_draft else (words.signer_as_typed, words.verify_note),
        changes=tuple(_changed(event, words) for event in sign_off.events if event.changes),
    )


def _printable(event: SignOffEvent, words: Wording) -> SignOffEvent:
    """Return an event with letters that the report has, changed sentences in its language."""
    changes = [_printable_change(change, words) for change in event.changes]
    return replace(
        event,
        signer=shown(event.signer),
        reason=shown(event.reason),
        key=shown(event.key),
        changes=changes,
    )


def _printable_change(change: Mapping[str, Any], words: Wording) -> Mapping[str, Any]:
    values = {name: value for name, value in change.items() if name != "path"}
    shown_values: dict[str, Any] = all_shown(in_language(values, words))
    return {"path": change["path"], **shown_values}


def _headline(sign_off: SignOff, words: Wording) -> str:
    if sign_off.state is SignOffState.DRAFT:
        return words.unsigned
    last = sign_off.events[-1]
    amendment = [event for event in sign_off.events if event.replaces]
    if sign_off.state is SignOffState.AMENDED:
        replaced = amendment[-1].replaces
        return words.amended_headline.format(version=last.version, replaces=replaced)
    return words.signed_headline.format(version=last.version)


def _last_lines(sign_off: SignOff, words: Wording) -> tuple[str, ...]:
    """Return who made this version valid, and why it differs from the one before."""
    of_this = [event for event in sign_off.events if event.version == sign_off.version]
    amendment = [event for event in of_this if event.replaces]
    by = of_this[-1]
    key = [words.with_key.format(key=by.key)] if by.key else []
    who = [words.by.format(who=by.signer, when=moment(by.at)), *key, words.signer_as_typed]
    lines = [words.between_sentences.join(who)]
    for event in amendment:
        lines += [
            words.reason.format(reason=event.reason),
            _changed_in_short(in_words(event.changes, words), words),
        ]
    return tuple(lines)


def _changed_in_short(changes: Sequence[Change], words: Wording) -> str:
    shown = [change.in_words(words) for change in changes[:_CHANGES_ON_PAGE_ONE]]
    rest = len(changes) - len(shown)
    more = words.more_changes.format(count=rest) if rest else ""
    return words.changed.format(changes=words.between_changes.join(shown), more=more)


def history_rows(events: Sequence[SignOffEvent], words: Wording) -> tuple[tuple[str, ...], ...]:
    """Return events, the oldest first, as rows of cells under `history_headings`."""
    return tuple(
        (
            moment(event.at),
            str(event.version),
            _what(event, events[:place], words),
            event.signer or words.by_software,
            event.reason,
        )
        for place, event in enumerate(events)
    )


def _what(event: SignOffEvent, before: Sequence[SignOffEvent], words: Wording) -> str:
    """Return what was done; a version may be signed again in another language or on other paper."""
    released = {each.version for each in before if each.state is not SignOffState.DRAFT}
    what = words.events[event.state].format(replaces=event.replaces)
    if event.state is SignOffState.SIGNED and event.version in released:
        what = words.signed_copy
    return what + (words.history_key.format(key=event.key) if event.key else "")


def _changed(event: SignOffEvent, words: Wording) -> ChangedFields:
    title = words.changes_title.format(version=event.version, replaces=event.replaces)
    return ChangedFields(
        title, tuple((one.label, one.old, one.new) for one in in_words(event.changes, words))
    )


def moment(at: datetime) -> str:
    """Return day and time with the zone in which they were said."""
    zone = offset(at.isoformat())
    return f"{at:%Y-%m-%d %H:%M} ({zone})" if zone else f"{at:%Y-%m-%d %H:%M}"
