"""The one web application: pages, JSON, health, and whatever routes other parts of the program bring along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from adapters.web.api import Api
from adapters.web.failures import KindFailures
from adapters.web.health import Health
from adapters.web.pages import Pages
from adapters.web.ports import Changes, Readiness, StatusSource
from adapters.web.render import FOLDER, Renderer
from adapters.web.security import OwnNames, SecurityHeaders
from bot.texts import Voices

FRESH = 0.5
"""Seconds for which what was read serves every reader; shorter than changes are gathered before readers are told."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What the pages say about whose they are. ``chat_url`` is where to report something; empty hides the link."""

    organisation: str = ""
    chat_url: str = ""
    public_url: str = ""


def make_app(
    source: StatusSource,
    changes: Changes,
    voices: Voices,
    readiness: Readiness,
    registry: CollectorRegistry,
    *,
    looks: Looks | None = None,
    extra_routes: Sequence[BaseRoute] = (),
    fresh: float = FRESH,
    host: str = "",
) -> Starlette:
    """The application. ``extra_routes`` (the local chat, a network's events, hooks) guard themselves; what is read
    serves every reader for ``fresh`` seconds. ``host`` is where it is served."""
    looks = looks or Looks()
    renderer = Renderer(voices, {"organisation": looks.organisation, "chat_url": looks.chat_url})
    pages = Pages(source, changes, renderer, looks.public_url, fresh)
    return Starlette(
        routes=[
            *pages.routes(),
            *Api(source, fresh).routes(),
            *Health(readiness, registry).routes(),
            *extra_routes,
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(OwnNames, host=host, public_url=looks.public_url),
            Middleware(KindFailures, answer=pages.failed),
        ],
        exception_handlers={404: pages.failed, 405: pages.failed},
    )
