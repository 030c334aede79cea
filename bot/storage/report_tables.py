"""What members say is not right of what was told, and what a server's admins decided of it.

A part of the schema in `bot.storage.schema`, which says what holds for all tables.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, UniqueConstraint

from bot.storage.schema import Id, metadata
from bot.storage.types import UtcDateTime


def _to_announcement() -> ForeignKey:
    return ForeignKey("announcements.id", ondelete="CASCADE")


# What members say is not right of what was told: one word a member, server and announcement.
# `guild_id` is 0 outside a server.
reports = Table(
    "reports",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("announcement_id", Id, _to_announcement(), nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("what", String(16), nullable=False),  # wrong_show, not_news, rumour
    Column("state", String(16), nullable=False),  # open, accepted, dismissed
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("announcement_id", "guild_id", "user_id"),
    Index(None, "guild_id", "state"),
)

# What a server's admins decided is not right: it is told there no more.
strikes = Table(
    "strikes",
    metadata,
    Column("announcement_id", Id, _to_announcement(), primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("what", String(16), nullable=False),
    Column("how", String(16), nullable=False),  # strike, delete
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "guild_id"),
)
