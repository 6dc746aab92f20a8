"""A sentence of another package is told in the language of the report, and never lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from reports.phrasebook import in_language, told
from reports.wording import CHINESE, ENGLISH

Result = Callable[..., dict[str, Any]]
BOOK = replace(
    ENGLISH,
    phrases={
        "No bone age was read.": "未读出骨龄。",
        "{reference} has {measure} from {first} months.": (
            "{reference} 的{measure}从{first}个月起。"
        ),
        "The door is open.": "门开着。",
        "{advice} (DI {deviation}).": "{advice}（DI {deviation}）。",
        "Too much": "过多",
        "From {first} to {first}.": "都是{first}。",
        "{weeks} weeks and {days} day": "{weeks}周{days}天",
        "Born at {born}: no more.": "出生孕周{born}。",
        "X has {measure} from {first} months.": "X：{measure}、{first}。",
    },
    terms={"height": "身高"},
    between_sentences="",
    detailed="{sentence}（{detail}）",
)


def test_a_sentence_keeps_its_figures() -> None:
    assert told("WHO has BMI from 24.25 months.", BOOK) == "WHO 的BMI从24.25个月起。"


def test_a_day_in_a_blank_is_written_as_the_language_writes_it() -> None:
    chinese = replace(BOOK, date=CHINESE.date)
    assert told("From 2025-09-01 to 2025-09-01.", chinese) == "都是2025年9月1日。"
    assert told("From visit-2025-09-01 to visit-2025-09-01.", chinese) == "都是visit-2025-09-01。"


def test_what_stands_in_a_blank_is_told_too() -> None:
    assert told("CDC has height from 0 months.", BOOK) == "CDC 的身高从0个月起。"
    assert told("Too much (DI +3.1).", BOOK) == "过多（DI +3.1）。"


def test_several_sentences_are_told_one_by_one_and_the_unknown_stays() -> None:
    said = "No bone age was read. Nobody translated this. The door is open. No bone age was read."
    assert told(said, BOOK) == "未读出骨龄。 Nobody translated this. 门开着。未读出骨龄。"


def test_what_no_phrase_knows_stays_word_by_word() -> None:
    assert told("Quite new (3 of 4). And more", BOOK) == "Quite new (3 of 4). And more"


def test_a_blank_never_swallows_another_sentence() -> None:
    said = "Nobody knows this. WHO has height from 2 months."
    assert told(said, BOOK) == "Nobody knows this. WHO 的身高从2个月起。"


def test_a_fragment_fills_a_blank_and_swallows_no_half_sentence() -> None:
    assert told("Born at 31 weeks and 1 day: no more.", BOOK) == "出生孕周31周1天。"
    untold = "Born at 31 weeks and 1 day: something new of a day"
    assert told(untold, BOOK) == untold


def test_a_detail_in_brackets_follows_its_sentence() -> None:
    assert told("The door is open. (mask 0x4)", BOOK) == "门开着。（mask 0x4）"


def test_a_blank_that_comes_twice_holds_the_same_both_times() -> None:
    assert told("From 1 to 1.", BOOK) == "都是1。"
    assert told("From 1 to 2.", BOOK) == "From 1 to 2."


def test_the_phrase_with_more_words_is_taken_first() -> None:
    assert told("X has height from 3 months.", BOOK) == "X：身高、3。"


def test_english_stays_as_it_is(result: Result) -> None:
    assert in_language(result(), ENGLISH) == result()


def test_names_are_nobodys_sentence(result: Result) -> None:
    named = result() | {"patient": result()["patient"] | {"name": "visit started"}}
    assert in_language(named, CHINESE)["patient"]["name"] == "visit started"


def test_what_the_program_asks_of_a_result_keeps_its_words(result: Result) -> None:
    asked = {"outcome": "not reviewed", "severity": "repeat", "region": "carpals", "light": "red"}
    assert in_language(asked, CHINESE) == asked


def test_a_title_before_a_name_ends_no_sentence():
    said = (
        "These bone ages are not compared like with like; 2025-11-25: GP, Dr. Wang; "
        "2026-11-27: GP, Prof. Li."
    )
    assert "like with like" not in told(said, CHINESE)
    assert "GP, Dr. Wang" in told(said, CHINESE)
