"""Keeps the forms that are being asked field by field."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from adapters.sql.statements import put
from adapters.sql.tables import dialogs
from adapters.sql.work import SqlWork
from bot.dialogs import Dialog
from bot.refs import RoomRef, ThreadRef, UserRef


class SqlDialogs:
    """``bot.dialogs.Dialogs`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._connection = work.connection
        self._codec = work.codec

    def find(self, user: UserRef, room: RoomRef, thread: ThreadRef | None) -> Dialog | None:
        """The open dialog there, also one whose time is over."""
        text = self._connection.execute(_FIND, {"whom": str(user), "where": _place(room, thread)}).scalar()
        return None if text is None else self._codec.from_json(text, Dialog)

    def save(self, dialog: Dialog) -> None:
        """Keep a dialog, in place of an earlier one of the same person and place."""
        text = self._codec.to_json(dialog, Dialog)
        place = _place(dialog.room, dialog.thread)
        row = {"asked": str(dialog.user), "place": place, "dialog": text, "until": dialog.until}
        put(self._connection, dialogs, [row])

    def close(self, dialog: Dialog) -> None:
        """Forget it."""
        here = (dialogs.c.asked == str(dialog.user), dialogs.c.place == _place(dialog.room, dialog.thread))
        self._connection.execute(delete(dialogs).where(*here))


_FIND = select(dialogs.c.dialog).where(dialogs.c.asked == bindparam("whom"), dialogs.c.place == bindparam("where"))


def _place(room: RoomRef, thread: ThreadRef | None) -> str:
    return str(thread or room)
