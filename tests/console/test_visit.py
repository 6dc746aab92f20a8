import json
import re
import shutil
import signal
import sqlite3
from contextlib import closing

import pytest

ONE_SENTENCE = re.compile(r"^E-[A-Z]+-\d+: [A-Z][^\n]+[.)]$")


def code_of(done):
    """Return the code of a command that ended with one clear sentence and nothing half-done."""
    assert done.returncode == 1, done.stderr
    last = done.stderr.rstrip().splitlines()[-1]
    assert ONE_SENTENCE.match(last), done.stderr
    assert "Traceback" not in done.stderr
    return last.split(":")[0]


def names_in(folder):
    return {path.name for path in folder.glob("*")}


@pytest.fixture(scope="module")
def ready(start_simulator):
    """A simulator whose operator presses as soon as the panel is armed."""
    with start_simulator("--operator", "auto", "--patient", "flat") as running:
        yield running


def test_a_visit_delivers_report_and_result(site, start_simulator, patient, tmp_path):
    with start_simulator("--operator", "auto", "--patient", "phantom:sex=F,bone_age=9") as unit:
        done = site.run(*site.visit(unit, tmp_path / "out", patient))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "out" / "report.pdf")
    assert "READY: press the hand switch" in done.stderr
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["visit"]["review"] == "not reviewed"
    assert result["visit"]["accepted_by"] is None
    assert "no person reviews this image" in done.stderr
    # Born in March 2017.
    assert result["exposure"]["preset"] == "older child"
    assert "14 ms = 0.35 mAs = 11.0 uGy (preset older child), target EI 250" in done.stderr


def test_a_visit_without_a_hand_ends_with_a_refused_reading(
    site, start_simulator, patient, tmp_path
):
    with start_simulator("--operator", "auto", "--patient", "flat") as unit:
        done = site.run(*site.visit(unit, tmp_path / "out", patient))
    assert done.returncode == 3
    assert "No bone age was read." in done.stderr
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["reading"]["bone_age_months"] is None
    assert result["reading"]["reasons"]


def test_no_order_no_exposure(site, ready, tmp_path):
    done = site.run("visit", *ready.urls, "--out", tmp_path / "out")
    assert code_of(done) == "E-ORD-1"


def test_nothing_at_the_detectors_address(site, ready, patient, tmp_path):
    urls = ["--detector", "usbip://127.0.0.1:9/1-1", *ready.urls[2:]]
    done = site.run("visit", *urls, "--patient", patient, "--out", tmp_path / "out")
    assert code_of(done) == "E-LINK-1"


def test_another_busid_is_an_unknown_device(site, ready, patient, tmp_path):
    urls = ["--detector", ready.urls[1].replace("/1-1", "/9-9"), *ready.urls[2:]]
    done = site.run("visit", *urls, "--patient", patient, "--out", tmp_path / "out")
    assert code_of(done) == "E-LINK-1"


def test_an_address_of_no_known_kind(site, ready, patient, tmp_path):
    urls = ["--detector", "gige://10.0.0.1", *ready.urls[2:]]
    done = site.run("visit", *urls, "--patient", patient, "--out", tmp_path / "out")
    assert code_of(done) == "E-LINK-7"


def test_nothing_at_the_generators_address(site, ready, patient, tmp_path):
    urls = [*ready.urls[:2], "--generator", "pmx:///dev/nowhere"]
    done = site.run("visit", *urls, "--patient", patient, "--out", tmp_path / "out")
    assert code_of(done) == "E-GEN-1"


@pytest.fixture(scope="module")
def bench(start_simulator):
    """A bench generator on the unit, and somebody who would press the hand switch."""
    with start_simulator("--generator-model", "xrb011", "--operator", "auto") as running:
        yield running


def urls_of_bench(bench):
    return [*bench.urls[:2], "--generator", f"xrb011://{bench.ready['generator']}"]


def test_a_bench_generator_is_refused_for_a_visit(site, bench, patient, tmp_path):
    urls = urls_of_bench(bench)
    done = site.run("visit", *urls, "--patient", patient, "--out", tmp_path / "out")
    assert code_of(done) == "E-GEN-9"
    assert bench.state()["exposures"] == [] and bench.state()["generator"]["kv"] is None


def test_a_bench_generator_is_refused_for_a_calibration(site, bench, tmp_path):
    done = site.run("calibrate", *urls_of_bench(bench), "--out", tmp_path / "out")
    assert code_of(done) == "E-GEN-9"
    assert bench.state()["exposures"] == [] and bench.state()["generator"]["kv"] is None


def test_a_fault_of_the_generator_is_named(site, start_simulator, patient, tmp_path):
    with start_simulator("--operator", "auto", "--fault", "rotor:kind=no-load") as unit:
        done = site.run(*site.visit(unit, tmp_path / "out", patient))
        assert unit.state()["exposures"] == []
    assert code_of(done) == "E-EXP-15" and "no load" in done.stderr


def test_a_panel_without_calibration_is_never_armed(site, start_simulator, patient, tmp_path):
    with start_simulator("--seed", "77") as unit:
        done = site.run(*site.visit(unit, tmp_path / "out", patient))
        assert unit.state()["exposures"] == []
    assert code_of(done) == "E-CAL-1"


def test_a_technique_outside_the_limits(site, ready, patient, tmp_path):
    done = site.run(*site.visit(ready, tmp_path / "out", patient), "--kv", 70)
    assert code_of(done) == "E-EXP-1"


def test_a_dose_beyond_any_hands_is_refused_with_its_figure(site, ready, patient, tmp_path):
    done = site.run(*site.visit(ready, tmp_path / "out", patient), "--ma", 100, "--ms", 400)
    assert code_of(done) == "E-ORD-8"
    assert "1262 uGy" in done.stderr and ready.state()["exposures"] == []


def test_a_wrong_preset_of_the_site_stops_the_visit_before_anything(
    site, ready, patient, tmp_path, monkeypatch
):
    presets = tmp_path / "presets.toml"
    presets.write_text('[[preset]]\nname = "all"\nkv = 90\n')
    monkeypatch.setenv("BONEAGE_TECHNIQUE_PRESETS", str(presets))
    done = site.run(*site.visit(ready, tmp_path / "out", patient))
    assert code_of(done) == "E-ACQ-4"
    assert "presets.toml, line 1, expected_exposure_index: it is missing" in done.stderr


def test_an_open_door(site, ready, patient, tmp_path):
    ready.ask("PUT", "door", open=True)
    done = site.run(*site.visit(ready, tmp_path / "out", patient))
    ready.ask("PUT", "door", open=False)
    assert code_of(done) == "E-EXP-3"
    assert ready.state()["exposures"] == []
    assert names_in(tmp_path / "out") == set()


@pytest.mark.parametrize("moment", ["armed", "exposing", "readout"])
def test_a_cable_pulled(site, start_simulator, patient, tmp_path, moment):
    fault = f"cable-pull:at={moment}"
    with start_simulator("--operator", "auto", "--patient", "flat", "--fault", fault) as unit:
        done = site.run(*site.visit(unit, tmp_path / "out", patient))
    assert code_of(done) in {"E-EXP-11", "E-EXP-12"}
    assert names_in(tmp_path / "out") == set()


def test_a_cable_pulled_before_arming(site, start_simulator, patient, tmp_path):
    with start_simulator("--fault", "cable-pull:at=idle") as unit:
        done = site.run(*site.visit(unit, tmp_path / "out", patient))
    assert code_of(done) in {"E-LINK-1", "E-LINK-2"}


def test_the_simulator_killed_while_armed(site, start_simulator, patient, tmp_path):
    with (
        start_simulator() as unit,
        site.start(*site.visit(unit, tmp_path / "out", patient)) as running,
    ):
        next(line for line in running.stderr if "READY" in line)
        unit.process.send_signal(signal.SIGKILL)
        last = running.stderr.read().rstrip().splitlines()[-1]
    assert running.returncode == 1
    assert ONE_SENTENCE.match(last), last
    assert names_in(tmp_path / "out") == set()


def test_a_silent_generator(site, start_simulator, patient, tmp_path):
    with start_simulator("--fault", "generator-silent") as unit:
        done = site.run(*site.visit(unit, tmp_path / "out", patient))
        assert unit.state()["exposures"] == []
    assert code_of(done) == "E-GEN-3"


def test_the_journal_lists_every_exposure(site, demo):
    listed = site.run("journal").stdout.splitlines()
    assert sum("calibration" in line for line in listed) == 14
    assert any("accepted" in line for line in listed)


def test_the_journal_marks_what_is_damaged_and_lists_the_others(site, tmp_path):
    copied = type(site)(tmp_path / "copied")
    shutil.copytree(site.data, copied.data)
    count = len(site.run("journal").stdout.splitlines())
    change = "UPDATE exposures SET planned = 'yesterday' WHERE rowid = 1"
    gone = "DELETE FROM exposure_events WHERE nonce = (SELECT nonce FROM exposures WHERE rowid = 2)"
    with closing(sqlite3.connect(copied.data / "records.db")) as records, records:
        for statement in (change, gone):
            records.execute(statement)
    done = copied.run("journal")
    assert code_of(done) == "E-REC-1"
    lines = done.stdout.splitlines()
    assert len(lines) == count and sum(line.startswith("DAMAGED") for line in lines) == 1
    assert sum("how it ended is unknown" in line for line in lines) == 1


def test_the_version_is_told(site):
    done = site.run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("boneage 0.")


def test_wrong_usage_is_exit_code_two(site):
    assert site.run("visit").returncode == 2


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_visit_stopped_while_armed(site, start_simulator, patient, tmp_path, ending):
    with (
        start_simulator() as unit,
        site.start(*site.visit(unit, tmp_path / "out", patient)) as running,
    ):
        next(line for line in running.stderr if "READY" in line)
        running.send_signal(ending)
        last = running.stderr.read().rstrip().splitlines()[-1]
        assert unit.state()["panel"]["state"] == "idle"
    assert running.returncode == 1
    assert last.startswith("E-CFG-4: ")


def test_an_out_folder_that_cannot_be_written_is_noticed_before_arming(
    site, ready, patient, tmp_path
):
    (tmp_path / "file").write_text("in the way")
    done = site.run(*site.visit(ready, tmp_path / "file" / "out", patient))
    assert code_of(done) == "E-REC-3"
    assert ready.state()["exposures"] == []


def test_a_data_directory_that_cannot_be_used(ready, patient, tmp_path, site):
    (tmp_path / "file").write_text("in the way")
    broken = type(site)(tmp_path / "file" / "data")
    done = broken.run(*site.visit(ready, tmp_path / "out", patient))
    assert code_of(done) == "E-REC-1"


@pytest.mark.parametrize("command", ["visit", "calibrate", "demo", "journal", "sim"])
def test_every_command_explains_itself(site, command):
    done = site.run(command, "--help")
    assert done.returncode == 0, done.stderr
    wanted = {"sim": "--patient", "journal": "exposure"}.get(command, "--out")
    assert wanted in done.stdout


def test_a_panel_that_keeps_no_calibration_gives_none(site, start_simulator, tmp_path):
    with start_simulator() as unit:
        done = site.run("calibrate", *unit.urls, "--out", tmp_path / "out", "--from-panel")
    assert code_of(done) == "E-CAL-1"
    assert not (tmp_path / "out").exists()


def test_darks_alone_make_no_calibration(site, start_simulator, tmp_path):
    fresh = type(site)(tmp_path / "fresh")
    with start_simulator() as unit:
        done = fresh.run("calibrate", *unit.urls, "--out", tmp_path / "out", "--dark-only")
    assert code_of(done) == "E-CAL-1"
    assert not (tmp_path / "out").exists()


def test_a_calibration_that_could_not_be_kept_exposes_nobody(site, start_simulator, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with start_simulator("--operator", "auto") as unit:
        done = site.run("calibrate", *unit.urls, "--out", tmp_path / "file" / "out")
        assert unit.state()["exposures"] == []
    assert code_of(done) == "E-REC-3"


def test_a_calibration_comes_from_one_place(site, tmp_path):
    both = ("--dark-only", "--from-panel")
    done = site.run("calibrate", "--detector", "x", "--generator", "y", "--out", tmp_path, *both)
    assert done.returncode == 2
