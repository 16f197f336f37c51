"""Where a homeserver calls an application service: transactions, questions about accounts and aliases, and pings."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.matrix import reading
from adapters.matrix.reading import Event
from adapters.matrix.settings import AppService
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable

LARGEST_BODY = 64 * 1024 * 1024
"""A transaction holds up to a hundred events of 64 kB; JSON may write each character as six, and more is put beside."""
ROOT = "/_matrix/app/v1"

Take = Callable[[Sequence[Event]], Awaitable[None]]

log = logging.getLogger(__name__)


class Door:
    """Answers a homeserver that proves itself by the token of the registration. The transaction's id is not needed:
    events have ids of their own, and what was heard is known by these also after a homeserver began to count anew."""

    def __init__(self, service: AppService, user: str, take: Take) -> None:
        self._service = service
        self._user = user
        self._take = take

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route(f"{ROOT}/transactions/{{transaction}}", self._transaction, methods=["PUT"]),
            Route(f"{ROOT}/users/{{user:path}}", self._has_user, methods=["GET"]),
            Route(f"{ROOT}/rooms/{{alias:path}}", self._has_alias, methods=["GET"]),
            Route(f"{ROOT}/ping", self._pinged, methods=["POST"]),
        ]

    async def _transaction(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        raw = await _body(request)
        if raw is None:
            return _error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "M_TOO_LARGE", "A transaction of this size is none.")
        events = _events_in(raw)
        if events is None:
            return _error(HTTPStatus.BAD_REQUEST, "M_BAD_JSON", "A transaction is an object with a list of events.")
        try:
            await self._take(events)
        except (ChatUnavailable, ChatRefused, StorageUnavailable) as why:
            log.info("a transaction is to come again", extra={"why": str(why)})
            return _error(HTTPStatus.SERVICE_UNAVAILABLE, "M_UNKNOWN", "It cannot be heard now.")
        return JSONResponse({})

    async def _has_user(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        return JSONResponse({}) if request.path_params["user"] == self._user else _nobody()

    async def _has_alias(self, request: Request) -> Response:
        return self._refusal(request) or _nobody()

    async def _pinged(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse({})

    def _refusal(self, request: Request) -> Response | None:
        """What to answer to somebody who does not prove to be the homeserver. Tokens in addresses are an older way,
        which spreads them over logs: one alone proves nothing, and a wrong one beside the right one is refused."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return _error(HTTPStatus.UNAUTHORIZED, "M_UNAUTHORIZED", "Say the hs_token in the Authorization header.")
        given = [token.strip(), *request.query_params.getlist("access_token")]
        right = [secrets.compare_digest(one.encode(), self._service.hs_token.encode()) for one in given]
        return None if all(right) else _error(HTTPStatus.FORBIDDEN, "M_FORBIDDEN", "This is not the hs_token.")


async def _body(request: Request) -> bytes | None:
    """The body; None for one that is too large."""
    raw = bytearray()
    try:
        async for part in request.stream():
            raw += part
            if len(raw) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return b""
    return bytes(raw)


def _events_in(raw: bytes) -> list[Event] | None:
    try:
        told = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("events"), list):
        return None
    return reading.events(told["events"])


def _nobody() -> Response:
    return _error(HTTPStatus.NOT_FOUND, "M_NOT_FOUND", "Nobody of this name is here.")


def _error(status: HTTPStatus, code: str, words: str) -> Response:
    return JSONResponse({"errcode": code, "error": words}, status_code=status)
