"""The catalogue's cache

What was read of each series, its seasons with the dates that were handed over as claims, which show
it is, and what searches found.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.storage import types

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table("series", *_series(), sa.PrimaryKeyConstraint("id", name="pk_series"))
    op.create_index("ix_series_fetched", "series", ["fetched"])
    op.create_index("ix_series_seen", "series", ["seen"])
    op.create_table(
        "series_seasons",
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("premiere", sa.String(16), nullable=False),
        sa.Column("ends", sa.Date()),
        sa.Column("episodes", sa.Integer()),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("since", types.UtcDateTime(), nullable=False),
        sa.Column("noted", sa.Boolean(), nullable=False),
        sa.Column("stood", sa.Boolean(), nullable=False),
        _to_series("series_seasons"),
        sa.PrimaryKeyConstraint("series_id", "number", name="pk_series_seasons"),
    )
    op.create_index("ix_series_seasons_noted_stood", "series_seasons", ["noted", "stood"])
    op.create_table(
        "series_links",
        sa.Column("show_key", sa.String(120), nullable=False),
        sa.Column("series_id", sa.BigInteger()),
        sa.Column("tried", types.UtcDateTime(), nullable=False),
        _to_series("series_links"),
        sa.PrimaryKeyConstraint("show_key", name="pk_series_links"),
        sa.UniqueConstraint("series_id", name="uq_series_links_series_id"),
    )
    op.create_table(
        "series_searches",
        sa.Column("text", sa.String(100), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("at", types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("text", name="pk_series_searches"),
    )
    op.create_index("ix_series_searches_at", "series_searches", ["at"])


def _series() -> tuple[sa.Column[Any], ...]:
    texts = ("title", "network", "streamer", "url", "image", "summary")
    lists = ("externals", "akas", "people")
    return (
        sa.Column("id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in lists),
        sa.Column("year", sa.Integer()),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("changed", types.UtcDateTime()),
        sa.Column("seen", types.UtcDateTime(), nullable=False),
        sa.Column("next_season", sa.Integer()),
        sa.Column("next_number", sa.Integer()),
        sa.Column("next_airs", types.UtcDateTime()),
        sa.Column("fetched", types.UtcDateTime()),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due", types.UtcDateTime()),
    )


def _to_series(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_series_id"
    return sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=name, ondelete="CASCADE")
