import json
import signal

import pytest

from console.deciding import KEPT, QUESTION, verdict_of
from console.errors import Stopped
from device.errors import TechniqueOutsideLimits
from device.technique import HAND_PRESET
from examination.errors import DoseTooHigh
from examination.examination import Decision
from tests.console.terminal import at_terminal


@pytest.mark.parametrize("answer", ["", " ", "y", "n", "repeat more", "repeat now"])
def test_what_is_not_clear_decides_nothing(answer):
    assert verdict_of(answer, HAND_PRESET) is None


def test_a_repeat_has_the_same_technique_unless_another_is_named():
    same, other = verdict_of("repeat", HAND_PRESET), verdict_of("Repeat 0.4 mAs", HAND_PRESET)
    assert (same.decision, same.technique) == (Decision.REPEAT, None)
    assert other.technique.mas == pytest.approx(0.4)
    assert (other.technique.kv, other.technique.ms) == (50.0, 16.0)


@pytest.mark.parametrize(
    ("mas", "error"),
    [
        ("3", DoseTooHigh),
        ("20", TechniqueOutsideLimits),
        *((no_charge, TechniqueOutsideLimits) for no_charge in ("0", "-1", "nan", "inf", "1e308")),
    ],
)
def test_a_repeat_stays_within_the_limits(mas, error):
    with pytest.raises(error):
        verdict_of(f"repeat {mas}", HAND_PRESET)


def test_who_stops_is_told_that_the_image_is_kept():
    with pytest.raises(Stopped, match="the image is kept"):
        verdict_of("stop", HAND_PRESET)


def test_nothing_typed_ahead_decides_and_enter_exposes_nobody(
    site, start_simulator, patient, tmp_path, monkeypatch
):
    with start_simulator("--operator", "auto", "--patient", "flat") as unit:
        visit = site.visit(unit, tmp_path / "out", patient)
        with at_terminal(lambda terminal: site.start(*visit, stdin=terminal)) as person:
            person.type("repeat\naccept\n")
            person.answer(QUESTION, "\n")
            person.answer(QUESTION, "repeat 1e308\n")
            person.answer(QUESTION, "stop\n")
            person.see_the_end()
        presets = tmp_path / "presets.toml"
        presets.write_text("nonsense")
        monkeypatch.setenv("BONEAGE_TECHNIQUE_PRESETS", str(presets))
        resumed = site.run(*visit, "--ms", 300)
        assert len(unit.state()["exposures"]) == 1
    assert "exposes the child again, with 50 kV" in person.seen
    assert "1e+308 mAs asked, more than 0 and at most 80 mAs allowed" in person.seen
    assert "E-CFG-4: Stopped; the image is kept" in person.seen
    assert "its own technique stands" in resumed.stderr
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["exposure"]["preset"] == "older child"


def test_however_the_question_ends_the_image_is_kept_and_the_same_command_asks_again(
    site, start_simulator, patient, tmp_path
):
    with start_simulator("--operator", "auto", "--patient", "flat") as unit:
        visit = site.visit(unit, tmp_path / "out", patient)
        for end in (
            lambda person: person.answer(QUESTION, "\x04"),
            lambda person: person.interrupt(QUESTION, signal.SIGTERM),
        ):
            with at_terminal(lambda terminal: site.start(*visit, stdin=terminal)) as person:
                end(person)
                person.see_the_end()
            assert f"E-CFG-4: {KEPT}" in person.seen
        assert len(unit.state()["exposures"]) == 1
