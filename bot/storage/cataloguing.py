"""Keeping the catalogue's cache: what was found, fetched, linked to shows, and handed over."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Show, When
from bot.news.series import CatalogueDetail, Series, SeriesSeason
from bot.storage.catalogue import PLAIN_FIELDS, as_series
from bot.storage.catalogue_schema import series, series_links, series_searches, series_seasons
from bot.storage.rows import upsert
from bot.storage.schema import facts, shows, subscriptions
from bot.storage.shows import as_show

FAILURE_REST = timedelta(hours=1)  # after the first failure of one series; doubled each time
LONGEST_REST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DatedSeason:
    """What has yet to be handed over as a claim, as a `bot.news.series.CataloguePremiere`."""

    show_key: str
    series_id: int
    number: int
    when: When
    since: datetime
    stood: bool
    url: str


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What a show is called besides its title, and who is its main cast."""

    titles: tuple[str, ...]
    cast: tuple[str, ...]


async def put_found(connection: AsyncConnection, found: Iterable[Series], now: datetime) -> None:
    """Keep what a search brought. A series that was fetched is stale if it changed since."""
    for one in found:
        known = await _row(connection, one.id)
        if known is None:
            empty = {"akas": [], "people": [], "stale": False, "failures": 0}
            await upsert(connection, series, ["id"], **_basics(one), **empty, seen=now)
        else:
            has_changed = one.changed is not None and one.changed != known.changed
            values = {**_basics(one), "stale": known.stale or has_changed, "seen": now}
            await connection.execute(update(series).where(series.c.id == one.id).values(values))


async def put_detail(
    connection: AsyncConnection, detail: CatalogueDetail, now: datetime, first: date
) -> None:
    """Keep all of a series. Premieres before the day `first` are history: no claim is made."""
    coming = detail.next_episode
    values = {
        **_basics(detail),
        "akas": [[aka.name, aka.country] for aka in detail.akas],
        "people": [[member.person, member.character] for member in detail.cast],
        "next_season": coming.season if coming else None,
        "next_number": coming.number if coming else None,
        "next_airs": coming.airs if coming else None,
        "fetched": now,
        "seen": now,
        "stale": False,
        "failures": 0,
        "due": None,
    }
    await upsert(connection, series, ["id"], **values)
    query = select(series_seasons).where(series_seasons.c.series_id == detail.id)
    known = {row.number: row for row in await connection.execute(query)}
    listed = {season.number: season for season in detail.seasons}
    gone = known.keys() - listed.keys()
    if gone:
        await connection.execute(
            delete(series_seasons).where(
                series_seasons.c.series_id == detail.id, series_seasons.c.number.in_(gone)
            )
        )
    for number, season in listed.items():
        row = _season(season, known.get(number), now, first)
        keys = ["series_id", "number"]
        await upsert(connection, series_seasons, keys, series_id=detail.id, number=number, **row)


def _season(
    season: SeriesSeason, known: Row[Any] | None, now: datetime, first: date
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "premiere": str(season.premiere or ""),
        "ends": season.end,
        "episodes": season.episodes,
        "network": season.network,
    }
    if known is not None and known.premiere == row["premiere"]:
        return row | {"since": known.since, "noted": known.noted, "stood": known.stood}
    is_history = season.premiere is None or season.premiere.end < first
    return row | {"since": now, "noted": is_history, "stood": is_history}


async def put_failure(connection: AsyncConnection, series_id: int, now: datetime) -> None:
    """A series could not be fetched: it is tried again later, and later each time."""
    known = await _row(connection, series_id)
    if known is None:
        return
    rest = min(FAILURE_REST * 2 ** min(known.failures, 10), LONGEST_REST)
    values = {"failures": known.failures + 1, "due": now + rest}
    await connection.execute(update(series).where(series.c.id == series_id).values(values))


async def mark_changed(connection: AsyncConnection, changes: Mapping[int, datetime]) -> int:
    """Mark what the catalogue has changed since it was fetched; how many series that is."""
    fetched = select(series.c.id, series.c.changed).where(
        series.c.fetched.is_not(None), ~series.c.stale
    )
    rows = await connection.execute(fetched)
    ids = [
        row.id
        for row in rows
        if row.id in changes and (row.changed is None or changes[row.id] > row.changed)
    ]
    if ids:
        await connection.execute(update(series).where(series.c.id.in_(ids)).values(stale=True))
    return len(ids)


async def due_series(
    connection: AsyncConnection, now: datetime, fetched_before: datetime, limit: int
) -> tuple[tuple[int, str], ...]:
    """The series to fetch now, each with its show's key: of followed shows first.

    Those that were never fetched, that changed, or that were fetched before `fetched_before`.
    """
    known = shows.c.key == series_links.c.show_key
    followed = exists().where(known, subscriptions.c.show_id == shows.c.id)
    told_of = exists().where(known, facts.c.show_id == shows.c.id)
    query = (
        select(series.c.id, series_links.c.show_key)
        .join(series_links, series_links.c.series_id == series.c.id)
        .where(
            or_(series.c.fetched.is_(None), series.c.stale, series.c.fetched < fetched_before),
            or_(series.c.due.is_(None), series.c.due <= now),
        )
        .order_by(followed.desc(), told_of.desc(), series.c.fetched.is_not(None), series.c.fetched)
        .limit(limit)
    )
    return tuple((row.id, row.show_key) for row in await connection.execute(query))


async def link(
    connection: AsyncConnection, show_key: str, series_id: int | None, now: datetime
) -> None:
    """Remember which series a show is, or that it was looked for in vain."""
    await upsert(
        connection, series_links, ["show_key"], show_key=show_key, series_id=series_id, tried=now
    )


async def unlink(connection: AsyncConnection, show_key: str) -> None:
    """Forget which series a show is."""
    await connection.execute(delete(series_links).where(series_links.c.show_key == show_key))


async def links(connection: AsyncConnection) -> dict[str, tuple[int | None, datetime]]:
    """Every show that was looked for: its series, if it has one, and when."""
    rows = await connection.execute(select(series_links))
    return {row.show_key: (row.series_id, row.tried) for row in rows}


async def owners(connection: AsyncConnection, ids: Collection[int]) -> dict[int, str]:
    """The keys of the shows that these series are, of those that are any."""
    query = select(series_links).where(series_links.c.series_id.in_(ids))
    return {row.series_id: row.show_key for row in await connection.execute(query)}


async def wanted_shows(connection: AsyncConnection) -> tuple[Show, ...]:
    """The shows that somebody follows or the ledger speaks of, the followed first."""
    followed = exists().where(subscriptions.c.show_id == shows.c.id)
    query = select(shows).order_by(followed.desc(), shows.c.id)
    return tuple(as_show(row) for row in await connection.execute(query))


async def put_search(
    connection: AsyncConnection, text: str, found: Sequence[int], now: datetime
) -> None:
    """Remember what a text found, the likeliest first."""
    await upsert(connection, series_searches, ["text"], text=text, found=list(found), at=now)


async def searches(
    connection: AsyncConnection, after: datetime
) -> dict[str, tuple[datetime, tuple[int, ...]]]:
    """What texts found since a time, and when."""
    query = select(series_searches).where(series_searches.c.at > after)
    return {row.text: (row.at, tuple(row.found)) for row in await connection.execute(query)}


async def known_series(connection: AsyncConnection, limit: int) -> tuple[Series, ...]:
    """The series of the cache, those that were found last first."""
    query = select(series).order_by(series.c.seen.desc()).limit(limit)
    return tuple(as_series(row) for row in await connection.execute(query))


async def names_of(connection: AsyncConnection) -> dict[str, KnownNames]:
    """The names that the catalogue has for shows and their cast, by the shows' keys."""
    query = select(series_links.c.show_key, series.c.akas, series.c.people).join(
        series, series.c.id == series_links.c.series_id
    )
    return {
        row.show_key: KnownNames(
            tuple(name for name, _ in row.akas), tuple(person for person, _ in row.people)
        )
        for row in await connection.execute(query)
    }


async def premieres_due(
    connection: AsyncConnection, stood_since: datetime, limit: int
) -> tuple[DatedSeason, ...]:
    """Premieres to hand over: those that are new, and those unchanged since `stood_since`.

    A series of which the catalogue has something newer waits until that was fetched.
    """
    is_new = ~series_seasons.c.noted
    has_stood = (~series_seasons.c.stood) & (series_seasons.c.since <= stood_since)
    query = (
        select(series_seasons, series.c.url, series_links.c.show_key)
        .join(series, series.c.id == series_seasons.c.series_id)
        .join(series_links, series_links.c.series_id == series.c.id)
        .where(or_(is_new, has_stood & ~series.c.stale))
        .order_by(series_seasons.c.series_id, series_seasons.c.number)
        .limit(limit)
    )
    rows = await connection.execute(query)
    parsed = ((row, When.parse(row.premiere)) for row in rows)
    return tuple(_dated(row, when) for row, when in parsed if when is not None)


def _dated(row: Row[Any], when: When) -> DatedSeason:
    return DatedSeason(row.show_key, row.series_id, row.number, when, row.since, row.noted, row.url)


async def mark_noted(connection: AsyncConnection, seasons: Iterable[DatedSeason]) -> None:
    """Never hand these over again in the same way."""
    for season in seasons:
        done = {"stood": True} if season.stood else {"noted": True}
        await connection.execute(
            update(series_seasons)
            .where(
                series_seasons.c.series_id == season.series_id,
                series_seasons.c.number == season.number,
            )
            .values(done)
        )


async def forget_unused(connection: AsyncConnection, before: datetime, kept: int) -> None:
    """Forget searches, and series that are no show of ours, from before a time.

    Of the rest of those no more than `kept` stay, the last found.
    """
    await connection.execute(delete(series_searches).where(series_searches.c.at <= before))
    linked = select(series_links.c.series_id).where(series_links.c.series_id.is_not(None))
    unused = series.c.id.not_in(linked)
    surplus = select(series.c.id).where(unused).order_by(series.c.seen.desc()).offset(kept)
    too_many = await connection.scalar(select(func.count()).select_from(series).where(unused))
    is_old = series.c.seen <= before
    is_surplus = series.c.id.in_(surplus) if (too_many or 0) > kept else is_old
    await connection.execute(delete(series).where(unused, or_(is_old, is_surplus)))


async def _row(connection: AsyncConnection, series_id: int) -> Row[Any] | None:
    return (await connection.execute(select(series).where(series.c.id == series_id))).first()


def _basics(one: Series) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in PLAIN_FIELDS},
        "status": str(one.status),
        "externals": {"imdb": one.externals.imdb, "tvdb": one.externals.tvdb},
    }
