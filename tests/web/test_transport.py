"""LIVE-7: the app can reach the connection under a websocket, measure what waits in it, and cut it at once."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import uvicorn
import websockets

from app.web.transport import EXTENSION, TransportInScope


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Says how much waits to be read; at the word `abort` it cuts the connection."""
    transport = scope["extensions"][EXTENSION]
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        if message["text"] == "abort":
            transport.abort()
        else:
            await send({"type": "websocket.send", "text": str(transport.get_write_buffer_size())})


async def with_server(visit: Any, application: Any = application) -> None:
    """Serve the application while `visit` is there."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, ws=TransportInScope, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        await visit(f"ws://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        await serving


def test_LIVE_7_the_app_sees_and_cuts_the_connection() -> None:
    async def visit(address: str) -> None:
        async with websockets.connect(address, proxy=None) as phone:
            await phone.send("how much")
            assert await phone.recv() == "0"
            await phone.send("abort")
            with pytest.raises(websockets.ConnectionClosedError):  # no close frame: cut
                await phone.recv()

    asyncio.run(asyncio.wait_for(with_server(visit), 20))
