"""What the local chat keeps.

Every change gets the next number of ``happening``; what a change touched carries that number in ``changed``, so that
"what is new since n" is one comparison. ``happening.event`` holds what the bot is to hear of it, until it has.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, false

metadata = MetaData()

about = Table(
    "about",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("title", String, nullable=False, default=""),
    Column("language", String, nullable=False, default=""),
    Column("zone", String, nullable=False, default=""),
    Column("email", String, nullable=False, default=""),
)

room = Table(
    "room",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("topic", String, nullable=False, default=""),
    Column("private", Boolean, nullable=False, server_default=false()),
    Column("closed", Boolean, nullable=False, server_default=false()),
    # Whose conversation with the bot this is; NULL for channels.
    Column("direct", String, ForeignKey("person.id"), nullable=True, unique=True),
    Column("changed", Integer, nullable=False),
)

member = Table(
    "member",
    metadata,
    Column("room", String, ForeignKey("room.id"), primary_key=True),
    Column("person", String, ForeignKey("person.id"), primary_key=True),
)

message = Table(
    "message",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("room", String, ForeignKey("room.id"), nullable=False),
    Column("thread", String, ForeignKey("message.id"), nullable=True),
    # NULL for the bot.
    Column("by", String, ForeignKey("person.id"), nullable=True),
    Column("at", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("card", JSON(none_as_null=True), nullable=True),
    # The one person who sees it; NULL for everybody in the room.
    Column("only_for", String, ForeignKey("person.id"), nullable=True),
    Column("edited", Boolean, nullable=False, server_default=false()),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Column("changed", Integer, nullable=False),
    Index("message_changed", "changed"),
    Index("message_thread", "thread"),
    Index("message_room", "room", "number"),
)

reaction = Table(
    "reaction",
    metadata,
    Column("message", String, ForeignKey("message.id"), primary_key=True),
    # A person's id, or the bot's.
    Column("by", String, primary_key=True),
    Column("emoji", String, primary_key=True),
)

form = Table(
    "form",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String, ForeignKey("person.id"), nullable=False),
    Column("room", String, ForeignKey("room.id"), nullable=False),
    Column("thread", String, nullable=True),
    Column("form", JSON, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("changed", Integer, nullable=False),
)

happening = Table(
    "happening",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("event", JSON(none_as_null=True), nullable=True),
    sqlite_autoincrement=True,
)

act = Table(
    "act",
    metadata,
    Column("key", String, primary_key=True),
    Column("result", String, nullable=False),
)
