"""Tokens that expire, renewed ahead of time: by one replica, and used only once the new pair is kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable

from slack_sdk.oauth.installation_store import Installation

from adapters.slack.backoff import Backoff
from adapters.slack.installations import REPLACING_LASTS, Installations, Kept, named
from adapters.slack.settings import SlackSettings
from adapters.slack.web import Web
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable

_TO_KEEP = 5.0
"""Seconds that the end of the program waits for a token that is being renewed."""

log = logging.getLogger(__name__)


class Renewing:
    """Renews what is due. ``web`` has no token: the app proves itself with its secret."""

    def __init__(self, settings: SlackSettings, installations: Installations, web: Web) -> None:
        self._settings = settings
        self._installations = installations
        self._web = web
        self._hopeless: set[int] = set()

    async def renew(self, kept: Iterable[Kept]) -> bool:
        """Renew those of them that are due and that nobody else is renewing; whether any was. Who is cancelled keeps
        what Slack is giving out first, for that exists nowhere else."""
        renewing = asyncio.gather(*(self._renewed(one) for one in kept if self._is_due(one)))
        try:
            return any(await asyncio.shield(renewing))
        except asyncio.CancelledError:
            await asyncio.wait([renewing], timeout=_TO_KEEP)
            raise

    def _is_due(self, kept: Kept) -> bool:
        expires_at = kept.installation.bot_token_expires_at
        if expires_at is None or kept.version in self._hopeless:
            return False
        return self._installations.now() > expires_at - self._settings.renew_before.total_seconds()

    async def _renewed(self, kept: Kept) -> bool:
        workspace = named(kept.installation)
        if not await self._installations.may_replace(kept):
            return False
        try:
            fresh = await self._fresh(kept.installation)
        except ChatUnavailable as away:
            log.warning("a token cannot be renewed now", extra={"workspace": workspace, "why": str(away)})
            return False
        except ChatRefused as refused:
            self._hopeless.add(kept.version)
            what = "a token cannot be renewed; once it expires the app must be installed there again"
            log.error(what, extra={"workspace": workspace, "code": refused.code, "at": self._settings.install_url})
            return False
        return await self._stored(kept, fresh)

    async def _fresh(self, installation: Installation) -> Installation:
        """The same installation with the next pair; the one before goes on for a while."""
        answer = await self._web.call(
            "oauth.v2.access", grant_type="refresh_token", refresh_token=installation.bot_refresh_token,
            client_id=self._settings.client_id, client_secret=self._settings.client_secret,
        )  # fmt: skip
        fresh = Installation(**installation.to_dict_for_copying())
        fresh.bot_token = str(answer["access_token"])
        fresh.bot_refresh_token = str(answer["refresh_token"])
        fresh.bot_token_expires_at = int(self._installations.now()) + int(answer["expires_in"])
        return fresh

    async def _stored(self, kept: Kept, fresh: Installation) -> bool:
        """The old refresh token is worth nothing any more: as long as nobody else may renew, storing is tried again."""
        backoff, until = Backoff(), time.monotonic() + REPLACING_LASTS.total_seconds()
        while True:
            try:
                return await self._installations.replace(kept, fresh)
            except StorageUnavailable:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(backoff.seconds(None))
