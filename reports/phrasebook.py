"""Sentences that other packages wrote into a result, in the language of the report.

A result holds English sentences with figures in them. A language's `phrases` hold the English
sentence with {blanks} in their places, and the same in the language. A sentence is matched as a
whole, what stands in its blanks is kept or is itself a phrase or a term; what no phrase knows stays
English, so that nothing is ever lost.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any, Final

from reports.wording import Wording

# The end of a sentence; a blank holds no other sentence.
# A title before a name ends none.
_NO_TITLE: Final = r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bSt\.)(?<!\bMrs\.)(?<!\bProf\.)"
_END: Final = rf"[.!?]{_NO_TITLE}\s+(?=[A-Z])"
_BETWEEN: Final = re.compile(rf"(?<=[.!?]){_NO_TITLE}\s+(?=[A-Z])")
_STOP: Final = re.compile(r"[.:;!?](?:\s|$)")
_BLANK: Final = rf"(?:(?!{_END}).)+?"
_DAY: Final = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")
# How errors of the unit say more: "The image is lost. (detail)", as `device.errors` writes them.
_DETAILED: Final = re.compile(r"(?P<sentence>.+[.!?]) \((?P<detail>.+)\)", re.DOTALL)
# What the patient is called or was entered as is nobody's sentence.
_KEPT: Final = frozenset({"patient", "files"})


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A pattern and what it becomes; a fragment begins with a blank and is no whole sentence."""

    english: re.Pattern[str]
    said: str
    is_fragment: bool


def told(sentences: str, words: Wording) -> str:
    """Return sentences in a language, one by one; those that no phrase knows stay English."""
    if not words.phrases:
        return sentences
    pieces = _BETWEEN.split(sentences)
    said, at = "", 0
    while at < len(pieces):
        piece, at = _longest_known(pieces, at, words)
        said += (words.between_sentences if _is_close(said, piece) else " ") + piece
    return said.strip()


def in_language(result: Mapping[str, Any], words: Wording) -> dict[str, Any]:
    """Return a result whose sentences are told in a language; names and figures stay."""
    if not words.phrases:
        return dict(result)
    return {
        key: value if key in _KEPT else _all_told(value, words) for key, value in result.items()
    }


def _all_told(value: Any, words: Wording) -> Any:
    match value:
        case str():
            return told(value, words)
        case dict():
            return {key: _all_told(each, words) for key, each in value.items()}
        case list():
            return [_all_told(each, words) for each in value]
        case _:
            return value


def _longest_known(pieces: list[str], first: int, words: Wording) -> tuple[str, int]:
    """Return the first piece, with as many as a phrase needs, and where the rest begins."""
    for end in range(first + 1, len(pieces) + 1):
        known = _known(" ".join(pieces[first:end]), words)
        if known is not None:
            return known, end
    return pieces[first], first + 1


def _known(sentence: str, words: Wording) -> str | None:
    is_part = _STOP.search(sentence) is None
    for phrase in _phrases(words):
        if phrase.is_fragment and not is_part:  # its first blank would swallow half a sentence
            continue
        found = phrase.english.fullmatch(sentence)
        if found is not None:
            blanks = {name: _in_blank(said, words) for name, said in found.groupdict().items()}
            return phrase.said.format(**blanks)
    detailed = _DETAILED.fullmatch(sentence)
    if detailed is None:
        return None
    known = _known(detailed["sentence"], words)
    detail = _in_blank(detailed["detail"], words)
    return None if known is None else words.detailed.format(sentence=known, detail=detail)


def _in_blank(said: str, words: Wording) -> str:
    return words.terms.get(said) or _known(said, words) or _with_days(said, words)


def _with_days(said: str, words: Wording) -> str:
    """Return what stands in a blank, with days as the language writes them."""

    def spoken(day: re.Match[str]) -> str:
        year, month, day_of_month = map(int, day[0].split("-"))
        return words.date.format(year=year, month=month, day=day_of_month)

    return _DAY.sub(spoken, said)


def _is_close(said: str, piece: str) -> bool:
    """Tell whether two sentences follow one another as the language has it."""
    return bool(said) and not said[-1].isascii() and not piece[0].isascii()


@cache
def _phrases(words: Wording) -> tuple[_Phrase, ...]:
    """Return the phrases of a language, compiled once; those with the most words come first."""
    longest_first = sorted(words.phrases.items(), key=lambda phrase: -_length(phrase[0]))
    return tuple(
        _Phrase(_pattern(english), said, english.startswith("{") and not _STOP.search(english[-1]))
        for english, said in longest_first
    )


def _length(english: str) -> int:
    """Return how many letters a phrase has beside its blanks."""
    return sum(len(literal) for literal, _, _, _ in Formatter().parse(english))


def _pattern(english: str) -> re.Pattern[str]:
    """Return the pattern of a sentence; a blank that comes twice holds the same both times."""
    pattern, seen = "", set[str]()
    for literal, blank, _, _ in Formatter().parse(english):
        pattern += re.escape(literal)
        if blank is not None:
            pattern += f"(?P={blank})" if blank in seen else f"(?P<{blank}>{_BLANK})"
            seen.add(blank)
    return re.compile(pattern, re.DOTALL)
