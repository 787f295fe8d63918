"""Every failure as a page with a sentence: what happened and what to do."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from app.rendering.templates import draw
from app.storage.api import StorageDown
from app.web.context import NoWorkshop, TooManyTries
from app.web.security import HEADERS

log = structlog.get_logger()

SENTENCES = {
    400: (
        "This does not fit",
        "Something in the form is not as expected. Go back, check it, and send it again.",
    ),
    403: (
        "Not for this device",
        "This page belongs to the facilitator. Open it with the facilitator's link.",
    ),
    404: ("Nothing here", "There is no such page. Check the address, or type the code on the first page."),
    405: ("Not this way", "This address is for a form. Go back to the workshop and try again."),
    413: ("Too large", "This file or text is too large. Make it smaller and send it again."),
    429: ("Too many tries", "Wait a minute, then try again."),
}


def error_page(status: int, title: str, text: str) -> HTMLResponse:
    """One calm page for one failure."""
    return HTMLResponse(draw("pages/error.html", {"title": title, "text": text}), status_code=status)


def add_error_pages(app: FastAPI) -> None:
    """Register the pages."""

    @app.exception_handler(NoWorkshop)
    async def no_workshop(request: Request, error: NoWorkshop) -> Response:
        return error_page(
            404, "No workshop with this code", "Check the code with the facilitator and type it again."
        )

    @app.exception_handler(TooManyTries)
    async def too_many(request: Request, error: TooManyTries) -> Response:
        return error_page(
            429, "Too many wrong codes", "Wait a minute, then try again with the code on the wall."
        )

    @app.exception_handler(StorageDown)
    async def down(request: Request, error: StorageDown) -> Response:
        return error_page(
            503, "Nothing can be saved right now", f"{error} What people typed is kept on their devices."
        )

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return error_page(400, *SENTENCES[400])

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        title, text = SENTENCES.get(error.status_code, ("This did not work", "Go back and try again."))
        response = error_page(error.status_code, title, text)
        response.headers.update(error.headers or {})  # which methods are allowed, when to come again
        return response

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.exception("page failed", path=request.url.path)
        response = error_page(
            500, "Something went wrong on the server", "Nothing that was saved is lost. Reload the page."
        )
        # This page is made outside all other layers, so it brings its headers itself.
        response.headers.update({**HEADERS, "Cache-Control": "no-store"})
        return response
