"""Hears a Matrix account as an application service: the homeserver pushes what happens, to any replica.

A transaction is acknowledged when what it brought is stored. What the homeserver sends twice, to whichever replica, has
the ids it had the first time, by which the inbox knows it. What happened while nobody was there the homeserver keeps,
and sends it when it is asked to call (a ping) and gets an answer; but one that was itself restarted meanwhile sends it
only when something new happens. So a start looks back in the rooms as well, before anything is taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from adapters.matrix import reading
from adapters.matrix.encryption import Encryption
from adapters.matrix.gaps import Gaps
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.intake import EVENTS_BE_LATE, LONG_AGO, LONGEST_LOOK, SINCE, UNTIL, Intake
from adapters.matrix.reach import Reach
from adapters.matrix.reading import Event
from adapters.matrix.settings import AppService, MatrixSettings
from adapters.matrix.transactions import Transactions, about_rooms
from bot.chat import Cursor, Inbox
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable
from bot.events import ChatEvent

BETWEEN_PINGS = 60.0
PATIENCE = 75.0
"""Homeservers give up calling after a minute, and say so."""
WITHOUT_DATABASE = 2.0
CLOCKS_DIFFER = timedelta(minutes=1)
SYNCED_LATELY = timedelta(hours=1)
"""What was said while an operator changed from syncs to this, and may never have been heard."""
_NOT_YET = timedelta(seconds=1)
_NO_PING = ("M_UNRECOGNIZED", "M_NOT_FOUND")


async def ping(homeserver: Homeserver, service: AppService) -> bool:
    """Let the homeserver call. False when it is too old to be asked; refused when it does not reach the bot."""
    where = path("appservice", service.id, "ping", root="/_matrix/client/v1")
    try:
        await homeserver.post(where, {"transaction_id": secrets.token_hex(8)}, patience=PATIENCE)
    except ChatRefused as refused:
        if refused.code not in _NO_PING:
            raise
        return False
    return True


class Pushed:
    """What one account is told by transactions."""

    def __init__(
        self, homeserver: Homeserver, intake: Intake, encryption: Encryption, reach: Reach, settings: MatrixSettings,
        service: AppService,
    ) -> None:  # fmt: skip
        self._homeserver = homeserver
        self._intake = intake
        self._encryption = encryption
        self._reach = reach
        self._settings = settings
        self._service = service
        self._transactions = Transactions(homeserver, settings.user_id)
        self._inbox: Inbox | None = None
        self._taking = asyncio.Lock()
        self._called = asyncio.Event()
        self._pinged_at = -math.inf
        self._epoch: str | None = None
        self._invited = ""
        self._since = datetime.max.replace(tzinfo=UTC)
        self._until = LONG_AGO

    async def run(self, inbox: Inbox) -> None:
        """Take what is pushed until cancelled; any number of replicas may."""
        try:
            while True:
                try:
                    if self._inbox is None:
                        await self._begin(inbox)
                    await self._turn(inbox)
                except StorageUnavailable:
                    await self._wait(WITHOUT_DATABASE)
                except Exception as error:
                    self._pinged_at = -math.inf
                    await self._wait(self._reach.pause_after(error))
        finally:
            self._reach.connected, self._inbox = False, None
            self._encryption.end()

    async def take(self, events: Sequence[Event]) -> None:
        """Hear a transaction; stored when this returns. Raises what keeps it from being heard now."""
        if self._inbox is None:
            self._called.set()  # whoever calls may be asked as well
            raise ChatUnavailable("the bot does not listen yet", retry_after=_NOT_YET)
        async with self._taking:
            ours = [event for event in events if reading.time_of(event) >= self._since]
            await self._take(self._inbox, ours, until=self._latest(ours))
        self._called.set()

    async def _begin(self, inbox: Inbox) -> None:
        await self._register()
        await self._intake.begin(inbox)
        await self._intake.learn_own_name()
        self._intake.invitations.load(await inbox.cursor(self._name("invitations")))
        self._invited = self._intake.invitations.dump()
        self._epoch, self._pinged_at = None, -math.inf
        self._since = await self._first_begun(inbox)
        stored = await inbox.cursor(self._name(UNTIL))
        self._until = datetime.fromisoformat(stored) if stored else LONG_AGO
        if stored:
            await self._look_back(inbox)
        self._inbox = inbox

    async def _first_begun(self, inbox: Inbox) -> datetime:
        """A homeserver that never had an application service pushes all that ever happened in the bot's rooms. What is
        older than the bot is not for it; nor is what it has heard by syncs and may not remember any more."""
        stored = await inbox.cursor(self._name(SINCE))
        if not stored:
            synced = await inbox.cursor(self._intake.name) is not None
            stored = (datetime.now(UTC) - (SYNCED_LATELY if synced else CLOCKS_DIFFER)).isoformat()
            await inbox.put([], [Cursor(self._name(SINCE), stored)])
        return datetime.fromisoformat(stored)

    async def _look_back(self, inbox: Inbox) -> None:
        """Hear what happened since the last transaction that was taken. Only when all rooms were looked at that counts
        as taken: whoever ends before begins again where this one did."""
        oldest = max(self._since, self._until - EVENTS_BE_LATE, datetime.now(UTC) - LONGEST_LOOK)
        gaps, latest = Gaps(self._homeserver, self._settings.user_id), self._until
        joined = await self._homeserver.get(path("joined_rooms"))
        for room in reading.strings(joined.get("joined_rooms")):
            found = await gaps.lately(room, oldest)
            if found:
                await self._take(inbox, [{**event, "room_id": room} for event in found], until=self._until)
                latest = max(latest, self._latest(found))
        await self._take(inbox, [], until=latest)

    async def _register(self) -> None:
        """The homeserver reads who the bot is from the registration; its account is made here."""
        body = {"type": "m.login.application_service", "username": self._settings.localpart, "inhibit_login": True}
        try:
            await self._homeserver.post(path("register"), body)
        except ChatRefused as refused:
            if refused.code != "M_USER_IN_USE":
                raise

    async def _turn(self, inbox: Inbox) -> None:
        """What is to be done beside taking transactions."""
        now = asyncio.get_running_loop().time
        if now() - self._pinged_at >= BETWEEN_PINGS:
            await ping(self._homeserver, self._service)
            self._pinged_at = now()
            self._reach.answered()
        async with self._taking:
            await self._intake.reload(inbox)
            await self._intake.follow()
            await self._intake.invitations.accept()
            await self._store([])
        await self._intake.receipts.show()
        until_ping = self._pinged_at + BETWEEN_PINGS - now()
        await self._wait(max(0.0, min(until_ping, self._intake.due_in())))

    async def _wait(self, seconds: float) -> None:
        """Until somebody calls, at the latest after so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._called.wait()
        self._called.clear()

    def _latest(self, events: Sequence[Event]) -> datetime:
        """When the latest of all that was ever taken and of these happened."""
        return max(self._until, min(max(map(reading.time_of, events), default=LONG_AGO), datetime.now(UTC)))

    async def _take(self, inbox: Inbox, events: Sequence[Event], *, until: datetime) -> None:
        intake = self._intake
        await intake.reload(inbox)
        cursors = await self._of_this_epoch(inbox, events)
        told = await self._transactions.as_sync(events)
        for room in told["rooms"]["join"]:
            await intake.moves.recognise(room)
        intake.learn(told)
        await intake.directs.load()
        await intake.follow()
        heard = await intake.heard(told)
        if until > self._until:
            cursors.append(Cursor(self._name(UNTIL), until.isoformat()))
        await self._store(heard, cursors)
        self._until = until

    async def _store(self, heard: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        """Store what was heard, and the invitations that are open: nobody tells of them again after a start."""
        invited = self._intake.invitations.dump()
        changed = [Cursor(self._name("invitations"), invited)] if invited != self._invited else []
        await self._intake.store(heard, [*cursors, *changed])
        self._invited = invited

    def _name(self, of: str) -> str:
        return f"{self._intake.name} {of}"

    async def _of_this_epoch(self, inbox: Inbox, events: Sequence[Event]) -> list[Cursor]:
        """Forget of rooms what may have changed: all that another replica was told of, and what is told now."""
        stored = await inbox.cursor(self._name("epoch")) or ""
        if stored != self._epoch:
            self._transactions.forget()
            self._intake.partners.forget()
            self._intake.directs.forget()
            self._epoch = stored
        if not (changed := about_rooms(events)):
            return []
        self._transactions.forget(changed)
        self._epoch = secrets.token_hex(8)
        return [Cursor(self._name("epoch"), self._epoch)]
