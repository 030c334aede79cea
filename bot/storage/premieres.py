"""What the ledger's facts say of premieres, and who says so."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Certainty, Event, Kind
from bot.news.premieres import Line
from bot.news.routing import Target
from bot.storage.schema import (
    NO_SEASON,
    articles,
    fact_articles,
    facts,
    sources,
    subscriptions,
)

BATCH = 100  # shows or facts a query: between two the event loop has its turn
_OF_A_PREMIERE = (Event.DATED.label, Event.CANCELLED.label)


@dataclass(frozen=True, slots=True)
class Voice:
    """The newest article that says what a fact says."""

    article_id: int
    outlet: str
    link: str


@dataclass(frozen=True, slots=True)
class Date:
    """A day that a fact has, whether or not it holds."""

    show_id: int
    scope: int
    season: int | None
    value: str


async def dates_near(connection: AsyncConnection, first: date, last: date) -> tuple[Date, ...]:
    """The days from `first` to `last` that facts have."""
    near = facts.c.value.between(first.isoformat(), last.isoformat())
    columns = (facts.c.show_id, facts.c.scope, facts.c.season, facts.c.value)
    query = select(*columns).where(facts.c.event == Event.DATED.label, near)
    rows = await connection.execute(query)
    return tuple(Date(show, scope, _season(season), value) for show, scope, season, value in rows)


async def lines_of(
    connection: AsyncConnection, show_ids: Collection[int]
) -> dict[int, tuple[Line, ...]]:
    """What is known of the premieres of shows, in every scope, by the show's row id."""
    found: dict[int, list[Line]] = defaultdict(list)
    wanted = sorted(show_ids)
    for start in range(0, len(wanted), BATCH):
        # Joined to "", because SQLite would go by the index of all dates rather than by the shows.
        of_a_premiere = facts.c.event.concat("").in_(_OF_A_PREMIERE)
        query = select(facts).where(
            facts.c.show_id.in_(wanted[start : start + BATCH]), of_a_premiere
        )
        for row in await connection.execute(query.order_by(facts.c.id)):
            found[row.show_id].append(_as_line(row))
    return {show_id: tuple(lines) for show_id, lines in found.items()}


async def voices_of(connection: AsyncConnection, fact_ids: Collection[int]) -> dict[int, Voice]:
    """For each fact the newest article behind it that agrees with it, else the newest of all."""
    found: dict[int, Voice] = {}
    wanted = sorted(fact_ids)
    for start in range(0, len(wanted), BATCH):
        query = (
            select(fact_articles.c.fact_id, articles.c.id, articles.c.link, sources.c.name)
            .join_from(fact_articles, articles)
            .join(sources)
            .where(fact_articles.c.fact_id.in_(wanted[start : start + BATCH]))
            .order_by(fact_articles.c.agrees, fact_articles.c.at, fact_articles.c.article_id)
        )
        for row in await connection.execute(query):
            found[row.fact_id] = Voice(row.id, row.name, row.link)
    return found


async def awaited_in(connection: AsyncConnection, guild_id: int) -> frozenset[int]:
    """The row ids of the shows of which a server, or a member in it, wants season news."""
    query = select(subscriptions.c.show_id, subscriptions.c.kinds).where(
        subscriptions.c.guild_id == guild_id,
        subscriptions.c.target != Target.DM,
        subscriptions.c.muted.is_(False),
    )
    rows = await connection.execute(query)
    return frozenset(show_id for show_id, kinds in rows if Kind.SEASON in kinds)


def _as_line(row: Row[tuple[object, ...]]) -> Line:
    return Line(
        row.id,
        row.scope,
        _season(row.season),
        Event.of(row.event),
        row.value,
        Certainty(row.certainty),
        row.changed,
        bool((row.detail or {}).get("withdrawn")),
    )


def _season(stored: int) -> int | None:
    return None if stored == NO_SEASON else stored
