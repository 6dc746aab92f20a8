"""The typefaces are the ones that SOURCES.md names, and can be built again."""

import re
from hashlib import sha256
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

from reports import fonts

FOLDER = Path(fonts.__file__).parent


@pytest.mark.parametrize("face", sorted(FOLDER.glob("*.ttf")), ids=lambda face: face.stem)
def test_a_typeface_is_the_one_of_its_checksum(face: Path) -> None:
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    named = re.search(rf"\| `{face.name}` \| ([0-9a-f]{{64}}) \|", sources)
    assert named is not None
    assert sha256(face.read_bytes()).hexdigest() == named[1]


@pytest.fixture
def build_fonts() -> ModuleType:
    """The script that builds the faces, where what it needs is installed."""
    pytest.importorskip("fontTools", reason="the extra `fonts` is not installed")
    spec = util.spec_from_file_location("build_fonts", FOLDER / "build_fonts.py")
    assert spec is not None and spec.loader is not None
    script = util.module_from_spec(spec)
    spec.loader.exec_module(script)
    if not script.UNIHAN.exists() or not (script.NOTO / "opentype/noto").exists():
        pytest.skip("Debian's packages of the typefaces are not installed")
    return script


def test_the_bold_face_is_built_again_with_the_same_bytes(
    build_fonts: ModuleType, tmp_path: Path
) -> None:
    bold = next(face for face in build_fonts.faces() if face.style == "Bold")
    again = build_fonts.build(bold, tmp_path)
    assert again.read_bytes() == (FOLDER / again.name).read_bytes()
