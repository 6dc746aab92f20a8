import pytest

from firmware_sim.errors import AccessDenied, ConfigurationForbids, OutOfRange
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


# Two links to one device


@pytest.fixture
def other(session, lost):
    return ControlSession(session.clock, lambda: lost.append("other"), access=session.access)


def test_device_is_open_for_one_link_only(session, other):
    session.set_privilege(1)
    assert other.privilege == 1 and not other.holds_device
    with pytest.raises(AccessDenied):
        other.set_privilege(1)
    with pytest.raises(AccessDenied):
        other.set_privilege(0)
    assert session.holds_device


def test_device_that_was_given_back_is_free_for_the_other_link(session, other, lost):
    session.set_privilege(1)
    session.set_privilege(0)
    other.set_privilege(1)
    assert other.holds_device and lost == ["lost"]


def test_one_link_is_no_heartbeat_of_the_other(session, other, lost):
    session.set_privilege(1)
    session.enable_heartbeat()
    session.clock.now_us = 2_999_999
    other.heard()
    session.clock.now_us = 3_000_000
    assert session.advance() and lost == ["lost"]


def test_held_device_is_written_by_its_holder_only(session, other):
    session.set_privilege(1)
    session.check_may_write(0x184)
    with pytest.raises(AccessDenied):
        other.check_may_write(0x184)


def test_reserved_registers_need_the_device_to_be_held(session):
    session.reserved_from = 0x20000
    session.check_may_write(0x1FFFF)
    with pytest.raises(AccessDenied):
        session.check_may_write(0x20000)
    session.set_privilege(1)
    session.check_may_write(0x20000)


def test_device_in_use_cannot_be_opened(session):
    session.may_open = lambda: False
    with pytest.raises(AccessDenied):
        session.set_privilege(1)
    assert session.privilege == 0


def test_mandatory_heartbeat_stays_on(session):
    session.enable_heartbeat()
    session.heartbeat_is_mandatory = lambda: True
    with pytest.raises(ConfigurationForbids):
        session.disable_heartbeat()


def test_power_up_forgets_the_host_without_ending_anything(session, lost):
    session.set_privilege(1)
    session.enable_heartbeat()
    session.power_up()
    assert (session.privilege, session.heartbeat_enabled, lost) == (0, False, [])
