"""Destinations: the channels of servers and the members that are written to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.routing import Target
from bot.storage.schema import destinations


@dataclass(frozen=True, slots=True)
class Place:
    """A destination: a server's channel, or a member."""

    id: int
    target: Target
    target_id: int
    guild_id: int
    held: str


async def place_of(connection: AsyncConnection, destination_id: int) -> Place | None:
    """A destination by its row id."""
    query = select(destinations).where(destinations.c.id == destination_id)
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    return Place(row.id, Target(row.sort), row.target_id, row.guild_id, row.held)


async def retry_member(connection: AsyncConnection, user_id: int, held_at: datetime) -> None:
    """Let a member's held direct messages be as if they were held since a time."""
    theirs = (destinations.c.sort == Target.DM) & (destinations.c.target_id == user_id)
    statement = update(destinations).where(theirs, destinations.c.held != "")
    await connection.execute(statement.values(held_at=held_at))


async def set_open_channel(
    connection: AsyncConnection, destination_id: int, channel_id: int
) -> None:
    """Note the channel of a direct message."""
    statement = update(destinations).where(destinations.c.id == destination_id)
    await connection.execute(statement.values(channel_id=channel_id))
