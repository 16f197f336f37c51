"""Who is away and who does not want to be disturbed, looked up again and again, so that nothing ever waits for it.

An outage could ask the network about its experts when it opens; then the room, the invitations and everybody affected
would wait for a call that may be slow, limited or refused. Looking ahead costs a few calls a minute, and what is known
is at least seconds old; but a network that is away takes nothing from anybody: what is not known counts as there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.chat import Chat, HasPresence
from bot.clock import Clock
from bot.errors import ChatRefused, ChatUnavailable
from bot.presence import Presence
from bot.refs import Platform, UserRef
from incidents.catalogue.model import Catalogue

SECONDS_BETWEEN_LOOKS = 10
AT_ONCE = 4
"""How many people are asked for in one look: 24 a minute, half of what Slack allows, so that two replicas fit."""
NOT_AGAIN_WITHIN = timedelta(minutes=1)
KNOWN_FOR = timedelta(minutes=15)
"""What is older is not relied on: enough to go round 360 experts, and short when a network is away."""

log = logging.getLogger(__name__)


class Presences:
    """``swarming.ports.Quietness``: what the last looks at the experts of a catalogue said."""

    def __init__(self, catalogue: Callable[[], Catalogue], clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._known: dict[UserRef, tuple[datetime, Presence]] = {}
        self._asked: dict[UserRef, datetime] = {}
        self._refused: dict[Platform, str] = {}

    def of(self, account: UserRef) -> Presence:
        """How somebody stands as far as is known now: there and not quiet, when nothing is."""
        at, presence = self._known.get(account, (None, Presence()))
        return presence if at is not None and self._clock() - at <= KNOWN_FOR else Presence()

    async def look(self, chats: Iterable[Chat]) -> None:
        """Ask each network about the few experts who were not asked for the longest."""
        experts = _experts(self._catalogue())
        self._asked = {account: at for account, at in self._asked.items() if account in experts}
        self._known = {account: known for account, known in self._known.items() if account in experts}
        for chat in chats:
            if isinstance(chat, HasPresence):
                await self._look(chat, chat.platform, [one for one in experts if one.platform is chat.platform])

    async def _look(self, chat: HasPresence, platform: Platform, experts: Iterable[UserRef]) -> None:
        now = self._clock()
        due = [one for one in experts if one not in self._asked or now - self._asked[one] >= NOT_AGAIN_WITHIN]
        due.sort(key=lambda one: (one in self._asked, self._asked.get(one, now), one))
        users = due[:AT_ONCE]
        if not users:
            return
        self._asked |= dict.fromkeys(users, now)
        try:
            found = await chat.presence(users)
        except ChatUnavailable as away:
            log.info("presence cannot be looked up now", extra={"network": platform, "why": str(away)})
            return
        except ChatRefused as refused:
            self._forget(users)
            if self._refused.get(platform) != refused.code:
                self._refused[platform] = refused.code
                log.warning("presence cannot be looked up", extra={"network": platform, "code": refused.code,
                                                                   "advice": refused.advice})  # fmt: skip
            return
        self._refused.pop(platform, None)
        self._forget(users)
        self._known |= {user: (now, presence) for user, presence in found.items()}

    def _forget(self, users: Sequence[UserRef]) -> None:
        for user in users:
            self._known.pop(user, None)


def _experts(catalogue: Catalogue) -> set[UserRef]:
    """The accounts of everybody who might be asked into a swarm."""
    asked = {person for team in catalogue.teams.values() for person in (*team.members, *team.on_duty)}
    people = (person for person in catalogue.people.values() if person.skills or person.id in asked)
    return {account for person in people for account in person.accounts}
