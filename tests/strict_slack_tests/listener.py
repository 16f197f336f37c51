"""A bare Socket Mode client that acknowledges what a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self

from aiohttp import ClientSession, ClientWebSocketResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import StrictSlack

Json = dict[str, Any]


class Listener:
    """``async with Listener(slack) as app:`` holds one connection; ``app.envelopes`` is what came through it."""

    def __init__(self, slack: StrictSlack, acknowledges: Callable[[Json], bool] = lambda _envelope: True) -> None:
        self._slack = slack
        self._acknowledges = acknowledges
        self._session = ClientSession()
        self._socket: ClientWebSocketResponse | None = None
        self.envelopes: list[Json] = []
        self.told: list[Json] = []
        self.answers: dict[str, Json] = {}

    async def __aenter__(self) -> Self:
        client = AsyncWebClient(base_url=self._slack.api_url)
        url = (await client.apps_connections_open(app_token=self._slack.app_token))["url"]
        open_before = self._slack.sockets.opened
        self._socket = await self._session.ws_connect(url)
        self._listening = asyncio.create_task(self._listen())
        await self._slack.wait_for(lambda: self._slack.sockets.opened > open_before)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._listening.cancel()
        await self.socket.close()
        await self._session.close()

    @property
    def socket(self) -> ClientWebSocketResponse:
        assert self._socket is not None
        return self._socket

    @property
    def events(self) -> list[Json]:
        """The events heard, in order, repetitions too."""
        return [one["payload"]["event"] for one in self.envelopes if one["type"] == "events_api"]

    @property
    def asked(self) -> list[Json]:
        """The payloads of commands, clicks and forms, in order."""
        return [one["payload"] for one in self.envelopes if one["type"] != "events_api"]

    def heard(self, kind: str) -> list[Json]:
        return [one for one in self.events if one["type"] == kind]

    async def _listen(self) -> None:
        async for frame in self.socket:
            said: Json = frame.json()
            if "envelope_id" not in said:
                self.told.append(said)
                continue
            self.envelopes.append(said)
            if self._acknowledges(said):
                answer = self.answers.get(said["payload"].get("type", "command"))
                ack = {"envelope_id": said["envelope_id"]} | ({"payload": answer} if answer else {})
                await self.socket.send_json(ack)
