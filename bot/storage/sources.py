"""Sources: which feeds are polled, for whom, and how they answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Trust
from bot.news.schedule import Advice, Move, Pace
from bot.storage.rows import insert_new
from bot.storage.schema import EVERYBODY, guild_sources, sources

# As if it had never been asked: its next document is a silent baseline.
AFRESH: Mapping[str, object] = {
    "baseline": False,
    "etag": "",
    "last_modified": "",
    "body_hash": "",
    "failures": 0,
    "failure": "",
    "failure_detail": "",
}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as it stands. `failure` is a reason's key, "" when the last poll went well."""

    id: int
    name: str
    url: str
    trust: Trust
    language: str
    shared: bool
    etag: str
    last_modified: str
    body_hash: str
    baseline: bool
    next_poll: datetime
    polled: datetime | None
    succeeded: datetime | None
    failures: int
    failure: str
    failure_detail: str
    pace: Pace
    advice: Advice
    move: Move | None
    pushed_until: datetime | None = None


async def put_shared(
    connection: AsyncConnection,
    specs: Iterable[tuple[str, str, Trust, str]],
    first_polls: Iterable[datetime],
) -> None:
    """Make the operator's list (name, address, trust, language) the shared sources.

    A source that left the list is no longer polled for everybody; what it told stays.
    """
    await connection.execute(update(sources).values(shared=False))
    for (name, url, trust, language), first in zip(specs, first_polls, strict=True):
        values = {"name": name, "trust": trust, "language": language, "shared": True}
        row = _new(name, url, trust, language, first, shared=True)
        known = (await connection.execute(_listed_as(url))).first()
        if known is None:
            await insert_new(connection, sources, [row])
        else:
            again = {} if known.active else {**AFRESH, "next_poll": first}
            await record_poll(connection, known.id, **values, listed=url, **again)
    await retire(connection)


async def add_for_guild(
    connection: AsyncConnection, guild_id: int, name: str, url: str, by: int, now: datetime
) -> SourceRow:
    """Let a server hear a source; it is due at once where nobody heard it before.

    Its admins vouch for it, before their own server alone: it counts as the press.
    """
    row = _new(name, url, Trust.PRESS, "en", now, shared=False)
    await insert_new(connection, sources, [row])
    same = sources.c.url == url
    # Nobody heard it for a while: what it published meanwhile is no news.
    dormant = update(sources).where(same, sources.c.active.is_(False))
    await connection.execute(dormant.values(active=True, next_poll=now, **AFRESH))
    found = (await connection.execute(select(sources).where(same))).one()
    link = {"guild_id": guild_id, "source_id": found.id, "added_by": by, "added": now}
    await insert_new(connection, guild_sources, [link])
    return as_source(found)


async def remove_for_guild(connection: AsyncConnection, guild_id: int, source_id: int) -> bool:
    """Let a server no longer hear a source that it added; False where it never did."""
    statement = delete(guild_sources).where(
        guild_sources.c.guild_id == guild_id, guild_sources.c.source_id == source_id
    )
    gone = (await connection.execute(statement)).rowcount > 0
    await retire(connection)
    return gone


async def sources_of(connection: AsyncConnection, guild_id: int) -> tuple[SourceRow, ...]:
    """The sources that a server hears: the shared ones first, then its own, each by name."""
    query = (
        select(sources).where(_audible(guild_id)).order_by(sources.c.shared.desc(), sources.c.name)
    )
    return tuple(as_source(row) for row in await connection.execute(query))


async def scopes_of(connection: AsyncConnection, source: SourceRow) -> tuple[int, ...]:
    """For whom a source speaks: EVERYBODY, or the servers that added it."""
    if source.shared:
        return (EVERYBODY,)
    return await added_by(connection, source.id)


async def ensure_unpolled(
    connection: AsyncConnection, name: str, url: str, trust: Trust, now: datetime
) -> int:
    """The row of a voice that no feed has; it is never asked."""
    row = _new(name, url, trust, "en", now, shared=False) | {"active": False}
    await insert_new(connection, sources, [row])
    found = await connection.scalar(select(sources.c.id).where(sources.c.url == url))
    return int(found or 0)


async def trust_of(connection: AsyncConnection, source_id: int) -> Trust:
    """Who speaks in a source."""
    trust = await connection.scalar(select(sources.c.trust).where(sources.c.id == source_id))
    return Trust(trust or Trust.BLOG)


async def added_by(connection: AsyncConnection, source_id: int) -> tuple[int, ...]:
    """The servers that added a source, by id."""
    query = select(guild_sources.c.guild_id).where(guild_sources.c.source_id == source_id)
    return tuple(sorted(await connection.scalars(query)))


async def due(connection: AsyncConnection, now: datetime, limit: int) -> tuple[SourceRow, ...]:
    """The sources whose time has come, the longest waiting first."""
    query = (
        select(sources)
        .where(sources.c.active.is_(True), sources.c.next_poll <= now)
        .order_by(sources.c.next_poll)
        .limit(limit)
    )
    return tuple(as_source(row) for row in await connection.execute(query))


async def next_due(connection: AsyncConnection) -> datetime | None:
    """When the next source is to be asked."""
    query = select(func.min(sources.c.next_poll)).where(sources.c.active.is_(True))
    found: datetime | None = await connection.scalar(query)
    return found


async def get_source(connection: AsyncConnection, source_id: int) -> SourceRow | None:
    """A source by its row id."""
    row = (await connection.execute(select(sources).where(sources.c.id == source_id))).first()
    return as_source(row) if row else None


async def record_poll(connection: AsyncConnection, source_id: int, **values: object) -> None:
    """Write down how a poll went."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(**values))


async def move(connection: AsyncConnection, source_id: int, url: str) -> None:
    """Adopt a source's new address, unless another source stands there already."""
    taken = await connection.scalar(select(sources.c.id).where(sources.c.url == url))
    if taken is None:
        await record_poll(connection, source_id, url=url, moved_to="", moved_since=None)


async def record_polls(
    connection: AsyncConnection, polls: Mapping[int, Mapping[str, object]]
) -> None:
    """Write down how several polls went: values of the same columns by their source's row id."""
    rows = [{"source_id": source_id, **values} for source_id, values in polls.items()]
    # Core takes the columns to set from the rows' keys.
    statement = update(sources).where(sources.c.id == bindparam("source_id"))
    await connection.execute(statement, rows)


async def last_success(connection: AsyncConnection, guild_id: int) -> datetime | None:
    """When any source that a server hears was last read."""
    query = select(func.max(sources.c.succeeded)).where(_audible(guild_id))
    found: datetime | None = await connection.scalar(query)
    return found


async def retire(connection: AsyncConnection) -> None:
    """Poll no longer what nobody hears; what it told stays."""
    heard = or_(sources.c.shared.is_(True), sources.c.id.in_(select(guild_sources.c.source_id)))
    silent = update(sources).where(sources.c.active.is_(True), ~heard)
    await connection.execute(silent.values(active=False))
    again = update(sources).where(sources.c.active.is_(False), heard)
    await connection.execute(again.values(active=True))


def _listed_as(url: str) -> Select[tuple[int, bool]]:
    """The source that an address of the operator's list names, wherever it has moved since."""
    named = or_(sources.c.listed == url, sources.c.url == url)
    query = select(sources.c.id, sources.c.active).where(named)
    return query.order_by((sources.c.listed == url).desc()).limit(1)


def _audible(guild_id: int) -> ColumnElement[bool]:
    own = select(guild_sources.c.source_id).where(guild_sources.c.guild_id == guild_id)
    return or_(sources.c.shared.is_(True), sources.c.id.in_(own))


def _new(
    name: str, url: str, trust: Trust, language: str, first: datetime, *, shared: bool
) -> dict[str, object]:
    return {
        "name": name,
        "url": url,
        "listed": url if shared else "",
        "trust": trust,
        "language": language,
        "shared": shared,
        "active": True,
        "etag": "",
        "last_modified": "",
        "body_hash": "",
        "baseline": False,
        "next_poll": first,
        "failures": 0,
        "failure": "",
        "failure_detail": "",
        "skip_hours": [],
        "moved_to": "",
        "hub": "",
        "topic": "",
    }


def as_source(row: Row[tuple[object, ...]]) -> SourceRow:
    """A source from its row."""
    return SourceRow(
        row.id,
        row.name,
        row.url,
        Trust(row.trust),
        row.language,
        row.shared,
        row.etag,
        row.last_modified,
        row.body_hash,
        row.baseline,
        row.next_poll,
        row.polled,
        row.succeeded,
        row.failures,
        row.failure,
        row.failure_detail,
        Pace(_span(row.gap), _span(row.window)),
        Advice(None, _span(row.ttl), _span(row.update_period), frozenset(row.skip_hours)),
        Move(row.moved_to, row.moved_since) if row.moved_to else None,
        row.pushed_until,
    )


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
