"""The reminders of premieres that were told, each once. All happens in the caller's transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Announcement, Change, Event, Standing
from bot.news.premieres import Premiere
from bot.storage import ledger
from bot.storage.premiere_tables import reminders
from bot.storage.rows import insert_first
from bot.storage.schema import NO_SEASON, announcements, deliveries

Guard = tuple[int, int, str, str]
"""A reminder's show (row id), scope, day and sort: what it is told once for."""

_TOLD = (Change.NEW, Change.CHANGED)
_DATES = (Event.DATED.label, Event.MOVED.label)


@dataclass(frozen=True, slots=True)
class Source:
    """The announcement that told a date, and when its article was published."""

    announcement_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder that a post carries: what it is of, and from when it comes too late."""

    show_id: int
    scope: int
    day: str
    over: datetime


async def guards(
    connection: AsyncConnection, first: date, last: date, show_ids: Collection[int] | None = None
) -> frozenset[Guard]:
    """The reminders of premieres from `first` to `last` that were seen to already, of some shows.

    `show_ids` are a few, or None for all.
    """
    query = select(reminders.c.show_id, reminders.c.scope, reminders.c.day, reminders.c.sort).where(
        reminders.c.day.between(first.isoformat(), last.isoformat())
    )
    if show_ids is not None:
        query = query.where(reminders.c.show_id.in_(show_ids))
    rows = await connection.execute(query)
    return frozenset((row.show_id, row.scope, row.day, row.sort) for row in rows)


async def guard(
    connection: AsyncConnection,
    show_id: int,
    premiere: Premiere,
    sort: Change,
    instant: datetime | None,
    over: datetime,
) -> int | None:
    """See to a reminder: its row id, None where that was done before."""
    return await insert_first(
        connection,
        reminders,
        show_id=show_id,
        scope=premiere.scope,
        season=NO_SEASON if premiere.season is None else premiere.season,
        day=str(premiere.when),
        sort=sort,
        instant=instant,
        over=over,
    )


async def source_of(connection: AsyncConnection, premiere: Premiere) -> Source | None:
    """The announcement that told a premiere's date; None where it was never told."""
    query = (
        select(announcements.c.id, announcements.c.at)
        .where(
            announcements.c.fact_id == premiere.fact_id,
            announcements.c.event.in_(_DATES),
            announcements.c.change.in_(_TOLD),
            announcements.c.value == str(premiere.when),
            announcements.c.standing == Standing.STANDS,
        )
        .order_by(announcements.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).first()
    return Source(row.id, row.at) if row else None


async def announce(
    connection: AsyncConnection,
    reminder_id: int,
    announcement: Announcement,
    premiere: Premiere,
    show_id: int,
    article_id: int,
    answers: int | None,
) -> int:
    """Write a reminder's announcement down; its row id."""
    made = await ledger.announce(
        connection, announcement, premiere.fact_id, article_id, show_id, premiere.scope
    )
    answering = update(announcements).where(announcements.c.id == made)
    await connection.execute(answering.values(answers=answers))
    statement = update(reminders).where(reminders.c.id == reminder_id)
    await connection.execute(statement.values(announcement_id=made))
    return made


async def instants(
    connection: AsyncConnection, announcement_ids: Collection[int]
) -> dict[int, datetime]:
    """The instants of the premieres that these announcements remind of, where they are known."""
    query = select(reminders.c.announcement_id, reminders.c.instant).where(
        reminders.c.announcement_id.in_(set(announcement_ids)), reminders.c.instant.is_not(None)
    )
    return {row.announcement_id: row.instant for row in await connection.execute(query)}


async def reminded(
    connection: AsyncConnection, announcement_ids: Collection[int]
) -> dict[int, Reminded]:
    """Those of these announcements that are reminders."""
    query = select(reminders).where(reminders.c.announcement_id.in_(set(announcement_ids)))
    return {
        row.announcement_id: Reminded(row.show_id, row.scope, row.day, row.over)
        for row in await connection.execute(query)
    }


async def carried_by(connection: AsyncConnection, post_id: int) -> dict[int, Reminded]:
    """The reminders that a post carries, by announcement; empty where it carries anything else."""
    query = (
        select(
            func.count().label("all"),
            func.count(reminders.c.id).label("reminders"),
        )
        .select_from(deliveries)
        .outerjoin(reminders, reminders.c.announcement_id == deliveries.c.announcement_id)
        .where(deliveries.c.post_id == post_id)
    )
    row = (await connection.execute(query)).one()
    if not row.reminders or row.all != row.reminders:
        return {}
    ids = select(deliveries.c.announcement_id).where(deliveries.c.post_id == post_id)
    return await reminded(connection, list(await connection.scalars(ids)))
