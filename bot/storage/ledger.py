"""The ledger's facts, the articles behind them, and what was announced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    delete,
    func,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import (
    REMINDERS,
    Announcement,
    Certainty,
    Change,
    Event,
    Fact,
    FactKey,
    LastTold,
    Show,
    Standing,
    Trust,
)
from bot.storage.fact_detail import detail_of, last_told, memory_of
from bot.storage.rows import insert_row
from bot.storage.schema import (
    EVERYBODY,
    NO_SEASON,
    announcements,
    articles,
    fact_articles,
    facts,
    shows,
    sources,
)
from bot.storage.shows import as_show


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact, its row id, whose it is (EVERYBODY's, or a server's own), and what was told of it."""

    id: int
    scope: int
    fact: Fact
    last: LastTold | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An announcement as it was told: its show, its article, the outlets behind its fact."""

    id: int
    announcement: Announcement
    show: Show
    fact_id: int
    scope: int
    article_id: int
    title: str
    link: str
    image: str
    published: datetime | None
    until: int | None  # the article that changed what was told here, None while it stands
    answers: int | None = None  # the announcement that it confirms, corrects or withdraws
    standing: Standing = Standing.STANDS


@dataclass(frozen=True, slots=True)
class Behind:
    """An article behind a fact, by the outlet that published it."""

    fact_id: int
    outlet: str
    trust: Trust
    title: str
    link: str
    certainty: Certainty
    at: datetime
    article_id: int
    agrees: bool = True  # with what the fact says now


async def facts_of(
    connection: AsyncConnection, show_id: int, show_key: str, scope: int = EVERYBODY
) -> tuple[StoredFact, ...]:
    """What is known of a show in a scope, in the order in which the ledger keeps it.

    A server with sources of its own that tell of the show has a ledger of its own for it; every
    other hears what everybody does.
    """
    query = select(facts).where(facts.c.show_id == show_id, facts.c.scope.in_({EVERYBODY, scope}))
    rows = (await connection.execute(query.order_by(facts.c.id))).all()
    own = [row for row in rows if row.scope == scope]
    return tuple(_as_stored(row, show_key) for row in own or rows)


async def scopes_of(connection: AsyncConnection, show_id: int) -> tuple[int, ...]:
    """The servers that have a ledger of their own for a show."""
    query = select(facts.c.scope).where(facts.c.show_id == show_id, facts.c.scope != EVERYBODY)
    return tuple(await connection.scalars(query.distinct().order_by(facts.c.scope)))


async def save_fact(
    connection: AsyncConnection,
    fact: Fact,
    show_id: int,
    scope: int,
    fact_id: int | None,
    last: LastTold | None = None,
) -> int:
    """Write a fact down, over the row `fact_id` where there is one; its row id."""
    values = {
        "scope": scope,
        "show_id": show_id,
        "season": NO_SEASON if fact.key.season is None else fact.key.season,
        "event": fact.key.event.label,
        "subject": fact.key.subject,
        "value": fact.value,
        "certainty": fact.certainty,
        "since": fact.since,
        "changed": fact.changed,
        "told": None if last is None else last.certainty,
        "told_value": "" if last is None else last.value,
        "detail": detail_of(fact, last),
    }
    if fact_id is None:
        return await insert_row(connection, facts, **values)
    await connection.execute(update(facts).where(facts.c.id == fact_id).values(**values))
    return fact_id


async def forget_fact(connection: AsyncConnection, fact_id: int, heir: int) -> None:
    """Remove a fact that turned out to be another; its announcements are that one's."""
    moved = update(announcements).where(announcements.c.fact_id == fact_id)
    await connection.execute(moved.values(fact_id=heir))
    await connection.execute(delete(facts).where(facts.c.id == fact_id))


async def move_announcements(
    connection: AsyncConnection, old: int, new: int, article_ids: Iterable[int]
) -> None:
    """Give the announcements that these articles led to from one fact to another."""
    moved = update(announcements).where(
        announcements.c.fact_id == old, announcements.c.article_id.in_(set(article_ids))
    )
    await connection.execute(moved.values(fact_id=new))


async def first_told(connection: AsyncConnection, fact_id: int) -> int | None:
    """The first announcement of a fact, by row id."""
    query = select(func.min(announcements.c.id)).where(announcements.c.fact_id == fact_id)
    found: int | None = await connection.scalar(query)
    return found


async def told_alike(
    connection: AsyncConnection, show_id: int, key: FactKey, events: Iterable[Event]
) -> int | None:
    """The last announcement to everybody of events like these, of the same season and person."""
    labels = {event.label for event in events} | (
        {Event.MOVED.label} if Event.DATED in events else set()
    )
    of_season: ColumnElement[bool] = true()
    if key.season is not None:
        of_season = announcements.c.season.in_({NO_SEASON, key.season})
    query = select(func.max(announcements.c.id)).where(
        announcements.c.show_id == show_id,
        announcements.c.scope == EVERYBODY,
        announcements.c.event.in_(labels),
        of_season,
        announcements.c.subject == key.subject,
        announcements.c.change.not_in(REMINDERS),
    )
    found: int | None = await connection.scalar(query)
    return found


async def told_of(connection: AsyncConnection, fact_ids: Iterable[int]) -> tuple[int, ...]:
    """Every announcement of these facts, by row id, the latest first."""
    query = select(announcements.c.id).where(announcements.c.fact_id.in_(set(fact_ids)))
    return tuple(await connection.scalars(query.order_by(announcements.c.id.desc())))


async def set_standing(
    connection: AsyncConnection, announcement_ids: Iterable[int], standing: Standing
) -> tuple[int, ...]:
    """Say what became of announcements; those of which it is new, by row id.

    Those that an admin struck stay struck.
    """
    statement = update(announcements).where(
        announcements.c.id.in_(set(announcement_ids)),
        announcements.c.standing.not_in((Standing.STRUCK, standing)),
    )
    changed = await connection.scalars(
        statement.values(standing=standing).returning(announcements.c.id)
    )
    return tuple(changed)


async def announce(
    connection: AsyncConnection,
    announcement: Announcement,
    fact_id: int,
    article_id: int,
    show_id: int,
    scope: int,
    answers: int | None = None,
) -> int:
    """Write an announcement down, and the one that it confirms or corrects; its row id."""
    key = announcement.key
    return await insert_row(
        connection,
        announcements,
        fact_id=fact_id,
        article_id=article_id,
        scope=scope,
        show_id=show_id,
        change=announcement.change,
        event=key.event.label,
        season=NO_SEASON if key.season is None else key.season,
        subject=key.subject,
        value=announcement.value,
        before=announcement.before,
        certainty=announcement.certainty,
        at=announcement.at,
        answers=answers,
    )


async def get_told(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Told]:
    """Announcements by their row ids."""
    rows = await connection.execute(_told().where(announcements.c.id.in_(set(ids))))
    return {row.announcement_id: _as_told(row) for row in rows}


async def latest_told(
    connection: AsyncConnection, show_id: int, scope: int, limit: int
) -> tuple[Told, ...]:
    """The last announcements of a show that a server may hear, the newest first.

    What was announced to everybody and by the server's own ledger besides is one.
    """
    query = (
        _told()
        .where(announcements.c.show_id == show_id, announcements.c.scope.in_({EVERYBODY, scope}))
        .where(announcements.c.change.not_in(REMINDERS))
        .order_by(announcements.c.id.desc())
        .limit(2 * limit)
    )
    found: dict[tuple[int, Event, str], Told] = {}
    for row in await connection.execute(query):
        told = _as_told(row)
        key = told.announcement.key
        found.setdefault((told.article_id, key.event, key.subject), told)
    return tuple(found.values())[:limit]


async def behind(
    connection: AsyncConnection, fact_ids: Iterable[int]
) -> dict[int, tuple[Behind, ...]]:
    """The articles behind facts, in the order in which they came."""
    query = (
        select(
            fact_articles.c.fact_id,
            sources.c.name,
            sources.c.trust,
            articles.c.title,
            articles.c.link,
            fact_articles.c.certainty,
            fact_articles.c.at,
            fact_articles.c.article_id,
            fact_articles.c.agrees,
        )
        .join_from(fact_articles, articles)
        .join(sources)
        .where(fact_articles.c.fact_id.in_(set(fact_ids)))
        .order_by(fact_articles.c.at, fact_articles.c.article_id)
    )
    found: dict[int, tuple[Behind, ...]] = {}
    for fact_id, outlet, trust, title, link, sure, *rest in await connection.execute(query):
        row = Behind(fact_id, outlet, Trust(trust), title, link, Certainty(sure), *rest)
        found[fact_id] = (*found.get(fact_id, ()), row)
    return found


@cache
def _told() -> Select[Any]:
    return (
        select(
            shows,
            *(c for c in announcements.c if c.name not in {"id", "show_id"}),
            announcements.c.id.label("announcement_id"),
            _changed_by().label("until"),
            articles.c.title.label("article_title"),
            articles.c.link,
            articles.c.image,
            articles.c.published,
        )
        .join_from(announcements, articles)
        .join(shows, shows.c.id == announcements.c.show_id)
    )


def _changed_by() -> ScalarSelect[Any]:
    """The article of the next announcement that changed the same fact."""
    later = announcements.alias("later")
    query = select(func.min(later.c.article_id)).where(
        later.c.fact_id == announcements.c.fact_id,
        later.c.id > announcements.c.id,
        later.c.change == Change.CHANGED,
    )
    return query.correlate(announcements).scalar_subquery()


def _as_told(row: Row[tuple[object, ...]]) -> Told:
    season = None if row.season == NO_SEASON else row.season
    key = FactKey(row.key, season, Event.of(row.event), row.subject)
    announcement = Announcement(
        key, Change(row.change), row.value, Certainty(row.certainty), row.at, row.before
    )
    return Told(
        row.announcement_id,
        announcement,
        as_show(row),
        row.fact_id,
        row.scope,
        row.article_id,
        row.article_title,
        row.link,
        row.image,
        row.published,
        row.until,
        row.answers,
        Standing(row.standing),
    )


def _as_stored(row: Row[Any], show_key: str) -> StoredFact:
    season = None if row.season == NO_SEASON else row.season
    key = FactKey(show_key, season, Event.of(row.event), row.subject)
    sure = Certainty(row.certainty)
    memory = memory_of(row.detail)
    fact = Fact(key, row.value, sure, row.since, row.changed, **memory)
    last = last_told(row.told, row.told_value, row.detail, row.changed)
    return StoredFact(row.id, row.scope, fact, last)
