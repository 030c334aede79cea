"""The ledger's facts, the articles behind them, and what was announced."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import (
    Announcement,
    Certainty,
    Change,
    Event,
    Fact,
    FactKey,
    Show,
    Standing,
    Trust,
)
from bot.storage.rows import insert_new, insert_row
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
    """A fact, its row id, and whose it is: EVERYBODY's, or a server's own."""

    id: int
    scope: int
    fact: Fact


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


async def facts_of(
    connection: AsyncConnection, show_id: int, show_key: str, scope: int = EVERYBODY
) -> tuple[StoredFact, ...]:
    """What is known of a show: by everybody, and in a server's own scope besides."""
    query = select(facts).where(facts.c.show_id == show_id, facts.c.scope.in_({EVERYBODY, scope}))
    rows = await connection.execute(query.order_by(facts.c.changed))
    return tuple(StoredFact(row.id, row.scope, _as_fact(row, show_key)) for row in rows)


async def facts_of_servers(
    connection: AsyncConnection, show_id: int, show_key: str
) -> dict[int, tuple[Fact, ...]]:
    """What servers heard of a show from sources of their own, by server."""
    query = select(facts).where(facts.c.show_id == show_id, facts.c.scope != EVERYBODY)
    found: dict[int, tuple[Fact, ...]] = {}
    for row in await connection.execute(query):
        found[row.scope] = (*found.get(row.scope, ()), _as_fact(row, show_key))
    return found


async def save_fact(
    connection: AsyncConnection, fact: Fact, show_id: int, scope: int, fact_id: int | None
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
        "told": fact.told,
    }
    if fact_id is None:
        return await insert_row(connection, facts, **values)
    del values["scope"]
    await connection.execute(update(facts).where(facts.c.id == fact_id).values(**values))
    return fact_id


async def stand_behind(
    connection: AsyncConnection, fact_id: int, article_id: int, certainty: Certainty, at: datetime
) -> None:
    """Add an article to those behind a fact, with how sure that article is."""
    row = {"fact_id": fact_id, "article_id": article_id, "certainty": certainty, "at": at}
    await insert_new(connection, fact_articles, [row])


async def announce(
    connection: AsyncConnection,
    announcement: Announcement,
    fact_id: int,
    article_id: int,
    show_id: int,
    scope: int,
) -> int:
    """Write an announcement down; its row id."""
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
    )


async def get_told(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Told]:
    """Announcements by their row ids."""
    rows = await connection.execute(_told().where(announcements.c.id.in_(set(ids))))
    return {row.announcement_id: _as_told(row) for row in rows}


async def latest_told(
    connection: AsyncConnection, show_id: int, scope: int, limit: int
) -> tuple[Told, ...]:
    """The last announcements of a show that a server may hear, the newest first."""
    query = (
        _told()
        .where(announcements.c.show_id == show_id, announcements.c.scope.in_({EVERYBODY, scope}))
        .order_by(announcements.c.id.desc())
        .limit(limit)
    )
    return tuple(_as_told(row) for row in await connection.execute(query))


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
        )
        .join_from(fact_articles, articles)
        .join(sources)
        .where(fact_articles.c.fact_id.in_(set(fact_ids)))
        .order_by(fact_articles.c.at, fact_articles.c.article_id)
    )
    found: dict[int, tuple[Behind, ...]] = {}
    for fact_id, outlet, trust, title, link, sure, at, article in await connection.execute(query):
        row = Behind(fact_id, outlet, Trust(trust), title, link, Certainty(sure), at, article)
        found[fact_id] = (*found.get(fact_id, ()), row)
    return found


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


def _as_fact(row: Row[tuple[object, ...]], show_key: str) -> Fact:
    season = None if row.season == NO_SEASON else row.season
    key = FactKey(show_key, season, Event.of(row.event), row.subject)
    told = Certainty(row.told) if row.told else None
    return Fact(key, row.value, Certainty(row.certainty), row.since, row.changed, told)
