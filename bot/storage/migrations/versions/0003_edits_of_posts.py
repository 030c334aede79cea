"""Edits of posts

A post that stands is edited where the ledger learned more of its news since: what is owed, how
often it was made, and what became of it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from bot.storage import types

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "edits",
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("due", types.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted", types.UtcDateTime()),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name="fk_edits_post_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name="pk_edits"),
    )
    op.create_index("ix_edits_state_due", "edits", ["state", "due"])
    op.create_index("ix_posts_part_of", "posts", ["part_of"])
