"""Listening to all workspaces through the app's one door: what comes is given to the workspace it is for."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from adapters.slack.backoff import Backoff
from adapters.slack.door import Door
from adapters.slack.hearing import at_most
from adapters.slack.naming import NamedInbox
from adapters.slack.refusals import TokenRefused
from adapters.slack.settings import SlackSettings
from adapters.slack.whose import candidates, whose
from adapters.slack.workspaces import Workspace, Workspaces
from bot.chat import Inbox
from bot.errors import StorageUnavailable

Json = dict[str, Any]

_OVER = {"app_uninstalled", "tokens_revoked"}

log = logging.getLogger(__name__)


class Listeners:
    """One listener for each workspace at work, begun and ended as the app is installed and removed."""

    def __init__(self, settings: SlackSettings, workspaces: Workspaces, door: Door) -> None:
        self._settings = settings
        self._workspaces = workspaces
        self._door = door
        self._tasks: dict[Workspace, asyncio.Task[None]] = {}
        self._begun: dict[Workspace, int] = {}
        self._look_again = asyncio.Event()
        self._strangers: set[str] = set()

    async def listen(self, inbox: Inbox) -> None:
        """Hear until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                looked = asyncio.Event()
                group.create_task(self._keep_looking(group, inbox, looked))
                await looked.wait()
                await self._door.open(self._hear, self._look_back, self._swept)
        finally:
            self._tasks.clear()
            self._begun.clear()

    def look_now(self) -> None:
        """Somebody has just installed the app."""
        self._look_again.set()

    async def _keep_looking(self, group: asyncio.TaskGroup, inbox: Inbox, looked: asyncio.Event) -> None:
        while True:
            self._look_again.clear()
            try:
                await self._look(group, inbox)
                looked.set()
            except StorageUnavailable:
                log.debug("the installations cannot be read now")
            await at_most(self._settings.look_every.total_seconds(), self._look_again.wait())

    async def _look(self, group: asyncio.TaskGroup, inbox: Inbox) -> None:
        await self._workspaces.look()
        at_work = set(self._workspaces.at_work.values())
        for gone in self._tasks.keys() - at_work:
            self._tasks.pop(gone).cancel()
            del self._begun[gone]
            await gone.chat.close()
        for here in at_work:
            known = self._tasks.get(here)
            if known is not None and (here.chat.listening.ready.is_set() or here.kept.version == self._begun[here]):
                continue
            if known is not None:
                known.cancel()  # it waits to be let in with a token that is used no longer
            self._strangers.discard(here.id)
            self._begun[here] = here.kept.version
            self._tasks[here] = group.create_task(self._listen_to(here, inbox), name=f"listen slack {here.id}")

    async def _listen_to(self, here: Workspace, inbox: Inbox) -> None:
        """Whatever goes wrong in one workspace is no concern of the others."""
        backoff = Backoff()
        while True:
            try:
                await here.chat.listening.listen(NamedInbox(inbox, here.naming))
            except Exception:
                log.exception("listening failed and begins again", extra={"workspace": here.id})
            await asyncio.sleep(backoff.seconds())

    def _look_back(self) -> None:
        for here in self._tasks:
            here.chat.listening.look_back()

    async def _swept(self) -> None:
        await asyncio.gather(*(here.chat.listening.swept.wait() for here in self._tasks))

    async def _hear(self, payload: Json) -> Json:
        """Give it to its workspace. What is for none is acknowledged, and said once."""
        here, event = await self._for(payload), payload.get("event") or {}
        if here is None:
            if event.get("type") in _OVER and (uninvited := whose(payload, self._workspaces.uninvited)):
                await self._workspaces.forget(uninvited)
            return {}
        if event.get("type") in _OVER:
            await self._end(here, str(event["type"]), float(payload.get("event_time") or 0))
            return {}
        return await here.chat.listening.hear(payload)

    async def _for(self, payload: Json) -> Workspace | None:
        known = whose(payload, self._workspaces.at_work.keys() | self._workspaces.locked)
        if known in self._workspaces.locked:
            raise StorageUnavailable(f"what is kept of {known} cannot be opened")
        first = next(candidates(payload), "nobody")
        if known is None and first not in self._strangers:
            await self._workspaces.look()  # another replica may know it already
            known = whose(payload, self._workspaces.at_work)
            if known is None:
                self._strangers.add(first)
                log.warning("slack sends what happens where the app is not installed", extra={"workspace": first})
            else:
                self._look_again.set()
        return self._workspaces.at_work[known] if known is not None else None

    async def _end(self, here: Workspace, kind: str, at: float) -> None:
        """The app was removed, or its tokens revoked: forget the installation, unless that is said of an earlier one or
        of tokens that are used no longer."""
        context = {"workspace": here.id, "event_type": kind}
        if at < int(here.kept.installation.installed_at) or (kind == "tokens_revoked" and await self._may_speak(here)):
            log.info("slack takes back what is used no longer", extra=context)
            return
        log.warning("slack took the bot's access back; the installation is forgotten", extra=context)
        await self._workspaces.remove(here)
        await self._workspaces.look()
        self._look_again.set()

    @staticmethod
    async def _may_speak(here: Workspace) -> bool:
        try:
            await here.web.call("auth.test")
        except TokenRefused:
            return False
        return True
