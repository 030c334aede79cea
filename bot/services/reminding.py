"""Reminding: on the day before and at the hour of a premiere, whoever asked for season news.

    facts with a day near now -> what is due -> guard row, announcement, deliveries

A reminder is an announcement like any other, so it is owed, sent and doubted as all are. Its guard
row, written in the same transaction, keeps it from being told twice, whatever restarts or the clock
does. That it comes too late is written down nowhere: a clock that went wrong may yet go back.
"""

import logging
from collections.abc import (
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Announcement, Change, Event, FactKey, Precision, When
from bot.news.premieres import (
    Line,
    Premiere,
    due_at,
    expected,
    moment_of,
    over_at,
    reminder,
)
from bot.news.routing import Route, route
from bot.services.upcoming import Instants, no_instants, view
from bot.storage import guilds, owing, premieres, reminders, roles, shows, subscriptions
from bot.storage.database import Database
from bot.storage.reminders import Guard, Reminded
from bot.storage.schema import EVERYBODY

log = logging.getLogger(__name__)

A_ROUND = 100  # reminders told in one call; the rest is due at the next
_NEAR = timedelta(days=3)  # days whose premieres may be due, in whichever zone they air


@dataclass(frozen=True, slots=True)
class RemindReport:
    """What was told, and to how many destinations."""

    told: tuple[Announcement, ...] = ()
    deliveries: int = 0

    def __add__(self, other: "RemindReport") -> "RemindReport":
        return RemindReport(self.told + other.told, self.deliveries + other.deliveries)


@dataclass(frozen=True, slots=True)
class _Due:
    """A reminder whose time has come. `elsewhere` are the servers that know another date."""

    show_id: int
    premiere: Premiere
    sort: Change
    moment: datetime
    instant: datetime | None
    elsewhere: frozenset[int]


class Reminding:
    """Tells reminders. `new_mark` gives a fresh (mark, nonce) for each post."""

    def __init__(
        self,
        database: Database,
        new_mark: Callable[[], tuple[str, str]],
        instants: Instants = no_instants,
    ) -> None:
        self._database = database
        self._new_mark = new_mark
        self._instants = instants

    async def remind_due(self, now: datetime) -> RemindReport:
        """Owe every reminder whose time has come, the soonest premiere first, A_ROUND at most."""
        async with self._database.read() as connection:
            due = await self._due(connection, await self._open(connection, now), now)
        report = RemindReport()
        for each in due[:A_ROUND]:
            async with self._database.write() as connection:
                # What was read before may have changed since.
                if each in await self._due(connection, {each.show_id}, now):
                    report += await self._remind(connection, each, now)
        return report

    async def _open(self, connection: AsyncConnection, now: datetime) -> set[int]:
        """The shows of which a date, if it holds, is to be reminded of now: few at any time."""
        dates = await premieres.dates_near(connection, *_days(now))
        instants = await self._instants(connection, {date.show_id for date in dates})
        seen = await reminders.guards(connection, *_days(now))
        found: set[int] = set()
        for each in dates:
            when = When.parse(each.value)
            if when is None or when.precision is not Precision.DAY:
                continue
            moment = moment_of(when.start, instants.get((each.show_id, each.season)))
            sort = reminder(moment, now)
            if sort and (each.show_id, each.scope, each.value, sort) not in seen:
                found.add(each.show_id)
        return found

    async def _due(
        self, connection: AsyncConnection, show_ids: Collection[int], now: datetime
    ) -> list[_Due]:
        lines = await premieres.lines_of(connection, show_ids)
        instants = await self._instants(connection, show_ids)
        seen = await reminders.guards(connection, *_days(now), show_ids)
        found = [
            due
            for show_id, some in lines.items()
            for premiere in _premieres(some)
            if (due := _as_due(show_id, premiere, some, instants, seen, now)) is not None
        ]
        return sorted(found, key=lambda due: due.moment)

    async def _remind(self, connection: AsyncConnection, due: _Due, now: datetime) -> RemindReport:
        over = over_at(due.sort, due.moment)
        row = await reminders.guard(
            connection, due.show_id, due.premiere, due.sort, due.instant, over
        )
        source = await reminders.source_of(connection, due.premiere)
        if row is None or (source and source.at >= due_at(due.sort, due.moment)):
            return RemindReport()  # a date that became news as late as this needs no reminder
        show = (await shows.shows_by_id(connection, [due.show_id]))[due.show_id]
        told = _announcement(show.key, due, now)
        destinations = await self._routes(connection, due, told)
        fact_id = due.premiere.fact_id
        voice = (await premieres.voices_of(connection, [fact_id])).get(fact_id)
        if voice is None or not destinations:
            return RemindReport()
        answers = source.announcement_id if source else None
        announcement_id = await reminders.announce(
            connection, row, told, due.premiere, due.show_id, voice.article_id, answers
        )
        owed = await owing.enqueue(connection, announcement_id, destinations, self._new_mark, now)
        log.info("reminder", extra={"show": show.key, "sort": due.sort, "deliveries": owed})
        return RemindReport((told,), owed)

    async def _routes(
        self, connection: AsyncConnection, due: _Due, told: Announcement
    ) -> tuple[Route, ...]:
        scope = due.premiere.scope
        following = await subscriptions.subscriptions_of_show(
            connection, due.show_id, scope or None
        )
        wanted = {s.guild_id for s in following} - due.elsewhere
        routes = await guilds.routes_of(connection, wanted)
        show_roles = await roles.roles_for_show(connection, due.show_id)
        return route(told, following, routes, show_roles)


async def is_past(connection: AsyncConnection, post_id: int, now: datetime) -> bool:
    """Whether all that a post carries are reminders that are stale."""
    told = await reminders.carried_by(connection, post_id)
    return bool(told) and all([await is_stale(connection, each, now) for each in told.values()])


async def is_stale(connection: AsyncConnection, told: Reminded, now: datetime) -> bool:
    """Whether a reminder that waits comes too late, or of what is no longer expected on its day."""
    if now >= told.over:
        return True
    lines = (await premieres.lines_of(connection, [told.show_id])).get(told.show_id, ())
    seen = expected(view(lines, told.scope), told.scope)
    return all(str(premiere.when) != told.day for premiere in seen)


def _days(now: datetime) -> tuple[date, date]:
    return now.date() - _NEAR, now.date() + _NEAR


def _premieres(lines: Sequence[Line]) -> Iterator[Premiere]:
    """What is expected in each scope of what the scope itself knows."""
    for scope in sorted({line.scope for line in lines}):
        yield from (p for p in expected(view(lines, scope), scope) if p.scope == scope)


def _as_due(
    show_id: int,
    premiere: Premiere,
    lines: Sequence[Line],
    instants: Mapping[tuple[int, int | None], datetime],
    seen: frozenset[Guard],
    now: datetime,
) -> _Due | None:
    if premiere.day is None:
        return None
    instant = instants.get((show_id, premiere.season))
    moment = moment_of(premiere.day, instant)
    sort, day = reminder(moment, now), str(premiere.when)
    if sort is None or (show_id, premiere.scope, day, sort) in seen:
        return None
    # A server may have heard of the day from its own source first, and been reminded then.
    had = {scope for show, scope, *rest in seen if [show, *rest] == [show_id, day, sort]}
    elsewhere = _elsewhere(premiere, lines) | had
    exact = instant if instant == moment else None
    return _Due(show_id, premiere, sort, moment, exact, elsewhere)


def _elsewhere(premiere: Premiere, lines: Sequence[Line]) -> frozenset[int]:
    """The servers whose own sources say something else of a premiere that everybody knows."""
    if premiere.scope != EVERYBODY:
        return frozenset()
    scopes = {line.scope for line in lines} - {EVERYBODY}
    return frozenset(s for s in scopes if premiere not in expected(view(lines, s), s))


def _announcement(show_key: str, due: _Due, now: datetime) -> Announcement:
    premiere = due.premiere
    key = FactKey(show_key, premiere.season, Event.DATED)
    return Announcement(key, due.sort, str(premiere.when), premiere.certainty, now)
