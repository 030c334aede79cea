"""The bot as the composition root puts it together, with a catalogue to ask and without."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import Greenlit, build
from bot.news.outlook import Question
from bot.news.routing import Target
from bot.services.library import Found
from bot.services.searching import hold
from bot.services.subscribing import Wish
from bot.settings import Settings
from bot.storage import catalogue
from tests.catalogue.maze import Maze, on_air, season, show
from tests.storage.rows import NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    listed = tmp_path / "sources.toml"
    listed.write_text(
        '[[source]]\nname = "Desk"\nurl = "https://desk.example/feed"\n'
        'trust = "trade"\nlanguage = "en"\n'
    )
    url = f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite3'}"
    return Settings(database_url=url, sources_file=listed, catalogue_url="")


async def turn(greenlit: Greenlit, name: str) -> None:
    """Run a loop's body once."""
    (loop,) = [loop for loop in greenlit.loops if loop.name == name]
    await loop.turn(lambda: NOW)
    assert not loop.failures


async def test_what_a_member_follows_is_fetched_and_kept(settings: Settings) -> None:
    async with on_air(Maze()) as maze:
        maze.add(show(1, "Lantern Bay"), seasons=[season(2, "2027-04-09")])
        asking = replace(settings, catalogue_url=maze.url(""))
        async with build(asking, clock=lambda: NOW) as greenlit:
            services = greenlit.services
            found = await services.searching.resolve("Lantern Bay")
            assert isinstance(found, Found)
            await services.subscribing.subscribe(Wish(found.show, 1, Target.CHANNEL, 2), 3, NOW)
            await turn(greenlit, "catalogue")

    async with build(settings, clock=lambda: NOW) as greenlit:
        assert greenlit.services.library.resolve("lantern bay") == found
        async with greenlit.database.read() as connection:
            assert list(await catalogue.calendar_of(connection, "tvmaze:1")) == [2]


async def test_the_card_shows_what_the_catalogue_has(settings: Settings) -> None:
    """To who asks and to who has just subscribed: its details, and its date through the ledger."""
    async with on_air(Maze()) as maze:
        maze.add(show(1, "Lantern Bay"), seasons=[season(2, "2027-04-09")])
        asking = replace(settings, catalogue_url=maze.url(""))
        async with build(asking, clock=lambda: NOW) as greenlit:
            services = greenlit.services
            found = await services.searching.resolve("Lantern Bay")
            assert isinstance(found, Found)
            wish = Wish(found.show, 1, Target.CHANNEL, 2)
            await services.subscribing.subscribe(wish, 3, NOW)
            await turn(greenlit, "catalogue")

            asked = await services.showing.card(found.show, 1, NOW)
            shown = (await services.subscribing.subscribe(wish, 3, NOW)).card

    for card in (asked, shown):
        assert card.detail is not None
        (line,) = card.answer(Question.DATE)
        assert line.fact.value == "2027-04-09"
        assert [each.outlet for each in line.behind] == ["TVmaze"]


async def test_without_a_catalogue_the_loops_rest(settings: Settings) -> None:
    async with build(settings, clock=lambda: NOW) as greenlit:
        for name in ("catalogue", "catalogue tidying"):
            await turn(greenlit, name)
        assert len(greenlit.services.library) > 900


async def test_a_pause_ends_when_somebody_types_on() -> None:
    typed_on = asyncio.Event()
    assert not await hold(typed_on, 0)
    typed_on.set()
    assert await hold(typed_on, 60)
