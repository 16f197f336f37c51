"""Keeps who reacted to what in the rooms of a swarm, so that the bot's own reaction goes with the last of them."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, func, select, update

from adapters.sql.statements import insert_new
from adapters.sql.tables import DONE, OUTBOX, crossed_reactions, jobs
from adapters.sql.work import SqlWork
from bot.intents import RoomOf, lane_of
from bot.refs import MessageRef, UserRef


class SqlCrossings:
    """``swarming.ports.Crossings`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._connection = work.connection

    def react(self, message: MessageRef, emoji: str, by: UserRef) -> bool:
        """Keep a reaction; True when it is the first of its kind."""
        row = {"message": str(message), "emoji": emoji, "by": str(by)}
        return insert_new(self._connection, crossed_reactions, [row]) > 0 and self._left(message, emoji) == 1

    def unreact(self, message: MessageRef, emoji: str, by: UserRef) -> bool:
        """Forget a reaction; True when it was the last of its kind."""
        same = {"on_message": str(message), "with_emoji": emoji, "reacted": str(by)}
        return self._connection.execute(_FORGET, same).rowcount > 0 and self._left(message, emoji) == 0

    def give_up(self, place: RoomOf) -> None:
        """Forget what waits to be done in a room that was refused."""
        self._connection.execute(_GIVE_UP, {"of_it": lane_of(place), "opens": place.key})

    def _left(self, message: MessageRef, emoji: str) -> int:
        same = {"on_message": str(message), "with_emoji": emoji}
        return int(self._connection.execute(_COUNT, same).scalar_one())


_SAME = (
    crossed_reactions.c.message == bindparam("on_message"),
    crossed_reactions.c.emoji == bindparam("with_emoji"),
)
_COUNT = select(func.count()).select_from(crossed_reactions).where(*_SAME)
_GIVE_UP = (
    update(jobs)
    .where(
        jobs.c.queue == OUTBOX, jobs.c.lane == bindparam("of_it"),
        jobs.c.state != DONE, jobs.c.key != bindparam("opens"),
    )
    .values(state=DONE, payload="", error="", ended_at=jobs.c.created_at, lease_until=None, lease_owner=None)
)  # fmt: skip
_FORGET = (
    delete(crossed_reactions)
    .where(*_SAME, crossed_reactions.c.by == bindparam("reacted"))
    .execution_options(preserve_rowcount=True)
)
