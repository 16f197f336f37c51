"""The tables that the core needs. Those of the features stand beside their repositories."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, UniqueConstraint, literal_column

from adapters.sql.columns import BigId, Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INBOX, FACTS, OUTBOX = "inbox", "facts", "outbox"
READY, DONE, PARKED = "ready", "done", "parked"

jobs = Table(
    "jobs",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("queue", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("lane", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("type", Words, nullable=False),
    Column("handler", Words, nullable=False),
    Column("payload", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubtful", Boolean(create_constraint=False), nullable=False),
    Column("error", Words, nullable=False),
    Column("lease_until", Moment),
    Column("lease_owner", Words),
    Column("ended_at", Moment),
    UniqueConstraint("queue", "key"),
    sqlite_autoincrement=True,
)
"""Everything waiting to be done: what was heard (inbox), facts for handlers, intents (outbox).

A row that is done stays for a while without its payload, so that the same key is never done again.
"""


for _name, _columns, _condition in (
    ("ix_jobs_ready", (jobs.c.queue, jobs.c.lane, jobs.c.id), literal_column("state = 'ready'")),
    ("ix_jobs_leased", (jobs.c.queue, jobs.c.lane), literal_column("lease_until IS NOT NULL")),
    ("ix_jobs_parked", (jobs.c.id,), literal_column("state = 'parked'")),
):
    Index(_name, *_columns, sqlite_where=_condition, postgresql_where=_condition)

receipts = Table(
    "receipts",
    metadata,
    Column("key", Words, primary_key=True),
    Column("made", Words, nullable=False, index=True),
    Column("about", Words, nullable=False),
)
"""What intents made: the text form of a message or room, and the reference it is about."""

cursors = Table(
    "cursors",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)
"""How far each adapter has heard."""

dialogs = Table(
    "dialogs",
    metadata,
    Column("asked", Words, primary_key=True),
    Column("place", Words, primary_key=True),
    Column("dialog", Words, nullable=False),
    Column("until", Moment, nullable=False),
)
"""Forms being asked field by field: who is asked, in which thread or room, and the answers so far."""
