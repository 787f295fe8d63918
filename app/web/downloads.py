"""The outcome as a page and in every registered format."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
