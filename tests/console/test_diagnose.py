"""`boneage diagnose`: a table for a person, JSON for a program, and a code when something fails."""

import json

import pytest


@pytest.fixture(scope="module")
def unit(start_simulator):
    with start_simulator() as running:
        yield running


def test_a_good_unit_is_told_in_a_table(site, unit):
    done = site.run("diagnose", *unit.urls)
    assert done.returncode == 0, done.stderr
    assert "dark-noise" in done.stdout and "FAILED" not in done.stdout


def test_json_holds_every_check_with_its_figures(site, unit):
    done = site.run("diagnose", *unit.urls, "--json")
    said = json.loads(done.stdout)
    checks = {check["name"]: check for check in said["checks"]}
    assert said["passed"] is True
    assert checks["test-pattern"]["figures"]["wrong_pixels"] == 0
    assert checks["link-quality"]["figures"]["p99_ms"] > 0


def test_a_failed_check_ends_with_its_code(site, unit):
    unit.ask("PUT", "faults", name="short-frame")
    done = site.run("diagnose", *unit.urls, "--check", "test-pattern")
    unit.ask("DELETE", "faults")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("E-DIA-4: 1 of 1 checks failed: test-pattern")


def test_one_device_alone_can_be_tested(site, unit):
    done = site.run("diagnose", *unit.urls[2:], "--json")
    outcomes = {check["name"]: check["outcome"] for check in json.loads(done.stdout)["checks"]}
    assert outcomes["generator-link"] == "passed"
    assert outcomes["dark-noise"] == "not offered"


def test_a_test_that_tests_nothing_is_no_pass(site, unit):
    done = site.run("diagnose", *unit.urls[:2], "--check", "generator", "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["passed"] is False
    assert done.stderr.splitlines()[-1] == "E-DIA-4: Nothing could be checked on what was named."


def test_an_unknown_check_is_one_sentence(site, unit):
    done = site.run("diagnose", *unit.urls, "--check", "colour")
    assert done.returncode == 1
    assert done.stderr.startswith("E-DIA-1: There is no check 'colour'")


def test_without_a_device_it_is_wrong_usage(site):
    assert site.run("diagnose").returncode == 2
