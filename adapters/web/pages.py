"""The pages people read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from adapters.web import languages
from adapters.web.answers import Body, answer, conditional
from adapters.web.failures import kind_of
from adapters.web.moment import Moment
from adapters.web.ports import Changes, Status, StatusSource
from adapters.web.render import Renderer

log = logging.getLogger(__name__)

HTML = "text/html"
LONGEST_QUERY = 200
GATHERED = 1.0
"""Seconds for which changes are gathered before readers are told, and by then what is read is not older than them."""


class Pages:
    """Status page, incidents, knowledge, feed. They are read and put together in the server's worker threads."""

    def __init__(
        self, source: StatusSource, changes: Changes, renderer: Renderer, public_url: str, fresh: float
    ) -> None:
        self._source = source
        self._changes = changes
        self._renderer = renderer
        self._public_url = public_url.rstrip("/")
        self._last_good: dict[str, Status] = {}
        self._moment: Moment[Body] = Moment(fresh)

    def routes(self) -> list[Route]:
        """Where the pages are."""
        return [
            Route("/", self.status),
            Route("/incidents/{ref}", self.incident),
            Route("/knowledge", self.articles),
            Route("/knowledge/{ref}", self.article),
            Route("/feed.atom", self.feed),
            Route("/events", self.events),
        ]

    async def status(self, request: Request) -> Response:
        """How things stand. When the database is away, how they stood, and when that was."""

        def make() -> Body:
            status, stale = self._snapshot(languages.of(request))
            return self._html(request, "status.html", status=status, stale=stale)

        return answer(request, await self._moment(_look(request), make))

    async def incident(self, request: Request) -> Response:
        """One incident with everything that was told about it."""

        def make() -> Body:
            incident = self._source.incident(request.path_params["ref"].upper(), languages.of(request))
            if incident is None:
                raise HTTPException(404)
            return self._html(request, "incident.html", incident=incident)

        return answer(request, await self._moment(_look(request), make))

    def articles(self, request: Request) -> Response:
        """Articles, searched for if there is a query."""
        query = request.query_params.get("q", "").strip()[:LONGEST_QUERY]
        articles = self._source.articles(languages.of(request), query)
        body = self._renderer.page(request, "articles.html", articles=articles, query=query)
        return conditional(request, body, HTML)

    def article(self, request: Request) -> Response:
        """One article."""
        article = self._source.article(request.path_params["ref"].upper(), languages.of(request))
        if article is None:
            raise HTTPException(404)
        return conditional(request, self._renderer.page(request, "article.html", article=article), HTML)

    async def feed(self, request: Request) -> Response:
        """The same as an Atom feed (RFC 4287): one entry for each thing that was told."""
        url = self._public_url or str(request.base_url).rstrip("/")

        def make() -> Body:
            status, _ = self._snapshot(languages.of(request))
            incidents = [*status.current, *status.recent]
            changed_at = max((incident.changed_at for incident in incidents), default=_BEGINNING)
            body = self._renderer.page(request, "feed.xml", incidents=incidents, changed_at=changed_at, url=url)
            return Body(body.encode(), "application/atom+xml", changed_at)

        return answer(request, await self._moment((*_look(request), url), make))

    async def events(self, request: Request) -> Response:
        """Says when there is something new to read."""
        return EventSourceResponse(self._rings(), ping=20)

    def failed(self, request: Request, error: Exception) -> Response:
        """Something there is not, or that went wrong, said kindly."""
        status = kind_of(error)
        if status >= 500:
            log.exception("A page could not be shown: %s", request.url.path, exc_info=error)
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {"retry-after": "30"}
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": HTTPStatus(status).phrase}, status, headers)
        return HTMLResponse(self._renderer.page(request, "failed.html", code=status), status, headers)

    def _html(self, request: Request, template: str, **values: Any) -> Body:
        return Body(self._renderer.page(request, template, **values).encode(), HTML)

    def _snapshot(self, language: str) -> tuple[Status, bool]:
        try:
            status = self._source.snapshot(language)
        except Exception:
            if language not in self._last_good:
                raise
            log.exception("The status cannot be read; the last one known is shown.")
            return self._last_good[language], True
        self._last_good[language] = status
        return status, False

    async def _rings(self) -> AsyncIterator[dict[str, str]]:
        with self._changes.subscribe() as bell:
            yield {"event": "ready", "data": ""}
            while await bell.wait():
                await asyncio.sleep(GATHERED)
                yield {"event": "changed", "data": ""}


def _look(request: Request) -> tuple[str, ...]:
    """All that makes a page look different to two readers."""
    return request.url.path, languages.of(request), languages.chosen(request)


_BEGINNING = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
