"""The command is killed at random moments; afterwards the journal tells what happened."""

import json
import random
from contextlib import suppress
from subprocess import TimeoutExpired

from console.assemble import Addresses, open_database, open_unit
from console.settings import Settings
from device.clock import SystemClock
from device.errors import Exposed
from examination.run import close_interrupted
from records.journal import ExposureEvent, Journal

KILLS = 10
# A visit takes about five seconds on a small panel; a kill may come at any moment of it.
LONGEST_S = 5.0


def test_ten_kills_leave_nothing_half_done_and_the_journal_knows(
    site, start_simulator, patient, tmp_path
):
    chance = random.Random(20261123)
    with start_simulator("--operator", "auto", "--patient", "flat") as unit:
        for number in range(KILLS):
            out = tmp_path / str(number)
            kill_a_visit(site, unit, out, patient, chance.uniform(0.5, LONGEST_S))
            rest(unit)
            assert_whole_or_absent(out)
        truth = {exposure["nonce"] for exposure in unit.state()["exposures"]}
        boot_id = unit.state()["panel"]["boot_id"]
        entries = closed_entries(site, unit)
    of_this_unit = [entry for entry in entries if entry.exposure.boot_id == boot_id]
    told = {entry.exposure.nonce for entry in of_this_unit if entry.was_exposed is Exposed.YES}
    assert told == truth
    assert all(entry.last_event is not ExposureEvent.ARMED for entry in entries)


def kill_a_visit(site, unit, out, patient, seconds):
    running = site.start(*site.visit(unit, out, patient))
    with suppress(TimeoutExpired):
        running.wait(timeout=seconds)
    running.kill()
    running.communicate()


def rest(unit):
    """Let the generator cool and the panel notice that its host is gone."""
    unit.ask("PUT", "clock", mode="manual")
    unit.ask("POST", "clock/step", seconds=25)
    unit.ask("PUT", "clock", mode="real")


def assert_whole_or_absent(out):
    if (out / "result.json").exists():
        json.loads((out / "result.json").read_text())
        assert (out / "radiograph.png").exists()


def closed_entries(site, unit):
    """Open the unit as the next command would, and read the journal after it was closed."""
    settings = Settings(data_directory=site.data)
    addresses = Addresses(unit.urls[1], unit.urls[3])
    with (
        open_database(settings) as database,
        open_unit(settings, database, addresses, SystemClock()) as opened,
    ):
        close_interrupted(opened)
        return Journal(database).entries()
