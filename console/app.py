"""The service API: HTTP on this computer only, errors as problem documents with our codes."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from console.diagnostics import UnitKeeper, metrics_text
from console.errors import (
    BodyUnclear,
    CheckUnknown,
    ConsoleError,
    JobUnknown,
    PortTaken,
    QualityUnknown,
    SelfTestRunning,
)
from console.one_at_a_time import OneAtATime, Shared
from console.quality_series import Press, quality_list, quality_record
from console.self_tests import SelfTests
from console.version import __version__
from examination.self_test import CHECKS
from records.detector_quality import QualitySeries
from records.errors import RecordsError
from reports.errors import ReportError

LOOPBACK: Final = "127.0.0.1"
ALLOWED_HOSTS: Final = (LOOPBACK, "localhost")
# A self-test is begun with a few names.
LARGEST_BODY: Final = 16_384
# What goes with each refusal of ours.
STATUS_OF: Final[dict[type[ConsoleError], HTTPStatus]] = {
    CheckUnknown: HTTPStatus.UNPROCESSABLE_ENTITY,
    BodyUnclear: HTTPStatus.UNPROCESSABLE_ENTITY,
    SelfTestRunning: HTTPStatus.CONFLICT,
    JobUnknown: HTTPStatus.NOT_FOUND,
    QualityUnknown: HTTPStatus.NOT_FOUND,
}
# RFC 9457.
_PROBLEM: Final = "application/problem+json"
_PDF: Final = "application/pdf"


def make_app(
    keeper: UnitKeeper, tests: SelfTests, series: QualitySeries, told: Callable[[], None]
) -> FastAPI:
    """Return the application; it serves no page from another origin and no patient's data.

    `told()` is called when it answers; from then on a stop ends it in good order.
    """

    @asynccontextmanager
    async def begin(_app: FastAPI) -> AsyncIterator[None]:
        told()
        yield

    app = FastAPI(
        title="boneage-dr",
        version=__version__,
        lifespan=begin,
        # The pages that FastAPI shows its documentation on load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    app.middleware("http")(_guard)
    app.add_exception_handler(HTTPException, _problem)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(ConsoleError, _refused)
    for failure in (RecordsError, ReportError):
        app.add_exception_handler(failure, _failed)

    asked = Shared(keeper.status)

    @app.get("/healthz", summary="Tell whether the service runs")
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.get(
        "/metrics", summary="Figures of the unit for Prometheus", response_class=PlainTextResponse
    )
    async def metrics() -> Response:
        return Response(metrics_text(await asked.answer()), media_type=CONTENT_TYPE_LATEST)

    @app.get("/api/diagnostics/status", summary="How the unit is")
    async def status() -> dict[str, Any]:
        return await asked.answer()

    @app.get("/api/diagnostics/checks", summary="What a self-test can check")
    def checks() -> list[str]:
        return list(CHECKS)

    @app.get("/api/diagnostics/self-tests", summary="The latest self-tests, newest first")
    def jobs() -> list[dict[str, Any]]:
        return tests.jobs()

    @app.post("/api/diagnostics/self-tests", status_code=202, summary="Begin a self-test")
    def start(wanted: WantedChecks, response: Response) -> dict[str, Any]:
        job = tests.start(wanted.checks or ())
        response.headers["Location"] = f"/api/diagnostics/self-tests/{job['id']}"
        return job

    @app.get("/api/diagnostics/self-tests/{job_id}", summary="How a self-test goes")
    def job(job_id: str) -> dict[str, Any]:
        return tests.job(job_id)

    _add_quality(app, series)
    return app


def _add_quality(app: FastAPI, series: QualitySeries) -> None:
    """Add the quality controls of the site's detectors; they are made by `boneage qc`."""
    base = "/api/diagnostics/detector-quality"
    press, turn = Press(series), OneAtATime()

    @app.get(
        base,
        summary="The quality controls of the detectors, newest first",
        description="Number, detector, moment, whether it passed, every judged figure by name.",
    )
    def controls() -> list[dict[str, Any]]:
        return quality_list(series)

    @app.get(
        f"{base}/{{entry_id}}", summary="What one quality control found; `latest` may be asked"
    )
    def control(entry_id: str) -> dict[str, Any]:
        return quality_record(series, entry_id)

    @app.get(
        f"{base}/{{entry_id}}/report.pdf",
        summary="The PDF of one quality control; `latest` may be asked",
        response_class=Response,
        responses={200: {"content": {_PDF: {}}}},
    )
    async def report(entry_id: str) -> Response:
        return Response(await turn.do(lambda: press.report(entry_id)), media_type=_PDF)


class WantedChecks(BaseModel):
    """The body that begins a self-test: names of checks; without `checks` all of them."""

    model_config = ConfigDict(extra="forbid")

    checks: Annotated[list[str], Field(min_length=1)] | None = None


def serve(
    keeper: UnitKeeper, series: QualitySeries, port: int, told: Callable[[str], None]
) -> None:
    """Serve until somebody stops the command; `told` hears the address. Raises PortTaken."""
    with _listen(port) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        tests = SelfTests(keeper.run_checks, lambda: datetime.now().astimezone())
        app = make_app(keeper, tests, series, lambda: told(address))
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        try:
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            tests.close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError as exc:
        listening.close()
        raise PortTaken(f"The port {port} on {LOOPBACK} cannot be used: {exc.strerror}.") from exc
    return listening


async def _guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse other host names, pages of other origins, and bodies that nobody means."""
    origin = request.headers.get("origin")
    if request.url.hostname not in ALLOWED_HOSTS:
        return _answer(HTTPStatus.BAD_REQUEST, "The service answers to this computer only.", {})
    if origin is not None and urlsplit(origin).hostname not in ALLOWED_HOSTS:
        return _answer(HTTPStatus.FORBIDDEN, "A page of another origin may not ask this.", {})
    if request.method == "POST":
        length = request.headers.get("content-length", "")
        if not (length.isdecimal() and len(length) < 8 and int(length) <= LARGEST_BODY):
            sentence = f"A body has a Content-Length of at most {LARGEST_BODY} bytes."
            return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence, {})
    return await go_on(request)


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException), "registered for these alone"
    if error.status_code == HTTPStatus.BAD_REQUEST:  # a body that is no text at all
        return await _refused(request, BodyUnclear("The body of the request is no JSON."))
    return _answer(error.status_code, str(error.detail), dict(error.headers or {}))


async def _not_understood(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError), "registered for these alone"
    wrong = error.errors()[0]
    place = " ".join(str(part) for part in wrong["loc"])
    unclear = BodyUnclear(f"What to check is not understood, {place}: {wrong['msg']}.")
    return await _refused(request, unclear)


async def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ConsoleError), "registered for these alone"
    return _answer(STATUS_OF[type(error)], str(error), {}, code=error.code)


async def _failed(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RecordsError | ReportError), "registered for these alone"
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, str(error), {}, code=error.code)


def _answer(status: int, detail: str, headers: dict[str, str], **more: str) -> JSONResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    content = body | {"detail": detail} | more
    return JSONResponse(content, status, headers, media_type=_PROBLEM)
