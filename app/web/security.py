"""Who is asking, and may they: cookies, origin, headers, rate limits.

A browser is known by one random token in an HttpOnly cookie; only its hash is stored, with the seats it has. Links for
facilitators and walls carry a token of their own (a capability), stored hashed as well, and are redeemed into the cookie.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.settings import Settings

COOKIE = "levertree"
YEAR = 365 * 24 * 3600
CODE_LENGTH = 8
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def new_token() -> str:
    """A token of 256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A join code of eight characters that nobody confuses (no 0/O, 1/I): 2^40 possibilities."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def tidy_code(text: str) -> str:
    """What somebody typed as a code: capitals, without dashes and blanks."""
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())


def hashed(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def device_of(connection: HTTPConnection) -> str | None:
    """The hash of the browser's token, if it has one."""
    token = connection.cookies.get(COOKIE)
    return hashed(token) if token and 20 <= len(token) <= 100 else None


def is_secure(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether cookies must be marked Secure."""
    if settings.secure_cookies == "auto":
        public = settings.public_url or ""
        return connection.url.scheme in ("https", "wss") or (public.startswith("https://"))
    return settings.secure_cookies == "always"


def give_device(response: Response, token: str, secure: bool) -> None:
    """Set the browser's cookie."""
    response.set_cookie(COOKIE, token, max_age=YEAR, httponly=True, samesite="lax", secure=secure, path="/")


def same_origin(headers: Headers, settings: Settings) -> bool:
    """Whether a socket or a form comes from our own page: `Origin`, when there is one, must match the host asked."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    asked = urlsplit(origin).netloc.lower()
    allowed = {headers.get("host", "").lower()}
    if settings.public_url:
        allowed.add(urlsplit(settings.public_url).netloc.lower())
    if settings.proxy_headers and "x-forwarded-host" in headers:
        allowed.add(headers["x-forwarded-host"].lower())
    return asked in allowed


def fits(key: SecretStr | None, typed: str) -> bool:
    """Whether the host's key was typed; always, where the host set none. Takes as long for a near miss as for a far one."""
    return key is None or secrets.compare_digest(key.get_secret_value().encode(), typed.encode())


class Allowance:
    """So many tries per key: a bucket of `burst` that refills with `per_second`. Holds at most 10,000 keys."""

    def __init__(self, per_second: float, burst: float) -> None:
        self.per_second = per_second
        self.burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, cost: float = 1.0) -> bool:
        """Whether one more try is fine now."""
        now = time.monotonic()
        level, since = self._buckets.pop(key, (self.burst, now))
        level = min(self.burst, level + (now - since) * self.per_second)
        fine = level >= cost
        self._buckets[key] = (level - cost if fine else level, now)
        while len(self._buckets) > 10_000:
            self._buckets.popitem(last=False)
        return fine

    def left(self, key: str) -> bool:
        """Whether there is a try left; takes none."""
        level, since = self._buckets.get(key, (self.burst, 0.0))
        return level + (time.monotonic() - since) * self.per_second >= 1
