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
from adapters.web.answers import conditional
from adapters.web.ports import PublicIncident, StatusSource

JSON = "application/json"
DOCUMENT = Path(__file__).parent / "openapi.json"


class Api:
    """What everybody may read, as plain values."""

    def __init__(self, source: StatusSource) -> None:
        self._source = source
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

    def status(self, request: Request) -> Response:
        """How things stand."""
        status = self._source.snapshot(languages.of(request))
        content = {
            "services": [
                {"name": one.name, "state": one.state, "team": one.team, "incident": one.incident or None}
                for one in status.services
            ],
            "current": [incident(one) for one in status.current],
            "recent": [incident(one) for one in status.recent],
        }
        return conditional(request, json.dumps(content), JSON)

    def incident(self, request: Request) -> Response:
        """One incident."""
        found = self._source.incident(request.path_params["ref"].upper(), languages.of(request))
        if found is None:
            raise HTTPException(404)
        return conditional(request, json.dumps(incident(found)), JSON)


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
