"""Reminders of premieres, and scheduled events for them

A reminder's row keeps it from being told twice; an event's row says how far it came. Facts are
found by their date.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from bot.storage import types

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index("ix_facts_event_value", "facts", ["event", "value"])
    op.add_column(
        "guilds", sa.Column("events", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("guilds", sa.Column("events_due", types.UtcDateTime()))
    op.create_index("ix_guilds_events_due", "guilds", ["events_due"])
    _reminders()
    _premiere_events()


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("show_id", ID, nullable=False),
        sa.Column("scope", sa.BigInteger(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("sort", sa.String(16), nullable=False),
        sa.Column("instant", types.UtcDateTime()),
        sa.Column("over", types.UtcDateTime(), nullable=False),
        sa.Column("announcement_id", ID),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sa.ForeignKeyConstraint(
            ["show_id"], ["shows.id"], name="fk_reminders_show_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name="fk_reminders_announcement_id",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint(
            "show_id", "scope", "day", "sort", name="uq_reminders_show_id_scope_day_sort"
        ),
    )
    op.create_index("ix_reminders_day", "reminders", ["day"])
    op.create_index("ix_reminders_announcement_id", "reminders", ["announcement_id"])


def _premiere_events() -> None:
    op.create_table(
        "premiere_events",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("show_id", ID, nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("starts", types.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON()),
        sa.Column("event_id", sa.BigInteger()),
        sa.Column("due", types.UtcDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted", types.UtcDateTime()),
        sa.Column("created", types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_premiere_events"),
        sa.ForeignKeyConstraint(
            ["show_id"], ["shows.id"], name="fk_premiere_events_show_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("mark", name="uq_premiere_events_mark"),
        sa.UniqueConstraint(
            "guild_id", "show_id", "season", name="uq_premiere_events_guild_id_show_id_season"
        ),
    )
    op.create_index("ix_premiere_events_due", "premiere_events", ["due"])
