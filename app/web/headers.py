"""The headers every answer carries: a strict content policy and no guessing of types."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.rendering.templates import fingerprint
from app.settings import Settings
from app.web.security import HEADERS


class SecurityHeaders:
    """Adds the security headers; pages are never kept by caches, fingerprinted files for a year."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        static = scope["path"].startswith("/static/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault(
                    "Cache-Control", _caching(scope, message["status"]) if static else "no-store"
                )
            await send(message)

        await self.app(scope, receive, with_headers)


def _caching(scope: Scope, status: int) -> str:
    """A file that is asked for by the fingerprint of its present content never changes; any other is asked for again."""
    mark = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[0]
    same = mark != "" and mark == fingerprint(scope["path"].removeprefix("/static/"))
    return "public, max-age=31536000, immutable" if same and status in (200, 206, 304) else "no-cache"
