"""Where people reach this server: the host's public address, else the one browsers use, else the machine's own in the LAN."""

from __future__ import annotations

import socket
from functools import cache
from urllib.parse import urlsplit

import segno
from starlette.requests import HTTPConnection

from app.rendering.screens import Place
from app.settings import Settings

LOCAL = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}


@cache
def lan_address() -> str:
    """This machine's address in the local network; 127.0.0.1 when there is none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


@cache
def qr_svg(url: str) -> str:
    """The address as an inline SVG that scales and takes the page's colours by class."""
    return str(
        segno.make(url, error="m").svg_inline(border=2, omitsize=True, svgclass="qr", lineclass="qr-dark")
    )


class Addresses:
    """Knows the base address to print; learns from requests when the host set none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: str | None = None

    def learn(self, connection: HTTPConnection) -> None:
        """Remember the address a facilitator's browser uses, unless it is one that phones cannot reach."""
        host = connection.url.hostname or ""
        if self._settings.public_url is None and host not in LOCAL:
            self._seen = f"{connection.url.scheme}://{connection.url.netloc}"
        elif self._seen is None and connection.url.port:
            self._seen = f"http://{lan_address()}:{connection.url.port}"

    @property
    def base(self) -> str:
        """The address in front of every link, without a slash at its end."""
        if self._settings.public_url:
            return self._settings.public_url.rstrip("/")
        return self._seen or f"http://{lan_address()}:{self._settings.port}"

    def place(self, code: str) -> Place:
        """Where a workshop is joined, with its QR code."""
        spoken = f"{code[:4]}-{code[4:]}"
        url = f"{self.base}/{spoken}"
        return Place(url=url, host=urlsplit(self.base).netloc, qr=qr_svg(url))
