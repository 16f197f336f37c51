"""Who is on duty by the groups that teams keep on a network, looked up again and again."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from adapters.directory.file import CatalogueFile
from bot.errors import ChatRefused, ChatUnavailable
from bot.refs import Platform, UserRef
from bot.threads import InThread
from incidents.catalogue.records import GroupRef

Ask = Callable[[str], Awaitable[Sequence[UserRef]]]

log = logging.getLogger(__name__)


class OnDuty:
    """Keeps a catalogue told of who is in the groups of one network that it names. What was known last holds while the
    network is away; ``between`` are the seconds from one look to the next."""

    def __init__(
        self, catalogue: CatalogueFile, platform: Platform, ask: Ask, thread: InThread, *, between: float = 60.0
    ) -> None:
        self._catalogue = catalogue
        self._platform = platform
        self._ask = ask
        self._thread = thread
        self._known: dict[GroupRef, tuple[UserRef, ...]] = {}
        self._refused: set[GroupRef] = set()
        self._between = between
        self._again_at = 0.0

    async def look(self) -> None:
        """Ask for every group that the catalogue names now, at once for a new one."""
        named = {group for group in self._catalogue.groups() if group.platform is self._platform}
        self._known = {group: known for group, known in self._known.items() if group in named}
        if named <= {*self._known, *self._refused} and time.monotonic() < self._again_at:
            return
        self._again_at = time.monotonic() + self._between
        for group in named:
            try:
                self._known[group] = tuple(await self._ask(group.id))
                self._refused.discard(group)
            except ChatUnavailable as away:
                log.info("a group cannot be looked up now", extra={"group": group.id, "why": str(away)})
            except ChatRefused as refused:
                self._known.pop(group, None)
                if group not in self._refused:
                    self._refused.add(group)
                    log.warning("a group cannot be looked up", extra={"group": group.id, "code": refused.code,
                                                                      "advice": refused.advice})  # fmt: skip
        await self._thread(self._catalogue.know_groups, dict(self._known))
