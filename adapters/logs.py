"""Structured logs: a line of JSON each (or readable text in a terminal), with the correlation id of what caused it."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

from bot.trace import correlation

_QUIET = ("apscheduler", "slack_bolt", "slack_sdk", "nio", "aiohttp.access", "uvicorn", "alembic", "peewee")


def configure(level: str, style: Literal["json", "text", "auto"], out: TextIO = sys.stderr) -> None:
    """Send every log line to ``out``; libraries only speak up from a warning on."""
    readable = style == "text" or (style == "auto" and out.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=out.isatty()) if readable else structlog.processors.JSONRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _correlated,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _correlated(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if cause := correlation.get():
        line["correlation"] = cause
    return line
