"""The service API: HTTP on this computer only, errors as problem documents with our codes."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from console.diagnostics import UnitKeeper, metrics_text
from console.errors import PortTaken
from console.version import __version__

LOOPBACK: Final = "127.0.0.1"
# RFC 9457.
_PROBLEM: Final = "application/problem+json"


def make_app(keeper: UnitKeeper, told: Callable[[], None]) -> FastAPI:
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
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])
    app.add_exception_handler(HTTPException, _problem)

    @app.get("/healthz", summary="Tell whether the service runs")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.get(
        "/metrics", summary="Figures of the unit for Prometheus", response_class=PlainTextResponse
    )
    def metrics() -> Response:
        return Response(metrics_text(keeper.status()), media_type=CONTENT_TYPE_LATEST)

    @app.get("/api/diagnostics/status", summary="How the unit is")
    def status() -> dict[str, Any]:
        return keeper.status()

    return app


def serve(keeper: UnitKeeper, port: int, told: Callable[[str], None]) -> None:
    """Serve until somebody stops the command; `told` hears the address. Raises PortTaken."""
    with _listen(port) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        app = make_app(keeper, lambda: told(address))
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listening])


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


async def _problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException), "registered for these alone"
    title = HTTPStatus(error.status_code).phrase
    body = {"type": "about:blank", "title": title, "status": error.status_code}
    return JSONResponse(
        body | {"detail": str(error.detail)},
        error.status_code,
        dict(error.headers or {}),
        media_type=_PROBLEM,
    )
