"""People on a real homeserver, as their clients behave: the raw client API, nothing of the bot's own code."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from tests.servers.synapse import Account

Json = dict[str, Any]
Found = TypeVar("Found")


class Person:
    """Somebody with a Matrix client."""

    def __init__(self, base_url: str, account: Account) -> None:
        self.id = account.user_id
        self.account = account
        self._http = httpx.AsyncClient(
            base_url=f"{base_url}/_matrix/client/v3",
            headers={"Authorization": f"Bearer {account.access_token}"},
            timeout=30,
        )
        self._numbers = itertools.count(1)

    async def close(self) -> None:
        await self._http.aclose()

    async def call(self, method: str, *parts: str, body: Json | None = None, query: Json | None = None) -> Any:
        path = "/" + "/".join(quote(part, safe="") for part in parts)
        answer = await self._http.request(method, path, json=body, params=query or {})
        assert answer.status_code == 200, (method, path, answer.text)
        return answer.json()

    async def open_room(self, name: str = "", *, invite: Sequence[str] = (), version: str = "", **more: Any) -> str:
        body: Json = {"preset": "private_chat", "invite": list(invite)} | ({"name": name} if name else {}) | more
        if version:
            body["room_version"] = version
        return str((await self.call("POST", "createRoom", body=body))["room_id"])

    async def join(self, room: str) -> None:
        await self.call("POST", "join", room, body={})

    async def leave(self, room: str) -> None:
        await self.call("POST", "rooms", room, "leave", body={})

    async def invite(self, room: str, user: str) -> None:
        await self.call("POST", "rooms", room, "invite", body={"user_id": user})

    async def send(self, room: str, content: Json, kind: str = "m.room.message") -> str:
        transaction = f"t{next(self._numbers)}{secrets.token_hex(4)}"
        return str((await self.call("PUT", "rooms", room, "send", kind, transaction, body=content))["event_id"])

    async def say(self, room: str, text: str, *, thread: str = "", more: Json | None = None) -> str:
        content: Json = {"msgtype": "m.text", "body": text, **(more or {})}
        if thread:
            content["m.relates_to"] = {"rel_type": "m.thread", "event_id": thread}
        return await self.send(room, content)

    async def reply(self, room: str, to: str, text: str) -> str:
        return await self.say(room, text, more={"m.relates_to": {"m.in_reply_to": {"event_id": to}}})

    async def edit(self, room: str, message: str, text: str) -> str:
        new = {"msgtype": "m.text", "body": text}
        related = {"rel_type": "m.replace", "event_id": message}
        return await self.say(room, f"* {text}", more={"m.new_content": new, "m.relates_to": related})

    async def react(self, room: str, message: str, emoji: str) -> str:
        related = {"rel_type": "m.annotation", "event_id": message, "key": emoji}
        return await self.send(room, {"m.relates_to": related}, "m.reaction")

    async def take_back(self, room: str, event: str) -> str:
        body = await self.call("PUT", "rooms", room, "redact", event, secrets.token_hex(4), body={})
        return str(body["event_id"])

    async def state(self, room: str) -> dict[tuple[str, str], Json]:
        events = await self.call("GET", "rooms", room, "state")
        return {(event["type"], event["state_key"]): event["content"] for event in events}

    async def event(self, room: str, event: str) -> Json:
        return dict(await self.call("GET", "rooms", room, "event", event))

    async def reactions(self, room: str, event: str, *, by: str) -> set[str]:
        """The emoji somebody shows under a message."""
        return {
            one["content"]["m.relates_to"]["key"]
            for one in await self.timeline(room)
            if one["type"] == "m.reaction" and one["sender"] == by
            and one["content"].get("m.relates_to", {}).get("event_id") == event
        }  # fmt: skip

    async def timeline(self, room: str) -> list[Json]:
        """Every event of the room this person can see, oldest first."""
        found: list[Json] = []
        query: Json = {"dir": "b", "limit": 100}
        while page := await self.call("GET", "rooms", room, "messages", query=query):
            found += page["chunk"]
            if "end" not in page:
                break
            query["from"] = page["end"]
        return found[::-1]

    async def messages(self, room: str, by: str = "") -> list[Json]:
        """The messages of the room as they were sent, oldest first."""
        said = [event for event in await self.timeline(room) if event["type"] == "m.room.message"]
        return [event for event in said if event["sender"] == (by or event["sender"])]

    async def notified(self) -> list[Json]:
        """What this person's clients would notify them of as a highlight."""
        found = await self.call("GET", "notifications", query={"only": "highlight"})
        return list(found["notifications"])

    async def sync(self, since: str = "", timeout: int = 0) -> Json:
        # Synapse answers a first sync from a cache for two minutes; a filter that was never asked for is not in it.
        fresh = json.dumps({"room": {"not_rooms": [f"!{secrets.token_hex(8)}:nowhere.test"]}})
        query = {"timeout": timeout, "filter": fresh} | ({"since": since} if since else {})
        return dict(await self.call("GET", "sync", query=query))

    async def invitations(self) -> Json:
        return dict((await self.sync()).get("rooms", {}).get("invite", {}))


async def eventually(found: Callable[[], Awaitable[Found]], *, within: float = 20.0) -> Found:
    """What an async function returns as soon as it is something."""
    async with asyncio.timeout(within):
        while not (result := await found()):  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.05)
    return result
