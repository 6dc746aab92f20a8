"""Options of the whole suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--device", metavar="URL", help="run the contract suite on this detector")
    parser.addoption("--generator", metavar="URL", help="run the contract suite on this generator")
