"""The whole bot as a process of its own: from a feed to a message, through a Discord that fails.

Killing it between a poll and its posts is tests/delivery/test_whole_bot.py's.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.catalogue.shipped import load_catalogue
from bot.news.routing import Target
from bot.services.guilds import Guilds
from bot.services.subscribing import Subscribing, Wish
from bot.settings import DATA
from bot.storage.database import open_database
from tests.delivery.whole import Outlet, bot, environment
from tests.standin.process import StandInProcess
from tests.storage.rows import NOW

GUILD, NEWS = 1 << 23, 200
WORLD = {"guilds": [{"id": GUILD, "channels": [{"id": NEWS}]}]}
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


async def follow(url: str) -> None:
    """The channel follows Hightown, as written down by the services themselves."""
    shows = load_catalogue(DATA / "catalogue.toml")
    show = next(each for each in shows if each.title == "Hightown")
    database = await open_database(url)
    await Guilds(database).set_news_channel(GUILD, NEWS, NOW)
    wish = Wish(show, GUILD, Target.CHANNEL, NEWS)
    await Subscribing(database).subscribe(wish, 1, NOW)
    await database.close()


async def test_news_whose_answer_was_lost_is_posted_once(
    standin: StandInProcess, outlet: Outlet, tmp_path: Path
) -> None:
    """The connection is cut after Discord stored the message: the bot finds it, and goes on."""
    settings = environment(tmp_path, outlet, standin)
    await follow(settings["DATABASE_URL"])
    async with bot(settings, tmp_path) as process:
        await outlet.is_read()
        await outlet.is_read(again=1)  # the first document is in the ledger now
        await standin.order("faults", {"faults": [{"act": "reset", "stored": True}]})
        outlet.publish("Hightown renewed for season 4")
        await standin.until("message", RENEWED)
        # The next news goes out only after the fate of the first is settled.
        outlet.publish("Hightown Season 4 trailer released")
        await standin.until("message", TRAILER, within=30)
        process.terminate()
        async with asyncio.timeout(15):
            assert await process.wait() == 0
    news = [line for line in await standin.posted(NEWS) if "The Screen Ledger" in line]
    assert news == [RENEWED, TRAILER]
