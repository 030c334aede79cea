"""What the catalogue knows of shows, read from its cache; nothing here asks the network."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import When
from bot.news.series import (
    Aka,
    CastMember,
    CatalogueDetail,
    ExternalIds,
    NextEpisode,
    Series,
    SeriesSeason,
    SeriesStatus,
)
from bot.storage.catalogue_schema import series, series_links, series_seasons
from bot.storage.schema import shows

PLAIN_FIELDS = (
    *("id", "title", "year", "network", "streamer", "country", "language", "url", "image"),
    *("summary", "changed"),
)  # those of a series that stand in its row as they are
SERIES_PREFIX = "tvmaze:"  # of the key of a show that was first met in the catalogue


async def detail_of(connection: AsyncConnection, show_key: str) -> CatalogueDetail | None:
    """What the catalogue has of a show, as it was fetched last; None where it was never fetched."""
    series_id = await series_id_of(connection, show_key)
    return None if series_id is None else await detail_of_series(connection, series_id)


async def calendar_of(connection: AsyncConnection, show_key: str) -> Mapping[int, date]:
    """The day on which each season of a show began or will begin, where it is known to the day."""
    series_id = await series_id_of(connection, show_key)
    if series_id is None:
        return {}
    found = await _seasons(connection, series_id)
    days = ((season.number, season.premiere_day) for season in found)
    return {number: day for number, day in days if day is not None}


async def premiere_instants(
    connection: AsyncConnection, show_ids: Collection[int]
) -> Mapping[tuple[int, int | None], datetime]:
    """When the next seasons of shows begin to the minute (UTC), by the show's row id and season."""
    links = (
        select(shows.c.id, shows.c.key, series_links.c.series_id)
        .outerjoin(series_links, series_links.c.show_key == shows.c.key)
        .where(shows.c.id.in_(show_ids))
    )
    by_series: dict[int, int] = {}
    for show_id, key, linked in (await connection.execute(links)).all():
        series_id = series_id_in(key) if linked is None else linked
        if series_id is not None:
            by_series[series_id] = show_id
    query = select(series.c.id, series.c.next_season, series.c.next_airs).where(
        series.c.id.in_(by_series), series.c.next_number == 1, series.c.next_airs.is_not(None)
    )
    rows = await connection.execute(query)
    return {(by_series[row.id], row.next_season): row.next_airs for row in rows}


async def series_id_of(connection: AsyncConnection, show_key: str) -> int | None:
    """The catalogue's id of a show, None where it is not known to be in the catalogue."""
    query = select(series_links.c.series_id).where(series_links.c.show_key == show_key)
    linked = await connection.scalar(query)
    return linked if linked is not None else series_id_in(show_key)


def series_id_in(show_key: str) -> int | None:
    """The catalogue's id that a key carries, None for the key of another sort of show."""
    prefix, _, number = show_key.partition(":")
    is_id = f"{prefix}:" == SERIES_PREFIX and number.isascii() and number.isdecimal()
    return int(number) if is_id and len(number) < 10 else None


async def detail_of_series(connection: AsyncConnection, series_id: int) -> CatalogueDetail | None:
    """The same by the catalogue's id."""
    query = select(series).where(series.c.id == series_id, series.c.fetched.is_not(None))
    row = (await connection.execute(query)).first()
    return None if row is None else _detail(row, await _seasons(connection, series_id))


async def _seasons(connection: AsyncConnection, series_id: int) -> tuple[SeriesSeason, ...]:
    query = select(series_seasons).where(series_seasons.c.series_id == series_id)
    rows = await connection.execute(query.order_by(series_seasons.c.number))
    return tuple(
        SeriesSeason(row.number, When.parse(row.premiere), row.ends, row.episodes, row.network)
        for row in rows
    )


def _detail(row: Row[Any], seasons: tuple[SeriesSeason, ...]) -> CatalogueDetail:
    return CatalogueDetail(
        **_basics(row),
        seasons=seasons,
        cast=tuple(CastMember(person, character) for person, character in row.people),
        akas=tuple(Aka(name, country) for name, country in row.akas),
        next_episode=_next_episode(row),
        fetched=row.fetched,
    )


def _next_episode(row: Row[Any]) -> NextEpisode | None:
    if row.next_airs is None:
        return None
    return NextEpisode(row.next_season, row.next_number, row.next_airs)


def as_series(row: Row[Any]) -> Series:
    """A series from its row."""
    return Series(**_basics(row))


def _basics(row: Row[Any]) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in PLAIN_FIELDS},
        "status": SeriesStatus(row.status),
        "externals": ExternalIds(row.externals["imdb"], row.externals["tvdb"]),
    }
