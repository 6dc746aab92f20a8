"""The sentences of the source that can reach a result, found by reading it."""

import ast
import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# Whatever these modules say stands in a result.
SPEAKING = (
    "acquisition/quality*.py",
    "acquisition/not_corrected.py",
    "acquisition/exposure_index.py",
    "acquisition/hand.py",
    "bone_age/read.py",
    "bone_age/readable.py",
    "growth/**/*.py",
    "examination/result.py",
    "examination/exposures.py",
    "examination/order.py",
    "examination/visits_on_record.py",
    "console/deciding.py",
    "console/demo.py",
    "device/errors.py",
    "device/exposure_checks.py",
)
# What these say ends a command before a visit begins.
BEFORE_A_VISIT = ("growth/earlier_file.py", "growth/entered.py", "growth/visit_rules.py")
# Texts of these files that stand in a result: technique presets, and rules of the next visit.
TABLES = ("acquisition/*.toml", "growth/**/*.toml")
# The doubts that stand beside doubtful rows of published tables.
DOUBTS = "growth/references/*.csv"
# Errors that end a command: their sentence is on the screen, and in no result.
ENDING = frozenset(
    {
        *(
            "DoseTooHigh",
            "StageUnusable",
            "MeasurementUnusable",
            "NoOrder",
            "NoSuchSize",
            "OrderUnreadable",
        ),
        *("OrderWrong", "PresetWrong", "ReferenceDamaged", "SettingUnusable", "VisitBeforeBirth"),
        *("FolderTaken", "GestationUnusable", "SexUnknown", "TypeError", "ValueError"),
    }
)
# Calls whose words are said to whoever runs a command, and no more.
SAID_ON_SCREEN = frozenset({"say", "progress", "exposure", "findings", "fail", "ask", "confirm"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a template with {blanks}, and where it stands."""

    template: str
    place: str


def sentences() -> list[Sentence]:
    """Return every sentence that can reach a result."""
    silent = {ROOT / name for name in BEFORE_A_VISIT}
    modules = sorted({path for pattern in SPEAKING for path in ROOT.glob(pattern)} - silent)
    tables = sorted({path for pattern in TABLES for path in ROOT.glob(pattern)})
    of_modules = [found for path in modules for found in _in_module(path)]
    doubts = [found for path in sorted(ROOT.glob(DOUBTS)) for found in _in_doubts(path)]
    return [*of_modules, *(found for path in tables for found in _in_table(path)), *doubts]


def _in_module(path: Path) -> Iterator[Sentence]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = _silent(tree)
    for node in ast.walk(tree):
        if node in silent:
            continue
        template = _template(node)
        if template is not None and _reads_like_words(template):
            yield Sentence(template, f"{path.relative_to(ROOT)}:{node.lineno}")  # type: ignore[attr-defined]


def _silent(tree: ast.AST) -> set[ast.AST]:
    """Return what says nothing in a result: docstrings, parts of longer texts, errors, keys."""
    silent: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()):
                silent.add(node.value)
            case ast.JoinedStr():
                silent.update(each for each in ast.walk(node) if each is not node)
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if name in ENDING:
                silent.update(ast.walk(node))
            case ast.Call(func=ast.Attribute(attr=name)) if name in SAID_ON_SCREEN:
                silent.update(ast.walk(node))
            case ast.Assert():
                silent.update(ast.walk(node))
    return silent


def _template(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_part(place, value) for place, value in enumerate(values))
        case _:
            return None


def _part(place: int, value: ast.expr) -> str:
    match value:
        case ast.Constant(value=str(text)):
            return text
        case ast.FormattedValue(value=inner):
            names = [each.attr for each in ast.walk(inner) if isinstance(each, ast.Attribute)]
            names += [each.id for each in ast.walk(inner) if isinstance(each, ast.Name)]
            return f"{{{names[0] if names else f'blank{place}'}}}"
        case _:
            return ""


def _reads_like_words(text: str) -> bool:
    """Tell a sentence from a name or a unit: words with spaces between them."""
    words = [word for word in text.replace("{", " {").split() if word.isalpha() and word.islower()]
    return " " in text.strip() and bool(words)


def _in_table(path: Path) -> Iterator[Sentence]:
    for text in _texts(tomllib.loads(path.read_text(encoding="utf-8"))):
        yield Sentence(text, str(path.relative_to(ROOT)))


def _in_doubts(path: Path) -> Iterator[Sentence]:
    with path.open(encoding="utf-8", newline="") as table:
        said = dict.fromkeys(row.get("doubt") for row in csv.DictReader(table))
    return (Sentence(doubt, str(path.relative_to(ROOT))) for doubt in said if doubt)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, each in value.items():
                if key == "name" or not isinstance(each, str):
                    yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)
