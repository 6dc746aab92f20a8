from threading import Event

from firmware_sim.ticker import LONGEST_STEP_S, Ticker


class Watched:
    """Stands for a unit: notes how it is kept up, and lets a test wait for that."""

    def __init__(self):
        self.steps = []
        self.enough = Event()

    def keep_up(self, seconds):
        self.steps.append(seconds)
        if len(self.steps) == 5:
            self.enough.set()


def test_ticker_passes_elapsed_time_on_until_closed():
    unit = Watched()
    ticker = Ticker(unit)
    assert unit.enough.wait(5.0)
    ticker.close()
    assert all(0.0 < seconds <= LONGEST_STEP_S for seconds in unit.steps)
    assert not ticker._thread.is_alive()
