"""What a server's admins struck: it is told there no more, and its posts are to show it.

A strike is a server's own: announcements and facts stay what they are for everybody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Certainty
from bot.storage import edits, outbox
from bot.storage.outbox import State
from bot.storage.report_tables import strikes
from bot.storage.reports import What
from bot.storage.rows import upsert
from bot.storage.schema import announcements, deliveries, destinations, posts

STRUCK = "struck"  # why what was owed is not told
_OWED = frozenset({State.PENDING, State.HELD, State.UNKNOWN})


class How(StrEnum):
    """What becomes of the post."""

    STRIKE = auto()
    DELETE = auto()


@dataclass(frozen=True, slots=True)
class Strike:
    """A server's decision about an announcement."""

    announcement_id: int
    fact_id: int
    what: What
    how: How
    at: datetime


async def strike(
    connection: AsyncConnection,
    announcement_id: int,
    guild_id: int,
    what: What,
    how: How,
    by: int,
    now: datetime,
) -> tuple[int, ...]:
    """Strike an announcement in a server: what is owed there fails, what was posted will show it.

    Of a post that is on its way nobody knows whether it will arrive: it shows it once it has. Gives
    the posts that come to nothing, by row id.
    """
    await upsert(
        connection,
        strikes,
        ["announcement_id", "guild_id"],
        announcement_id=announcement_id,
        guild_id=guild_id,
        what=what,
        how=how,
        by=by,
        at=now,
    )
    rows = await _carriers(connection, announcement_id, guild_id)
    owed = [row for row in rows if not row.in_doubt and row.state in _OWED]
    for row in owed:
        await _give_up(connection, row, now)
    standing = [row.post_id for row in rows if row.in_doubt or row.state == State.SENT]
    await strike_posts(connection, standing, now)
    return tuple(row.post_id for row in owed if not row.others)


async def lift(
    connection: AsyncConnection, announcement_id: int, guild_id: int, now: datetime
) -> bool:
    """Take a strike back; whether there was one. A post that was deleted does not come back."""
    same = (strikes.c.announcement_id == announcement_id) & (strikes.c.guild_id == guild_id)
    if not (await connection.execute(delete(strikes).where(same))).rowcount:
        return False
    rows = await _carriers(connection, announcement_id, guild_id)
    await strike_posts(connection, [row.post_id for row in rows], now)
    return True


async def strike_posts(connection: AsyncConnection, post_ids: Iterable[int], now: datetime) -> None:
    """These posts, with their further parts, are to show at once what their server struck."""
    wanted = set(post_ids)
    whole = posts.c.id.in_(wanted) | posts.c.part_of.in_(wanted)
    for post_id in list(await connection.scalars(select(posts.c.id).where(whole))):
        marked = update(posts).where(posts.c.id == post_id)
        await connection.execute(marked.values(struck=_carries_a_strike()))
        await edits.owe_post(connection, post_id, now)


async def strikes_in(
    connection: AsyncConnection, guild_id: int, announcement_ids: Iterable[int]
) -> dict[int, Strike]:
    """What a server struck of these announcements, by announcement."""
    query = _strikes(guild_id).where(strikes.c.announcement_id.in_(set(announcement_ids)))
    return {row.announcement_id: _as_strike(row) for row in await connection.execute(query)}


async def of_facts(
    connection: AsyncConnection, guild_id: int, fact_ids: Iterable[int]
) -> dict[int, Strike]:
    """The last that a server struck of each of these facts, by fact."""
    query = _strikes(guild_id).where(announcements.c.fact_id.in_(set(fact_ids)))
    rows = await connection.execute(query.order_by(strikes.c.announcement_id))
    return {row.fact_id: _as_strike(row) for row in rows}


async def silent_in(connection: AsyncConnection, announcement_id: int) -> frozenset[int]:
    """The servers that want to hear no more of the fact of an announcement.

    Whoever said that it was a mere rumour hears of it again once it is confirmed.
    """
    same = select(announcements.c.fact_id, announcements.c.certainty).where(
        announcements.c.id == announcement_id
    )
    fact = (await connection.execute(same)).first()
    if fact is None:
        return frozenset()
    query = (
        select(strikes.c.guild_id)
        .join_from(strikes, announcements)
        .where(announcements.c.fact_id == fact.fact_id)
    )
    if fact.certainty == Certainty.CONFIRMED:
        query = query.where(strikes.c.what != What.RUMOUR)
    return frozenset(await connection.scalars(query))


def is_silent(strike: Strike | None, certainty: Certainty) -> bool:
    """Whether a strike of a fact holds while the fact is so sure."""
    if strike is None:
        return False
    return strike.what is not What.RUMOUR or certainty is not Certainty.CONFIRMED


def _carries_a_strike() -> ColumnElement[bool]:
    """Of a row of posts: whether its server struck anything that it carries."""
    return (
        exists()
        .where(
            deliveries.c.post_id == func.coalesce(posts.c.part_of, posts.c.id),
            destinations.c.id == posts.c.destination_id,
            strikes.c.announcement_id == deliveries.c.announcement_id,
            strikes.c.guild_id == destinations.c.guild_id,
        )
        .correlate(posts)
    )


async def _carriers(
    connection: AsyncConnection, announcement_id: int, guild_id: int
) -> list[Row[tuple[object, ...]]]:
    """The deliveries of an announcement to a server that have a post, each with its post's state.

    `in_doubt` says that the post may stand though nobody knows, `others` how many deliveries more
    it carries.
    """
    beside = deliveries.alias()
    others = select(func.count()).where(
        beside.c.post_id == deliveries.c.post_id, beside.c.id != deliveries.c.id
    )
    sending = (posts.c.state == State.SENDING) | (
        (posts.c.state == State.PENDING) & posts.c.attempted.is_not(None)
    )
    query = (
        select(deliveries.c.id, deliveries.c.post_id, posts.c.state)
        .add_columns(sending.label("in_doubt"), others.scalar_subquery().label("others"))
        .join_from(deliveries, posts, posts.c.id == deliveries.c.post_id)
        .join(destinations, destinations.c.id == deliveries.c.destination_id)
        .where(deliveries.c.announcement_id == announcement_id, destinations.c.guild_id == guild_id)
    )
    return list((await connection.execute(query)).all())


async def _give_up(
    connection: AsyncConnection, row: Row[tuple[object, ...]], now: datetime
) -> None:
    """A delivery comes to nothing, and its post where it carries no other."""
    if not row.others:
        await outbox.close(connection, row.post_id, State.FAILED, STRUCK, now)
        return
    statement = update(deliveries).where(deliveries.c.id == row.id)
    await connection.execute(
        statement.values(post_id=None, state=State.FAILED, reason=STRUCK, at=now)
    )
    # What it was to say may be written down already: it is composed anew, without this.
    anew = update(posts).where(posts.c.id == row.post_id, posts.c.attempted.is_(None))
    await connection.execute(anew.values(payload=None))


def _strikes(guild_id: int) -> Select[Any]:
    return (
        select(strikes, announcements.c.fact_id)
        .join_from(strikes, announcements)
        .where(strikes.c.guild_id == guild_id)
    )


def _as_strike(row: Row[tuple[object, ...]]) -> Strike:
    return Strike(row.announcement_id, row.fact_id, What(row.what), How(row.how), row.at)
