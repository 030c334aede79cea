"""The publications that announcement channels owe to their followers, one for each post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.rows import insert_new
from bot.storage.schema import destinations, posts, publications


class Stage(StrEnum):
    """Where a publication stands."""

    DUE = auto()
    DONE = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class Publication:
    """A message that is to be published, the first of its channel."""

    post_id: int
    guild_id: int
    channel_id: int
    message_id: int
    attempts: int
    created: datetime


async def owe(connection: AsyncConnection, post_id: int, channel_id: int, now: datetime) -> None:
    """A post stands in a channel whose followers are to have it; once for each post."""
    row = {"post_id": post_id, "channel_id": channel_id, "state": Stage.DUE}
    await insert_new(connection, publications, [{**row, "due": now, "created": now}])


async def due_heads(
    connection: AsyncConnection, now: datetime, limit: int
) -> tuple[Publication, ...]:
    """The first due publication of each channel whose time has come, the oldest first."""
    heads = (
        select(func.min(publications.c.post_id).label("post_id"))
        .where(publications.c.state == Stage.DUE)
        .group_by(publications.c.channel_id)
        .subquery()
    )
    query = (
        select(publications, posts.c.message_id, destinations.c.guild_id)
        .join(heads, heads.c.post_id == publications.c.post_id)
        .join(posts, posts.c.id == publications.c.post_id)
        .join(destinations, destinations.c.id == posts.c.destination_id)
        .where(publications.c.due <= now)
        .order_by(publications.c.post_id)
        .limit(limit)
    )
    return tuple(
        Publication(
            row.post_id, row.guild_id, row.channel_id, row.message_id, row.attempts, row.created
        )
        for row in await connection.execute(query)
    )


async def attempts_since(
    connection: AsyncConnection, channel_id: int, since: datetime
) -> Sequence[datetime]:
    """When a channel's posts were published, or may have been, the latest first."""
    query = (
        select(publications.c.attempted)
        .where(publications.c.channel_id == channel_id, publications.c.attempted > since)
        .order_by(publications.c.attempted.desc())
    )
    return list(await connection.scalars(query))


async def begin(
    connection: AsyncConnection, publication: Publication, now: datetime, lease: timedelta
) -> bool:
    """Note an attempt before its request; False when another worker was faster.

    Whatever becomes of it, it is not tried again before the lease has passed.
    """
    statement = (
        update(publications)
        .where(publications.c.post_id == publication.post_id, publications.c.state == Stage.DUE)
        .where(publications.c.attempts == publication.attempts)
        .values(attempts=publication.attempts + 1, attempted=now, due=now + lease, reason="")
    )
    return (await connection.execute(statement)).rowcount > 0


async def lapse_leases(connection: AsyncConnection, now: datetime) -> None:
    """End every lease, as the only process that works on this database may."""
    begun = (publications.c.state == Stage.DUE) & (publications.c.reason == "")
    await connection.execute(update(publications).where(begun).values(due=now))


async def put_off(
    connection: AsyncConnection, post_id: int, reason: str, due: datetime, *, sure: bool = True
) -> None:
    """Try it later. `sure` says that the attempt, if there was one, published nothing."""
    values: dict[str, Any] = {"attempted": None} if sure else {}
    await _set(connection, post_id, reason=reason, due=due, **values)


async def settle(connection: AsyncConnection, post_id: int, stage: Stage, reason: str = "") -> None:
    """The followers have it (DONE), or it comes to nothing (DROPPED)."""
    values: dict[str, Any] = {"attempted": None} if stage is Stage.DROPPED else {}
    await _set(connection, post_id, state=stage, reason=reason, **values)


async def _set(connection: AsyncConnection, post_id: int, **values: Any) -> None:
    statement = update(publications).where(publications.c.post_id == post_id)
    await connection.execute(statement.values(**values))
