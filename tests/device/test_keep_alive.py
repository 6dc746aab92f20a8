import threading

from device.errors import LinkLost, LinkTimeout
from device.keep_alive import KeepAlive


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
    keep_alive = KeepAlive(asked, 0.001, 60.0)
    keep_alive.start()
    assert asked.thrice.wait(5)
    keep_alive.stop()
    times = asked.times
    keep_alive.stop()
    assert asked.times == times


def test_it_ends_by_itself():
    asked = Asked()
    keep_alive = KeepAlive(asked, 0.001, 0.0)
    keep_alive.start()
    keep_alive.stop()
    assert asked.times == 0


def test_an_answer_that_got_lost_ends_nothing():
    asked = Asked()
    answers = iter([LinkTimeout()])

    def lose_the_first():
        for error in answers:
            raise error
        asked()

    keep_alive = KeepAlive(lose_the_first, 0.001, 60.0)
    keep_alive.start()
    assert asked.thrice.wait(5)
    keep_alive.stop()


def test_a_panel_that_is_gone_is_not_asked_again():
    asked = Asked(LinkLost())
    keep_alive = KeepAlive(asked, 0.001, 60.0)
    keep_alive.start()
    keep_alive._thread.join(5)
    assert asked.times == 1
    keep_alive.stop()
