"""Which letters the report can print, and in which of its faces.

A letter that no face has is shown by its code point, like "[U+20BB7]": never as a blank box, and
no child goes without a report for the letters of a name.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from reports.inks import BOLD, REGULAR

_FONTS: Final = Path(__file__).parent / "fonts"
# Ideographs that only names have; the file is large and read only where one is met.
NAMES: Final = "NotoSansSC-Names"
# What sets a letter that a face lacks.
_INSTEAD: Final = {BOLD: (REGULAR, NAMES), REGULAR: (NAMES,), NAMES: (REGULAR,)}
# What stands in the place of a letter that no face has.
CODE_POINT: Final = re.compile(r"\[U\+[0-9A-F]{4,6}\]")
_SPACES: Final = "\n\r\t"
# What reportlab's markup holds beside letters.
_MARKUP: Final = re.compile(r"(<[^>]*>|&[^;\s]+;)")


@cache
def letters_of(face: str) -> frozenset[int]:
    """Make a face known to reportlab and return the code points that it has."""
    pdfmetrics.registerFont(TTFont(face, str(_FONTS / f"{face}.ttf")))
    return frozenset(pdfmetrics.getFont(face).face.charToGlyph)


def register_typefaces() -> None:
    """Make the faces of every document known to reportlab."""
    for face in (REGULAR, BOLD):
        letters_of(face)


def is_printable(letter: str) -> bool:
    """Tell whether any face has a letter."""
    return any(ord(letter) in letters_of(face) for face in (REGULAR, NAMES))


def shown(text: str) -> str:
    """Return a text as it can be printed: what no face has as its code point, in brackets.

    A letter and its accent become one character where there is one.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        letter if letter in _SPACES or is_printable(letter) else f"[U+{ord(letter):04X}]"
        for letter in composed
    )


def all_shown(result: Any) -> Any:
    """Return plain data with every text in it as it can be printed."""
    match result:
        case str():
            return shown(result)
        case Mapping():
            return {key: all_shown(value) for key, value in result.items()}
        case list():
            return [all_shown(each) for each in result]
        case _:
            return result


def in_faces(markup: str, face: str) -> str:
    """Return reportlab's markup in which another face sets the letters that `face` lacks."""
    if all(ord(letter) in letters_of(face) for letter in markup):
        return markup
    pieces = _MARKUP.split(markup)
    return "".join(
        piece if place % 2 else _in_runs(piece, face) for place, piece in enumerate(pieces)
    )


def _in_runs(text: str, face: str) -> str:
    runs = groupby(text, lambda letter: _face_of(letter, face))
    return "".join(_run("".join(letters), used, face) for used, letters in runs)


def _run(letters: str, used: str, face: str) -> str:
    return letters if used == face else f'<font name="{used}">{letters}</font>'


def _face_of(letter: str, face: str) -> str:
    if ord(letter) in letters_of(face):
        return face
    return next((each for each in _INSTEAD[face] if ord(letter) in letters_of(each)), face)
