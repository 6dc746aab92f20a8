"""The cable campaign in its short form; the limits of real time are those of the campaign."""

import device.arming
import device.spellman.pmx
from tests.campaigns.cables import Limits, pull_cables

# Nobody may have to wait for ever; how quick a machine is, a test does not judge.
UNHURRIED = Limits(usb_s=60.0, serial_s=60.0, found_again_s=60.0)


def test_every_cable_may_be_pulled_in_every_state(monkeypatch):
    # A busy computer lets an answer wait; a pulled cable is told at once, whatever these are.
    monkeypatch.setattr(device.arming, "ARMED_ANSWER_S", 5.0)
    monkeypatch.setattr(device.spellman.pmx, "WATCH_TIMEOUT_S", 5.0)
    monkeypatch.setattr(device.spellman.pmx, "REPLY_TIMEOUT_S", 5.0)
    tally = pull_cables(1, 1, lambda done: None, UNHURRIED)
    assert tally["USB pulls"] == 10 and tally["generator pulls"] == 7
    assert tally["panel line pulls"] == 4 and tally["exposures afterwards"] == 1
