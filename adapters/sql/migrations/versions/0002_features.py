"""What the features keep: incidents, timelines, followers, swarms, articles."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

big_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    incidents()
    timelines_and_followers()
    op.create_table(
        "swarms",
        sa.Column("incident", big_id, nullable=False, autoincrement=False),
        sa.Column("round", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("room", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("incident", "round", name="pk_swarms"),
    )
    op.create_index("ix_swarms_room", "swarms", ["room"])
    op.create_table(
        "articles",
        sa.Column("id", big_id, nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("source", big_id),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("reuses", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index("ix_articles_source", "articles", ["source"])
    for numbers in ("incident_numbers", "article_numbers"):
        op.create_table(
            numbers,
            sa.Column("id", big_id, nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{numbers}"),
            sqlite_autoincrement=True,
        )


def incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", big_id, nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("outage", sa.Boolean, nullable=False),
        sa.Column("parent", big_id),
        sa.Column("origin", sa.Text),
        sa.Column("resolved_at", moment),
        sa.Column("update_due_at", moment),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    for column in ("parent", "origin", "update_due_at"):
        op.create_index(f"ix_incidents_{column}", "incidents", [column])
    op.create_index("ix_incidents_state", "incidents", ["state", "id"])
    op.create_index("ix_incidents_outages", "incidents", ["state", "outage", "resolved_at"])
    op.create_table(
        "affected",
        sa.Column("incident", big_id, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("thread", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("incident", "person", name="pk_affected"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_affected_incident_incidents"),
    )
    for column in ("person", "thread"):
        op.create_index(f"ix_affected_{column}", "affected", [column])


def timelines_and_followers() -> None:
    op.create_table(
        "entries",
        sa.Column("id", big_id, nullable=False),
        sa.Column("incident", big_id, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("message", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("incident", "kind", "message", name="uq_entries_incident_kind_message"),
    )
    for column in ("incident", "message"):
        op.create_index(f"ix_entries_{column}", "entries", [column])
    op.create_table(
        "follows",
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("follows", sa.Boolean, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("service", "person", name="pk_follows"),
    )
    op.create_index("ix_follows_person", "follows", ["person"])


def downgrade() -> None:
    tables = "article_numbers incident_numbers articles swarms follows entries affected incidents"
    for table in tables.split():
        op.drop_table(table)
