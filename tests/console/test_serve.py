"""The service: answers on loopback about the unit, never about a patient."""

import json
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest


@contextmanager
def served(site, *arguments):
    process = site.start("serve", *arguments)
    try:
        line = next(line for line in process.stderr if "Serving at" in line)
        yield re.search(r"http://127\.0\.0\.1:\d+", line)[0], process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def ask(address, **headers):
    asked = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.read().decode(), answer.headers


@pytest.fixture(scope="module")
def unit(start_simulator):
    with start_simulator() as running:
        yield running


@pytest.fixture(scope="module")
def service(site, unit, tmp_path_factory):
    config = tmp_path_factory.mktemp("config") / "site.toml"
    detector, generator = unit.urls[1], unit.urls[3]
    config.write_text(f'detector = "{detector}"\ngenerator = "{generator}"\nport = 0\n')
    with served(site, "--config", config) as (address, _):
        yield address


def status_of(service):
    return json.loads(ask(f"{service}/api/diagnostics/status")[0])


def test_healthz_tells_that_it_runs(service):
    assert json.loads(ask(f"{service}/healthz")[0])["status"] == "ok"


def test_status_tells_who_the_unit_is_and_how_it_is(service):
    status = status_of(service)
    assert status["connected"] is True and status["error"] is None
    assert status["detector"]["serial"].startswith("BAS-")
    assert status["detector"]["firmware_version"]
    assert status["detector"]["exposure_state"] == "Idle" and status["detector"]["armed"] is False
    assert 15 < status["temperatures_c"]["detector"] < 45
    assert status["calibration"]["valid"] is True
    assert status["links"]["detector"]["commands"] > 10
    assert status["links"]["generator"]["commands"] >= 1
    assert status["model"]["sha256"]


def test_an_open_door_is_told_at_once(service, unit):
    assert status_of(service)["interlocks"]["all_closed"] is True
    unit.ask("PUT", "door", open=True)
    interlocks = status_of(service)["interlocks"]
    unit.ask("PUT", "door", open=False)
    assert interlocks["all_closed"] is False
    assert "door" in interlocks["panel_sees_open"]


def test_metrics_are_in_the_format_of_prometheus(service):
    text, headers = ask(f"{service}/metrics")
    assert headers["Content-Type"].startswith("text/plain")
    assert re.search(r"^boneage_detector_temperature_celsius \d", text, re.M)
    assert "boneage_unit_connected 1.0" in text


def test_openapi_lists_every_route(service):
    paths = json.loads(ask(f"{service}/openapi.json")[0])["paths"]
    diagnostics = {"status", "checks", "self-tests", "self-tests/{job_id}", "detector-quality"}
    diagnostics |= {"detector-quality/{entry_id}", "detector-quality/{entry_id}/report.pdf"}
    named = {f"/api/diagnostics/{name}" for name in diagnostics}
    assert set(paths) == {"/healthz", "/metrics"} | named


def post(service, body):
    headers = {"Content-Type": "application/json"}
    address = f"{service}/api/diagnostics/self-tests"
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    asked = urllib.request.Request(address, content, headers, method="POST")
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return answer.status, json.loads(answer.read()), answer.headers


def follow(service, place):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job = json.loads(ask(f"{service}{place}")[0])
        if job["state"] != "running":
            return job
    raise AssertionError("the self-test did not end")


def test_a_self_test_is_a_job_that_can_be_followed(service):
    status, job, headers = post(service, {"checks": ["link-quality", "generator"]})
    assert status == 202 and job["wanted"] == ["link-quality", "generator"]
    ended = follow(service, headers["Location"])
    assert (ended["state"], ended["error"]) == ("done", None)
    assert {check["outcome"] for check in ended["checks"]} == {"passed"}
    assert json.loads(ask(f"{service}/api/diagnostics/self-tests")[0])[0]["id"] == job["id"]


def test_a_second_self_test_waits_its_turn(service):
    _, _, headers = post(service, {})
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(service, {})
    assert refused.value.code == 409
    assert json.loads(refused.value.read())["code"] == "E-DIA-2"
    assert follow(service, headers["Location"])["state"] == "done"


def test_a_self_test_finds_a_unit_again_that_was_unplugged(service, unit):
    outcomes = []
    for action, body in (("PUT", {"name": "cable-pull", "at": "idle"}), ("DELETE", {})):
        unit.ask(action, "faults", **body)
        _, _, headers = post(service, {"checks": ["detector-identity", "temperatures"]})
        outcomes.append(follow(service, headers["Location"]))
    assert {check["outcome"] for check in outcomes[0]["checks"]} & {"failed"} or outcomes[0][
        "error"
    ]
    assert {check["outcome"] for check in outcomes[1]["checks"]} == {"passed"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"checks": ["colour"]}, "E-DIA-1"),
        ({"chcks": []}, "E-DIA-9"),
        ({"checks": []}, "E-DIA-9"),
        ({"checks": "temperatures"}, "E-DIA-9"),
        ([], "E-DIA-9"),
        (b"{", "E-DIA-9"),
        (b"\xff", "E-DIA-9"),
    ],
)
def test_a_self_test_of_nothing_known_is_a_problem_document(service, body, code):
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(service, body)
    assert refused.value.code == 422
    assert json.loads(refused.value.read())["code"] == code


def test_an_unknown_self_test_is_a_problem_document(service):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(f"{service}/api/diagnostics/self-tests/none")
    assert (refused.value.code, json.loads(refused.value.read())["code"]) == (404, "E-DIA-3")


def test_no_answer_names_a_patient(service):
    answers = [ask(f"{service}{path}")[0] for path in ("/api/diagnostics/status", "/metrics")]
    assert not any("patient" in answer.lower() or "birth" in answer.lower() for answer in answers)


def test_what_is_not_there_is_a_problem_document(service):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(f"{service}/nothing")
    assert refused.value.headers["Content-Type"] == "application/problem+json"
    assert json.loads(refused.value.read())["status"] == 404


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [("Host", "evil.example", 400), ("Origin", "http://evil.example", 403)],
)
def test_another_host_name_or_origin_is_refused_with_a_problem_document(
    service, header, value, status
):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(f"{service}/healthz", **{header: value})
    assert refused.value.code == json.loads(refused.value.read())["status"] == status
    assert refused.value.headers["Content-Type"] == "application/problem+json"


def test_a_body_that_nobody_means_is_refused(service):
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(service, {"checks": ["link-quality"] * 2000})
    assert refused.value.code == json.loads(refused.value.read())["status"] == 413


def test_a_check_that_is_named_twice_is_made_once(service):
    _, job, headers = post(service, {"checks": ["interlocks", "interlocks"]})
    assert job["wanted"] == ["interlocks"]
    follow(service, headers["Location"])


def test_a_visit_meanwhile_is_refused_in_one_sentence(site, service, unit, patient, tmp_path):
    status_of(service)
    done = site.run(*site.visit(unit, tmp_path / "out", patient))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("E-REC-")


def test_a_unit_that_is_not_there_is_said_to_be_lost(site, tmp_path):
    config = tmp_path / "site.toml"
    config.write_text('detector = "usbip://127.0.0.1:9/1-1"\ngenerator = "pmx:///none"\nport = 0\n')
    elsewhere = type(site)(tmp_path / "data")  # the other service keeps the site's own unit
    with served(elsewhere, "--config", config) as (address, _):
        status = status_of(address)
        assert status["connected"] is False
        assert status["error"]["code"] == "E-LINK-1"
        assert "boneage_unit_connected 0.0" in ask(f"{address}/metrics")[0]


def test_the_service_ends_quietly_when_it_is_stopped(site, tmp_path):
    config = tmp_path / "site.toml"
    config.write_text('detector = "usb://"\ngenerator = "pmx:///none"\nport = 0\n')
    with served(site, "--config", config) as (_, process):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


@pytest.mark.parametrize(
    "content", ["", "port = 0", "prot = 1", "[", "port = 99999", 'detector = "usb://"', "\xff"]
)
def test_settings_that_cannot_be_are_one_clear_sentence(site, tmp_path, content):
    (tmp_path / "site.toml").write_bytes(content.encode("latin-1"))
    done = site.run("serve", "--config", tmp_path / "site.toml")
    assert done.returncode == 1
    assert done.stderr.startswith("E-CFG-1: ") and done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_one_clear_sentence(site, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = f'detector = "usb://"\ngenerator = "pmx:///none"\nport = {port}\n'
        (tmp_path / "site.toml").write_text(config)
        done = site.run("serve", "--config", tmp_path / "site.toml")
    assert done.returncode == 1
    assert done.stderr.startswith("E-CFG-7: ") and done.stderr.count("\n") == 1
