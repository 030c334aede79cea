"""The whole bot as a process, in an announcement channel and a forum, killed in between."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.catalogue.shipped import load_catalogue
from bot.news.routing import Target
from bot.services.subscribing import Subscribing, Wish
from bot.settings import DATA
from bot.storage.database import open_database
from tests.delivery.whole import Outlet, bot, environment
from tests.standin.process import StandInProcess
from tests.standin.world import ANNOUNCEMENT, FORUM

GUILD, NEWS, SHOWS = 1 << 23, 200, 300
CHANNELS = [{"id": NEWS, "type": ANNOUNCEMENT}, {"id": SHOWS, "type": FORUM}]
WORLD = {"guilds": [{"id": GUILD, "channels": CHANNELS}]}
RENEWED = "**Hightown** is renewed for season 4 — The Screen Ledger"
TRAILER = "**Hightown** season 4: the trailer is out — The Screen Ledger"


@pytest.fixture
async def outlet() -> AsyncIterator[Outlet]:
    async with Outlet().on_air() as one:
        yield one


@pytest.fixture
async def standin() -> AsyncIterator[StandInProcess]:
    async with StandInProcess(world=WORLD) as running:
        yield running


async def follow_in_both(url: str) -> None:
    [show] = [each for each in load_catalogue(DATA / "catalogue.toml") if each.title == "Hightown"]
    database = await open_database(url)
    for channel in (NEWS, SHOWS):
        wish = Wish(show, GUILD, Target.CHANNEL, channel)
        await Subscribing(database).subscribe(wish, by=1, now=datetime.now(UTC))
    await database.close()


async def standing(standin: StandInProcess) -> dict[int, list[str]]:
    """What stands in each channel and thread."""
    found: dict[int, list[str]] = {}
    for message in await standin.ask("messages"):
        found.setdefault(message["channel"], []).append(message["payload"]["content"])
    return found


async def test_news_is_published_and_has_one_forum_post_whatever_is_interrupted(
    standin: StandInProcess, outlet: Outlet, tmp_path: Path
) -> None:
    settings = environment(tmp_path, outlet, standin)
    await follow_in_both(settings["DATABASE_URL"])
    async with bot(settings, tmp_path):
        await outlet.is_read()
        # The forum's post is made, and the bot does not hear of it before it is killed.
        late = {"act": "late", "path": "/threads", "seconds": 60}
        await standin.order("faults", {"faults": [late]})
        outlet.publish("Hightown renewed for season 4", "Hightown Season 4 trailer released")
        await standin.until("thread")

    async with bot(settings, tmp_path):
        await standin.until("crosspost", count=2)
        await standin.until("message", TRAILER, count=2)

    stands = await standing(standin)
    assert stands.pop(NEWS)[-2:] == [RENEWED, TRAILER]  # behind the greeting
    [thread] = stands.values()
    assert thread == ["News of **Hightown** comes here.", RENEWED, TRAILER]
