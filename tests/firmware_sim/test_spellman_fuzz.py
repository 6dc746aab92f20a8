"""20,000 damaged and invented commands on the simulated generators: answers, never X-rays."""

import random
import re

import pytest

from firmware_sim.generators import GENERATOR_MODELS
from firmware_sim.lines import Lines, ModelClock
from firmware_sim.spellman_server import LONGEST_FRAME, Span, checksum, frame, split

COMMANDS = 20_000
ANSWER = re.compile(r".*,(\$|\d+(,\d+)*),", re.S)
NUMBERS = ("10", "11", "14", "15", "19", "22", "27", "28", "33", "34", "50", "51", "53", "55")
NUMBERS += ("60", "62", "71", "74", "78", "84", "98", "99")


def invented(chance):
    """Give a command with arguments that make sense, nearly make sense, or make none."""
    words = ["0", "1", "2", "5", "12", "400", "512", "2048", "4095", "4096", "6000", "99999"]
    words += ["", "-1", "x", "$", "²", "9" * 5000, " 1", "1.5"]
    arguments = [chance.choice(words) for _ in range(chance.choice((0, 0, 1, 1, 4, 4, 7)))]
    number = chance.choice([*NUMBERS, "", "0", "100", "xx", "²2"])
    return ",".join((number, *arguments)) + chance.choice((",", ",", ",", ""))


@pytest.mark.parametrize("model", GENERATOR_MODELS)
def test_every_command_is_answered_and_without_the_lines_none_makes_x_rays(model):
    chance = random.Random(model)
    lines, clock = Lines(), ModelClock()
    tube, interface = GENERATOR_MODELS[model](lines, clock)
    accepted = 0
    for _ in range(COMMANDS):
        answer = interface.answer(invented(chance))
        assert ANSWER.fullmatch(answer)
        accepted += answer.endswith(",$,")
        clock.now_us += chance.randrange(100_000)
        while tube.advance():
            pass
        assert not lines.x_rays
    assert accepted > 100


@pytest.mark.parametrize("model", GENERATOR_MODELS)
def test_with_the_lines_held_x_rays_stay_within_their_limits(model):
    chance = random.Random(model)
    lines, clock = Lines(beam_enable=True), ModelClock()
    tube, interface = GENERATOR_MODELS[model](lines, clock)
    pulses = []
    tube.on_pulse = pulses.append
    for _ in range(COMMANDS):
        lines.hand_switch_stage = chance.choice((0, 2, 2, 2, 2, 2, 2, 2))
        interface.answer(invented(chance))
        due_us = tube.deadline_us()
        clock.now_us = max(clock.now_us + 1, due_us or clock.now_us + chance.randrange(100_000))
        while tube.advance():
            pass
    assert pulses
    for pulse in pulses:
        limit_ms = min(1.2 * pulse.settings.time_ms + 5.0, 500.0)
        assert pulse.actual_ms <= limit_ms and 35.0 <= pulse.settings.kv <= 80.0


@pytest.mark.parametrize("span", Span)
def test_the_line_finds_good_frames_and_never_keeps_much(span):
    chance = random.Random(3)
    rest, found = b"", 0
    for _ in range(COMMANDS):
        text = ",".join(chance.choice(NUMBERS) for _ in range(chance.randrange(1, 6))) + ","
        content = bytearray(frame(text, span))
        if chance.random() < 0.5:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.2:
            content += bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
        texts, rest = split(rest + bytes(content), span)
        found += len(texts)
        assert len(rest) <= LONGEST_FRAME and all(isinstance(text, str) for text in texts)
    assert found > COMMANDS / 4


@pytest.mark.parametrize("model", GENERATOR_MODELS)
def test_whatever_comes_over_the_line_is_answered_in_good_frames_or_not_at_all(model):
    chance = random.Random(model)
    tube, interface = GENERATOR_MODELS[model](Lines(), ModelClock())
    answered = 0
    for _ in range(COMMANDS):
        content = bytearray(invented(chance).replace("²", chr(chance.randrange(1, 256))), "latin-1")
        for _ in range(chance.choice((0, 0, 1, 3))):
            at = chance.randrange(len(content) + 1)
            content[at : at + 1] = bytes([chance.randrange(4, 256)])
        for text in split(bytes((2, *content, checksum(bytes(content)), 3)))[0]:
            answer = interface.answer(text)
            assert split(frame(answer)) == ([answer], b"")
            answered += 1
        while tube.advance():
            pass
    assert answered > COMMANDS / 2
