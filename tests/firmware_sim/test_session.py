import pytest

from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.lines import ModelClock
from firmware_sim.session import ControlSession


@pytest.fixture
def lost():
    return []


@pytest.fixture
def session(lost):
    return ControlSession(ModelClock(), lambda: lost.append("lost"))


def test_session_without_heartbeat_lasts(session, lost):
    session.set_privilege(1)
    session.clock.now_us = 10**9
    assert not session.advance() and lost == []


def test_silent_host_loses_its_session_once(session, lost):
    session.set_privilege(1)
    session.enable_heartbeat()
    session.clock.now_us = 3_000_000
    assert session.advance() and not session.advance()
    assert lost == ["lost"] and session.privilege == 0


def test_every_command_starts_the_heartbeat_anew(session, lost):
    session.set_privilege(1)
    session.enable_heartbeat()
    session.clock.now_us = 2_900_000
    session.heard()
    session.clock.now_us = 5_800_000
    assert not session.advance()


def test_armed_panel_gives_200_ms_whatever_the_host_asked_for(session):
    session.set_heartbeat_ms(60_000)
    session.enable_heartbeat()
    session.guards_exposure = lambda: True
    assert session.deadline_us() == 200_000


def test_heartbeat_stays_on_while_armed(session):
    session.enable_heartbeat()
    session.guards_exposure = lambda: True
    with pytest.raises(AccessDenied):
        session.disable_heartbeat()


def test_giving_the_session_back_ends_what_was_running(session, lost):
    session.set_privilege(1)
    session.set_privilege(0)
    assert lost == ["lost"]


@pytest.mark.parametrize("value", [2, 0xFFFF])
def test_unknown_privilege_is_refused(session, value):
    with pytest.raises(OutOfRange):
        session.set_privilege(value)
