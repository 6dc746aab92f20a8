"""Every language says the same, with the same figures, in letters that its face has."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from string import Formatter
from typing import Any

import pytest

from reports.charts import BOLD, REGULAR
from reports.glyphs import letters_of
from reports.wording import ENGLISH, LANGUAGES, Wording, wording_of

# What a language has of its own.
OWN = {"language", "tag", "phrases", "terms"}
# Said of a result's own texts in the regular face alone: never in a heading.
NAMES = [field.name for field in fields(Wording) if field.name not in OWN]
languages = pytest.mark.parametrize("language", LANGUAGES)


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from texts(each)
        case tuple():
            for each in value:
                yield from texts(each)


def blanks(text: str) -> list[tuple[str, str]]:
    """The blanks of a sentence with their formats, in the order of their names."""
    parsed = Formatter().parse(text)
    return sorted((name, spec or "") for _, name, spec, _ in parsed if name is not None)


@languages
@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_has_the_blanks_of_the_english_one(language: str, name: str) -> None:
    english, other = getattr(ENGLISH, name), getattr(LANGUAGES[language], name)
    if isinstance(english, Mapping):
        assert list(other) == list(english)
    if name != "date":  # a language may write a month without its zero
        assert list(map(blanks, texts(other))) == list(map(blanks, texts(english)))


@languages
def test_a_phrase_fills_the_blanks_of_its_english_sentence(language: str) -> None:
    for english, said in LANGUAGES[language].phrases.items():
        assert {name for name, _ in blanks(said)} <= {name for name, _ in blanks(english)}, english


@languages
def test_no_figure_of_an_english_phrase_is_lost(language: str) -> None:
    for english, said in LANGUAGES[language].phrases.items():
        lost = {name for name, _ in blanks(english)} - {name for name, _ in blanks(said)}
        assert not lost, english


@languages
@pytest.mark.parametrize("face", [REGULAR, BOLD])
def test_every_letter_of_a_language_is_in_both_faces(language: str, face: str) -> None:
    wording = LANGUAGES[language]
    said = "".join(
        text for field in fields(wording) for text in texts(getattr(wording, field.name))
    )
    lacking = {letter for letter in said if ord(letter) not in letters_of(face)}
    assert not lacking, f"run reports/fonts/build_fonts.py: {face} lacks {''.join(sorted(lacking))}"


@languages
def test_a_report_names_its_heading_as_page_one_quotes_it(language: str) -> None:
    words = LANGUAGES[language]
    assert words.findings in words.accepted_despite and words.findings in words.read_despite


@languages
def test_a_language_is_found_again_by_the_name_that_records_keep(language: str) -> None:
    assert wording_of(LANGUAGES[language].language) is LANGUAGES[language]
