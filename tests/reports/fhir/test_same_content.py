"""What a physician reads in the PDF stands in the Bundle, too."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from reports.content import report_content
from reports.errors import ReportError
from reports.fhir.bundle import fhir_bundle
from tests.reports.fhir.looking import all_children, everything_in

# docs/reports.md names them: what the PDF alone tells.
ONLY_IN_THE_PDF = (
    ("timeline",),
    ("seconds",),
    ("exposure", "expected"),
    ("exposure", "preset"),
    ("device", "detector_temperature_c"),
    ("device", "calibration_created"),
)
PARTS = (
    "identity",
    "reading",
    "growth",
    "visit",
    "adult_height",
    "scoring",
    "follow_up",
    "calibration",
)
CHILDREN = all_children()
DECIMAL = re.compile(r"\d+\.\d+")
AGE = re.compile(r"(\d+) y (\d+) mo")
# What the Bundle's own rounding may add.
THOUSANDTH = 0.001
Path = tuple[str | int, ...]


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(tree, dict | list):
        pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for name, branch in pairs:
            yield from leaves(branch, (*path, name))
    elif tree is not None:
        yield path, tree


def changed(result: dict[str, Any], path: Path, leaf: Any) -> dict[str, Any]:
    """Return the result with one leaf that says something else."""
    told = copy.deepcopy(result)
    _at(told, path[:-1])[path[-1]] = _other(leaf)
    return told


def _at(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _other(leaf: Any) -> Any:
    if isinstance(leaf, bool):
        return not leaf
    if isinstance(leaf, int):
        return leaf + 1
    return leaf * 1.02 + 0.2 if isinstance(leaf, float) else f"{leaf}x"


def printed(result: dict[str, Any]) -> list[Any] | None:
    """Return what the physician's pages say, None of what cannot be printed."""
    try:
        content = report_content(result, b"")
    except ReportError:
        return None
    return [getattr(content, part) for part in PARTS]


@pytest.mark.parametrize("child", [child for child in CHILDREN if child != "very-much"])
def test_what_changes_the_pdf_changes_the_bundle(child: str) -> None:
    assert not list(_missed(CHILDREN[child]))


def test_what_changes_the_pdf_with_all_that_there_can_be_changes_the_bundle() -> None:
    result = copy.deepcopy(CHILDREN["very-much"])
    course = result["growth"]["follow_up"]
    course["visits"], course["velocities"] = course["visits"][-2:], course["velocities"][-1:]
    assert not list(_missed(result))


@pytest.mark.parametrize("child", ["precocious-girl", "two-year-old"])
def test_what_can_be_printed_without_something_can_be_told_without_it(child: str) -> None:
    for path in _branches(CHILDREN[child]):
        told = copy.deepcopy(CHILDREN[child])
        del _at(told, path[:-1])[path[-1]]
        if printed(told) is not None:
            assert fhir_bundle(told)["entry"]


def _branches(tree: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of everything, of a list the first alone."""
    if isinstance(tree, dict | list):
        pairs = tree.items() if isinstance(tree, dict) else list(enumerate(tree))[:1]
        for name, branch in pairs:
            yield (*path, name)
            yield from _branches(branch, (*path, name))


@pytest.mark.parametrize("child", CHILDREN)
def test_every_figure_with_decimals_is_in_the_bundle(child: str) -> None:
    result = _without_what_the_pdf_alone_tells(CHILDREN[child])
    bundle, parts = fhir_bundle(result), printed(result)
    figures, words = _figures(bundle, "http://unitsofmeasure.org"), " ".join(_sentences(bundle))
    for said in DECIMAL.findall(" ".join(_texts(parts))):
        half = 0.5 * 10 ** -len(said.split(".")[1])
        assert said in words or any(_is_near(each, float(said), half) for each in figures), said


@pytest.mark.parametrize("child", CHILDREN)
def test_every_age_in_years_and_months_is_in_the_bundle(child: str) -> None:
    result = _without_what_the_pdf_alone_tells(CHILDREN[child])
    bundle, parts = fhir_bundle(result), printed(result)
    ages, words = _figures(bundle, "mo"), " ".join(_sentences(bundle))
    for years, months in AGE.findall(" ".join(_texts(parts))):
        said = f"{years} y {months} mo"
        whole = 12 * int(years) + int(months)
        assert said in words or any(_is_near(each, whole, 1.0) for each in ages), said


def _without_what_the_pdf_alone_tells(result: dict[str, Any]) -> dict[str, Any]:
    return result | {"seconds": {}, "exposure": result["exposure"] | {"expected": None}}


def _figures(bundle: dict[str, Any], system_or_code: str) -> list[float]:
    """Return all figures whose unit is of a system, or of a code of it."""
    all_of_it = [each for each in everything_in(bundle) if "value" in each]
    return [
        each["value"]
        for each in all_of_it
        if system_or_code in (each.get("system"), each.get("code"))
    ]


def _is_near(figure: float, said: float, half: float) -> bool:
    """Tell whether a figure is printed so; a printed loss has its sign elsewhere."""
    return abs(abs(figure) - said) <= half + THOUSANDTH


def _sentences(bundle: dict[str, Any]) -> list[str]:
    every = [value for each in everything_in(bundle) for value in each.values()]
    return [value for value in every if isinstance(value, str)]


def _texts(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    if is_dataclass(said):
        said = [getattr(said, field.name) for field in fields(said)]
    if isinstance(said, list | tuple):
        for each in said:
            yield from _texts(each)


def _this_visit(result: dict[str, Any]) -> Path:
    """Return where the course repeats this visit, which is told by observations of its own."""
    course = result["growth"].get("follow_up") or {"visits": [None]}
    return ("growth", "follow_up", "visits", len(course["visits"]) - 1)


def _missed(result: dict[str, Any]) -> Iterator[Path]:
    as_printed, as_fhir = printed(result), json.dumps(fhir_bundle(result))
    assert as_printed is not None
    for path, leaf in leaves(result):
        if any(path[: len(only)] == only for only in (*ONLY_IN_THE_PDF, _this_visit(result))):
            continue
        other = changed(result, path, leaf)
        said = printed(other)
        if said is not None and said != as_printed and json.dumps(fhir_bundle(other)) == as_fhir:
            yield path
