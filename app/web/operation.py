"""What whoever runs the server looks at: whether it is ready, and how it is doing."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.rooms import metrics
from app.web.context import running

router = APIRouter()


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """An append could be stored now."""
    problem = await running(request).readiness.problem()
    return JSONResponse({"ok": not problem, "problem": problem}, status_code=503 if problem else 200)


@router.get("/metrics")
async def prometheus(request: Request) -> Response:
    """Numbers for Prometheus, of this process; no personal text."""
    return Response(metrics.page(), media_type="text/plain; version=0.0.4; charset=utf-8")
