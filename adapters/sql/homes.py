"""Keeps whose home was opened, and what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from adapters.sql.statements import put
from adapters.sql.tables import homes
from adapters.sql.work import SqlWork
from bot.homes import Opened
from bot.refs import UserRef


class SqlHomes:
    """``bot.homes.Homes`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._connection = work.connection
        self._codec = work.codec

    def get(self, account: UserRef) -> Opened | None:
        """The home of this account, if it was ever opened."""
        body = self._connection.execute(_ONE, {"whose": str(account)}).scalar()
        return None if body is None else self._codec.from_json(body, Opened)

    def put(self, opened: Opened) -> None:
        """Keep it, in place of an earlier one."""
        body = self._codec.to_json(opened, Opened)
        put(self._connection, homes, [{"account": str(opened.account), "opened_at": opened.at, "body": body}])

    def since(self, moment: datetime, most: int) -> Sequence[Opened]:
        """Those opened since then, the last ones first."""
        bodies = self._connection.execute(_SINCE, {"moment": moment, "most": most}).scalars()
        return [self._codec.from_json(body, Opened) for body in bodies]


_ONE = select(homes.c.body).where(homes.c.account == bindparam("whose"))
_SINCE = (
    select(homes.c.body)
    .where(homes.c.opened_at >= bindparam("moment"))
    .order_by(homes.c.opened_at.desc(), homes.c.account)
    .limit(bindparam("most"))
)
