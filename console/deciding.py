"""The question at the terminal: accept an image, repeat the exposure, or stop."""

import math
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from acquisition.quality import Finding, advises_repeat
from console.errors import Stopped
from console.telling import Telling, technique_in_words
from device.errors import TechniqueOutsideLimits
from device.technique import Technique
from examination.errors import DoseTooHigh
from examination.examination import Decision, Verdict
from examination.order import check_for_child

QUESTION = "Type accept, repeat, repeat with another mAs (such as: repeat 0.4), or stop"


def decide(
    telling: Telling, findings: Sequence[Finding], picture: Path, technique: Technique
) -> Verdict:
    """Let the person at the terminal decide; Enter alone decides nothing. Raises Stopped.

    Without a terminal the image is delivered as it is, and the result says that nobody accepted it.
    """
    telling.say(f"  the image: {picture}")
    telling.findings(findings)
    if not sys.stdin.isatty():
        return Verdict(Decision.ACCEPT, "nobody: there was no terminal to ask at")
    if advises_repeat(findings):
        telling.say("  The checks advise a repeat.")
    telling.say(f"  A repeat exposes the child again, with {technique_in_words(technique)}.")
    return _ask(telling, technique)


def _ask(telling: Telling, technique: Technique) -> Verdict:
    while True:
        try:
            verdict = verdict_of(typer.prompt(QUESTION, err=True), technique)
        except (TechniqueOutsideLimits, DoseTooHigh) as refused:
            telling.say(f"  {refused.code}: {refused}")
            continue
        if verdict is not None:
            if verdict.technique is not None:
                telling.say(f"  repeating with {technique_in_words(verdict.technique)}")
            return verdict


def verdict_of(answer: str, technique: Technique) -> Verdict | None:
    """Return what an answer says, None where that is not clear.

    Raises Stopped, or TechniqueOutsideLimits or DoseTooHigh for another mAs that is refused.
    """
    match answer.lower().split():
        case ["accept"]:
            return Verdict(Decision.ACCEPT, "the operator")
        case ["repeat"]:
            return Verdict(Decision.REPEAT, "the operator")
        case ["repeat", mas] | ["repeat", mas, "mas"]:
            return _repeat_with(mas, technique)
        case ["stop"]:
            raise Stopped(
                "Stopped; the image is kept and nothing is armed, the same command asks again."
            )
    return None


def _repeat_with(said: str, technique: Technique) -> Verdict | None:
    try:
        mas = float(said.replace(",", "."))
    except ValueError:
        return None
    if not (math.isfinite(mas) and mas > 0):
        return None
    other = technique.with_mas(mas)
    check_for_child(other)
    return Verdict(Decision.REPEAT, "the operator", other)
