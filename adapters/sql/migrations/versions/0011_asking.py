"""When silent reporters of a solved incident are asked how it went."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("ask_at", sa.DateTime(timezone=True)))
    op.create_index("ix_incidents_ask_at", "incidents", ["ask_at"])


def downgrade() -> None:
    op.drop_index("ix_incidents_ask_at", "incidents")
    op.drop_column("incidents", "ask_at")
