"""Write NotoSansSC-Regular.ttf, -Bold.ttf and -Names.ttf, the typefaces of the report.

Needs the `fonts` extra (fonttools) and Debian's packages fonts-noto-cjk, fonts-noto-core and
unicode-data; the software itself needs none of them. The outlines of Noto Sans CJK are PostScript,
which reportlab cannot embed: they are turned into TrueType here.
Run it when the sentences of a language change, for the bold face sets them:
python reports/fonts/build_fonts.py
"""

import bz2
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

FOLDER = Path(__file__).parent
WORDING = FOLDER.parent / "wording"
NOTO = Path("/usr/share/fonts")
UNIHAN = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")
# fonts-noto-cjk: the third face of the collection is the one with China's forms of characters.
SIMPLIFIED_CHINESE = 2
# Both sources draw on 1000 units to the em; half a unit is invisible at any size.
UNITS_PER_EM = 1000
LARGEST_ERROR = 0.5
# Basic Latin, Latin-1, Latin Extended-A, and pinyin's third tone with the u umlauts.
LATIN = (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x1CD, 0x1DD))
# Vietnamese, then Romanian's comma letters.
MORE_LATIN = (0x1A0, 0x1A1, 0x1AF, 0x1B0, *range(0x1EA0, 0x1EFA), *range(0x218, 0x21C))
# Noto Sans CJK draws these as wide as a Chinese character; Noto Sans as wide as Latin needs.
NARROW_SIGNS = frozenset(map(ord, "§°±´¶·×÷‐‑–—‘’“”†•…‰′″"))
# CJK Unified Ideographs, the first block: GBK, Big5 and JIS lie within it.
IDEOGRAPHS = range(0x4E00, 0xA000)
SYMBOLS = "‐‑–—‘’“”†•…‰′″→←↑↓−≈≠≤≥△▲●○◆□·、。《》（），：；！？℃μ"


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the report: its style, where its glyphs come from, and which it gets."""

    style: str
    chinese: Path
    latin: Path
    characters: frozenset[int]


def gb2312() -> Iterator[int]:
    """Return every character of GB 2312-80, as Python's codec knows it."""
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield ord(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


def general_standard_table() -> Iterator[int]:
    """Return the General Standard Chinese Characters of 2013, the table for personal names.

    Unicode's Unihan database knows it as kTGH.
    """
    text = bz2.decompress(UNIHAN.read_bytes()).decode("utf-8")
    for point in re.findall(r"^U\+([0-9A-F]+)\tkTGH\t", text, re.MULTILINE):
        yield int(point, 16)


def wording() -> set[int]:
    """Return every character of the sentences of every language, with what is beside them."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(WORDING.glob("*.py"))]
    return {ord(letter) for text in texts for letter in text if letter.isprintable()}


def faces() -> tuple[Face, Face, Face]:
    """Return the faces: for texts, for numbers and headings, and for what only names have.

    The last holds the traditional, Japanese and rare characters of the Unified Ideographs' first
    block, and is read only where a text needs it.
    """
    western = {*LATIN, *MORE_LATIN, *map(ord, SYMBOLS)}
    everything = frozenset({*western, *wording(), *gb2312(), *general_standard_table()})
    bold, names = frozenset({*western, *wording()}), frozenset(IDEOGRAPHS) - everything
    cjk, core = NOTO / "opentype/noto", NOTO / "truetype/noto"
    regular = (cjk / "NotoSansCJK-Regular.ttc", core / "NotoSans-Regular.ttf")
    return (
        Face("Regular", *regular, everything),
        Face("Bold", cjk / "NotoSansCJK-Bold.ttc", core / "NotoSans-Bold.ttf", bold),
        Face("Names", *regular, names),
    )


def build(face: Face, folder: Path = FOLDER) -> Path:
    """Write one face and return its path."""
    latin, chinese = TTFont(face.latin), TTCollection(face.chinese).fonts[SIMPLIFIED_CHINESE]
    # What Noto Sans CJK lacks of Latin comes from Noto Sans: the same family, scale and weight.
    of_latin = _outlines(latin, face.characters)
    of_chinese = _outlines(chinese, face.characters - (NARROW_SIGNS & of_latin.keys()))
    outlines = of_latin | of_chinese
    path = folder / f"NotoSansSC-{face.style}.ttf"
    _assemble(face.style, (chinese, latin), dict(sorted(outlines.items()))).save(path)
    return path


def _outlines(font: TTFont, characters: frozenset[int]) -> dict[int, tuple[int, Any]]:
    """Return width and TrueType outline of every character that the font has."""
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    # PostScript outlines turn the other way round than TrueType's.
    is_postscript = "glyf" not in font
    outlines = {}
    for point in sorted(characters & names.keys()):
        pen = TTGlyphPen(None)
        flat = DecomposingRecordingPen(glyphs)
        glyphs[names[point]].draw(flat)
        flat.replay(Cu2QuPen(pen, LARGEST_ERROR, reverse_direction=is_postscript))
        outlines[point] = (round(glyphs[names[point]].width), pen.glyph())
    return outlines


def _assemble(
    style: str, sources: tuple[TTFont, TTFont], outlines: dict[int, tuple[int, Any]]
) -> FontBuilder:
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    empty = TTGlyphPen(None).glyph()
    shapes = {".notdef": empty} | {_name(point): shape for point, (_, shape) in outlines.items()}
    builder.setupGlyphOrder(list(shapes))
    builder.setupCharacterMap({point: _name(point) for point in outlines})
    builder.setupGlyf(shapes)
    widths = {".notdef": UNITS_PER_EM} | {_name(at): width for at, (width, _) in outlines.items()}
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (width, getattr(table[name], "xMin", 0)) for name, width in widths.items()}
    )
    _describe(builder, style, sources)
    return builder


def _describe(builder: FontBuilder, style: str, sources: tuple[TTFont, TTFont]) -> None:
    source, latin = sources
    across = source["hhea"]
    builder.setupHorizontalHeader(ascent=across.ascent, descent=across.descent)
    names = source["name"]
    builder.setupNameTable(
        {
            "copyright": f"{names.getDebugName(0)} {latin['name'].getDebugName(0)}",
            "familyName": "Noto Sans SC Report",
            "styleName": style,
            "uniqueFontIdentifier": f"Noto Sans SC Report {style} 2.004",
            "fullName": f"Noto Sans SC Report {style}",
            "version": "Version 2.004",
            "psName": f"NotoSansSCReport-{style}",
            "licenseDescription": names.getDebugName(13),
            "licenseInfoURL": names.getDebugName(14),
        }
    )
    system = source["OS/2"]
    builder.setupOS2(
        sTypoAscender=system.sTypoAscender,
        sTypoDescender=system.sTypoDescender,
        usWinAscent=system.usWinAscent,
        usWinDescent=system.usWinDescent,
        sCapHeight=system.sCapHeight,
        sxHeight=system.sxHeight,
        usWeightClass=system.usWeightClass,
    )
    builder.setupPost(keepGlyphNames=False)
    # The same bytes whenever it runs.
    builder.font.recalcTimestamp = False
    builder.updateHead(created=source["head"].created, modified=source["head"].modified)


def _name(point: int) -> str:
    return f"u{point:05X}"


def note(path: Path) -> None:
    """Write into SOURCES.md how many characters a face has, and its checksum."""
    file, sources = re.escape(path.name), FOLDER / "SOURCES.md"
    text = sources.read_text(encoding="utf-8")
    count, checksum = len(TTFont(path).getBestCmap()), sha256(path.read_bytes()).hexdigest()
    text = re.sub(rf"(\| `{file}` \| )[\d,]+:", rf"\g<1>{count:,}:", text)
    text = re.sub(rf"(\| `{file}` \| )[0-9a-f]{{64}} ", rf"\g<1>{checksum} ", text)
    sources.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for one in faces():
        note(build(one))
