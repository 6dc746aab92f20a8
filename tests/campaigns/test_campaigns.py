"""The campaigns on the command line, and the page that keeps their results."""

import re
from pathlib import Path

import pytest

from tests.campaigns.__main__ import CAMPAIGNS, main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "campaigns.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda campaign: campaign.name)
def test_a_campaign_is_on_the_page_with_its_size(campaign):
    row = next(row for row in PAGE.splitlines() if row.startswith(f"| `{campaign.name}` |"))
    assert f"{campaign.full_size:,}" in row


@pytest.mark.parametrize(("path", "name"), re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE))
def test_a_test_named_on_the_page_exists(path, name):
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_a_campaign_ends_with_one_line_that_names_its_seed(capsys):
    assert main(["safety", "--steps", "500", "--seed", "4"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("safety: 500 steps, seed 4: nothing found") and said.count("\n") == 1
