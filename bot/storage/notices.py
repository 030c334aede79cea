"""What a server's admins were told of trouble, so that each is told once, and its mending too."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.rows import insert_row
from bot.storage.schema import guilds, notices

UNTOLD = 1000  # more at once are looked at another time


@dataclass(frozen=True, slots=True)
class Notice:
    """A trouble of a server: its topic, the words, whether its admins were told, and if mended."""

    id: int
    guild_id: int
    topic: str
    text: str
    raised: datetime
    told: datetime | None


async def raise_notice(
    connection: AsyncConnection, guild_id: int, topic: str, text: str, now: datetime
) -> bool:
    """Note a trouble where it is not noted yet; whether it was new."""
    query = select(notices.c.id).where(
        notices.c.guild_id == guild_id, notices.c.topic == topic, notices.c.mended.is_(None)
    )
    if await connection.scalar(query) is not None:
        return False
    await insert_row(connection, notices, guild_id=guild_id, topic=topic, text=text, raised=now)
    return True


async def mend(connection: AsyncConnection, guild_id: int, topic: str, now: datetime) -> bool:
    """Note that a trouble is over; whether there was one."""
    statement = update(notices).where(
        notices.c.guild_id == guild_id, notices.c.topic == topic, notices.c.mended.is_(None)
    )
    return (await connection.execute(statement.values(mended=now))).rowcount > 0


async def open_topics(connection: AsyncConnection, guild_id: int) -> frozenset[str]:
    """The topics of a server's troubles that are not mended."""
    query = select(notices.c.topic).where(notices.c.guild_id == guild_id)
    return frozenset(await connection.scalars(query.where(notices.c.mended.is_(None))))


async def drop(connection: AsyncConnection, guild_id: int, topic: str) -> None:
    """Forget a trouble whose cause the server has given up: nobody waits for its mending."""
    same = (notices.c.guild_id == guild_id) & (notices.c.topic == topic)
    await connection.execute(delete(notices).where(same))


async def open_notices(connection: AsyncConnection, guild_id: int) -> tuple[Notice, ...]:
    """The troubles of a server that are not mended, the oldest first."""
    query = select(notices).where(notices.c.guild_id == guild_id, notices.c.mended.is_(None))
    return tuple(
        Notice(row.id, row.guild_id, row.topic, row.text, row.raised, row.told)
        for row in await connection.execute(query.order_by(notices.c.id))
    )


async def untold_notices(connection: AsyncConnection) -> tuple[Notice, ...]:
    """Troubles that no admin was told of yet, in servers that the bot is in, the oldest first."""
    gone = select(guilds.c.id).where(guilds.c.removed.is_not(None))
    query = select(notices).where(notices.c.told.is_(None), notices.c.guild_id.not_in(gone))
    return tuple(
        Notice(row.id, row.guild_id, row.topic, row.text, row.raised, row.told)
        for row in await connection.execute(query.order_by(notices.c.id).limit(UNTOLD))
    )


async def mark_told(connection: AsyncConnection, notice_id: int, now: datetime) -> None:
    """The admins were told."""
    await connection.execute(update(notices).where(notices.c.id == notice_id).values(told=now))
