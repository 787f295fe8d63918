"""`levertree serve`: checks the folder and the port, starts the server, and says where to find it.

What can go wrong before the first page is checked first, and answered with one sentence instead of a traceback.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from types import FrameType

    from starlette.types import ASGIApp

    from app.settings import Settings

TICK = 1.0
"""Seconds between two looks at the clock for the date header."""


@click.command()
@click.option("--host", help="Address to listen on (0.0.0.0: every address, so that phones reach it).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (8000; 0: any free one).")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Folder for the database (./data).")
@click.option("--public-url", help="Address that QR codes carry, such as https://workshops.example.org.")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Server processes; more than one needs PostgreSQL."
)
def command(**options: Any) -> None:
    """Serve workshops until Ctrl+C."""
    from app.commands import _network, _settings

    settings = _settings.read(**options)
    refused = _settings.why_not_writable(settings.data_dir)
    if refused:
        raise click.ClickException(
            f"The data folder {settings.data_dir.absolute()} cannot be written to ({refused}): "
            "choose another with levertree serve --data-dir FOLDER."
        )
    _prepare_database(settings)
    try:
        listener = _network.listen(settings.host, settings.port)
    except _network.AddressError as error:
        raise click.ClickException(str(error)) from None
    _serve(settings, listener)


def _prepare_database(settings: Settings) -> None:
    """Opens the database once, so that it is upgraded by one process, and what keeps it shut is one sentence."""
    from app.storage import StorageDown, StoreBusy, open_store
    from app.storage.migrations import TooNew

    async def open_and_close() -> None:
        store = await open_store(settings.database_url, settings.data_dir)
        await store.close()

    try:
        asyncio.run(open_and_close())
    except (StorageDown, StoreBusy, TooNew, ValueError) as error:
        raise click.ClickException(str(error)) from None


def application() -> ASGIApp:
    """What uvicorn calls, here or in a worker process: the app, wired from the environment."""
    from app import logs
    from app.main import create_app
    from app.rooms import tidy
    from app.settings import Settings

    settings = Settings()
    logs.configure(settings.log_level, settings.log_json)
    app = create_app(settings)
    tidy.begin()
    return app


def options(settings: Settings) -> dict[str, Any]:
    """How uvicorn runs the app, here and in tests: what the live protocol relies on (docs/protocol.md)."""
    from app.rooms.protocol import LARGEST_READ

    return {
        "log_level": settings.log_level,
        "log_config": None,
        "access_log": False,
        "proxy_headers": settings.proxy_headers,
        "forwarded_allow_ips": settings.trusted_proxies,
        "server_header": False,
        "ws_max_size": LARGEST_READ,  # over 64 KiB is refused with a sentence, over this the socket is closed
        "ws_per_message_deflate": False,  # costs half of what a process can deliver, for little
        # Every page has a heartbeat of its own (LIVE-8), and whoever is silent for longer is cut (app/web/socket.py).
        "ws_ping_interval": None,
        "ws_ping_timeout": None,
        "timeout_graceful_shutdown": 5,
        "http": "app.web.transport:LetsGo",
        "ws": "app.web.transport:TransportInScope",
    }


def _serve(settings: Settings, listener: socket.socket) -> None:
    import uvicorn

    port = listener.getsockname()[1]
    config = uvicorn.Config(
        "app.commands.serve:application", factory=True, workers=settings.workers, **options(settings)
    )
    if settings.workers > 1:
        from uvicorn.supervisors import Multiprocess

        _announce(settings, port, f"Levertree is starting {settings.workers} workers")
        Multiprocess(config, sockets=[listener]).run()
        return

    class Announcing(uvicorn.Server):
        """Says where it is to be found; and looks whether it is to stop when it is told, not ten times a second."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
            await super().startup(sockets)
            if self.started:
                _announce(settings, port)

        async def main_loop(self) -> None:
            while not await self.on_tick(0):  # which also keeps the date that every answer carries
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), TICK)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            super().handle_exit(sig, frame)
            if self.started:
                self._loop.call_soon_threadsafe(self._told.set)

    server = Announcing(config)
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl+C is how it is meant to end
        server.run(sockets=[listener])
    if not server.started:
        raise click.ClickException("The server could not start; the lines above say why.")


def _announce(settings: Settings, port: int, state: str = "Levertree is ready") -> None:
    from app.commands import _network

    lines = [f"{state}: http://localhost:{port}"]
    lan = _network.address_for_phones(settings.host)
    address = settings.public_url or (f"http://{lan}:{port}" if lan else None)
    if address:
        lines += [
            f"For phones in the same network: {address}"
            if not settings.public_url
            else f"For everybody: {address}"
        ]
        lines += [_network.qr(address).rstrip("\n")]
    lines += ["Stop it with Ctrl+C; workshops are kept."]
    for line in lines:
        _print(line)


def _print(line: str) -> None:
    try:
        click.echo(line)
    except UnicodeEncodeError:  # a terminal that cannot draw a QR code still shows the addresses
        return
