"""No sentence that can reach a result is left without its words in any language."""

import json
import re
from pathlib import Path

import pytest

from reports import outcomes
from reports.phrasebook import told
from reports.wording import LANGUAGES, Wording
from tests.reports.sentences import ROOT, Sentence, sentences

SENTENCES = sentences()
OTHERS = [language for language in LANGUAGES if LANGUAGES[language].phrases]
# What stands in the blanks of a sentence, in no language.
FILLED = "X7"
# Names and units that every language writes in Latin letters.
NAMES = frozenset(
    {
        *("AAPM", "BMI", "CDC", "CHN", "IEC", "RQA", "RUS", "SDS", "USB", "WHO", "mAs"),
        *("Bayley", "Brush", "Greulich", "Luo", "Pinneau", "Pyle", "Tanner", "Whitehouse"),
        *("BoneXpert", "Kaplowitz", "Tarim", "Thodberg", "Unrath"),
    }
)
# What the search finds and no result holds, each with the reason.
NOT_SAID = {
    "The earlier visits, on record": "where an earlier visit stands, in an error that is caught",
    "bone white": "the name of a tone inside the program",
    "bone black": "the name of a tone inside the program",
    "lost picture": "what stands beside the exposure, inside the program",
    "full detector": "what stands beside the exposure, inside the program",
    "Stopped; the image is kept and nothing is armed, the same command asks again.": "on screen",
    "Type accept, repeat, repeat with another mAs (such as: repeat 0.4), or stop": "on screen",
}
TO_TELL = [each for each in SENTENCES if each.template not in NOT_SAID]


def left_in_english(said: str) -> set[str]:
    """The English words of a text, without names, codes and what stands in blanks."""
    words = re.findall(r"[A-Za-z]{3,}", said.replace(FILLED, " "))
    return set(words) - NAMES


def of_sentence(template: str, words: Wording) -> str:
    filled = re.sub(r"\{\w+\}", FILLED, template)
    return words.terms.get(filled) or told(filled, words)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("sentence", TO_TELL, ids=lambda each: f"{each.place} {each.template[:30]}")
def test_every_sentence_of_a_result_is_told_in_every_language(
    language: str, sentence: Sentence
) -> None:
    said = of_sentence(sentence.template, LANGUAGES[language])
    assert not left_in_english(said), (
        f'{sentence.place} says "{sentence.template}", which reports/wording/{language}.py does '
        "not know: add it to _PHRASES there (a word of a blank to _TERMS). What reaches no result "
        "is named in tests/reports/sentences.py (ENDING) or in NOT_SAID here."
    )
    assert said.count(FILLED) >= len(set(re.findall(r"\{\w+\}", sentence.template)))


def test_the_search_finds_what_it_is_made_for() -> None:
    found = {each.template for each in SENTENCES}
    assert len(found) > 150
    for known in ("No bone age was read.", "dose on target", "visit started", "older child"):
        assert known in found
    assert "The reference table {name} cannot be read; reinstall." not in found


def test_what_is_not_said_is_still_there() -> None:
    assert set(NOT_SAID) <= {each.template for each in SENTENCES}


@pytest.mark.parametrize("language", OTHERS)
def test_the_method_of_the_released_model_is_told(language: str) -> None:
    (model,) = Path(ROOT, "models").glob("*/model.json")
    said = json.loads(model.read_text(encoding="utf-8"))
    method = f"{said['standard']} style, by {said['reader']}"
    assert not left_in_english(told(method, LANGUAGES[language]))


@pytest.mark.parametrize("language", OTHERS)
def test_no_phrase_is_a_word_that_the_program_asks_for(language: str) -> None:
    asked = {outcomes.ACCEPTED, outcomes.NOT_REVIEWED, outcomes.REJECTED, outcomes.NO_X_RAYS}
    asked |= {outcomes.UNCLEAR, "note", "warning", "repeat", "fingers", "carpals"}
    asked |= {"radius and ulna", "green", "amber", "red", "signed", "unsigned", "named by its hash"}
    asked |= {"who", "cdc", "china", "left", "right", "standing", "recumbent", "accept"}
    assert not asked & LANGUAGES[language].phrases.keys()
