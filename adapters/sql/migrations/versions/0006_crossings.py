"""A swarm may have a room on each network; who reacted to what in them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

big_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "swarm_rooms",
        sa.Column("room", sa.Text, nullable=False),
        sa.Column("incident", big_id, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("room", name="pk_swarm_rooms"),
    )
    op.execute(
        "INSERT INTO swarm_rooms (room, incident, round) SELECT room, incident, round FROM swarms"
        " WHERE room IS NOT NULL"
    )
    op.drop_index("ix_swarms_room", "swarms")
    with op.batch_alter_table("swarms") as swarms:
        swarms.drop_column("room")
    op.create_table(
        "crossed_reactions",
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("emoji", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("message", "emoji", "by", name="pk_crossed_reactions"),
    )


def downgrade() -> None:
    op.drop_table("crossed_reactions")
    with op.batch_alter_table("swarms") as swarms:
        swarms.add_column(sa.Column("room", sa.Text))
    op.create_index("ix_swarms_room", "swarms", ["room"])
    op.execute(
        "UPDATE swarms SET room = (SELECT min(room) FROM swarm_rooms"
        " WHERE swarm_rooms.incident = swarms.incident AND swarm_rooms.round = swarms.round)"
    )
    op.drop_table("swarm_rooms")
