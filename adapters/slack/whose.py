"""Which workspace, or which Enterprise Grid organisation, a payload is for. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

Json = dict[str, Any]


def whose(payload: Json, installed: Container[str]) -> str | None:
    """The first of those that a payload can be for which is installed."""
    return next((one for one in candidates(payload) if one in installed), None)


def candidates(payload: Json) -> Iterator[str]:
    """Workspaces and organisations that a payload can be for, the most likely first.

    An event says in whose name it comes; in a channel that organisations share, its team may be that of whoever spoke.
    A form knows where it was opened. Something tapped happens in the workspace of the client, which in a shared channel
    may be another one than that of the message.
    """
    seen: set[str] = set()
    for one in _all(payload):
        if isinstance(one, str) and one and one not in seen:
            seen.add(one)
            yield one


def _all(payload: Json) -> Iterator[Any]:
    for authorization in payload.get("authorizations") or []:
        if not authorization.get("is_enterprise_install"):
            yield authorization.get("team_id")
        yield authorization.get("enterprise_id")
    view, message = payload.get("view") or {}, payload.get("message") or {}
    yield view.get("app_installed_team_id")
    yield _id(payload.get("team"))
    yield payload.get("team_id")
    yield _id(payload.get("enterprise"))
    yield payload.get("enterprise_id")
    yield payload.get("context_team_id")
    yield payload.get("context_enterprise_id")
    yield message.get("team")
    yield (payload.get("user") or {}).get("team_id") if isinstance(payload.get("user"), dict) else None


def _id(of: object) -> object:
    return of.get("id") if isinstance(of, dict) else of
