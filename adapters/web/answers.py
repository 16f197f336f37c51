"""Answers that a reader who has them already need not be sent again (RFC 9110, 13.1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, and how a reader knows whether it is still the same."""

    content: bytes
    media_type: str
    changed_at: datetime | None = None

    @property
    def etag(self) -> str:
        """The same for the same content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


def conditional(request: Request, body: str, media_type: str, *, changed_at: datetime | None = None) -> Response:
    """The body with its validators, or 304 when the reader's copy is still the same."""
    return answer(request, Body(body.encode(), media_type, changed_at))


def answer(request: Request, body: Body) -> Response:
    """The body with its validators, or 304 when the reader's copy is still the same."""
    headers = {"etag": body.etag, "cache-control": "no-cache", "vary": "accept-language"}
    if body.changed_at is not None:
        headers["last-modified"] = format_datetime(body.changed_at.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if _has_it(request, body.etag, body.changed_at):
        return Response(status_code=304, headers=headers)
    return Response(body.content, media_type=body.media_type, headers=headers)


def _has_it(request: Request, etag: str, changed_at: datetime | None) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = request.headers.get("if-modified-since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since).replace(tzinfo=UTC)
    except ValueError:
        return False
