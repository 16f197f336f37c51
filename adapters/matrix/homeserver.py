"""Requests to a homeserver's client API: who calls decides whether and when to try again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import nio
from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientTimeout

from adapters.matrix import reading
from adapters.matrix.reading import Event
from adapters.matrix.refusals import TokenRefused, error_for
from bot.errors import ChatRefused, ChatUnavailable

V1 = "/_matrix/client/v1"
V3 = "/_matrix/client/v3"
PATIENCE = 10.0
LONGEST_WAIT = 3.0
MOST_WAITS = 3
LONGEST_ID = 255
"""In bytes: no id of Matrix is longer."""
NO_ID = "-"

Json = Mapping[str, Any]


class Keys(Protocol):
    """Where the access token comes from."""

    async def token(self) -> str:
        """The token to use now."""
        ...

    async def refused(self, token: str) -> bool:
        """The homeserver does not know this token; whether there is another one to try with."""
        ...


class Connection:
    """nio's client of one homeserver, for its connections alone.

    Its own request functions retry by themselves, hide the homeserver's words in union types, and lack some calls.
    """

    def __init__(self, base_url: str) -> None:
        once = nio.AsyncClientConfig(
            max_limit_exceeded=0, max_timeouts=0, store_sync_tokens=False, encryption_enabled=False
        )
        self._client = nio.AsyncClient(base_url.rstrip("/"), config=once)

    async def send(
        self, method: str, where: str, data: bytes | None, headers: Mapping[str, str], patience: float
    ) -> ClientResponse:
        """One request; the caller closes the answer."""
        answer: ClientResponse = await self._client.send(
            method, where, data, headers, timeout=ClientTimeout(total=patience)
        )
        return answer

    async def close(self) -> None:
        """Close them; they are made again if need be."""
        await self._client.close()


def path(*parts: str, root: str = V3) -> str:
    """A path of the client API; every part is quoted whole, so that nothing in an id can leave its place. What people
    write where an id belongs and can be none, dots that lead elsewhere or what no homeserver reads, finds nothing."""
    return root + "".join("/" + quote(part if _may_be_an_id(part) else NO_ID, safe="") for part in parts)


def _may_be_an_id(part: str) -> bool:
    return part not in (".", "..") and len(part.encode()) <= LONGEST_ID


class Homeserver:
    """Speaks to one homeserver. Raises ``ChatUnavailable`` and ``ChatRefused`` as the port wants them."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self._keys = keys

    async def get(self, where: str, *, query: Json | None = None, patience: float = PATIENCE) -> dict[str, Any]:
        """Read something."""
        return _object(await self._authorized("GET", where, None, query, patience))

    async def find(self, where: str) -> dict[str, Any] | None:
        """Read something that may not be there, or not be for us to see: then None."""
        try:
            return await self.get(where)
        except ChatRefused as refused:
            if refused.code in ("M_NOT_FOUND", "M_FORBIDDEN"):
                return None
            raise

    async def state(self, room: str) -> list[Event]:
        """The current state events of a room."""
        return reading.events(await self._authorized("GET", path("rooms", room, "state"), None, None, PATIENCE))

    async def put(self, where: str, body: Json) -> dict[str, Any]:
        """Write something that may be written twice."""
        return _object(await self._authorized("PUT", where, body, None, PATIENCE))

    async def post(self, where: str, body: Json, *, patience: float = PATIENCE) -> dict[str, Any]:
        """Do something."""
        return _object(await self._authorized("POST", where, body, None, patience))

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _authorized(
        self, method: str, where: str, body: Json | None, query: Json | None, patience: float
    ) -> object:
        """One request. A short limit of pace is waited for here: an act of many requests would never get to its end if
        each limit made it begin again."""
        for waits_left in reversed(range(MOST_WAITS + 1)):
            try:
                return await self._with_token(method, where, body, query, patience)
            except ChatUnavailable as away:
                pause = away.retry_after.total_seconds() if away.retry_after else 0.0
                if away.doubtful or not waits_left or not 0 < pause <= LONGEST_WAIT:
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _with_token(
        self, method: str, where: str, body: Json | None, query: Json | None, patience: float
    ) -> object:
        token = await self._keys.token()
        try:
            return await request(self._connection, method, where, body, query=query, token=token, patience=patience)
        except TokenRefused:
            if not await self._keys.refused(token):
                raise
        token = await self._keys.token()
        return await request(self._connection, method, where, body, query=query, token=token, patience=patience)


async def request(
    connection: Connection, method: str, where: str, body: Json | None = None, *,
    query: Json | None = None, token: str = "", patience: float = PATIENCE,
) -> object:  # fmt: skip
    """One request, without a retry; the answer as the JSON it is."""
    changes = method != "GET"
    url = f"{where}?{urlencode(query)}" if query else where
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    # Half a character, which no text can hold, becomes a question mark here instead of an error somewhere else.
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    try:
        answer = await connection.send(method, url, data, headers, patience)
        async with answer:
            raw = await answer.read()
    except ClientConnectorError as error:
        raise ChatUnavailable(f"no connection to the homeserver: {error.os_error}") from error
    except (ClientError, TimeoutError, OSError) as error:
        raise ChatUnavailable(f"no answer from the homeserver: {type(error).__name__}", doubtful=changes) from error
    if answer.status != 200:
        raise error_for(answer.status, raw, answer.headers, changes=changes)
    try:
        return json.loads(raw)
    except ValueError as error:
        raise ChatUnavailable("the homeserver's answer is not JSON", doubtful=changes) from error


def _object(answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise ChatUnavailable("the homeserver's answer is not an object", doubtful=True)
    found: dict[str, Any] = answer
    return found
