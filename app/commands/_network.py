"""Which address the server listens on, which one phones can reach, and the QR code that carries it."""

from __future__ import annotations

import errno
import io
import socket


class AddressError(Exception):
    """The address cannot be listened on; the message is one sentence that says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A bound TCP socket for `host` and `port` (0: any free port); raises AddressError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        raise AddressError(
            f"There is no address named {host}: set LEVERTREE_HOST to 0.0.0.0 (every address) or 127.0.0.1."
        ) from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    # A server that is started again right after it was killed must get its port back.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        # Two sockets may both be bound with SO_REUSEADDR; only listening tells that the port is really free.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise AddressError(_why(error, host, port)) from None
    listener.set_inheritable(True)
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is already in use: stop the program that uses it, or choose another port, "
            f"such as levertree serve --port {port + 1} (make run PORT={port + 1})."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system: choose one above 1023, such as levertree serve --port 8000."
    if error.errno == errno.EADDRNOTAVAIL:
        return (
            f"This machine does not have the address {host}: set LEVERTREE_HOST to 0.0.0.0 (every address)."
        )
    return f"The server cannot listen on {host}, port {port}: {error.strerror}."


def address_for_phones(host: str) -> str | None:
    """The machine's address in the local network, or None when it listens to itself only or has no network."""
    if host in {"127.0.0.1", "localhost", "::1"}:
        return None
    if host not in {"0.0.0.0", "::", ""}:
        return host
    from app.web.address import lan_address

    address = lan_address()
    return None if address.startswith("127.") else address


def qr(text: str) -> str:
    """`text` as a QR code of half-height blocks, for a terminal."""
    import segno

    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out, compact=True, border=4)
    return out.getvalue()
