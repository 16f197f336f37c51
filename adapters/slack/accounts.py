"""What Slack says of accounts, remembered for a while."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from adapters.slack.identity import Me
from adapters.slack.web import Web
from bot.errors import ChatRefused, ChatUnavailable

Json = dict[str, Any]

REMEMBERED_FOR = 3600.0
NAMES_FOR = 24 * 3600.0
_MOST = 5000
_FIRST_PAGE = 1000
_AT_ONCE = 10
_PATIENCE = 1.2
"""A name is nice to have; what was heard must be acknowledged within three seconds."""
_PAUSE = 30.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of an account; empty where it does not say. ``zone`` is an IANA time zone."""

    name: str
    language: str = ""
    zone: str = ""
    team: str = ""
    """The workspace it is of, which is another one for people in channels shared with other organisations."""
    enterprise: str = ""
    """The Enterprise Grid organisation it is of."""


class Accounts:
    """Profiles by user id, asked for when first needed and again after an hour."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: OrderedDict[str, tuple[float, Profile]] = OrderedDict()
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._not_before = 0.0
        self._me: Me | None = None

    async def me(self) -> Me:
        """Who the bot is."""
        if self._me is None:
            self._me = Me.of(await self._web.call("auth.test"))
        return self._me

    async def learn(self) -> None:
        """Learn the names of a workspace's first thousand people at once, so that a burst of reports has names."""
        try:
            answer = await self._web.call("users.list", limit=_FIRST_PAGE, include_locale=True)
        except (ChatUnavailable, ChatRefused) as why:
            log.info("people are learned one by one", extra={"why": str(why)})
            return
        for user in answer.get("members") or []:
            self._remember(str(user["id"]), read(user))

    async def profile(self, user: str) -> Profile:
        """What Slack says of an account."""
        if self._age(user) < REMEMBERED_FOR:
            return self._known[user][1]
        answer = await self._web.call("users.info", user=user, include_locale=True)
        return self._remember(user, read(answer.get("user") or {}))

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """The shown names that are known or can be had at once; never fails and never waits long."""
        wanted = list(users)
        unknown = [user for user in wanted if self._age(user) > NAMES_FOR]
        if unknown and time.monotonic() >= self._not_before:
            # What takes longer goes on by itself, for the next message of the same person.
            await asyncio.wait([self._lookup(user) for user in unknown], timeout=_PATIENCE)
        return {user: self._known[user][1].name for user in wanted if user in self._known}

    def known(self, user: str) -> Profile | None:
        """What is known of an account without asking."""
        return self._known[user][1] if user in self._known else None

    def _lookup(self, user: str) -> asyncio.Task[None]:
        if user not in self._looking:
            self._looking[user] = task = asyncio.create_task(self._look(user))
            task.add_done_callback(lambda _: self._looking.pop(user, None))
        return self._looking[user]

    async def _look(self, user: str) -> None:
        async with self._at_once:
            try:
                if time.monotonic() >= self._not_before:
                    await self.profile(user)
            except ChatRefused as refused:
                log.debug("an account has no profile", extra={"user": user, "code": refused.code})
                self._remember(user, Profile(name=""))
            except ChatUnavailable as away:
                log.info("names are not to be had now", extra={"why": str(away)})
                pause = _PAUSE if away.retry_after is None else away.retry_after.total_seconds()
                self._not_before = time.monotonic() + pause

    def _age(self, user: str) -> float:
        return time.monotonic() - self._known[user][0] if user in self._known else math.inf

    def _remember(self, user: str, profile: Profile) -> Profile:
        self._known[user] = (time.monotonic(), profile)
        self._known.move_to_end(user)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return profile


def read(user: Json) -> Profile:
    """The profile in an answer of ``users.info``."""
    details = user.get("profile") or {}
    name = details.get("display_name") or details.get("real_name") or user.get("real_name") or user.get("name") or ""
    language = str(user.get("locale") or "").partition("-")[0].lower()
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id")
    return Profile(
        name=str(name), language=language, zone=str(user.get("tz") or ""), team=str(user.get("team_id") or ""),
        enterprise=str(enterprise or ""),
    )  # fmt: skip
