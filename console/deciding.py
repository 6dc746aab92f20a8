"""The question at the terminal: accept an image, repeat the exposure, or stop."""

from acquisition.quality import advises_repeat
from console.asking import ask, somebody_is_there
from console.errors import Stopped
from console.telling import Telling, technique_in_words
from device.errors import TechniqueOutsideLimits
from device.technique import Technique
from examination.errors import DoseTooHigh
from examination.examination import Decision, Question, Verdict
from examination.order import check_for_child

KEPT = "Stopped; the image is kept and nothing is armed, the same command asks again."
QUESTION = "Type accept, repeat, repeat with another mAs (such as: repeat 0.4), or stop"


def decide(telling: Telling, question: Question) -> Verdict:
    """Let the person at the terminal decide; Enter alone decides nothing. Raises Stopped.

    Without a terminal the image goes on, and journal, result and report say that nobody reviewed
    it.
    """
    telling.say(f"  the image: {question.picture}")
    if question.exposure is not None:
        telling.exposure(question.exposure)
    telling.findings(question.findings)
    if not somebody_is_there():
        telling.say("  There is no terminal to ask at: no person reviews this image.")
        return Verdict(Decision.UNREVIEWED, "nobody: there was no terminal to ask at")
    if advises_repeat(question.findings):
        telling.say("  The checks advise a repeat.")
    technique = question.repeat_with
    telling.say(f"  A repeat exposes the child again, with {technique_in_words(technique)}.")
    return _ask(telling, technique)


def _ask(telling: Telling, technique: Technique) -> Verdict:
    while True:
        try:
            verdict = verdict_of(_answer(), technique)
        except (TechniqueOutsideLimits, DoseTooHigh) as refused:
            telling.say(f"  {refused.code}: {refused}")
            continue
        if verdict is not None:
            if verdict.technique is not None:
                telling.say(f"  repeating with {technique_in_words(verdict.technique)}")
            return verdict


def _answer() -> str:
    """Return what the person types; whatever ends the question here, the image is kept."""
    try:
        return ask(QUESTION)
    except Stopped as exc:
        raise Stopped(KEPT) from exc


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
            raise Stopped(KEPT)
    return None


def _repeat_with(said: str, technique: Technique) -> Verdict | None:
    try:
        mas = float(said.replace(",", "."))
    except ValueError:
        return None
    other = technique.with_mas(mas)
    check_for_child(other)
    return Verdict(Decision.REPEAT, "the operator", other)
