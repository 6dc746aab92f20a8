import http.client
import json

import pytest

from firmware_sim.backdoor import BackDoor
from firmware_sim.errors import StartRefused
from firmware_sim.patients.errors import PatientError


class Client:
    def __init__(self, url):
        self.address = url.removeprefix("http://")

    def send(self, method, path, body=None):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(self.address, timeout=5.0)
        try:
            connection.request(method, path, None if body is None else content)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@pytest.fixture
def client(unit):
    door = BackDoor(unit, "127.0.0.1", 0)
    yield Client(door.url)
    door.close()


def test_state_shows_everything(client):
    status, state = client.send("GET", "/state")
    assert status == 200
    assert state["clock"] == {"mode": "manual", "now_s": 0.0}
    assert state["panel"]["state"] == "idle" and state["panel"]["boot_id"] == 5
    assert state["panel"]["frames"] == 0 and 24.0 < state["panel"]["temperature_c"] < 30.0
    assert state["generator"]["state"] == "standby"
    assert state["interlocks"] == {"door_open": False, "generator_healthy": True}
    assert state["exposures"] == []


def test_exposures_are_listed_as_they_really_were(client, hands):
    hands.program()
    hands.expose(nonce=42)
    (exposure,) = client.send("GET", "/state")[1]["exposures"]
    assert set(exposure) == {"nonce", "kv", "ma", "set_ms", "actual_ms", "mas", "at_s", "patient"}
    assert exposure["nonce"] == 42 and exposure["actual_ms"] == 12.0


def test_clock_steps_on_demand(client):
    assert client.send("POST", "/clock/step", {"seconds": 0.5})[1]["clock"]["now_s"] == 0.5


def test_clock_does_not_step_in_real_mode(client):
    assert client.send("PUT", "/clock", {"mode": "real"})[1]["clock"]["mode"] == "real"
    assert client.send("POST", "/clock/step", {"seconds": 0.5})[0] == 400


def test_hand_switch_is_pressed(client):
    assert client.send("PUT", "/hand-switch", {"stage": 2})[1]["hand_switch"] == 2


def test_door_opens_and_closes(client):
    assert client.send("PUT", "/door", {"open": True})[1]["interlocks"]["door_open"]
    assert not client.send("PUT", "/door", {"open": False})[1]["interlocks"]["door_open"]


def test_patient_is_laid_on_the_panel(client):
    assert client.send("PUT", "/patient", {"spec": "flat"})[1]["patient"] == "flat"


def test_unknown_patient_is_refused_and_the_earlier_one_stays(client, unit, monkeypatch):
    def refuse(spec):
        raise PatientError("There is no such patient.")

    monkeypatch.setattr(unit._imager, "place", refuse)
    status, problem = client.send("PUT", "/patient", {"spec": "elephant"})
    assert (status, problem["code"]) == (400, "E-SIM-3")
    assert client.send("GET", "/state")[1]["patient"] == "empty"


def test_fault_comes_and_goes(client):
    state = client.send("PUT", "/faults", {"name": "cable-pull", "at": "idle"})[1]
    assert state["faults"] == [{"name": "cable-pull", "at": "idle"}]
    assert not state["cable_plugged"]
    state = client.send("DELETE", "/faults")[1]
    assert state["faults"] == [] and state["cable_plugged"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/patient", b"{"),
        ("PUT", "/patient", b"\xff\xfe"),
        ("PUT", "/patient", []),
        ("PUT", "/patient", {}),
        ("PUT", "/patient", {"spec": 3}),
        ("PUT", "/hand-switch", {"stage": 3}),
        ("PUT", "/hand-switch", {"stage": True}),
        ("PUT", "/hand-switch", {"stage": "2"}),
        ("PUT", "/door", {"open": "yes"}),
        ("PUT", "/faults", {"name": "gremlins"}),
        ("PUT", "/faults", {"name": "cable-pull", "at": ["idle"]}),
        ("PUT", "/clock", {"mode": "fast"}),
        ("POST", "/clock/step", {"seconds": -1}),
        ("POST", "/clock/step", {"seconds": "1"}),
        ("POST", "/clock/step", {"seconds": True}),
        ("POST", "/clock/step", b'{"seconds": NaN}'),
    ],
)
def test_what_the_back_door_does_not_know_it_refuses(client, method, path, body):
    status, problem = client.send(method, path, body)
    assert status == 400
    assert set(problem) == {"code", "message"} and problem["code"] == "E-SIM-2"


def test_unknown_route_is_not_found(client):
    assert client.send("GET", "/nothing")[0] == 404
    assert client.send("GET", "/clock")[0] == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])
def test_back_door_opens_on_loopback_only(unit, host):
    with pytest.raises(StartRefused, match="loopback"):
        BackDoor(unit, host, 0)
