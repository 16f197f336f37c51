"""The workspaces that the app is installed in, each with its own token, kept as the installations are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from slack_sdk.oauth.installation_store import Installation

from adapters.slack.installations import Installations, Kept, locked_out, named
from adapters.slack.naming import Naming, workspace_of
from adapters.slack.organisation import OrganisationWeb
from adapters.slack.pace import Pace
from adapters.slack.platform import SlackChat
from adapters.slack.renewing import Renewing
from adapters.slack.settings import SlackSettings
from adapters.slack.web import Web
from bot.errors import ChatRefused, ChatUnavailable
from bot.refs import RoomRef, UserRef
from bot.texts import Voices

_SOON, _LATER = timedelta(seconds=1), timedelta(minutes=1)

log = logging.getLogger(__name__)


class Workspace:
    """One installation at work. ``chat`` knows its rooms and people without the workspace's name."""

    def __init__(
        self, kept: Kept, settings: SlackSettings, voices: Voices, rooms: Callable[[], Iterable[RoomRef]]
    ) -> None:
        self.id = named(kept.installation)
        name = kept.installation.enterprise_name if self._is_whole(kept) else kept.installation.team_name
        self.called = f"Slack {name} ({self.id})" if name else f"Slack {self.id}"
        self.naming = Naming(self.id)
        self.kept = kept
        pace = Pace(minute=settings.minute, known=settings.limits_are_known)
        kind = OrganisationWeb if self._is_whole(kept) else Web
        self.web = kind(kept.installation.bot_token or "", settings.api_url, settings.patience, pace)
        self.chat = SlackChat(settings, voices, web=self.web, rooms=lambda: self._own(rooms()))

    def take(self, kept: Kept) -> bool:
        """Go on with this, which another token came with; False when the bot is another one there now."""
        if _bot(kept.installation) != _bot(self.kept.installation):
            return False
        if kept.version != self.kept.version:
            self.kept = kept
            self.web.use(kept.installation.bot_token or "")
        return True

    def _own(self, rooms: Iterable[RoomRef]) -> Sequence[RoomRef]:
        return [self.naming.inside(room) for room in rooms if workspace_of(room) == self.id]

    @staticmethod
    def _is_whole(kept: Kept) -> bool:
        return kept.installation.is_enterprise_install


class Workspaces:
    """Those at work now, by their id."""

    def __init__(
        self,
        installations: Installations,
        renewing: Renewing,
        may_install: Callable[[str | None, str | None], bool],
        make: Callable[[Kept], Workspace],
    ) -> None:
        self._installations = installations
        self._renewing = renewing
        self._may_install = may_install
        self._make = make
        self._looking = asyncio.Lock()
        self.at_work: dict[str, Workspace] = {}
        self.locked: frozenset[str] = frozenset()
        """Where the app is installed, but the row cannot be opened."""
        self.uninvited: Mapping[str, Kept] = {}
        """Where the app is installed, but may be used no longer."""
        self.known = False
        """Whether it was ever looked."""

    def at(self, ref: RoomRef | UserRef) -> Workspace:
        """The one that a reference names; raises ``ChatUnavailable`` or ``ChatRefused`` when there is none."""
        id_ = workspace_of(ref)
        if id_ in self.at_work:
            return self.at_work[id_]
        if not self.known:
            raise ChatUnavailable("it is not known yet where the app is installed", retry_after=_SOON)
        if id_ in self.locked:
            raise ChatUnavailable(locked_out(frozenset({id_})), retry_after=_LATER)
        if id_ in self.uninvited:
            raise ChatRefused("not_allowed", f"name {id_} in slack.allowed_workspaces, then retry; or drop this item")
        if not id_:
            raise ChatRefused("no_workspace", f"write it with its workspace in the catalogue: T…/{ref.id}")
        raise ChatRefused("not_installed", f"install the app in {id_} again, then retry; or drop this item")

    def only(self) -> Workspace:
        """The one there is; raises ``ChatUnavailable`` or ``ChatRefused`` when there are none or several."""
        if not self.known:
            raise ChatUnavailable("it is not known yet where the app is installed", retry_after=_SOON)
        if len(self.at_work) != 1:
            raise ChatRefused("no_workspace", "with several workspaces it must be said in which one")
        return next(iter(self.at_work.values()))

    async def look(self) -> None:
        """Renew what is due, then bring in who is new and those with new tokens. Raises ``StorageUnavailable``."""
        async with self._looking:
            found = await self._installations.find()
            if await self._renewing.renew(one for one in found.kept.values() if self._is_invited(one)):
                found = await self._installations.find()
            self._say(found.locked)
            self.known = True
            self.uninvited = {id_: one for id_, one in found.kept.items() if not self._is_invited(one)}
            self._bring_in({id_: one for id_, one in found.kept.items() if id_ not in self.uninvited})

    async def remove(self, workspace: Workspace) -> None:
        """Forget its installation, unless somebody has installed the app there anew meanwhile."""
        installed_at = workspace.kept.installation.installed_at
        while not await self._installations.remove(workspace.kept):
            found = (await self._installations.find()).kept.get(workspace.id)
            if found is None or found.installation.installed_at != installed_at:
                return
            workspace.take(found)  # its token was renewed at this very moment

    async def forget(self, uninvited: str) -> None:
        """The app was removed where it was to be used no longer anyway."""
        await self._installations.remove(self.uninvited[uninvited])
        await self.look()

    def _is_invited(self, kept: Kept) -> bool:
        return self._may_install(kept.installation.team_id, kept.installation.enterprise_id)

    def _bring_in(self, kept: Mapping[str, Kept]) -> None:
        out = [
            here for id_, here in self.at_work.items() if (now := kept.get(id_)) is None or not here.take(now)
        ]  # fmt: skip
        for gone in out:
            del self.at_work[gone.id]
            log.info("slack is no longer installed there", extra={"workspace": gone.id})
        for id_, now in kept.items():
            if id_ not in self.at_work:
                self.at_work[id_] = self._make(now)
                log.info("slack is installed there", extra={"workspace": id_})

    def _say(self, locked: frozenset[str]) -> None:
        if locked - self.locked:
            log.error(f"slack: {locked_out(locked)}")
        self.locked = locked


def _bot(installation: Installation) -> tuple[str | None, bool]:
    return installation.bot_user_id, installation.is_enterprise_install
