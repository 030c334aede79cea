"""The whole bot as a process: a premiere's reminder and its event, killed in between, once each."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.catalogue.shipped import load_catalogue
from bot.news.model import Article, Certainty, Claim, Event, When
from bot.news.routing import Target
from bot.services.delivering import mark_maker
from bot.services.guilds import Guilds
from bot.services.noting import NewsDesk, Reading
from bot.services.subscribing import Subscribing, Wish
from bot.settings import DATA
from bot.storage.database import Database, open_database
from bot.storage.schema import EVERYBODY
from tests.delivery.whole import Outlet, bot, environment
from tests.discord_env import source_id
from tests.standin.process import StandInProcess
from tests.standin.world import ALL, CREATE_EVENTS

GUILD, NEWS = 1 << 23, 200
WORLD = {"guilds": [{"id": GUILD, "allow": ALL | CREATE_EVENTS, "channels": [{"id": NEWS}]}]}


@pytest.fixture
async def outlet() -> AsyncIterator[Outlet]:
    async with Outlet().on_air() as one:
        yield one


@pytest.fixture
async def standin() -> AsyncIterator[StandInProcess]:
    async with StandInProcess(world=WORLD) as running:
        yield running


async def expect(database: Database, season: int, day: str) -> None:
    """A season of Hightown has a date that everybody has known for long."""
    [show] = [each for each in load_catalogue(DATA / "catalogue.toml") if each.title == "Hightown"]
    now = datetime.now(UTC)
    wish = Wish(show, GUILD, Target.CHANNEL, NEWS)
    await Subscribing(database).subscribe(wish, by=1, now=now)
    claim = Claim(show, Event.DATED, season, Certainty.CONFIRMED, "", day, When.parse(day))
    article = Article(day, day, published=now - timedelta(days=30))
    async with database.write() as connection:
        source = await source_id(connection, "The Screen Ledger", now)
        reading = Reading(article, (day,), (claim,), silent=True)
        desk = NewsDesk(mark_maker(Random(1), "test"))
        await desk.note(connection, source, (EVERYBODY,), [reading], now)


async def prepare(url: str, days: dict[int, str]) -> None:
    """Seasons have these dates, and the server wants events for them."""
    database = await open_database(url)
    for season, day in days.items():
        await expect(database, season, day)
    await Guilds(database).set_events(GUILD, True, datetime.now(UTC))
    await database.close()


async def test_a_premiere_is_told_and_scheduled_once_whatever_is_interrupted(
    standin: StandInProcess, outlet: Outlet, tmp_path: Path
) -> None:
    settings = environment(tmp_path, outlet, standin)
    now = datetime.now(UTC)
    # The day that began for the reminder at ten in the morning (UTC), and one that is to come.
    today, to_come, moved = (
        (now - timedelta(hours=10) + timedelta(days=days)).date().isoformat()
        for days in (0, 20, 30)
    )
    await prepare(settings["DATABASE_URL"], {4: today, 5: to_come})
    late = {"act": "late", "path": "/scheduled-events", "seconds": 60}
    await standin.order("faults", {"faults": [late]})
    async with bot(settings, tmp_path):
        await standin.until("message", "Premiere day: **Hightown** season 4")
        # The event is made, and the bot does not hear of it before it is killed.
        await standin.until("scheduled")

    await prepare(settings["DATABASE_URL"], {5: moved})
    async with bot(settings, tmp_path):
        await standin.until("rescheduled")

    [event] = [event["body"] for event in await standin.ask("events")]
    assert event["name"] == "Hightown · Season 5 premieres"
    assert event["scheduled_start_time"][:10] == moved
    told = [text for text in await standin.posted(NEWS) if "Premiere day" in text]
    assert len(told) == 1
