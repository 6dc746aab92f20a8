import threading

import pytest

import device.keep_alive
from device.errors import LinkLost
from device.keep_alive import KeepAlive


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(device.keep_alive, "PERIOD_S", 0.001)


class Asked:
    def __init__(self, error=None):
        self.times = 0
        self.thrice = threading.Event()
        self.error = error

    def __call__(self):
        self.times += 1
        if self.error:
            raise self.error
        if self.times == 3:
            self.thrice.set()


def test_it_asks_again_and_again_until_stopped():
    asked = Asked()
    keep_alive = KeepAlive(asked)
    keep_alive.start()
    assert asked.thrice.wait(5)
    keep_alive.stop()
    times = asked.times
    keep_alive.stop()
    assert asked.times == times


def test_it_ends_by_itself(monkeypatch):
    monkeypatch.setattr(device.keep_alive, "LONGEST_S", 0.0)
    asked = Asked()
    keep_alive = KeepAlive(asked)
    keep_alive.start()
    keep_alive.stop()
    assert asked.times == 0


def test_a_panel_that_is_gone_is_not_asked_again():
    asked = Asked(LinkLost())
    keep_alive = KeepAlive(asked)
    keep_alive.start()
    keep_alive._thread.join(5)
    assert asked.times == 1
    keep_alive.stop()
