"""Errors as problem details (RFC 9457), with the one reply that tells nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from comity.node.errors import (
    DraftsRefusedError,
    MirrorDamagedError,
    NodeReadOnlyError,
    PairingError,
    PeerUnknownError,
    RecordNotFoundError,
    RequestError,
)
from comity.node.web.door import PUBLIC, plain_page
from comity.record.errors import ComityError
from comity.record.fetch import FetchError, NotFoundError
from comity.record.store_errors import StoreError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

LOGGER = structlog.get_logger("comity.node.web")

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[tuple[tuple[type[ComityError], int], ...]] = (
    (RecordNotFoundError, 404),
    (NotFoundError, 404),
    (PeerUnknownError, 404),
    (DraftsRefusedError, 422),
    (NodeReadOnlyError, 409),
    (PairingError, 409),
    (FetchError, 502),
    (StoreError, 503),
    (MirrorDamagedError, 503),
)

NOTHING: Final = {
    "type": f"urn:comity:error:{RecordNotFoundError.code}",
    "title": RecordNotFoundError.advice,
    "status": 404,
    "detail": "nothing here that may be shown",
}
"""The identical reply for content that is withheld, erased, was never stored, or is not for the caller."""


def status_of(error: ComityError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, RequestError):
        return error.status
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def problem_response(problem: dict[str, Any], status: int) -> Response:
    """Return problem details as a reply."""
    return JSONResponse({**problem, "status": status}, status, media_type=MEDIA_TYPE)


def nothing() -> Response:
    """Return the reply that tells nothing."""
    return problem_response(NOTHING, 404)


def install(app: FastAPI) -> None:
    """Answer every error with problem details; pages may dress them (`app.state.error_page`)."""
    app.add_exception_handler(ComityError, _comity)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, _unexpected)


def _reply(request: Request, problem: dict[str, Any], status: int) -> Response:
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return problem_response(problem, status)
    dress = getattr(request.app.state, "error_page", None)
    if dress is None or _is_public(request):
        # A page of the console shows the state of the node; here nobody has signed in.
        return HTMLResponse(plain_page(str(problem["detail"]), str(problem["title"])), status)
    page: Response = dress(request, status, {**problem, "status": status})
    return page


def _is_public(request: Request) -> bool:
    return request.url.path.startswith(PUBLIC)


def _comity(request: Request, error: Exception) -> Response:
    assert isinstance(error, ComityError)
    if isinstance(error, RecordNotFoundError | NotFoundError):
        return _reply(request, NOTHING, 404)
    problem = error.problem()
    if isinstance(error, StoreError) and _is_public(request):
        LOGGER.error("a public path cannot be read", path=request.url.path, error=problem)
        problem["detail"] = "this node cannot read its own files at present"  # not where they lie
    return _reply(request, problem, status_of(error))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == NOTHING["status"]:
        return _reply(request, NOTHING, 404)
    problem = RequestError(str(error.detail)).problem()
    return _reply(request, problem, error.status_code)


def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = [
        {"place": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
        for item in error.errors()[:20]
    ]
    first = places[0] if places else {"place": "body", "message": "not understood"}
    problem = RequestError(f"{first['place']}: {first['message']}").problem()
    return _reply(request, {**problem, "items": places}, 422)


def _unexpected(request: Request, error: Exception) -> Response:
    LOGGER.error("unexpected error", path=request.url.path, exc_info=error)
    problem = {
        "type": "urn:comity:error:unexpected",
        "title": "Look at the output of the node, and report it.",
        "detail": "the node could not answer this request",
    }
    return _reply(request, problem, 500)
