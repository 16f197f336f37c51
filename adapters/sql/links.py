"""Keeps which accounts are one person's, and the codes that are out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from adapters.sql.statements import put
from adapters.sql.tables import link_codes, links
from adapters.sql.work import SqlWork
from bot.people import PersonId
from bot.refs import UserRef


class SqlLinks:
    """``bot.links.Links`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._connection = work.connection

    def person(self, account: UserRef) -> PersonId | None:
        """Whose account this is said to be."""
        found = self._connection.execute(_PERSON, {"of": str(account)}).scalar()
        return None if found is None else PersonId(found)

    def accounts(self, person: PersonId) -> Sequence[UserRef]:
        """The accounts that are said to be this person's."""
        return [UserRef.parse(found) for found in self._connection.execute(_ACCOUNTS, {"of": person}).scalars()]

    def link(self, account: UserRef, person: PersonId) -> None:
        """From now on this account is this person's."""
        put(self._connection, links, [{"account": str(account), "person": person}])

    def unlink(self, account: UserRef) -> bool:
        """From now on this account is nobody else's."""
        return self._connection.execute(_UNLINK, {"of": str(account)}).rowcount > 0

    def offer(self, code: str, account: UserRef, until: datetime) -> None:
        """Keep what a code stands for."""
        put(self._connection, link_codes, [{"account": str(account), "code": code, "until": until}])

    def take(self, code: str, now: datetime) -> UserRef | None:
        """The account that a code stands for; it is used up, as is every one whose time is over."""
        found = self._connection.execute(_OFFERED, {"typed": code, "now": now}).scalar()
        self._connection.execute(_USED_UP, {"typed": code, "now": now})
        return None if found is None else UserRef.parse(found)


_PERSON = select(links.c.person).where(links.c.account == bindparam("of"))
_ACCOUNTS = select(links.c.account).where(links.c.person == bindparam("of")).order_by(links.c.account)
_UNLINK = delete(links).where(links.c.account == bindparam("of")).execution_options(preserve_rowcount=True)
_OFFERED = select(link_codes.c.account).where(
    link_codes.c.code == bindparam("typed"), link_codes.c.until > bindparam("now")
)
_USED_UP = delete(link_codes).where(
    (link_codes.c.code == bindparam("typed")) | (link_codes.c.until <= bindparam("now"))
)
