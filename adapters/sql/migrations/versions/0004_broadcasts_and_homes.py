"""What is told to many, and whose home was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_broadcasts"),
    )
    op.create_table(
        "homes",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_homes"),
    )
    op.create_index("ix_homes_opened_at", "homes", ["opened_at"])


def downgrade() -> None:
    op.drop_table("homes")
    op.drop_table("broadcasts")
