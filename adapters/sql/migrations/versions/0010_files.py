"""What files came with a line of a timeline."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("entries") as entries:
        entries.add_column(sa.Column("files", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("entries") as entries:
        entries.alter_column("files", server_default=None)


def downgrade() -> None:
    op.drop_column("entries", "files")
