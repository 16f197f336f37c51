"""Structured logs: a line of JSON each (or readable text in a terminal), with the correlation id of what caused it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue
from typing import Any, Literal, TextIO

import structlog

from bot.trace import correlation

_QUIET = ("apscheduler", "slack_bolt", "slack_sdk", "nio", "aiohttp.access", "uvicorn", "alembic")


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


@contextmanager
def apart() -> Iterator[None]:
    """Let one thread write all lines while the context is open, so that whoever logs never waits for whoever else does.

    Lines are put into words where they are logged, and all of them are written when the context is left.
    """
    root = logging.getLogger()
    writers = root.handlers
    lines: SimpleQueue[logging.LogRecord] = SimpleQueue()
    listener = QueueListener(lines, *writers)
    root.handlers = [_Handing(lines)]
    listener.start()
    try:
        yield
    finally:
        root.handlers = writers
        listener.stop()


class _Handing(QueueHandler):
    """Hands a line on with what only its own thread knows; the rest is the writer's."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """The line, its words fixed now: what they speak of may change."""
        record.msg, record.args = record.getMessage(), None
        if cause := correlation.get():
            record.correlation = cause
        return record


def _correlated(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if cause := line.pop("correlation", "") or correlation.get():
        line["correlation"] = cause
    return line
