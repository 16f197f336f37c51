"""Which accounts are one person's, and the codes by which people say so."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_links"),
    )
    op.create_index("ix_links_person", "links", ["person"])
    op.create_table(
        "link_codes",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_link_codes"),
    )
    op.create_index("ix_link_codes_code", "link_codes", ["code"])


def downgrade() -> None:
    op.drop_table("link_codes")
    op.drop_table("links")
