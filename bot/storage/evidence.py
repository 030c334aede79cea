"""The evidence of facts: every article that spoke of one, with its words, for and against."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Certainty, Event, Standing, Trust
from bot.storage.schema import announcements, articles, claims, fact_articles, facts, sources

_DATES = frozenset({Event.DATED.label, Event.MOVED.label})


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article that spoke of a fact: its outlet, how sure it was, when, and in which words.

    `agrees` says whether it bears the fact out as it is now; `value` is what it said itself.
    """

    fact_id: int
    article_id: int
    outlet: str
    trust: Trust
    title: str
    link: str
    certainty: Certainty
    at: datetime
    agrees: bool
    words: tuple[str, ...] = ()
    value: str = ""


async def evidence_of(
    connection: AsyncConnection, fact_ids: Iterable[int]
) -> dict[int, tuple[Evidence, ...]]:
    """The evidence of facts, in the order in which it came."""
    ids = set(fact_ids)
    query = (
        select(fact_articles, facts.c.event, facts.c.subject, facts.c.show_id)
        .add_columns(articles.c.title, articles.c.link, sources.c.name, sources.c.trust)
        .join_from(fact_articles, articles)
        .join(sources)
        .join(facts, facts.c.id == fact_articles.c.fact_id)
        .where(fact_articles.c.fact_id.in_(ids))
        .order_by(fact_articles.c.at, fact_articles.c.article_id)
    )
    rows = (await connection.execute(query)).all()
    said = await _claims(connection, {row.article_id for row in rows})
    found: dict[int, tuple[Evidence, ...]] = {}
    for row in rows:
        words = _words_for(row, said.get((row.article_id, row.show_id), ()))
        found[row.fact_id] = (*found.get(row.fact_id, ()), _as_evidence(row, words))
    return found


async def taken_back(connection: AsyncConnection, fact_ids: Iterable[int]) -> frozenset[int]:
    """Those of these facts whose last announcement stands no more, wherever it was told."""
    last = (
        select(func.max(announcements.c.id))
        .where(announcements.c.fact_id.in_(set(fact_ids)))
        .group_by(announcements.c.fact_id)
    )
    query = select(announcements.c.fact_id).where(
        announcements.c.id.in_(last), announcements.c.standing != Standing.STANDS
    )
    return frozenset(await connection.scalars(query))


async def _claims(
    connection: AsyncConnection, article_ids: set[int]
) -> dict[tuple[int, int], list[Row[Any]]]:
    """What articles claim, by article and show."""
    rows = await connection.execute(
        select(claims).where(claims.c.article_id.in_(article_ids)).order_by(claims.c.id)
    )
    found: dict[tuple[int, int], list[Row[Any]]] = {}
    for row in rows:
        found.setdefault((row.article_id, row.show_id), []).append(row)
    return found


def _words_for(fact: Row[Any], said: Iterable[Row[Any]]) -> Row[Any] | None:
    """The claim of an article that speaks of the fact: of its event, best of its person too."""
    of_event = [claim for claim in said if _same_event(claim.event, fact.event)]
    subject = fact.subject.casefold()
    named = [claim for claim in of_event if " ".join(claim.subject.split()).casefold() == subject]
    return next(iter(named or of_event), None)


def _same_event(one: str, other: str) -> bool:
    """A date that moves is still the date."""
    return one == other or _DATES.issuperset({one, other})


def _as_evidence(row: Row[Any], claim: Row[Any] | None) -> Evidence:
    return Evidence(
        row.fact_id,
        row.article_id,
        row.name,
        Trust(row.trust),
        row.title,
        row.link,
        Certainty(row.certainty),
        row.at,
        row.agrees,
        tuple(claim.evidence) if claim else (),
        claim.value if claim else "",
    )
