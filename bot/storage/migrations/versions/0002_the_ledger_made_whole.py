"""The ledger made whole

Claims carry what the ledger weighs, facts what it must remember of them; an announcement says what
it answers, and what became of it. Several facts may have one key: a further trailer, the next
renewal that named no season.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from bot.storage import types

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    kind = sa.String(length) if length else sa.Text()
    return sa.Column(name, kind, nullable=False, server_default="")


def _flag(name: str, default: sa.ColumnElement[bool]) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)


def upgrade() -> None:
    wires: sa.Column[tuple[str, ...]] = sa.Column(
        "wires", types.StringTuple(), nullable=False, server_default="[]"
    )
    with op.batch_alter_table("articles") as articles:
        articles.add_column(_text("publisher", 200))
        articles.add_column(wires)
    _claims()
    with op.batch_alter_table("facts") as facts:
        facts.add_column(_text("told_value"))
        facts.add_column(sa.Column("detail", sa.JSON(), nullable=False, server_default="{}"))
        facts.drop_constraint("uq_facts_show_id_scope_event_season_subject", type_="unique")
        facts.create_index("ix_facts_show_id_scope", ["show_id", "scope"])
    op.execute("UPDATE facts SET told_value = value WHERE told IS NOT NULL")
    with op.batch_alter_table("fact_articles") as behind:
        behind.add_column(_flag("agrees", sa.true()))
    with op.batch_alter_table("announcements") as announcements:
        announcements.add_column(sa.Column("answers", ID))
        announcements.add_column(
            sa.Column("standing", sa.String(16), nullable=False, server_default="stands")
        )
        announcements.create_foreign_key(
            "fk_announcements_answers", "announcements", ["answers"], ["id"], ondelete="SET NULL"
        )


def _claims() -> None:
    with op.batch_alter_table("claims") as claims:
        claims.add_column(sa.Column("said", types.UtcDateTime()))
        claims.add_column(_flag("leads", sa.true()))
        claims.add_column(_flag("silent", sa.false()))
    op.execute(
        "UPDATE claims SET said = (SELECT CASE WHEN published < seen THEN published ELSE seen END"
        " FROM articles WHERE articles.id = claims.article_id)"
    )
    with op.batch_alter_table("claims") as claims:
        claims.alter_column("said", nullable=False)
        claims.create_index("ix_claims_show_id_said", ["show_id", "said"])
