"""When those who do not want to be disturbed are asked into a swarm after all."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("swarms", sa.Column("rest_due_at", sa.DateTime(timezone=True)))
    op.create_index("ix_swarms_rest_due_at", "swarms", ["rest_due_at"])


def downgrade() -> None:
    op.drop_index("ix_swarms_rest_due_at", "swarms")
    op.drop_column("swarms", "rest_due_at")
