"""The table of subscriptions at hubs (WebSub).

A part of the schema in `bot.storage.schema`, which says what holds for all tables.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text

from bot.storage.schema import Id, metadata
from bot.storage.types import UtcDateTime

# `token` ends the callback's address, `secret` signs what comes.
pushes = Table(
    "pushes",
    metadata,
    Column(
        "source_id",
        Id,
        ForeignKey("sources.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("base", Text, nullable=False),  # the receiver's public address when it was asked
    Column("token", String(64), nullable=False, unique=True),
    Column("secret", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # asked, live, denied
    Column("lease_until", UtcDateTime),
    Column("renew_at", UtcDateTime, nullable=False),
    Column("asked", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),  # requests since the hub last confirmed
    Column("missed", Boolean, nullable=False),  # a poll found what this lease did not bring
)
