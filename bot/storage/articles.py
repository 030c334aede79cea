"""Articles, the keys by which their entries are known again, and what they claim."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.ledger import name_of
from bot.news.model import Article, Claim
from bot.news.wires import wires_of
from bot.storage.rows import insert_new, insert_or_touch
from bot.storage.schema import NO_SEASON, articles, claims, entry_keys

KEY_BATCH = 500  # SQLite takes at most 32,766 variables a statement


async def known_keys(
    connection: AsyncConnection, source_id: int, keys: Sequence[str]
) -> dict[str, int]:
    """Those of these keys by which the source's entries are known, with their articles' row ids."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), KEY_BATCH):
        query = select(entry_keys.c.key, entry_keys.c.article_id).where(
            entry_keys.c.source_id == source_id,
            entry_keys.c.key.in_(keys[start : start + KEY_BATCH]),
        )
        found.update((key, article) for key, article in await connection.execute(query))
    return found


async def add_articles(
    connection: AsyncConnection,
    source_id: int,
    entries: Sequence[tuple[Article, Sequence[str]]],
    now: datetime,
) -> tuple[int, ...]:
    """Write articles down with their entries' keys; their row ids, in the same order.

    An article whose identity the source had before is the one that it had, known by more keys.
    """
    rows = [_article_row(source_id, article, now) for article, _ in entries]
    keys = ("source_id", "identity")
    written = await insert_or_touch(connection, articles, keys, "seen", rows)
    by_identity = {row.identity: row.id for row in written}
    ids = tuple(by_identity[article.id] for article, _ in entries)
    known = [
        {"source_id": source_id, "key": key, "article_id": row_id}
        for row_id, (_, known_by) in zip(ids, entries, strict=True)
        for key in known_by
    ]
    await insert_new(connection, entry_keys, known)
    return ids


def _article_row(source_id: int, article: Article, now: datetime) -> dict[str, object]:
    return {
        "source_id": source_id,
        "identity": article.id,
        "title": article.title,
        "summary": article.summary,
        "link": article.link,
        "image": article.image,
        "categories": article.categories,
        "published": article.published,
        "seen": now,
        "publisher": article.publisher[:200],
        "wires": wires_of(article),
    }


async def add_keys(
    connection: AsyncConnection, source_id: int, article_id: int, keys: Iterable[str]
) -> None:
    """Know an article by further keys."""
    rows = [{"source_id": source_id, "key": key, "article_id": article_id} for key in set(keys)]
    await insert_new(connection, entry_keys, rows)


async def add_claim(
    connection: AsyncConnection,
    article_id: int,
    show_id: int,
    claim: Claim,
    said: datetime,
    *,
    leads: bool = True,
    silent: bool = False,
) -> None:
    """Write down what an article claims of a show, and when it said so (UTC).

    `leads` says that the article is about it; `silent` that it was old news when it came.
    """
    await connection.execute(
        claims.insert().values(
            article_id=article_id,
            show_id=show_id,
            event=claim.event.label,
            season=NO_SEASON if claim.season is None else claim.season,
            subject=name_of(claim.subject),
            value=claim.value,
            certainty=claim.certainty,
            evidence=claim.evidence,
            said=said,
            leads=leads,
            silent=silent,
        )
    )
