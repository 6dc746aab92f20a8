"""docs/safety.md says what the code does: states, what follows what, names and tests."""

import re
from pathlib import Path

import pytest

from device.stages import TRANSITIONS
from firmware_sim.panel import Panel, PanelState
from firmware_sim.tube import Tube, TubeState
from firmware_sim.xrb011 import MonoblockState
from tests.campaigns.safety import search
from tests.campaigns.transitions import watched_states

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for folder in ("device", "firmware_sim", "examination")
    for path in (ROOT / folder).rglob("*.py")
)


def rows(title):
    """Return the cells of every row of the table under a title."""
    section = PAGE.split(f"## {title}")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


def following(title):
    """Return state -> states that may follow, as the page has it."""
    return {row[0]: set(row[3].split(", ")) for row in rows(title)}


def test_the_host_goes_through_the_stages_of_the_page():
    coded = {stage.value: {after.value for after in TRANSITIONS[stage]} for stage in TRANSITIONS}
    assert following("The host") == coded


@pytest.mark.parametrize(
    ("title", "states"),
    [
        ("The panel", PanelState),
        ("The generator", TubeState),
        ("The bench generator", MonoblockState),
    ],
)
def test_the_firmware_has_the_states_of_the_page(title, states):
    assert list(following(title)) == [state.value for state in states]


def test_the_firmware_goes_from_state_to_state_as_on_the_page():
    with watched_states(Panel) as panel, watched_states(Tube) as tube:
        search(6_000, seed=9)
    for title, seen in (("The panel", panel), ("The generator", tube)):
        page = {(state, after) for state, states in following(title).items() for after in states}
        assert seen <= page, title
    assert {("preparing", "window"), ("window", "settling"), ("read-out", "idle")} <= panel
    assert {("ready", "exposing"), ("exposing", "spent"), ("spent", "standby")} <= tube


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(?:[A-Z]\w+\.)?(_?[a-z]\w+)`", PAGE))))
def test_a_function_named_on_the_page_exists(name):
    assert re.search(rf"\bdef {name}\(", SOURCES), name


@pytest.mark.parametrize(("path", "name"), re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE))
def test_a_test_named_on_the_page_exists(path, name):
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_every_rule_has_its_proof():
    assert all("::" in row[2] for row in rows("Rule, limit, proof"))
