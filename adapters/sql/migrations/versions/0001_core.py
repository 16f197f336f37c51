"""What the core keeps: things to be done, what intents made, cursors, forms being asked."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

big_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", big_id, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("handler", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("doubtful", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("lease_until", moment),
        sa.Column("lease_owner", sa.Text),
        sa.Column("ended_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("queue", "key", name="uq_jobs_queue_key"),
        sqlite_autoincrement=True,
    )
    for name, columns, condition in (
        ("ix_jobs_ready", ["queue", "lane", "id"], "state = 'ready'"),
        ("ix_jobs_leased", ["queue", "lane"], "lease_until IS NOT NULL"),
        ("ix_jobs_parked", ["id"], "state = 'parked'"),
    ):
        where = sa.text(condition)
        op.create_index(name, "jobs", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "receipts",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_receipts"),
    )
    op.create_index("ix_receipts_made", "receipts", ["made"])
    op.create_table(
        "cursors",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_cursors"),
    )
    op.create_table(
        "dialogs",
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("dialog", sa.Text, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("asked", "place", name="pk_dialogs"),
    )


def downgrade() -> None:
    for table in ("dialogs", "cursors", "receipts", "jobs"):
        op.drop_table(table)
