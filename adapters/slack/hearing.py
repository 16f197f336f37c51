"""From a payload to a stored event: the one door for Socket Mode and, by way of Bolt, for signed HTTP."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import catch_up, interactions, modals
from adapters.slack.accounts import Accounts, Profile
from adapters.slack.directs import Directs
from adapters.slack.gap import Gap
from adapters.slack.identity import Me, room_ref
from adapters.slack.in_order import InOrder
from adapters.slack.settings import SlackSettings
from adapters.slack.translate import people_in, translate
from bot import dialogs
from bot.cards import as_plain
from bot.chat import Cursor, Inbox
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable
from bot.events import ChatEvent
from bot.texts import Voices

Json = dict[str, Any]

_TO_FIND_A_ROOM = 1.0
"""Seconds; what was done must be acknowledged within three."""

log = logging.getLogger(__name__)


class Hearing:
    """Translates what comes in and stores it; what needs no storing is only acknowledged."""

    def __init__(
        self,
        me: Me,
        inbox: Inbox,
        accounts: Accounts,
        directs: Directs,
        voices: Voices,
        gap: Gap,
        *,
        on_gap: Callable[[], None],
    ) -> None:
        self._me = me
        self._directs = directs
        self._inbox = inbox
        self._in_order = InOrder(inbox, gap)
        self._accounts = accounts
        self._voices = voices
        self._on_gap = on_gap

    async def hear(self, payload: Json) -> Json:
        """Store what a payload says and return what to say with the acknowledgement. Raises when storing failed."""
        if payload.get("type") == "view_submission" and (errors := self._errors(payload)):
            return {"response_action": "errors", "errors": errors}
        try:
            await self._notice(payload, payload.get("event") or {})
            await self._in_order.put(self.event(payload), _room_of(payload), comes_again=_comes_again(payload))
        except StorageUnavailable:
            self._on_gap()
            raise
        return {}

    async def event(self, payload: Json) -> ChatEvent | None:
        """What a payload says. One that cannot be read is logged and passed over: it would be no better next time."""
        try:
            names = await self._accounts.names(people_in(payload))
            payload = await self._placed(payload)
            event = translate(payload, self._me, heard_at=datetime.now(UTC), names=names)
            return self._introduced(event, payload) if event is not None else None
        except (KeyError, ValueError, TypeError, AttributeError) as why:
            log.error("slack sent what cannot be read", extra={"type": payload.get("type"), "why": repr(why)})
            return None

    def _introduced(self, event: ChatEvent, payload: Json) -> ChatEvent:
        """The same with what is known of whoever did it; and whether they, or others in the room, work elsewhere."""
        known = self._accounts.known(event.by.id) or Profile(name="")
        shared = bool(payload.get("is_ext_shared_channel"))
        said = (payload.get("event") or {}).get("user_team") or (payload.get("user") or {}).get("team_id")
        team = known.team or ("" if self._me.is_whole else str(said or ""))
        # Of whom Slack does not say it in time is a stranger where strangers are.
        outside = not self._me.is_home_of(team, known.enterprise) if team else shared
        return replace(
            event, by_language=known.language, by_zone=known.zone, outside=outside, shared=shared or outside
        )  # fmt: skip

    async def _placed(self, payload: Json) -> Json:
        """What was done in no conversation is heard in the person's own with the bot."""
        if (event := payload.get("event") or {}).get("type") == "app_home_opened" and event.get("channel"):
            self._directs.found(room_ref(str(event["user"])), str(event["channel"]))
        if not interactions.is_nowhere(payload):
            return payload
        room = room_ref(str(payload["user"]["id"]))
        with suppress(ChatRefused, ChatUnavailable, TimeoutError):
            async with asyncio.timeout(_TO_FIND_A_ROOM):
                room = await self._directs.opened(room)
        return payload | {"channel": {"id": room.id}}

    def _errors(self, payload: Json) -> dict[str, str]:
        form = modals.submitted(payload)
        if form is None:
            return {}
        voice = self._voices.voice(form.language)
        problems = {f.id: dialogs.check(f, form.values.get(f.id, ""), voice) for f in form.fields}
        return {id_: as_plain(problem) for id_, problem in problems.items() if problem}

    async def _notice(self, payload: Json, event: Json) -> None:
        kind = event.get("type") or payload.get("type")
        if kind in ("tokens_revoked", "app_uninstalled"):
            log.error("slack took the bot's access back; install the app again", extra={"event_type": kind})
        elif kind == "app_rate_limited":
            log.warning("slack held events back; they are looked for in the history")
            self._on_gap()
        elif kind == "member_joined_channel" and event.get("user") == self._me.user:
            await self._entered(str(event.get("channel")), str(event.get("event_ts") or time.time()))

    async def _entered(self, channel: str, ts: str) -> None:
        """A room is heard from the moment on that the bot is in it."""
        name = catch_up.cursor_of(channel)
        if await self._inbox.cursor(name) is None:
            await self._inbox.put([], [Cursor(name, ts)])


def _comes_again(payload: Json) -> bool:
    """Whether it is a message, which is found in the history if it is not stored when it is delivered."""
    event = payload.get("event") or {}
    return event.get("type") in ("message", "app_mention") and event.get("subtype") != "message_deleted"


def _room_of(payload: Json) -> str:
    """The id of the conversation in which something happened; empty for what happened in none."""
    event = payload.get("event") or payload
    within = (event.get(name) for name in ("channel", "item", "container", "channel_id"))
    found = next((one for one in within if one), "")
    if isinstance(found, dict):
        found = found.get("channel") or found.get("channel_id") or found.get("id") or ""
    return found if isinstance(found, str) else ""


def bolt(settings: SlackSettings, hear: Callable[[Json], Awaitable[Json]]) -> AsyncApp:
    """Bolt with one middleware in place of listeners: it stores first and acknowledges then, whatever the payload.

    Bolt's own listeners acknowledge events before they run and answer 404 to events nobody listens to. Nothing is said
    through Bolt, so it knows no token: whose a payload is, and with which token it is answered, is seen where it is
    heard.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.bot_token)

    app = AsyncApp(
        name="swarmbridge", logger=logging.getLogger(f"{__name__}.bolt"), signing_secret=settings.signing_secret,
        authorize=authorize, client=AsyncWebClient(base_url=settings.api_url), ignoring_self_events_enabled=False,
    )  # fmt: skip

    async def take(body: Json) -> BoltResponse:
        answer = await stored(hear, body)
        return BoltResponse(status=500) if answer is None else BoltResponse(status=200, body=answer or "")

    app.middleware(take)
    return app


async def stored(hear: Callable[[Json], Awaitable[Json]], payload: Json) -> Json | None:
    """What to say with the acknowledgement; None when the payload could not be stored and so is not acknowledged."""
    try:
        return await hear(payload)
    except StorageUnavailable:
        log.debug("not stored, as the database is away; it is found again in the history")
        return None
    except ChatUnavailable as early:
        log.debug("not stored yet, slack will deliver it again", extra={"why": str(early)})
        return None
    except Exception as why:  # whatever it was
        log.error("not stored, slack will deliver it again", extra={"why": f"{type(why).__name__}: {why}"})
        return None


async def at_most(seconds: float, done: Awaitable[object]) -> None:
    """Wait for something, but no longer than this."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await done
