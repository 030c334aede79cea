"""The roles that servers ping: one for a show, in place of each member who follows it."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Show
from bot.storage.outbox import UNDONE
from bot.storage.rows import upsert
from bot.storage.schema import deliveries, destinations, guilds, show_roles, shows
from bot.storage.shows import as_show


async def put_role(connection: AsyncConnection, guild_id: int, show_id: int, role_id: int) -> None:
    """Ping a role for a show in a server that is written down."""
    keys = {"guild_id": guild_id, "show_id": show_id}
    await upsert(connection, show_roles, list(keys), **keys, role_id=role_id)


async def remove_role(connection: AsyncConnection, guild_id: int, show_id: int) -> None:
    """Mention the members again who follow a show."""
    same = (show_roles.c.guild_id == guild_id) & (show_roles.c.show_id == show_id)
    await connection.execute(delete(show_roles).where(same))


async def roles_for_show(connection: AsyncConnection, show_id: int) -> dict[int, int]:
    """The role that stands for a show's followers, by server."""
    query = select(show_roles.c.guild_id, show_roles.c.role_id)
    rows = await connection.execute(query.where(show_roles.c.show_id == show_id))
    return {row.guild_id: row.role_id for row in rows}


async def roles_in(connection: AsyncConnection, guild_id: int) -> tuple[tuple[Show, int], ...]:
    """The shows of a server that have a role, by title, each with its role."""
    query = select(shows, show_roles.c.role_id).join_from(show_roles, shows)
    rows = await connection.execute(
        query.where(show_roles.c.guild_id == guild_id).order_by(shows.c.title)
    )
    return tuple((as_show(row), row.role_id) for row in rows)


async def drop_role(connection: AsyncConnection, guild_id: int, role_id: int) -> bool:
    """Ping a role no more that is gone, nor in what waits; whether it was pinged at all."""
    of_server = (guilds.c.id == guild_id) & (guilds.c.ping_role == role_id)
    of_show = (show_roles.c.guild_id == guild_id) & (show_roles.c.role_id == role_id)
    changed = await connection.execute(update(guilds).where(of_server).values(ping_role=None))
    removed = await connection.execute(delete(show_roles).where(of_show))
    places = select(destinations.c.id).where(destinations.c.guild_id == guild_id)
    await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.role == role_id,
            deliveries.c.state.in_(UNDONE),
            deliveries.c.destination_id.in_(places),
        )
        .values(role=None)
    )
    return changed.rowcount + removed.rowcount > 0
