"""What published articles are found by, so that a search need not read them all."""

import sqlalchemy as sa
from alembic import op

from adapters.sql import shelf

revision = "0005"
down_revision = "0004"

big_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "article_sequences",
        sa.Column("sequence", sa.Text, nullable=False),
        sa.Column("article", big_id, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("sequence", "article", name="pk_article_sequences"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_article_sequences_article", "article_sequences", ["article"])
    op.create_table(
        "sequences",
        sa.Column("sequence", sa.Text, nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_sequences"),
        sqlite_with_rowid=False,
    )
    shelf.rebuild(op.get_bind())


def downgrade() -> None:
    op.drop_table("sequences")
    op.drop_table("article_sequences")
