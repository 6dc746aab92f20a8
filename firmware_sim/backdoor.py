"""The back door: patient, hand switch, door, faults and clock as JSON over HTTP, loopback only."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any

from firmware_sim.errors import SimulatorError, StartRefused, UnknownValue
from firmware_sim.patients.errors import PatientError
from firmware_sim.unit import SimulatedUnit

LONGEST_BODY = 64 * 1024
Body = dict[str, Any]


def _place_patient(unit: SimulatedUnit, body: Body) -> None:
    unit.place_patient(_text(body, "spec"))


def _press_hand_switch(unit: SimulatedUnit, body: Body) -> None:
    stage = body.get("stage")
    if type(stage) is not int:
        raise UnknownValue('The hand switch takes {"stage": 0, 1 or 2}.')
    unit.press_hand_switch(stage)


def _move_door(unit: SimulatedUnit, body: Body) -> None:
    position = body.get("open")
    if type(position) is not bool:
        raise UnknownValue('The door takes {"open": true or false}.')
    if position:
        unit.open_door()
    else:
        unit.close_door()


def _inject_fault(unit: SimulatedUnit, body: Body) -> None:
    values = {key: value for key, value in body.items() if key != "name"}
    if not all(type(value) in (str, int) for value in values.values()):
        raise UnknownValue("The parameters of a fault are words or whole numbers.")
    unit.inject_fault(_text(body, "name"), values)


def _clear_faults(unit: SimulatedUnit, body: Body) -> None:
    unit.clear_faults()


def _set_clock(unit: SimulatedUnit, body: Body) -> None:
    unit.set_clock_mode(_text(body, "mode"))


def _step_clock(unit: SimulatedUnit, body: Body) -> None:
    seconds = body.get("seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise UnknownValue('A step takes {"seconds": a number}.')
    if unit.clock_mode != "manual":
        raise UnknownValue("The clock steps only in manual mode.")
    unit.step(float(seconds))


def _look(unit: SimulatedUnit, body: Body) -> None:
    pass


ROUTES: dict[tuple[str, str], Callable[[SimulatedUnit, Body], None]] = {
    ("GET", "/state"): _look,
    ("PUT", "/patient"): _place_patient,
    ("PUT", "/hand-switch"): _press_hand_switch,
    ("PUT", "/door"): _move_door,
    ("PUT", "/faults"): _inject_fault,
    ("DELETE", "/faults"): _clear_faults,
    ("PUT", "/clock"): _set_clock,
    ("POST", "/clock/step"): _step_clock,
}


def answer(unit: SimulatedUnit, method: str, path: str, content: bytes) -> tuple[int, Body]:
    """Do what a request asks; every good one is answered with the state after it."""
    act = ROUTES.get((method, path))
    if act is None:
        return 404, {"code": UnknownValue.code, "message": f"There is no {method} {path} here."}
    try:
        act(unit, _parse(content))
    except (SimulatorError, PatientError) as refusal:
        return 400, {"code": refusal.code, "message": str(refusal)}
    except (OverflowError, RecursionError, ValueError) as exc:  # numbers and texts without end
        reason = f"The request cannot be understood: {str(exc)[:80]}."
        return 400, {"code": UnknownValue.code, "message": reason}
    return 200, unit.describe()


def _parse(content: bytes) -> Body:
    try:
        body = json.loads(content or b"{}")
    except ValueError as exc:
        raise UnknownValue("The body is not JSON.") from exc
    if not isinstance(body, dict):
        raise UnknownValue("The body is a JSON object.")
    return body


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise UnknownValue(f'The body needs "{name}", a text.')
    return value


class BackDoor:
    """Serves the back door of a unit until closed."""

    def __init__(self, unit: SimulatedUnit, host: str, port: int) -> None:
        _check_loopback(host)
        self._server = _listen(host, port, _handler_for(unit))
        self.url = "http://{}:{}".format(*self._server.server_address[:2])
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


def _handler_for(unit: SimulatedUnit) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 60.0  # a host that begins a request ends it
        wbufsize = -1

        def _serve(self) -> None:
            length = self.headers.get("Content-Length", "0")
            known = length.isdecimal() and len(length) < 8 and int(length) <= LONGEST_BODY
            content = self.rfile.read(int(length)) if known else b"?"
            self.close_connection = self.close_connection or not known
            status, body = answer(unit, self.command, self.path, content)
            self._send(status, json.dumps(body).encode())

        def _send(self, status: int, encoded: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

        do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _check_loopback(host: str) -> None:
    try:
        inside = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise StartRefused(f"The back door opens on loopback only, not on {host}.")


def _listen(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> _Server:
    try:
        return _Server((host, port), handler)
    except OSError as exc:
        raise StartRefused(
            f"The back door cannot listen on {host}:{port} ({exc.strerror});"
            " choose another address with --control."
        ) from exc
