"""What Slack says of accounts, remembered for a while."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from adapters.slack.identity import Me
from adapters.slack.web import Web
from bot.chat import Profile
from bot.errors import ChatRefused, ChatUnavailable

Json = dict[str, Any]

REMEMBERED_FOR = 3600.0
_MOST = 5000
_PATIENCE = 0.8
"""A name is nice to have; what was heard must be acknowledged within three seconds."""
_PAUSE = 30.0

log = logging.getLogger(__name__)


class Accounts:
    """Profiles by user id, asked for when first needed and again after an hour."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: OrderedDict[str, tuple[float, Profile]] = OrderedDict()
        self._not_before = 0.0
        self._me: Me | None = None

    async def me(self) -> Me:
        """Who the bot is."""
        if self._me is None:
            self._me = Me.of(await self._web.call("auth.test"))
        return self._me

    async def profile(self, user: str) -> Profile:
        """What Slack says of an account."""
        since, profile = self._known.get(user, (0.0, None))
        if profile is not None and time.monotonic() - since < REMEMBERED_FOR:
            return profile
        answer = await self._web.call("users.info", user=user, include_locale=True)
        profile = read(answer.get("user") or {})
        self._known[user] = (time.monotonic(), profile)
        self._known.move_to_end(user)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return profile

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """The shown names that are known or can be had at once; never fails and never waits long."""
        wanted = list(users)
        unknown = [user for user in wanted if user not in self._known]
        if unknown and time.monotonic() >= self._not_before:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await asyncio.gather(*(self._look(user) for user in unknown))
            except (TimeoutError, ChatUnavailable) as why:
                log.info("names are not to be had now", extra={"why": str(why) or "timeout"})
                pause = (
                    why.retry_after.total_seconds() if isinstance(why, ChatUnavailable) and why.retry_after else _PAUSE
                )
                self._not_before = time.monotonic() + pause
        return {user: self._known[user][1].name for user in wanted if user in self._known}

    async def _look(self, user: str) -> None:
        try:
            await self.profile(user)
        except ChatRefused as refused:
            log.debug("an account has no profile", extra={"user": user, "code": refused.code})
            self._known[user] = (time.monotonic(), Profile(name=""))


def read(user: Json) -> Profile:
    """The profile in an answer of ``users.info``."""
    details = user.get("profile") or {}
    name = details.get("display_name") or details.get("real_name") or user.get("real_name") or user.get("name") or ""
    return Profile(
        name=str(name), email=str(details.get("email") or ""),
        language=str(user.get("locale") or "").partition("-")[0].lower(), zone=str(user.get("tz") or ""),
        is_bot=bool(user.get("is_bot")),
    )  # fmt: skip
