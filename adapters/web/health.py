"""What operators' machines ask: is it alive, can it work, how much does it do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from adapters.web.ports import Part, Readiness

log = logging.getLogger(__name__)

PATIENCE = 2.0

_FRESH = {"cache-control": "no-store"}


class Health:
    """Answers for the program as a whole."""

    def __init__(self, readiness: Readiness, registry: CollectorRegistry) -> None:
        self._readiness = readiness
        self._registry = registry

    def routes(self) -> list[Route]:
        """Where to ask."""
        return [Route("/healthz", self.alive), Route("/readyz", self.ready), Route("/metrics", self.metrics)]

    async def alive(self, request: Request) -> Response:
        """Alive: the event loop turns. Nothing else is touched, so that a lost database does not get it restarted."""
        return PlainTextResponse("ok\n", headers=_FRESH)

    async def ready(self, request: Request) -> Response:
        """Connected: every part of it, and 503 with the reasons when one is not ready."""
        parts = await self._parts()
        ready = all(part.ready for part in parts)
        content = {
            "ready": ready,
            "parts": {
                part.name: {"ready": part.ready} | ({"reason": part.reason} if part.reason else {}) for part in parts
            },
        }
        return JSONResponse(content, 200 if ready else 503, headers=_FRESH)

    def metrics(self, request: Request) -> Response:
        """The figures, for Prometheus."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST, headers=_FRESH)

    async def _parts(self) -> Sequence[Part]:
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.to_thread(self._readiness.parts)
        except TimeoutError:
            return [Part("answers", False, f"no answer within {PATIENCE:g} s")]
        except Exception as error:
            log.warning("The readiness cannot be told: %r", error)
            return [Part("answers", False, f"{type(error).__name__} while asking")]
