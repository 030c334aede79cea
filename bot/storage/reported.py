"""What was said not to be right, over all servers: for the operator. Nobody's name is in it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import evidence, ledger
from bot.storage.evidence import Evidence
from bot.storage.ledger import Told
from bot.storage.report_tables import reports, strikes
from bot.storage.reports import ReportState, What


@dataclass(frozen=True, slots=True)
class Reported:
    """An announcement that somebody says is not right.

    `source` is its article's outlet and words. `servers` counts those whose members say so, direct
    messages as one; `struck` those whose admins agreed.
    """

    told: Told
    source: Evidence | None
    words: Mapping[What, int]
    states: Mapping[ReportState, int]
    servers: int
    struck: int
    last: datetime

    @property
    def count(self) -> int:
        """How many members say so."""
        return sum(self.words.values())


async def reported(
    connection: AsyncConnection, since: datetime | None = None
) -> tuple[Reported, ...]:
    """What was said since a time, or ever: by announcement, the most doubted first."""
    query = select(reports)
    if since is not None:
        query = query.where(reports.c.at >= since)
    words: dict[int, Counter[What]] = {}
    states: dict[int, Counter[ReportState]] = {}
    servers: dict[int, set[int]] = {}
    last: dict[int, datetime] = {}
    for row in await connection.execute(query.order_by(reports.c.at)):
        each = row.announcement_id
        words.setdefault(each, Counter())[What(row.what)] += 1
        states.setdefault(each, Counter())[ReportState(row.state)] += 1
        servers.setdefault(each, set()).add(row.guild_id)
        last[each] = row.at
    told = await ledger.get_told(connection, words)
    sources = await _sources(connection, told)
    struck = await _struck(connection, words)
    found = [
        Reported(
            told[each],
            sources.get(each),
            words[each],
            states[each],
            len(servers[each]),
            struck.get(each, 0),
            last[each],
        )
        for each in words
    ]
    return tuple(sorted(found, key=lambda each: (-each.count, -each.told.id)))


async def _sources(connection: AsyncConnection, told: Mapping[int, Told]) -> dict[int, Evidence]:
    """The article of each announcement, with the words that it was read by."""
    heard = await evidence.evidence_of(connection, {each.fact_id for each in told.values()})
    return {
        number: source
        for number, each in told.items()
        for source in heard.get(each.fact_id, ())
        if source.article_id == each.article_id
    }


async def _struck(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, int]:
    """In how many servers each of these was struck."""
    query = (
        select(strikes.c.announcement_id, func.count())
        .where(strikes.c.announcement_id.in_(set(ids)))
        .group_by(strikes.c.announcement_id)
    )
    rows = await connection.execute(query)
    return {row[0]: row[1] for row in rows}
