"""Which scheduled events a server is to have: planned from the ledger, made by `scheduling`.

premieres that are awaited there + events that it has -> rows to add, to change, to end
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.events import LENGTH, Occasion, render_event
from bot.delivery.marks import new_mark
from bot.services.upcoming import Coming, Instants, read_coming
from bot.storage import events, premieres
from bot.storage.database import Database
from bot.storage.events import EventRow, Stage, Wanted
from bot.words import Words

MOST = 100  # events of a server, by Discord
AGAIN = timedelta(minutes=10)  # between two looks at what a server is to have
A_ROUND = 50  # servers looked at in one call
NO_SOONER = timedelta(minutes=10)  # Discord makes no event that has begun
ROOM_AGAIN = timedelta(hours=1)  # before an event that found no room is tried anew

BY_HAND, LIMIT, OFF, PAST, PUT_OFF = "by_hand", "limit", "off", "past", "put_off"
# Reasons for which an event that was dropped may be made after all; others are Discord's refusals.
_MAY_COME_BACK = frozenset({LIMIT, OFF, PAST, PUT_OFF})

_Key = tuple[int, int | None]


class Calendars:
    """Plans events. What Discord has of them is written in their rows."""

    def __init__(
        self, database: Database, words: Words, random: Random, instants: Instants
    ) -> None:
        self._database = database
        self._words = words
        self._random = random
        self._instants = instants

    async def plan_due(self, now: datetime) -> int:
        """Look at the servers whose turn it is, A_ROUND at most; how many there were."""
        async with self._database.read() as connection:
            turn = await events.guilds_to_plan(connection, now, A_ROUND)
        for guild_id, wants_any in turn:
            async with self._database.write() as connection:
                await self._plan(connection, guild_id, now, wants_any=wants_any)
        return len(turn)

    async def _plan(
        self, connection: AsyncConnection, guild_id: int, now: datetime, *, wants_any: bool
    ) -> None:
        await events.planned(connection, guild_id, now + AGAIN if wants_any else None)
        if not wants_any:
            return  # what is to go was said when the switch was turned
        rows = {
            (row.show_id, row.season): row for row in await events.events_of(connection, guild_id)
        }
        coming = await self._coming(connection, guild_id, now)
        kept = set()
        for each in coming:
            row = _row_of(each, rows, coming)
            kept.add(row.id if row else 0)
            await self._want(connection, guild_id, each, row, now)
        for row in rows.values():
            if row.id not in kept:
                await _end(connection, row, now)

    async def _coming(
        self, connection: AsyncConnection, guild_id: int, now: datetime
    ) -> tuple[Coming, ...]:
        """The premieres that are to have an event: the soonest, as many as Discord takes."""
        awaited = await premieres.awaited_in(connection, guild_id)
        coming = await read_coming(connection, awaited, guild_id, instants=self._instants)
        days = [c for c in coming if c.starts is not None and c.starts > now]
        return tuple(days[:MOST])

    async def _want(
        self,
        connection: AsyncConnection,
        guild_id: int,
        coming: Coming,
        row: EventRow | None,
        now: datetime,
    ) -> None:
        starts = coming.starts or now
        if row is None:
            if starts > now + NO_SOONER:
                await events.want(connection, self._wanted(guild_id, coming, starts), now, now)
            return
        same = self._wanted(guild_id, coming, starts, row.mark)
        if row.stage is Stage.DROPPED or _is_over(row, now):
            if starts > now + NO_SOONER and _may_come_back(row, same):
                due = now + ROOM_AGAIN if row.reason == LIMIT else now
                wanted = self._wanted(guild_id, coming, starts)
                await events.want_again(connection, row.id, wanted, due)
        elif row.payload != same.payload or not row.wanted or _is_behind(row):
            await events.reword(connection, row.id, same, now)

    def _wanted(self, guild_id: int, coming: Coming, starts: datetime, mark: str = "") -> Wanted:
        premiere, mark = coming.premiere, mark or new_mark(self._random)
        occasion = Occasion(
            coming.show,
            premiere.season,
            premiere.when,
            premiere.certainty,
            starts,
            coming.exact,
            coming.voice.outlet if coming.voice else "",
            coming.voice.link if coming.voice else "",
        )
        payload = render_event(occasion, mark, self._words)
        day = str(premiere.when)
        return Wanted(guild_id, coming.show_id, premiere.season, day, starts, mark, payload)


async def take_back(
    connection: AsyncConnection, guild_id: int, now: datetime, *, standing: bool
) -> None:
    """A server wants no events any more: none is made, and with `standing` those there go."""
    for row in await events.events_of(connection, guild_id):
        may_stand = row.stage is Stage.CREATING or (row.stage is Stage.MADE and standing)
        if row.stage is Stage.DUE:
            await events.drop(connection, row.id, OFF)
        elif may_stand and not _is_over(row, now):
            await events.unwant(connection, row.id, OFF, now)


async def _end(connection: AsyncConnection, row: EventRow, now: datetime) -> None:
    """End the event of a premiere that is no longer to come."""
    if row.stage is Stage.DROPPED:
        if row.reason == LIMIT:  # it waits for room no more
            await events.drop(connection, row.id, PUT_OFF)
    elif row.starts <= now:
        # Discord ends it by itself; what has begun cannot be taken back.
        if row.starts + LENGTH <= now:
            await events.drop(connection, row.id, PAST)
    elif row.stage is Stage.DUE:
        await events.drop(connection, row.id, PUT_OFF)
    elif row.wanted:
        await events.unwant(connection, row.id, PUT_OFF, now)


def _row_of(
    coming: Coming, rows: Mapping[_Key, EventRow], all_coming: Iterable[Coming]
) -> EventRow | None:
    """The row of a season; that of a date told before its season was known becomes it."""
    key = (coming.show_id, coming.premiere.season)
    if key in rows:
        return rows[key]
    nameless = (coming.show_id, None)
    wanted = {(each.show_id, each.premiere.season) for each in all_coming}
    return None if nameless in wanted else rows.get(nameless)


def _is_over(row: EventRow, now: datetime) -> bool:
    return row.stage is Stage.MADE and row.starts <= now


def _is_behind(row: EventRow) -> bool:
    """Whether Discord was told something else than the row says, and did not refuse it."""
    return row.stage is Stage.MADE and not row.reason and row.shown != row.payload


def _may_come_back(row: EventRow, same: Wanted) -> bool:
    """What an admin deleted stays away; what Discord refused, until it says something else."""
    if row.reason == BY_HAND:
        return False
    return row.reason in _MAY_COME_BACK or row.stage is Stage.MADE or row.payload != same.payload
