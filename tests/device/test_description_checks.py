"""A panel's description cannot end or hold up this process, whoever wrote it."""

import json
import subprocess
import sys

import pytest

from device.description_checks import DEEPEST_REFERENCE, made_harmless
from device.errors import DescriptionInvalid, FeatureRefused
from device.features import Features
from tests.device.test_features import XML, Memory

LOWEST = "(0-9223372036854775807-1)"
DIVISORS = ("(-1)", "-1", "~0", "(0-X)", "(0-X)**1", "(1/(0-X))", "NEG(X)", "Y")


def with_nodes(nodes):
    return XML.replace('<Port Name="Device"/>', nodes + '<Port Name="Device"/>')


def knife(formula):
    escaped = formula.replace("&", "&amp;").replace("<", "&lt;")
    variables = '<pVariable Name="X">R0</pVariable><pVariable Name="Y">R1</pVariable>'
    return f'<IntSwissKnife Name="K">{variables}<Formula>{escaped}</Formula></IntSwissKnife>'


def value_of(formula, x, y):
    memory = Memory()
    memory.put(0x100, x.to_bytes(4, "little") + y.to_bytes(4, "little"))
    return Features(memory, with_nodes(knife(formula))).integer("K")


def what_comes_of(formulas):
    """For a process of its own, which a division in GenApi may end."""
    for formula in formulas:
        try:
            sys.stdout.write(f"{value_of(formula, 1, 0)}\n")
        except FeatureRefused:
            sys.stdout.write("refused\n")


def test_the_lowest_integer_by_minus_one_is_a_refusal_and_not_the_end_of_the_process():
    formulas = [LOWEST + operator + divisor for divisor in DIVISORS for operator in "/%"]
    told = f"{what_comes_of.__name__}({json.dumps(formulas)})"
    code = f"from tests.device.test_description_checks import *; {told}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["refused"] * len(formulas))


@pytest.mark.parametrize(
    ("formula", "x", "y", "value"),
    [
        ("X/2", 7, 0, 3),
        ("X/Y*3+1", 8, 2, 13),
        ("100/X/Y", 2, 5, 10),
        ("X-Y/2%3", 10, 8, 9),
        ("64/Y**3", 0, 2, 8),
        ("X/-Y", 8, 2, -4),
        ("64/NEG(Y)", 0, 2, -32),
        ("X/(Y/2)", 8, 4, 4),
        ("(X>Y)?(X%(Y+1)):0", 9, 3, 1),
    ],
)
def test_all_other_divisions_come_out_as_they_should(formula, x, y, value):
    assert value_of(formula, x, y) == value


def test_a_description_that_divides_nothing_is_left_as_it_is():
    assert made_harmless(XML) is XML
    halved = with_nodes(knife("X / 2"))
    assert made_harmless(halved) is halved


def test_a_divisor_that_is_hidden_in_entities_and_comments_is_found():
    hidden = with_nodes(knife("X + Y")).replace("X + Y", "X<!-- -->&#47;<![CDATA[Y]]>")
    assert "&lt;&gt;" in made_harmless(hidden)


def chain(length, tag, last="R0"):
    names = [*(f"N{number}" for number in range(length)), last]
    return "".join(
        f'<Integer Name="{name}"><{tag}>{then}</{tag}></Integer>'
        for name, then in zip(names, names[1:], strict=False)
    )


@pytest.mark.parametrize("tag", ["pValue", "pIsAvailable", "pSelected", "pInvalidator", "pFeature"])
def test_references_that_lead_too_deep_are_refused_before_they_are_followed(tag):
    with pytest.raises(DescriptionInvalid, match="refers to more than"):
        Features(Memory(), with_nodes(chain(20_000, tag)))


def test_references_as_deep_as_any_real_ones_are_followed():
    nodes = chain(DEEPEST_REFERENCE - 10, "pValue")
    assert Features(Memory(), with_nodes(nodes)).integer("N0") == 0


def doubled(levels):
    """Every node reads both nodes of the next level: 2 ** levels readings."""
    return "".join(
        f'<IntSwissKnife Name="{side}{level}"><pVariable Name="X">L{level + 1}</pVariable>'
        f'<pVariable Name="Y">R{level + 1}</pVariable><Formula>X+Y</Formula></IntSwissKnife>'
        for level in range(levels)
        for side in "LR"
    )


def test_a_feature_of_endless_readings_is_refused():
    ends = "".join(f'<Integer Name="{side}40"><Value>1</Value></Integer>' for side in "LR")
    with pytest.raises(DescriptionInvalid, match="readings"):
        Features(Memory(), with_nodes(doubled(40) + ends))


def test_expressions_that_double_one_another_without_end_are_refused():
    lines = [f'<Expression Name="E{n}">E{n + 1}+E{n + 1}</Expression>' for n in range(40)]
    nodes = knife("E0").replace("<Formula>", "".join(lines) + "<Formula>")
    with pytest.raises(DescriptionInvalid, match="readings"):
        made_harmless(with_nodes(nodes))


@pytest.mark.parametrize("formula", ["1/(" * 9 + "X" + ")" * 9, "1/(" * 5000 + "X" + ")" * 5000])
def test_a_divisor_that_divides_again_and_again_is_refused(formula):
    with pytest.raises(DescriptionInvalid, match="divides"):
        made_harmless(with_nodes(knife(formula)))


@pytest.mark.parametrize("text", ["", "<a", "<a>&b;</a>", "\0", "<a/><b/>"])
def test_what_is_no_xml_is_one_clear_error(text):
    with pytest.raises(DescriptionInvalid, match="it cannot be read"):
        made_harmless(text)


def test_entities_that_grow_without_end_are_refused():
    grown = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{grown}]><x>&a11;</x>'
    with pytest.raises(DescriptionInvalid, match="amplification"):
        made_harmless(text)


@pytest.mark.parametrize(
    "length",
    [
        "<Length>9000000000</Length>",
        "<Length>-4</Length>",
        "<Length>9223372036854775807</Length>",
        "<pLength>R0</pLength>",
    ],
)
def test_a_text_that_would_fill_the_memory_is_refused_before_there_is_room_for_it(length):
    memory = Memory()
    memory.put(0x100, (3_000_000_000).to_bytes(4, "little"))
    place = f"<Address>0x200</Address>{length}<AccessMode>RO</AccessMode><pPort>Device</pPort>"
    nodes = f'<StringReg Name="Text">{place}</StringReg>'
    with pytest.raises(FeatureRefused, match="Text"):
        Features(memory, with_nodes(nodes)).text("Text")
