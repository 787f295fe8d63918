"""What whoever runs the server looks at: whether it is ready, and how it is doing.

How many rooms and people there are is nobody else's business, so `/metrics` answers on the machine itself alone, or to those who
know LEVERTREE_METRICS_TOKEN. For all others there is no such page.
"""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.rooms import metrics
from app.web.context import caller, running
from app.web.security import fits

router = APIRouter()
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""What proxies add: behind one, every caller would seem to be on this machine."""


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """An append could be stored now."""
    problem = await running(request).readiness.problem()
    return JSONResponse({"ok": not problem, "problem": problem}, status_code=503 if problem else 200)


@router.get("/metrics")
async def prometheus(request: Request) -> Response:
    """Numbers for Prometheus, of this process; no personal text."""
    if not _may_read(request):
        raise HTTPException(404)
    return Response(metrics.page(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: Request) -> bool:
    token = running(request).settings.metrics_token
    if token is not None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and fits(token, given.strip())
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(caller(request)).is_loopback
    except ValueError:
        return False
