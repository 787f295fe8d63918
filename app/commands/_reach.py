"""What `levertree doctor` finds out about fonts, proxies and the way a phone takes to the server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from app.settings import Settings

PATIENCE = 8.0
"""Seconds a server has for one answer."""


class Trouble(Exception):  # noqa: N818 - an ordinary finding, not an error
    """What is wrong, and what to do, in one sentence."""


def fonts(settings: Settings) -> str:
    """Whether a document can be set with the shipped fonts and the host's own. Raises Trouble."""
    from app.exports import pdf
    from app.exports.errors import PrintingError
    from app.exports.press import PRESS

    extra = _own_fonts(settings.font_folder)
    try:
        pdf.warm(settings.font_folder)
    except PrintingError as error:
        raise Trouble(f"no PDF can be printed. {error}") from None
    finally:
        PRESS.close()
    return f"PDFs can be printed{extra}"


def _own_fonts(folder: Path | None) -> str:
    if folder is None:
        return "; for Chinese, Japanese or Korean set LEVERTREE_FONT_FOLDER"
    found = (
        [file for file in folder.glob("*") if file.suffix.lower() in {".ttf", ".otf"}]
        if folder.is_dir()
        else []
    )
    if not found:
        raise Trouble(f"LEVERTREE_FONT_FOLDER is {folder.absolute()}, where no .ttf or .otf file is.")
    return f", with {len(found)} fonts of your own"


def proxy(settings: Settings) -> str:
    """Whether what is set about a proxy fits together. Raises Trouble."""
    public = settings.public_url or ""
    if public.startswith("https://") and not settings.proxy_headers:
        raise Trouble(
            "people come by https, so there is a proxy in front, but its headers are not believed: everybody would count "
            "as one address when wrong codes are counted. Set LEVERTREE_PROXY_HEADERS=true and LEVERTREE_TRUSTED_PROXIES."
        )
    if settings.proxy_headers and settings.trusted_proxies.strip() == "*":
        raise Trouble(
            "LEVERTREE_TRUSTED_PROXIES is *, so that anybody could pretend to be another address: name the proxy."
        )
    if settings.proxy_headers:
        return f"forwarding headers count from {settings.trusted_proxies}"
    return "none is set, people reach this machine itself"


def answers(base: str) -> bool:
    """Whether a Levertree answers at this address."""
    import httpx

    try:
        return bool(httpx.get(f"{base}/healthz", timeout=2.0, trust_env=False).json()["ok"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False


def live_connection(settings: Settings) -> str:
    """Whether a websocket gets through to the running server, by the address that people use. Raises Trouble."""
    base = settings.public_url or f"http://127.0.0.1:{settings.port}"
    if not answers(base):
        if settings.public_url and answers(f"http://127.0.0.1:{settings.port}"):
            raise Trouble(
                f"the server runs, but does not answer at {base}: check the proxy, its certificate and the name."
            )
        return f"not tried, because no server answers at {base}: start it, then ask the doctor again"
    try:
        code = asyncio.run(_refused_with(base))
    except (OSError, TimeoutError, _NoUpgradeError) as error:
        raise Trouble(
            f"pages answer at {base}, but a live connection does not get through ({error}): let the proxy pass "
            "the headers Upgrade and Connection for /ws/."
        ) from None
    if code != 4404:
        raise Trouble(
            f"the live connection at {base} was ended with {code}: check that the proxy passes the header Host."
        )
    return f"gets through at {base}"


class _NoUpgradeError(Exception):
    """The server, or something in front of it, did not make a websocket of the request."""


async def _refused_with(base: str) -> int:
    """The code with which a workshop that does not exist is refused; what matters is that the refusal arrives."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed, WebSocketException

    address = base.replace("http", "ws", 1) + "/ws/0/phone"
    try:
        async with asyncio.timeout(PATIENCE), connect(address, origin=base, proxy=None) as socket:  # type: ignore[arg-type]
            await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0
    except WebSocketException as error:
        raise _NoUpgradeError(str(error)) from None
    return 0
