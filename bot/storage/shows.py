"""Shows that somebody follows or that the ledger speaks of."""

from collections.abc import Iterable

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Show
from bot.storage.rows import insert_new
from bot.storage.schema import shows, subscriptions

BATCH = 500  # SQLite takes at most 32,766 variables a statement


async def ensure_show(connection: AsyncConnection, show: Show) -> int:
    """The row id of a show, written down first where it is new."""
    row = {
        "key": show.key,
        "title": show.title,
        "aliases": show.aliases,
        "year": show.year,
        "network": show.network,
    }
    await insert_new(connection, shows, [row])
    found = await connection.scalar(select(shows.c.id).where(shows.c.key == show.key))
    return int(found or 0)


async def describe(connection: AsyncConnection, show: Show) -> None:
    """Give a show that is written down its title, year and network as they are known now."""
    values = {"title": show.title, "year": show.year, "network": show.network}
    await connection.execute(update(shows).where(shows.c.key == show.key).values(values))


async def show_id(connection: AsyncConnection, key: str) -> int | None:
    """The row id of a show, None for one that was never written down."""
    return await connection.scalar(select(shows.c.id).where(shows.c.key == key))


async def all_shows(connection: AsyncConnection) -> tuple[Show, ...]:
    """Every show in the database."""
    return tuple(as_show(row) for row in await connection.execute(select(shows)))


async def followed_in(connection: AsyncConnection, guild_id: int) -> tuple[Show, ...]:
    """The shows that somebody of a server follows, by title."""
    query = (
        select(shows)
        .where(
            shows.c.id.in_(
                select(subscriptions.c.show_id).where(subscriptions.c.guild_id == guild_id)
            )
        )
        .order_by(shows.c.title)
    )
    return tuple(as_show(row) for row in await connection.execute(query))


async def ids_of(connection: AsyncConnection, keys: Iterable[str]) -> frozenset[int]:
    """The row ids of the shows that have these keys."""
    found: set[int] = set()
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), BATCH):
        query = select(shows.c.id).where(shows.c.key.in_(wanted[start : start + BATCH]))
        found.update(await connection.scalars(query))
    return frozenset(found)


async def shows_by_id(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Show]:
    """The shows of these row ids."""
    rows = await connection.execute(select(shows).where(shows.c.id.in_(set(ids))))
    return {row.id: as_show(row) for row in rows}


def as_show(row: Row[tuple[object, ...]]) -> Show:
    """A show from its row."""
    return Show(row.key, row.title, row.aliases, row.year, row.network)
