"""All wiring in one place: settings in, an application out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from app.exports import pdf
from app.exports.errors import PrintingError
from app.exports.press import PRESS
from app.rendering.templates import STATIC
from app.rooms.registry import Rooms
from app.settings import Settings
from app.storage import open_store
from app.web import (
    design,
    downloads,
    imports,
    keeping,
    lint_live,
    operation,
    pages,
    socket,
    what_if,
    workshops,
)
from app.web.address import Addresses
from app.web.context import App
from app.web.errors import add_error_pages
from app.web.headers import SecurityHeaders
from app.web.limits import Limits
from app.web.readiness import Readiness
from app.web.security import Allowance

WARM_AFTER = 3.0


async def _warm_press(settings: Settings) -> None:
    """Set an empty document, so that the first download does not wait for fonts; a press that cannot says so there.

    After a moment, so that it takes nothing from the first pages, nor from a server that is stopped at once.
    """
    if not settings.warm_press:
        return
    await asyncio.sleep(WARM_AFTER)
    with suppress(PrintingError):
        await asyncio.to_thread(pdf.warm, settings.font_folder)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; opens its store when it starts and finishes all appends when it stops."""
    chosen = settings or Settings()
    addresses = Addresses(chosen)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        store = await open_store(chosen.database_url, chosen.data_dir)
        rooms = Rooms(store, addresses.place)
        rooms.start()
        app.state.levertree = App(
            settings=chosen,
            store=store,
            rooms=rooms,
            addresses=addresses,
            codes=Allowance(per_second=0.2, burst=15),
            speech=Allowance(per_second=20, burst=40),
            chatter=Allowance(per_second=50, burst=200),
            readiness=Readiness(store),
        )
        warming = asyncio.create_task(_warm_press(chosen), name="warm the press")
        try:
            yield
        finally:
            await rooms.close()
            await store.close()
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)
            await asyncio.to_thread(PRESS.close)

    app = FastAPI(title="Levertree", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(Limits)
    app.add_middleware(SecurityHeaders, settings=chosen)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(socket.router)
    app.include_router(workshops.router)
    app.include_router(downloads.router)
    app.include_router(keeping.router)
    app.include_router(lint_live.router)
    app.include_router(what_if.router)
    app.include_router(imports.router)
    app.include_router(design.router)
    app.include_router(operation.router)
    app.include_router(pages.router)
    add_error_pages(app)
    return app
