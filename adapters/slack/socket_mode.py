"""Socket Mode: one connection to Slack or several, each replaced before it ends.

The SDK's own client keeps trying the address it was once given, which expires, closes the old connection before it has
a new one, and writes a traceback every few seconds while Slack is away; so this one speaks the (small) protocol itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from adapters.slack.backoff import Backoff
from adapters.slack.web import Web
from bot.errors import ChatUnavailable

Json = dict[str, Any]

Hear = Callable[[Json], Awaitable[Json | None]]
"""Takes a payload; returns what to say with the acknowledgement, or None when it could not be stored: then nothing is
acknowledged and Slack delivers it again."""

_HEARTBEAT = 15.0
_HELLO_WITHIN = 10.0
_SETTLED = 10.0
"""A connection that lasted so long was a good one; shorter ones make the next wait longer."""
_LARGEST = 16 * 1024 * 1024

log = logging.getLogger(__name__)


class SocketMode:
    """Hears through Socket Mode until cancelled. ``web`` has the app token; ``on_open`` is told of every connection.

    Slack gives each envelope to any one of the ``connections``, so that one which breaks takes little with it.
    """

    def __init__(self, web: Web, hear: Hear, on_open: Callable[[], None], connections: int = 1) -> None:
        self._web = web
        self._hear = hear
        self._on_open = on_open
        self._connections = connections
        self._open = 0
        self._lost = False

    @property
    def connected(self) -> bool:
        """Whether there is a connection that Slack has greeted."""
        return self._open > 0

    async def run(self) -> None:
        """Keep the connections; a new one is opened when Slack says that an old one will end."""
        async with asyncio.TaskGroup() as kept:
            for _ in range(self._connections):
                kept.create_task(self._keep())

    async def _keep(self) -> None:
        backoff = Backoff()
        async with asyncio.TaskGroup() as connections:
            while True:
                replace = asyncio.Event()
                connections.create_task(self._connection(replace, backoff))
                await replace.wait()

    async def _connection(self, replace: asyncio.Event, backoff: Backoff) -> None:
        try:
            await self._connect(replace, backoff)
        except Exception as why:  # whatever ended it, the next one is to be had
            if not replace.is_set():
                self._say_lost(str(why) or type(why).__name__)
                await asyncio.sleep(backoff.seconds(getattr(why, "retry_after", None)))
        finally:
            replace.set()

    async def _connect(self, replace: asyncio.Event, backoff: Backoff) -> None:
        address = str((await self._web.call("apps.connections.open"))["url"])
        async with self._web.session().ws_connect(address, heartbeat=_HEARTBEAT, max_msg_size=_LARGEST) as socket:
            first = _envelope(await socket.receive(timeout=_HELLO_WITHIN))
            if first.get("type") != "hello":
                raise ChatUnavailable(f"no greeting: {first.get('reason') or 'the connection ended'}")
            since = time.monotonic()
            self._greeted()
            try:
                await self._read(socket, replace)
            finally:
                self._open -= 1
                if time.monotonic() - since >= _SETTLED:
                    backoff.reset()
        if not replace.is_set():
            raise ChatUnavailable("the connection ended")

    def _greeted(self) -> None:
        self._open += 1
        if self._lost or self._open == 1:
            log.info("slack is heard", extra={"through": "socket"})
        self._lost = False
        self._on_open()

    def _say_lost(self, why: str) -> None:
        if not self._lost and not self.connected:
            self._lost = True
            log.warning("slack is not heard", extra={"through": "socket", "why": why})

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, replace: asyncio.Event) -> None:
        since = time.monotonic()
        async with asyncio.TaskGroup() as envelopes:
            async for message in socket:
                envelope = _envelope(message)
                if envelope.get("type") == "disconnect":
                    log.info("slack renews the connection", extra={"reason": envelope.get("reason")})
                    if time.monotonic() - since < _SETTLED and envelope.get("reason") not in _ORDINARY:
                        return
                    replace.set()
                elif "envelope_id" in envelope:
                    envelopes.create_task(self._take(socket, envelope))
                    await asyncio.sleep(0)  # in a flood of them everything else has its turn as well

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, envelope: Json) -> None:
        answer = await self._hear(envelope.get("payload") or {})
        if answer is None:
            return
        acknowledgement = {"envelope_id": envelope["envelope_id"]} | ({"payload": answer} if answer else {})
        try:
            await socket.send_json(acknowledgement)
        except (ConnectionError, aiohttp.ClientError):
            log.info("the connection ended before the acknowledgement; slack delivers again")


_ORDINARY = {"warning", "refresh_requested"}


def _envelope(message: aiohttp.WSMessage) -> Json:
    """What a frame says; nothing for frames that are not a JSON object."""
    try:
        said = json.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
