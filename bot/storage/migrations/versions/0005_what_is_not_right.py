"""What is not right: members' words, servers' decisions, and which posts show them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from bot.storage import types

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    struck: sa.Column[bool] = sa.Column(
        "struck", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    with op.batch_alter_table("posts") as posts:
        posts.add_column(struck)
    _reports()
    _strikes()


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("announcement_id", ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="fk_reports_announcement_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint(
            "announcement_id",
            "guild_id",
            "user_id",
            name="uq_reports_announcement_id_guild_id_user_id",
        ),
    )
    op.create_index("ix_reports_guild_id_state", "reports", ["guild_id", "state"])


def _strikes() -> None:
    op.create_table(
        "strikes",
        sa.Column("announcement_id", ID, nullable=False, autoincrement=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="fk_strikes_announcement_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("announcement_id", "guild_id", name="pk_strikes"),
    )
    op.create_index("ix_strikes_guild_id", "strikes", ["guild_id"])
