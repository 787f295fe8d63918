"""Structured logs without personal text or secrets: one line per happening, JSON for machines that collect them.

What people write never goes into a log: commands are named by their type, people and workshops by their id. Everything that
looks like one of our tokens (links, cookies, keys), and every query behind an address, is struck out wherever it comes
from, the server's own lines and tracebacks included.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")
_QUERY = re.compile(r"(?<=[/\w])\?[^\s\"']+=[^\s\"']*")
_PASSWORD = re.compile(r"(?<=://)[^\s/@]+(?=@)")


def strike_out(text: str) -> str:
    """The text without tokens, queries and passwords."""
    return _PASSWORD.sub("…", _TOKEN.sub("…", _QUERY.sub("?…", text)))


def _clean(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {key: _cleaned(value) for key, value in event.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return strike_out(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {key: _cleaned(one) for key, one in value.items()}
    return value


def configure(level: str = "info", as_json: bool = False, stream: TextIO | None = None) -> None:
    """Send our own lines and those of the libraries through one form, to standard error."""
    number = logging.getLevelName(level.upper())
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _clean,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(number)
    # The server tells every socket that opens; that is what /metrics is for.
    logging.getLogger("uvicorn.error").setLevel(max(number, logging.WARNING))
    logging.getLogger("httpx").setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
