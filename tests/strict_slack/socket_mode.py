"""Socket Mode: connections, envelopes and their acknowledgements, refreshes."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from .delivery import Outcome
from .events import Parcel
from .model import Json
from .world import World

MOST_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """One web socket of the app and what it has yet to acknowledge."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    waiting: dict[str, asyncio.Future[Outcome]] = field(default_factory=dict)
    leaving: bool = False


class SocketMode:
    """The server's side of Socket Mode; any parcel may go to any open connection."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.connections: list[Connection] = []
        self.envelopes: list[Json] = []
        self.unknown_acks: list[str] = []
        self.opened = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A new connection, with the one-time ticket from apps.connections.open."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._world.tickets:
            return web.Response(status=403, text="this ticket was used or never given out")
        self._world.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        connection = Connection(socket, request.transport)
        await self._greet(connection)
        try:
            await self._listen(connection)
        finally:
            self._forget(connection)
        return socket

    async def _greet(self, connection: Connection) -> None:
        hello: Json = {"type": "hello", "num_connections": len(self.connections) + 1}
        hello |= {"debug_info": {"host": "applink-strict-1", "build_number": 1, "approximate_connection_time": 18060}}
        await connection.socket.send_json(hello | {"connection_info": {"app_id": self._world.app.id}})
        self.connections.append(connection)
        self.opened += 1
        self._world.changes.mark()

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type == WSMsgType.TEXT and frame.data.startswith("{"):
                said: Json = frame.json()
                self._acknowledged(connection, str(said.get("envelope_id", "")), said.get("payload"))

    def _acknowledged(self, connection: Connection, envelope_id: str, answer: Json | None) -> None:
        waiting = connection.waiting.pop(envelope_id, None)
        if waiting is None:
            self.unknown_acks.append(envelope_id)
        elif not waiting.done():
            waiting.set_result(Outcome(True, answer))
        self._world.changes.mark()

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_result(Outcome(False, reason="connection_closed"))
        self._world.changes.mark()

    async def attempt(self, parcel: Parcel, number: int, reason: str, ack_within: float) -> Outcome:
        connection = self._pick()
        if connection is None:
            return Outcome(False, reason="no_connection")
        envelope_id = str(uuid.UUID(int=self._world.dice.getrandbits(128)))
        envelope: Json = {"envelope_id": envelope_id, "payload": parcel.payload, "type": parcel.kind}
        envelope["accepts_response_payload"] = parcel.takes_answer
        if parcel.kind == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": reason}
        waiting: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = waiting
        self.envelopes.append(envelope)
        started = time.monotonic()
        try:
            await connection.socket.send_json(envelope)
            async with asyncio.timeout(ack_within):
                outcome = await waiting
        except TimeoutError:
            return Outcome(False, reason="timeout", latency=time.monotonic() - started)
        except ConnectionError:
            return Outcome(False, reason="connection_closed", latency=time.monotonic() - started)
        finally:
            connection.waiting.pop(envelope_id, None)
        return Outcome(outcome.acked, outcome.answer, outcome.reason, time.monotonic() - started)

    def _pick(self) -> Connection | None:
        """Any open connection, but one that was told to leave only when there is no other."""
        alive = [one for one in self.connections if not one.socket.closed]
        staying = [one for one in alive if not one.leaving]
        return self._world.dice.choice(staying or alive) if alive else None

    async def ready(self, within: float) -> bool:
        try:
            await self._world.changes.wait_for(lambda: self._pick() is not None, within, lambda: "no connection")
        except AssertionError:
            return False
        return True

    async def refresh(self, *, warning: bool = True, closes_after: float = 10.0) -> None:
        """Asks every connection to be replaced, as Slack does every few hours: a warning, the request, the close."""
        for connection in list(self.connections):
            connection.leaving = True
            if warning:
                await connection.socket.send_json({"type": "disconnect", "reason": "warning", "debug_info": {}})
        await asyncio.sleep(min(closes_after, 0.05))
        for connection in [one for one in self.connections if one.leaving]:
            asked = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "applink-strict-1"}}
            if not connection.socket.closed:
                await connection.socket.send_json(asked)
            asyncio.get_running_loop().call_later(closes_after, self._cut, connection)

    def drop(self, count: int | None = None) -> int:
        """Cuts connections without a word; all of them, or the first few."""
        cut = self.connections[:count]
        for connection in cut:
            self._cut(connection)
        return len(cut)

    def _cut(self, connection: Connection) -> None:
        if connection.transport is not None:
            connection.transport.abort()

    async def stop(self) -> None:
        for connection in list(self.connections):
            await connection.socket.close()
