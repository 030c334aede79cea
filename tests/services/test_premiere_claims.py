"""The catalogue's word on a premiere fills what is open, and moves what was told late or agreed."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.news.model import Claim, Event, Precision, When
from bot.news.series import CataloguePremiere
from bot.services.premiere_claims import PremiereClaims
from bot.storage import schema
from bot.storage.database import Database
from bot.words import load_words
from tests.services.newsroom import DAY, HOUR, Newsroom
from tests.services.room import BAY, NOW

WORDS = load_words(Path(__file__).parents[2] / "data" / "locale")
MAY, JUNE = date(2027, 5, 3), date(2027, 6, 10)


@pytest.fixture
async def newsroom(database: Database) -> Newsroom:
    return await Newsroom(database).open()


async def catalogued(newsroom: Newsroom, day: date, ago: timedelta, *, stood: bool = False) -> None:
    when = When(day, day, Precision.DAY)
    premiere = CataloguePremiere(BAY, 3, when, NOW - ago, stood, "https://www.tvmaze.com/shows/1/x")
    claims = PremiereClaims(newsroom.desk, WORDS)
    async with newsroom.database.write() as connection:
        await claims.note(connection, [premiere], NOW)


def dated(day: date) -> Claim:
    return Claim(BAY, Event.DATED, 3, value=day.isoformat())


async def announced(newsroom: Newsroom) -> list[str]:
    return list(await newsroom.scalars(select(schema.announcements.c.value).order_by("id")))


async def test_an_open_date_is_filled_without_a_word(newsroom: Newsroom) -> None:
    await catalogued(newsroom, MAY, 9 * HOUR)
    assert [fact.value for fact in await newsroom.facts()] == ["2027-05-03"]
    assert await announced(newsroom) == []
    assert await newsroom.hear("press", dated(MAY)) == ["new"]


async def test_a_told_date_moves_only_once_the_catalogues_has_stood(newsroom: Newsroom) -> None:
    await newsroom.hear("trade", dated(MAY), ago=5 * DAY)
    await catalogued(newsroom, JUNE, 3 * DAY)
    assert await announced(newsroom) == ["2027-05-03"]
    await catalogued(newsroom, JUNE, 3 * DAY, stood=True)
    assert await announced(newsroom) == ["2027-05-03", "2027-06-10"]


async def test_an_outlet_that_agrees_moves_it_at_once(newsroom: Newsroom) -> None:
    await newsroom.hear("trade", dated(MAY), ago=5 * HOUR)
    await catalogued(newsroom, JUNE, 3 * HOUR)
    assert await newsroom.hear("press", dated(JUNE)) == ["changed"]


async def test_the_catalogue_is_never_polled(newsroom: Newsroom) -> None:
    await catalogued(newsroom, MAY, HOUR)
    row = schema.sources
    query = select(row.c.active).where(row.c.trust == "catalogue")
    assert await newsroom.scalars(query) == [False]
