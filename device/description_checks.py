"""What a panel's description may not ask of this computer, whoever wrote it.

The reference implementation of GenApi divides in C, where the lowest integer divided by -1 ends the
whole process, and it follows references without an end. So a description is looked through before.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from device.errors import DescriptionInvalid

# Our choice: real descriptions refer some twenty deep; for thousands GenApi takes minutes.
DEEPEST_REFERENCE: Final = 100
# Our choice: so many readings of other nodes for one feature take GenApi a second.
MOST_READINGS: Final = 1_000_000
# Our choice: a divisor that divides by a divisor that divides ... is no formula of a real panel.
DEEPEST_DIVISOR: Final = 4

# GenApi: references that group, select or make stale are followed each by themselves.
_APART: Final = ("pFeature", "pSelected", "pInvalidator")
# These lead to what is not read for a value.
_NOT_READ: Final = (*_APART, "pPort", "pAlias", "pCastAlias")
# The nodes that divide integers, and where they say what.
_INTEGER_NODES: Final = ("IntSwissKnife", "IntConverter")
_FORMULAS: Final = ("Formula", "FormulaTo", "FormulaFrom", "Expression")
_TOKEN: Final = re.compile(
    r"0[xX][0-9a-fA-F]+|[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?|[A-Za-z_.][A-Za-z0-9_.]*"
    r"|\*\*|<<|>>|<>|<=|>=|&&|\|\||\S"
)
# A number that is below half of the largest 64-bit integer is never -1.
_SURELY_POSITIVE: Final = re.compile(r"0[xX][0-9a-fA-F]{1,15}|[0-9]{1,18}")

References = Mapping[str, list[str]]


def made_harmless(description: str) -> str:
    """Return a description in which every division of integers by -1 is an error of its feature.

    Raises DescriptionInvalid for one that is no XML, or that refers too deep or too often.
    """
    try:
        root = ElementTree.fromstring(description)
        _check_references(root)
        return _guarded_description(root) or description
    except (ElementTree.ParseError, RecursionError, ValueError) as error:
        raise DescriptionInvalid(f"it cannot be read: {error}") from error


def _local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _nodes(root: Element) -> Iterator[Element]:
    for child in root:
        if _local(child) == "Group":
            yield from _nodes(child)
        elif child.get("Name") is not None:
            yield child


# How far one node leads


def _check_references(root: Element) -> None:
    reads, apart = _references(root)
    _check_depths({**reads, **_between_expressions(root)})
    for references in apart:
        _check_depths(references)


def _references(root: Element) -> tuple[dict[str, list[str]], list[dict[str, list[str]]]]:
    """Return which nodes each node reads, and which it groups, selects or makes stale."""
    reads: dict[str, list[str]] = {}
    apart: dict[str, dict[str, list[str]]] = {tag: {} for tag in _APART}
    for node in _nodes(root):
        named = [each for each in node.iter() if each is node or _local(each) == "StructEntry"]
        for child in node.iter():
            tag, text = _local(child), (child.text or "").strip()
            kind = apart.get(tag, {} if tag in _NOT_READ else reads)
            if tag[:1] == "p" and tag[1:2].isupper() and text:
                for each in named:
                    kind.setdefault(str(each.get("Name")), []).append(text)
    return reads, list(apart.values())


def _between_expressions(root: Element) -> dict[str, list[str]]:
    """Return what the expressions of a formula make of each other; each is a node to GenApi."""
    found: dict[str, list[str]] = {}
    for node in _nodes(root):
        inside = [child for child in node if _local(child) in _FORMULAS]
        named = {str(child.get("Name")) for child in inside} - {"None"}
        for child in inside if named else ():
            tokens = _TOKEN.findall(child.text or "")
            used = [f"{node.get('Name')}/{token}" for token in tokens if token in named]
            found[f"{node.get('Name')}/{child.get('Name')}"] = used
    return found


def _check_depths(references: References) -> None:
    """Raise DescriptionInvalid for a node that leads too deep or to too many readings.

    What refers to itself is left to GenApi, which finds it.
    """
    depth: dict[str, int] = {}
    readings: dict[str, int] = {}
    for start in references:
        for name in _leaves_first(start, references, depth):
            inner = [each for each in references.get(name, ()) if each in depth]
            depth[name] = 1 + max((depth[each] for each in inner), default=0)
            readings[name] = 1 + sum(readings[each] for each in inner)
            if depth[name] > DEEPEST_REFERENCE:
                raise DescriptionInvalid(f"{name[:40]} refers to more than {DEEPEST_REFERENCE}")
            if readings[name] > MOST_READINGS:
                raise DescriptionInvalid(f"{name[:40]} needs more than {MOST_READINGS} readings")


def _leaves_first(start: str, references: References, known: Mapping[str, int]) -> Iterator[str]:
    """Walk what can be reached and is not known yet, each node after all that it refers to."""
    if start in known:
        return
    seen, path = {start}, [(start, iter(references.get(start, ())))]
    while path:
        name, rest = path[-1]
        new = next((each for each in rest if each not in seen and each not in known), None)
        if new is None:
            path.pop()
            yield name
        else:
            seen.add(new)
            path.append((new, iter(references.get(new, ()))))


# Divisions of integers


def _guarded_description(root: Element) -> str | None:
    """Return the description with its divisions guarded; None where there are none to guard."""
    changed = False
    for node in _nodes(root):
        for child in node if _local(node) in _INTEGER_NODES else ():
            if _local(child) in _FORMULAS and child.text:
                tokens = _TOKEN.findall(child.text)
                guarded = _guarded(tokens, 0)
                if guarded != tokens:
                    child.text, changed = " ".join(guarded), True
    return _as_text(root) if changed else None


def _guarded(tokens: list[str], depth: int) -> list[str]:
    """Make each divisor that is -1 a 0, by which GenApi refuses to divide."""
    if depth > DEEPEST_DIVISOR:
        raise DescriptionInvalid(f"a formula divides {DEEPEST_DIVISOR} deep by what it divided")
    guarded, at = [], 0
    while at < len(tokens):
        token, at = tokens[at], at + 1
        guarded.append(token)
        if token in ("/", "%"):
            end = _end_of_divisor(tokens, at)
            guarded += _never_minus_one(tokens[at:end], depth)
            at = end
    return guarded


def _never_minus_one(divisor: list[str], depth: int) -> list[str]:
    if len(divisor) == 1 and _SURELY_POSITIVE.fullmatch(divisor[0]):
        return divisor
    inner = ["(", *_guarded(divisor, depth + 1), ")"]
    return ["(", *inner, "*", "(", *inner, "<>", "(", "0", "-", "1", ")", ")", ")"]


def _end_of_divisor(tokens: list[str], at: int) -> int:
    """Return where the operand that begins here ends: signs, then one value, then its powers."""
    while at < len(tokens) and tokens[at] in ("-", "+", "~", "!"):
        at += 1
    if (
        at < len(tokens)
        and re.match(r"[A-Za-z_.]", tokens[at])
        and tokens[at + 1 : at + 2] == ["("]
    ):
        at += 1  # a function: its brackets belong to it
    at = _end_of_brackets(tokens, at) if tokens[at : at + 1] == ["("] else at + 1
    return _end_of_divisor(tokens, at + 1) if tokens[at : at + 1] == ["**"] else at


def _end_of_brackets(tokens: list[str], at: int) -> int:
    open_ = 0
    for end in range(at, len(tokens)):
        open_ += {"(": 1, ")": -1}.get(tokens[end], 0)
        if open_ == 0:
            return end + 1
    return len(tokens)


def _as_text(root: Element) -> str:
    """Write it as GenApi reads it: its namespace without a prefix."""
    namespace = str(root.tag).rpartition("}")[0].lstrip("{")
    for element in root.iter():
        element.tag = _local(element)
    if namespace:
        root.set("xmlns", namespace)
    return ElementTree.tostring(root, encoding="unicode")
