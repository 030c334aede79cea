"""The tables of premieres: the reminders that were told, and the scheduled events for them.

A part of the schema in `bot.storage.schema`, which says what holds for all tables.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from bot.storage.schema import Id, metadata
from bot.storage.types import UtcDateTime


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _of_show() -> Column[int]:
    return Column("show_id", Id, ForeignKey("shows.id", ondelete="CASCADE"), nullable=False)


# The reminders that were told, or had nobody to tell: each is told once, whatever the clock does.
reminders = Table(
    "reminders",
    metadata,
    _id(),
    _of_show(),
    Column("scope", BigInteger, nullable=False),
    Column("season", Integer, nullable=False),
    Column("day", String(10), nullable=False),  # as the fact has it
    Column("sort", String(16), nullable=False),  # tomorrow, today
    Column("instant", UtcDateTime),  # of the premiere, where it is known
    Column("over", UtcDateTime, nullable=False),  # from when it comes too late
    Column(
        "announcement_id",
        Id,
        ForeignKey("announcements.id", ondelete="SET NULL"),
        index=True,
    ),
    # Without the season: a date told without one may get it later, and is the same premiere.
    UniqueConstraint("show_id", "scope", "day", "sort"),
    Index(None, "day"),
)

# The scheduled events that Discord is to have, one for each season that a server waits for.
premiere_events = Table(
    "premiere_events",
    metadata,
    _id(),
    Column("guild_id", BigInteger, nullable=False),
    _of_show(),
    Column("season", Integer, nullable=False),
    Column("day", String(10), nullable=False),
    Column("starts", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),  # due, creating, made, dropped
    Column("reason", String(64), nullable=False, default=""),
    Column("wanted", Boolean, nullable=False),  # one that stands and is not wanted is deleted
    Column("mark", String(32), nullable=False, unique=True),  # in its description
    Column("payload", JSON, nullable=False),  # as it is to be
    Column("shown", JSON),  # as Discord was told last
    Column("event_id", BigInteger),
    Column("due", UtcDateTime),  # the next request, NULL where there is nothing to do
    Column("attempts", Integer, nullable=False, default=0),
    Column("attempted", UtcDateTime),  # since when nobody knows whether it stands
    Column("created", UtcDateTime, nullable=False),
    UniqueConstraint("guild_id", "show_id", "season"),
    Index(None, "due"),
)
