"""Hears a Matrix account: an own sync loop that loses nothing, doubles nothing and never spins.

The sync token is stored together with what was heard up to it. A process that ends at any moment therefore begins
again with the same token, and hears the same events again, which the inbox knows by their ids.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.matrix.encryption import Encryption
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.intake import EVENTS_BE_LATE, LONG_AGO, LONGEST_LOOK, SINCE, UNTIL, Intake
from adapters.matrix.reach import Reach
from adapters.matrix.reading import string
from bot.chat import Cursor, Inbox
from bot.errors import StorageUnavailable

LONG_POLL = timedelta(seconds=30)
GRACE = 15.0
FIRST_ANSWER = 120.0
WITHOUT_DATABASE = 2.0
SYNCED = "synced"
"""The cursor of when the sync token was asked for."""
_STATE = ["m.room.member", "m.room.name", "m.room.canonical_alias", "m.room.encryption", "m.room.tombstone"]


def sync_filter(messages: int, *, unlike: str = "") -> str:
    """What a sync is to bring: no presence, no typing, no receipts, of members only those who wrote.

    ``unlike`` makes it differ from every other one, without asking for anything else.
    """
    lazy = {"lazy_load_members": True, "include_redundant_members": True}
    return json.dumps(
        {
            "presence": {"types": []},
            "account_data": {"types": ["m.direct"]},
            "room": {
                "ephemeral": {"types": []},
                "account_data": {"types": []},
                "not_rooms": [f"!{unlike}:swarmbridge.invalid"] if unlike else [],
                "state": {"types": _STATE, **lazy},
                "timeline": {"limit": messages, **lazy},
            },
        }
    )


class Listener:
    """The sync loop of one account."""

    def __init__(self, homeserver: Homeserver, intake: Intake, encryption: Encryption, reach: Reach) -> None:
        self._homeserver = homeserver
        self._intake = intake
        self._encryption = encryption
        self._reach = reach
        self._since = ""
        self._synced = LONG_AGO
        self._oldest = LONG_AGO

    async def run(self, inbox: Inbox) -> None:
        """Hear until cancelled. Says once that the homeserver is away and once that it is back."""
        self._since = ""
        try:
            while True:
                try:
                    await self._turn() if self._since else await self._start(inbox)
                except StorageUnavailable:
                    await asyncio.sleep(WITHOUT_DATABASE)  # what was not stored is asked for again
                except Exception as error:
                    await asyncio.sleep(self._reach.pause_after(error))
        finally:
            self._reach.connected = self._intake.moves.listening = False
            self._encryption.end()

    async def _start(self, inbox: Inbox) -> None:
        """See which rooms there are. With no token stored, hear from now on: what was said before is not for us."""
        intake = self._intake
        await intake.begin(inbox)
        stored = await inbox.cursor(intake.name)
        synced = await inbox.cursor(f"{intake.name} {SYNCED}")
        self._synced = datetime.fromisoformat(synced) if synced else datetime.now(UTC)
        if until := await inbox.cursor(f"{intake.name} {UNTIL}"):
            # The token is of before an application service heard what was said until then, perhaps so long ago that
            # nobody remembers it was heard.
            self._oldest = datetime.fromisoformat(until) - EVENTS_BE_LATE
        now, answer = datetime.now(UTC), await self._overview()
        if stored is None:
            if await intake.invitations.accept():
                now, answer = datetime.now(UTC), await self._overview()
            stored = string(answer.get("next_batch"))
            await self._encryption.begin_epoch()
            await self._encryption.take_in(answer)
            await self._encryption.store([], self._got_to(stored, now))
            self._synced = now
        await intake.follow()
        intake.moves.listening = True
        await intake.store(await intake.ears.hear_kept())
        self._since = stored

    async def _overview(self) -> dict[str, Any]:
        # Homeservers answer the same first sync again from a cache for some minutes; ours must be of now.
        query = {"timeout": 0, "filter": sync_filter(1, unlike=secrets.token_hex(8))}
        answer = await self._homeserver.get(path("sync"), query=query, patience=FIRST_ANSWER)
        self._intake.learn(answer)
        await self._intake.learn_own_name()
        return answer

    async def _turn(self) -> None:
        """One sync: everything since the token goes into the inbox, with the new token."""
        intake, poll = self._intake, await self._poll()
        query = {"timeout": int(poll * 1000), "filter": sync_filter(50), "since": self._since}
        asked, now = time.monotonic(), datetime.now(UTC)
        answer = await self._homeserver.get(path("sync"), query=query, patience=poll + GRACE)
        intake.learn(answer)
        await intake.follow()
        keys = await self._encryption.take_in(answer)
        # Late is heard as long as the inbox knows by itself what it has heard already.
        oldest = min(self._synced - EVENTS_BE_LATE, now - LONGEST_LOOK)
        heard = [
            *await intake.ears.hear_late(keys),
            *(one for one in await intake.heard(answer, self._since, oldest=oldest) if one.at >= self._oldest),
            *await intake.ears.tell_unreadable(),
        ]
        token = string(answer.get("next_batch")) or self._since
        synced = now if token != self._since else self._synced
        cursors = self._got_to(token, synced) if token != self._since else []
        if self._oldest > LONG_AGO:
            cursors += [Cursor(f"{intake.name} {of}", "") for of in (SINCE, UNTIL)]
        await intake.store(heard, cursors)
        self._oldest = LONG_AGO
        self._reach.answered()
        if poll and token == self._since and not heard and time.monotonic() - asked < 1:
            await asyncio.sleep(1)  # a homeserver that does not wait must not make us spin
        self._since, self._synced = token, synced
        await self._encryption.tend()
        await intake.invitations.accept()
        await intake.receipts.show()

    def _got_to(self, token: str, synced: datetime) -> list[Cursor]:
        """The token to go on from, and when it was asked for."""
        name = self._intake.name
        return [Cursor(name, token), Cursor(f"{name} {SYNCED}", synced.isoformat())]

    async def _poll(self) -> float:
        """How long the homeserver may wait for something to happen."""
        if not self._reach.connected:
            return 0.0
        return min(LONG_POLL.total_seconds(), self._intake.due_in(), await self._encryption.due_in())
