"""Takes a person out of everything that is kept: their names, accounts and words; what happened stays countable."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, or_, select, update

from adapters.sql.engine import Database
from adapters.sql.tables import affected, articles, dialogs, entries, follows, homes, incidents, swarms

GONE = "…"


def erase(database: Database, ids: Collection[str], names: Collection[str]) -> int:
    """Erase whoever has these person ids and accounts (text form) and these names, in one transaction.

    What they reported and said is blanked, they get an id that leads nowhere, and what they follow is forgotten.
    Returns how many rows changed. What was written in chat itself is the network's to delete.
    """
    nobody = f"erased-{secrets.token_hex(6)}"
    with database.write() as connection:
        changed = sum(_bodies(connection, table, ids, names, nobody) for table in (incidents, swarms, articles))
        said = update(entries).where(entries.c.by.in_(ids)).values(by=nobody, by_name=GONE, text="")
        changed += connection.execute(said).rowcount
        known = update(affected).where(affected.c.person.in_(ids)).values(person=nobody)
        changed += connection.execute(known).rowcount
        changed += connection.execute(delete(follows).where(follows.c.person.in_(ids))).rowcount
        changed += connection.execute(delete(dialogs).where(dialogs.c.asked.in_(ids))).rowcount
        changed += connection.execute(delete(homes).where(homes.c.account.in_(ids))).rowcount
    return changed


def _bodies(connection: Connection, table: Table, ids: Collection[str], names: Collection[str], nobody: str) -> int:
    body: Column[str] = table.c.body
    needles = [f'"{one}"' for one in ids]
    rows = connection.execute(select(table).where(or_(*(body.contains(one, autoescape=True) for one in needles))))
    changed = 0
    for row in rows.mappings().all():
        read = json.loads(row["body"])
        if read.get("opened_by") in ids:
            read |= {"words": "", "title": GONE}
        new = json.dumps(_without(read, ids, names, nobody), ensure_ascii=False)
        same = [column == row[column.name] for column in table.primary_key.columns]
        connection.execute(update(table).where(*same).values(body=new, version=row["version"] + 1))
        changed += 1
    return changed


def _without(value: Any, ids: Collection[str], names: Collection[str], nobody: str) -> Any:
    """The value with every id and name that stands alone replaced."""
    if isinstance(value, dict):
        return {key: _without(one, ids, names, nobody) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(one, ids, names, nobody) for one in value]
    if value in ids:
        return f"{str(value).partition(':')[0]}:{nobody}" if ":" in str(value) else nobody
    return GONE if value in names else value
