"""The status for other programs: JSON, read-only, described by an OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web import languages
from adapters.web.answers import Body, answer, conditional
from adapters.web.moment import Moment
from adapters.web.ports import PublicIncident, Status, StatusSource

JSON = "application/json"
DOCUMENT = Path(__file__).parent / "openapi.json"


class Api:
    """What everybody may read, as plain values."""

    def __init__(self, source: StatusSource, fresh: float) -> None:
        self._source = source
        self._moment: Moment[Body] = Moment(fresh)
        self._document = DOCUMENT.read_text(encoding="utf-8")

    def routes(self) -> list[Route]:
        """Where it is."""
        return [
            Route("/api/v1/openapi.json", self.document),
            Route("/api/v1/status", self.status),
            Route("/api/v1/incidents/{ref}", self.incident),
        ]

    def document(self, request: Request) -> Response:
        """The OpenAPI document."""
        return conditional(request, self._document, JSON)

    async def status(self, request: Request) -> Response:
        """How things stand."""
        language = languages.of(request)

        def make() -> Body:
            return Body(json.dumps(status(self._source.snapshot(language))).encode(), JSON)

        return answer(request, await self._moment(("status", language), make))

    async def incident(self, request: Request) -> Response:
        """One incident."""
        ref, language = request.path_params["ref"].upper(), languages.of(request)

        def make() -> Body:
            found = self._source.incident(ref, language)
            if found is None:
                raise HTTPException(404)
            return Body(json.dumps(incident(found)).encode(), JSON)

        return answer(request, await self._moment((ref, language), make))


def status(now: Status) -> Mapping[str, Any]:
    """How things stand, as plain values."""
    return {
        "services": [
            {"name": one.name, "state": one.state, "team": one.team, "incident": one.incident or None}
            for one in now.services
        ],
        "current": [incident(one) for one in now.current],
        "recent": [incident(one) for one in now.recent],
    }


def incident(one: PublicIncident) -> Mapping[str, Any]:
    """An incident as plain values; times in ISO 8601."""
    return {
        "ref": one.ref,
        "title": one.title,
        "state": one.state,
        "services": list(one.services),
        "affected": one.affected,
        "since": one.since.isoformat(),
        "next_update": one.next_update.isoformat() if one.next_update else None,
        "solved_at": one.solved_at.isoformat() if one.solved_at else None,
        "solution": one.solution,
        "updates": [{"at": it.at.isoformat(), "text": it.text, "state": it.state} for it in one.updates],
    }
