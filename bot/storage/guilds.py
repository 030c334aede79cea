"""Servers: their channels, their wishes, and when the bot came and went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Kind
from bot.news.routing import GuildRoutes
from bot.storage.premiere_tables import premiere_events, reminders
from bot.storage.report_tables import reports, strikes
from bot.storage.rows import insert_new
from bot.storage.schema import (
    destinations,
    facts,
    forum_posts,
    guilds,
    notices,
    subscriptions,
)

BATCH = 500  # SQLite takes at most 32,766 variables a statement

KIND_COLUMNS = {
    Kind.SEASON: "season_channel",
    Kind.TRAILER: "trailer_channel",
    Kind.CAST: "cast_channel",
}


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """What a server's admins chose. Ids are Discord's; None where nothing was chosen."""

    guild_id: int
    routes: GuildRoutes
    admin_channel: int | None = None
    greeted: datetime | None = None
    events: bool = False


async def ensure_guild(
    connection: AsyncConnection, guild_id: int, now: datetime, name: str = ""
) -> None:
    """Write a server down where it is new, and take back its removal."""
    row = {"id": guild_id, "name": name, "rumours": False, "joined": now}
    await insert_new(connection, guilds, [row])
    back = {"removed": None} | ({"name": name} if name else {})
    await connection.execute(update(guilds).where(guilds.c.id == guild_id).values(**back))


async def is_present(connection: AsyncConnection, guild_id: int, name: str) -> bool:
    """Whether a server is written down as it is: by its name, and with the bot in it."""
    query = select(guilds.c.id).where(
        guilds.c.id == guild_id, guilds.c.name == name, guilds.c.removed.is_(None)
    )
    return await connection.scalar(query) is not None


async def settings_of(connection: AsyncConnection, guild_id: int) -> GuildSettings:
    """A server's settings; the defaults for one that chose nothing."""
    row = (await connection.execute(select(guilds).where(guilds.c.id == guild_id))).first()
    return _as_settings(row) if row else GuildSettings(guild_id, GuildRoutes(guild_id))


async def routes_of(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, GuildRoutes]:
    """The routes of those of these servers in which the bot is."""
    wanted = sorted(set(ids))
    found: dict[int, GuildRoutes] = {}
    for start in range(0, len(wanted), BATCH):
        some = guilds.c.id.in_(wanted[start : start + BATCH])
        query = select(guilds).where(some, guilds.c.removed.is_(None))
        found |= {row.id: _as_settings(row).routes for row in await connection.execute(query)}
    return found


async def change_settings(
    connection: AsyncConnection, guild_id: int, **values: int | bool | datetime | None
) -> None:
    """Set columns of a server that is written down."""
    await connection.execute(update(guilds).where(guilds.c.id == guild_id).values(**values))


async def mark_removed(connection: AsyncConnection, guild_id: int, now: datetime) -> None:
    """The bot was removed; the server's wishes are kept until they are forgotten."""
    await connection.execute(update(guilds).where(guilds.c.id == guild_id).values(removed=now))


async def forget_removed(connection: AsyncConnection, before: datetime) -> int:
    """Delete all that is known of servers that removed the bot before a time; how many."""
    query = select(guilds.c.id).where(guilds.c.removed < before)
    gone = list(await connection.scalars(query))
    for guild_id in gone:
        for table in (
            subscriptions,
            destinations,
            forum_posts,
            notices,
            premiere_events,
            reports,
            strikes,
        ):
            await connection.execute(delete(table).where(table.c.guild_id == guild_id))
        # What only its own sources told, with the announcements made of it.
        for own in (facts, reminders):
            await connection.execute(delete(own).where(own.c.scope == guild_id))
        await connection.execute(delete(guilds).where(guilds.c.id == guild_id))
    return len(gone)


def _as_settings(row: Row[tuple[object, ...]]) -> GuildSettings:
    channels = {kind: getattr(row, column) for kind, column in KIND_COLUMNS.items()}
    routes = GuildRoutes(
        row.id,
        row.news_channel,
        {kind: channel for kind, channel in channels.items() if channel is not None},
        row.ping_role,
        row.rumours,
    )
    return GuildSettings(row.id, routes, row.admin_channel, row.greeted, row.events)
