"""What a request may bring: forms up to 64 KiB, files up to 5 MB where a file is asked for; and `HEAD` wherever there is `GET`.

A body that is too large is refused as soon as that is known, from its announced length or while it comes in, before anything
of it is kept or parsed.
"""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import SENTENCES, error_page

FORM = 64 * 1024
FILE = 5 * 1024 * 1024 + 256 * 1024
"""A file of 5 MB with the form around it."""
DRAIN = 32 * 1024 * 1024
DRAIN_FOR = 10.0
"""So much, and for so many seconds, of a body that is too large is read and thrown away."""


def most(path: str) -> int:
    """The largest body, in bytes, that may be sent to this path."""
    parts = path.split("/")
    return FILE if path == "/continue" or (parts[1:2] == ["w"] and "import" in parts[3:]) else FORM


class Limits:
    """Refuses bodies that are too large with a sentence, and answers `HEAD`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD" and not scope["path"].startswith("/static/"):
            # Files know HEAD themselves; pages are drawn and sent without their body.
            scope = {**scope, "method": "GET"}
            send = _without_body(send)
        limit = most(scope["path"])
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not announced.isdigit() or int(announced) > limit:
            await _drain(receive)
            await _too_large()(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                if message.get("more_body"):
                    await _drain(receive)
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)


async def _drain(receive: Receive) -> None:
    """Throw away what is still coming, within reason: browsers that are cut off while they send show no sentence."""
    thrown = 0
    try:
        async with asyncio.timeout(DRAIN_FOR):
            while thrown < DRAIN:
                message = await receive()
                thrown += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
    except TimeoutError:
        return


def _too_large() -> Response:
    response = error_page(413, *SENTENCES[413])
    response.headers["Connection"] = "close"
    return response


def _without_body(send: Send) -> Send:
    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only
