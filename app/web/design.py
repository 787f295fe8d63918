"""The living page of all components, for those who build screens: served only with `LEVERTREE_DESIGN_PAGE=true`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from app.rendering.templates import TEMPLATES, draw
from app.web.address import qr_svg
from app.web.context import running

router = APIRouter()


def _shown(request: Request, template: str) -> Response:
    if not running(request).settings.design_page:
        raise HTTPException(404)
    sample = Markup(qr_svg("https://levertree.example/K7PM-4XQA"))
    return HTMLResponse(draw(template, {"qr": sample}))


@router.get("/design")
async def components(request: Request) -> Response:
    """Every component in every state."""
    return _shown(request, "design.html")


@router.get("/design/{name}")
async def screen(request: Request, name: str) -> Response:
    """One sample screen."""
    known = {file.stem for file in (TEMPLATES / "design").glob("[a-z]*.html")}
    if name not in known:
        raise HTTPException(404)
    return _shown(request, f"design/{name}.html")
