"""What became of deliveries: for the buttons under a post, for `/status` and for `/show`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Certainty, Show
from bot.news.routing import Target
from bot.storage.outbox import State
from bot.storage.schema import (
    EVERYBODY,
    announcements,
    deliveries,
    destinations,
    guilds,
    posts,
    shows,
    subscriptions,
)
from bot.storage.shows import as_show


@dataclass(frozen=True, slots=True)
class Marked:
    """What a button's mark stands for: the shows that its post tells of, and where it stands."""

    shows: tuple[Show, ...]
    guild_id: int
    channel_id: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many deliveries of a server stand in a state, for one reason, in one channel."""

    channel_id: int
    state: State
    reason: str
    count: int
    latest: datetime


async def find_mark(connection: AsyncConnection, mark: str) -> Marked | None:
    """The post that carries a mark, None for a mark that no post has."""
    query = (
        select(shows, destinations.c.guild_id, posts.c.channel_id)
        .join_from(
            posts, deliveries, deliveries.c.post_id == func.coalesce(posts.c.part_of, posts.c.id)
        )
        .join(announcements, announcements.c.id == deliveries.c.announcement_id)
        .join(shows, shows.c.id == announcements.c.show_id)
        .join(destinations, destinations.c.id == posts.c.destination_id)
        .where(posts.c.mark == mark)
        .order_by(deliveries.c.id)
    )
    rows = (await connection.execute(query)).all()
    shown = tuple(dict.fromkeys(as_show(row) for row in rows))
    return Marked(shown, rows[0].guild_id, rows[0].channel_id) if rows else None


async def dm_refusal(connection: AsyncConnection, user_id: int) -> str:
    """Why a member's direct messages are held, "" where they are not."""
    query = select(destinations.c.held).where(
        destinations.c.sort == Target.DM, destinations.c.target_id == user_id
    )
    return await connection.scalar(query) or ""


async def last_post(connection: AsyncConnection, guild_id: int) -> datetime | None:
    """When a post last reached a server."""
    query = (
        select(func.max(posts.c.sent))
        .join_from(posts, destinations)
        .where(destinations.c.guild_id == guild_id)
    )
    found: datetime | None = await connection.scalar(query)
    return found


async def tallies(connection: AsyncConnection, guild_id: int) -> tuple[Tally, ...]:
    """The deliveries of a server that did not arrive, by channel, state and reason."""
    query = (
        select(
            destinations.c.target_id,
            deliveries.c.state,
            deliveries.c.reason,
            func.count(),
            func.max(deliveries.c.at),
        )
        .join_from(deliveries, destinations)
        .where(destinations.c.guild_id == guild_id, deliveries.c.state != State.SENT)
        .group_by(destinations.c.target_id, deliveries.c.state, deliveries.c.reason)
        .order_by(destinations.c.target_id)
    )
    rows = await connection.execute(query)
    return tuple(Tally(c, State(state), why, n, at) for c, state, why, n, at in rows)


async def rumours_kept(connection: AsyncConnection, guild_id: int, now: datetime) -> int:
    """How many rumours of shows that a server follows were kept from it in the last week."""
    followed = select(subscriptions.c.show_id).where(
        subscriptions.c.guild_id == guild_id, subscriptions.c.muted.is_(False)
    )
    query = (
        select(func.count())
        .select_from(announcements)
        .where(
            announcements.c.show_id.in_(followed),
            announcements.c.scope.in_({EVERYBODY, guild_id}),
            announcements.c.certainty == Certainty.RUMOUR,
            announcements.c.at > now - timedelta(days=7),
        )
    )
    wanted = select(guilds.c.rumours).where(guilds.c.id == guild_id)
    if await connection.scalar(wanted):
        return 0
    return int(await connection.scalar(query) or 0)


async def carried_by(connection: AsyncConnection, message_ids: Sequence[int]) -> dict[int, int]:
    """Which announcement each of these messages carries, by row id.

    Messages of several announcements are left out, and those of none.
    """
    query = (
        select(posts.c.message_id, deliveries.c.announcement_id)
        .join_from(
            posts, deliveries, deliveries.c.post_id == func.coalesce(posts.c.part_of, posts.c.id)
        )
        .where(posts.c.message_id.in_(message_ids), posts.c.heading == "")
    )
    rows = await connection.execute(query)
    return {row.message_id: row.announcement_id for row in rows}
