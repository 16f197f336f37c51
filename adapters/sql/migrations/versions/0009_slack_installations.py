"""Where the Slack app is installed, sealed, and which installations came back already."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "slack_installations",
        sa.Column("workspace", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("workspace", name="pk_slack_installations"),
    )
    op.create_table(
        "slack_states",
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_slack_states"),
    )
    op.create_index("ix_slack_states_until", "slack_states", ["until"])


def downgrade() -> None:
    op.drop_table("slack_states")
    op.drop_table("slack_installations")
