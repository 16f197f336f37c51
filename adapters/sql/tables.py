"""The tables. ``migrations`` makes them; a test holds both to be the same."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, Table, UniqueConstraint, literal_column

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
    Column("cause", Words, nullable=False),
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

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("name", Words, primary_key=True),
    Column("body", Words, nullable=False),
)
"""What is being told to many."""

homes = Table(
    "homes",
    metadata,
    Column("account", Words, primary_key=True),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("body", Words, nullable=False),
)
"""Who opened the bot's home, when last, and what it shows."""

incidents = Table(
    "incidents",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", Words, nullable=False),
    Column("outage", Boolean, nullable=False),
    Column("parent", BigId, index=True),
    Column("origin", Words, index=True),
    Column("resolved_at", Moment),
    Column("update_due_at", Moment, index=True),
    Column("watch_at", Moment, index=True),
    Column("ask_at", Moment, index=True),
    Column("body", Words, nullable=False),
)
"""Incidents, whole in ``body``; the other columns are what they are looked for by.

``update_due_at`` is when somebody must be reminded of the next update, ``watch_at`` when a target becomes near or is
over, ``ask_at`` when those who were silent are asked how it went; each is empty where there is nothing to come.
"""

Index("ix_incidents_state", incidents.c.state, incidents.c.id)
Index("ix_incidents_outages", incidents.c.state, incidents.c.outage, incidents.c.resolved_at)

affected = Table(
    "affected",
    metadata,
    Column("incident", BigId, ForeignKey("incidents.id"), primary_key=True),
    Column("person", Words, primary_key=True, index=True),
    Column("thread", Words, nullable=False, index=True),
)
"""Who is affected by which incident, and the thread they spoke in, to find the incident by."""

entries = Table(
    "entries",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("incident", BigId, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("by_name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("message", Words, index=True),
    Column("files", Words, nullable=False),
    UniqueConstraint("incident", "kind", "message"),
)
"""Timelines. Lines come before and after the incident is stored, so nothing ties them but its number. ``files`` is what
came with a message, empty where nothing did."""

follows = Table(
    "follows",
    metadata,
    Column("service", Words, primary_key=True),
    Column("person", Words, primary_key=True, index=True),
    Column("follows", Boolean, nullable=False),
    Column("account", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("zone", Words, nullable=False),
)
"""What people said themselves about following a service; ``account`` is empty for those who only unfollowed."""

swarms = Table(
    "swarms",
    metadata,
    Column("incident", BigId, primary_key=True, autoincrement=False),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("rest_due_at", Moment, index=True),
    Column("body", Words, nullable=False),
)
"""Swarms, whole in ``body``; ``rest_due_at`` is when those who were spared are asked after all."""

swarm_rooms = Table(
    "swarm_rooms",
    metadata,
    Column("room", Words, primary_key=True),
    Column("incident", BigId, nullable=False),
    Column("round", Integer, nullable=False),
)
"""Which swarm works in a room; it may have one on each network."""

links = Table(
    "links",
    metadata,
    Column("account", Words, primary_key=True),
    Column("person", Words, nullable=False, index=True),
)
"""Accounts that somebody said are theirs, beside those of the catalogue."""

link_codes = Table(
    "link_codes",
    metadata,
    Column("account", Words, primary_key=True),
    Column("code", Words, nullable=False, index=True),
    Column("until", Moment, nullable=False),
)
"""Codes by which people say so, as hashes: typed from another account, a code stands for this one."""

crossed_reactions = Table(
    "crossed_reactions",
    metadata,
    Column("message", Words, primary_key=True),
    Column("emoji", Words, primary_key=True),
    Column("by", Words, primary_key=True),
)
"""Who reacted to what in the rooms of a swarm: the bot reacts in its other rooms until the last of them stops."""

slack_installations = Table(
    "slack_installations",
    metadata,
    Column("workspace", Words, primary_key=True),
    Column("version", BigId, nullable=False),
    Column("sealed", Words, nullable=False),
    Column("leased_until", Moment),
)
"""Where the app is installed, by the id of the workspace or organisation. What is known of it, tokens above all, is
sealed; ``version`` is another one for everything that was ever kept; ``leased_until`` says that somebody is about to
replace it."""

slack_states = Table(
    "slack_states",
    metadata,
    Column("state", Words, primary_key=True),
    Column("until", Moment, nullable=False, index=True),
)
"""What came back from an installation and must not come again, as hashes."""

SEALED = (slack_installations, slack_states)
"""Tables that nothing can be read in."""

articles = Table(
    "articles",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("source", BigId, index=True),
    Column("published", Boolean, nullable=False),
    Column("reuses", Integer, nullable=False),
    Column("body", Words, nullable=False),
)
"""Articles, whole in ``body``."""

incident_numbers = Table("incident_numbers", metadata, Column("id", BigId, primary_key=True), sqlite_autoincrement=True)
article_numbers = Table("article_numbers", metadata, Column("id", BigId, primary_key=True), sqlite_autoincrement=True)
"""Numbers already given, so that none is given twice and nobody waits for another to commit."""
