"""One correlation id from the message that was heard to the one that is sent: the delivery it all began with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

correlation: ContextVar[str] = ContextVar("correlation", default="")
"""What is being dealt with; log lines carry it."""


@contextmanager
def tracing(cause: str) -> Iterator[None]:
    """Everything logged inside belongs to this cause."""
    token = correlation.set(cause)
    try:
        yield
    finally:
        correlation.reset(token)
