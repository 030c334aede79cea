"""What articles said of a show, as the ledger weighs it, and the facts behind which they stand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Certainty, Event, Statement, Trust
from bot.storage.rows import insert_new
from bot.storage.schema import (
    EVERYBODY,
    NO_SEASON,
    articles,
    claims,
    fact_articles,
    facts,
    sources,
)


async def came_late(
    connection: AsyncConnection, show_id: int, article_id: int, said: datetime
) -> bool:
    """Whether another article of a show was published later than this one, or at the same time."""
    later = exists().where(
        claims.c.show_id == show_id, claims.c.said >= said, claims.c.article_id != article_id
    )
    return bool(await connection.scalar(select(later)))


async def of_show(
    connection: AsyncConnection, show_id: int, scope: int, article_id: int
) -> list[Statement]:
    """Everything that was said of a show to a scope, in order, with what one article adds now."""
    behind = (
        select(fact_articles.c.article_id)
        .join_from(fact_articles, facts)
        .where(facts.c.show_id == show_id, facts.c.scope.in_({EVERYBODY, scope}))
    )
    query = _statements().where(
        claims.c.show_id == show_id,
        claims.c.article_id.in_(behind) | (claims.c.article_id == article_id),
    )
    rows = await connection.execute(query.order_by(claims.c.id))
    return sorted((_as_statement(row) for row in rows), key=lambda each: each.order)


async def behind_fact(
    connection: AsyncConnection, fact_id: int, show_id: int
) -> tuple[Statement, ...]:
    """What the articles behind a fact said of its show; some of it may be of other facts."""
    of_fact = select(fact_articles.c.article_id).where(fact_articles.c.fact_id == fact_id)
    query = _statements().where(claims.c.show_id == show_id, claims.c.article_id.in_(of_fact))
    return tuple(_as_statement(row) for row in await connection.execute(query))


async def articles_behind(
    connection: AsyncConnection, fact_ids: Iterable[int]
) -> dict[int, frozenset[int]]:
    """The articles behind facts, by row ids."""
    query = select(fact_articles.c.fact_id, fact_articles.c.article_id)
    found: dict[int, set[int]] = {}
    rows = await connection.execute(query.where(fact_articles.c.fact_id.in_(set(fact_ids))))
    for fact_id, article_id in rows:
        found.setdefault(fact_id, set()).add(article_id)
    return {fact_id: frozenset(ids) for fact_id, ids in found.items()}


async def stand_behind(
    connection: AsyncConnection, fact_id: int, said: Sequence[Statement], agreeing: Iterable[int]
) -> None:
    """Put articles behind a fact, with how sure each is; `agreeing` are those that bear it out."""
    agreed = set(agreeing)
    rows = [
        {
            "fact_id": fact_id,
            "article_id": statement.article,
            "certainty": statement.certainty,
            "at": statement.said,
            "agrees": statement.article in agreed,
        }
        for statement in said
    ]
    await insert_new(connection, fact_articles, rows)


async def set_agreeing(
    connection: AsyncConnection, fact_id: int, agreeing: Mapping[int, bool]
) -> None:
    """Note which of the articles behind a fact bear out what it says now."""
    for agrees in (True, False):
        ids = [article for article, does in agreeing.items() if does is agrees]
        statement = update(fact_articles).where(
            fact_articles.c.fact_id == fact_id, fact_articles.c.article_id.in_(ids)
        )
        await connection.execute(statement.values(agrees=agrees))


async def clear_behind(connection: AsyncConnection, fact_ids: Iterable[int]) -> None:
    """Take every article away from behind these facts, to be put there anew."""
    await connection.execute(
        delete(fact_articles).where(fact_articles.c.fact_id.in_(set(fact_ids)))
    )


def _statements() -> Select[Any]:
    return (
        select(claims, articles.c.publisher, articles.c.wires, sources.c.trust)
        .join_from(claims, articles)
        .join(sources)
    )


def _as_statement(row: Row[Any]) -> Statement:
    return Statement(
        row.article_id,
        Event.of(row.event),
        row.said,
        None if row.season == NO_SEASON else row.season,
        row.subject,
        row.value,
        Certainty(row.certainty),
        Trust(row.trust),
        row.publisher,
        row.wires,
        row.leads,
    )
