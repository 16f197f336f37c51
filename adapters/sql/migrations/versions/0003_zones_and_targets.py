"""The zone of followers, and when the targets of an incident are to be looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("follows") as follows:
        follows.add_column(sa.Column("zone", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("follows") as follows:
        follows.alter_column("zone", server_default=None)
    op.add_column("incidents", sa.Column("watch_at", sa.DateTime(timezone=True)))
    op.create_index("ix_incidents_watch_at", "incidents", ["watch_at"])


def downgrade() -> None:
    op.drop_index("ix_incidents_watch_at", "incidents")
    op.drop_column("incidents", "watch_at")
    op.drop_column("follows", "zone")
