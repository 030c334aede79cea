"""Finding a show by what is typed: known ones at once, the network after a pause, nobody waits."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.news.bare import bare_show
from bot.news.model import Show
from bot.services.library import Found, Unclear
from bot.storage.database import Database
from tests.catalogue.maze import Maze, named, on_air, show
from tests.feeds.server import response
from tests.services.shelf import GHOSTS, HIGHTOWN, Shelf, shelf_with

DOWN = response(b"", status="503 Service Unavailable")


@pytest.fixture
async def maze() -> AsyncIterator[Maze]:
    async with on_air() as made:
        made.add(show(1, "Lantern Bay", "2024-05-02"))
        made.add(show(2, "Ghosts", "2021-10-07", network=named("CBS")))
        made.add(show(3, "Ghosts", "2019-04-15", network=named("BBC One", "GB")))
        yield made


@pytest.fixture
async def shelf(database: Database, maze: Maze) -> AsyncIterator[Shelf]:
    async with shelf_with(database, maze) as made:
        yield made


class TestTyping:
    async def test_a_show_that_nobody_knew_is_found_and_can_be_followed(self, shelf: Shelf) -> None:
        assert await shelf.type("lantern b") == ["tvmaze:1"]

        resolved = await shelf.searching.resolve("tvmaze:1")

        assert resolved == Found(Show("tvmaze:1", "Lantern Bay", (), 2024, "Northern"))

    async def test_a_show_of_ours_is_offered_once_under_our_key(self, shelf: Shelf) -> None:
        assert await shelf.type("ghosts") == [GHOSTS.key, "tvmaze:3"]

    async def test_the_same_text_is_asked_about_once_a_day(self, shelf: Shelf, maze: Maze) -> None:
        for text in ("lantern", "Lantern ", "LANTERN!"):
            assert await shelf.type(text) == ["tvmaze:1"]
        assert len(maze.requests) == 1

        shelf.pass_time(days=1)
        await shelf.type("lantern")
        assert len(maze.requests) == 2

    async def test_what_was_forgotten_is_asked_about_again(self, shelf: Shelf, maze: Maze) -> None:
        shelf.searching.remember("lantern", [1], shelf.now)

        assert await shelf.type("lantern") == ["tvmaze:1"]
        assert len(maze.requests) == 1

    @pytest.mark.parametrize("text", ["", " ", "la", "!!!!"])
    async def test_a_text_that_finds_everything_is_not_asked_about(
        self, shelf: Shelf, maze: Maze, text: str
    ) -> None:
        assert GHOSTS.key in await shelf.type("")
        await shelf.type(text)
        assert maze.requests == []

    async def test_what_was_found_is_there_after_a_restart(
        self, database: Database, shelf: Shelf, maze: Maze
    ) -> None:
        await shelf.type("ghosts")
        await shelf.type("lantern")
        await shelf.refresh()
        asked = len(maze.requests)

        async with shelf_with(database, maze) as again:
            assert await again.type("lantern") == ["tvmaze:1"]
            assert await again.type("ghosts") == [GHOSTS.key, "tvmaze:3"]
        assert len(maze.requests) == asked


class Pauses:
    """Pauses in typing that the test ends."""

    def __init__(self) -> None:
        self.ends: list[asyncio.Event] = []

    async def __call__(self, typed_on: asyncio.Event, _seconds: float) -> bool:
        end = asyncio.Event()
        self.ends.append(end)
        waits = [asyncio.ensure_future(event.wait()) for event in (typed_on, end)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return typed_on.is_set()

    async def begun(self, number: int) -> None:
        """Until so many pauses have begun."""
        while len(self.ends) < number:  # noqa: ASYNC110 - the service is not ours to signal
            await asyncio.sleep(0)


async def test_only_the_last_keystroke_is_sent_and_the_others_are_answered_at_once(
    database: Database, maze: Maze
) -> None:
    pauses = Pauses()
    async with shelf_with(database, maze, pauses) as shelf:
        first = asyncio.ensure_future(shelf.type("high"))
        await pauses.begun(1)
        second = asyncio.ensure_future(shelf.type("lantern"))
        await pauses.begun(2)

        assert await first == [HIGHTOWN.key]
        assert maze.requests == []
        pauses.ends[1].set()
        assert await second == ["tvmaze:1"]
        assert len(maze.requests) == 1


async def test_two_people_type_without_disturbing_each_other(
    database: Database, maze: Maze
) -> None:
    pauses = Pauses()
    async with shelf_with(database, maze, pauses) as shelf:
        typing = [asyncio.ensure_future(shelf.type("lantern", user)) for user in (1, 2)]
        await pauses.begun(2)
        for end in pauses.ends:
            end.set()
        assert await asyncio.gather(*typing) == [["tvmaze:1"]] * 2


class TestOutOfReach:
    async def test_everything_works_from_what_is_known(self, shelf: Shelf, maze: Maze) -> None:
        await shelf.type("lantern")
        maze.trouble = DOWN

        assert await shelf.type("hightow") == [HIGHTOWN.key]
        assert await shelf.type("lantern ba") == ["tvmaze:1"]
        assert await shelf.searching.resolve("Hightown") == Found(HIGHTOWN)

    async def test_while_it_fails_no_keystroke_waits(self, database: Database, maze: Maze) -> None:
        maze.trouble = DOWN
        paused: list[float] = []

        async def count(_event: object, seconds: float) -> bool:
            paused.append(seconds)
            return False

        async with shelf_with(database, maze, count) as shelf:
            for text in ("hig", "high", "hight", "hightown"):
                assert await shelf.type(text) == [HIGHTOWN.key]
        assert len(paused) == 1
        assert len(maze.requests) == 1

    async def test_without_a_catalogue_nothing_is_missed(self, database: Database) -> None:
        async with shelf_with(database, None) as shelf:
            assert await shelf.type("hightow") == [HIGHTOWN.key]
            assert (await shelf.refresh()).failure is None
            unclear = await shelf.searching.resolve("Lantern Bay")
        assert unclear == Unclear(())


class TestMeaning:
    async def test_a_title_that_only_the_catalogue_has_is_found(self, shelf: Shelf) -> None:
        resolved = await shelf.searching.resolve("lantern bay")

        assert isinstance(resolved, Found)
        assert resolved.show.key == "tvmaze:1"

    async def test_namesakes_are_asked_about_and_told_apart(self, shelf: Shelf) -> None:
        await shelf.type("ghosts")

        unclear = await shelf.searching.resolve("Ghosts")

        assert isinstance(unclear, Unclear)
        assert unclear.is_name
        assert {(s.year, s.network) for s in unclear.near} == {(2021, "CBS"), (2019, "BBC One")}

    async def test_what_comes_near_is_offered_as_what_may_be_meant(self, shelf: Shelf) -> None:
        unclear = await shelf.searching.resolve("lantern")

        assert isinstance(unclear, Unclear)
        assert not unclear.is_name
        assert [show.key for show in unclear.near] == ["tvmaze:1"]

    async def test_a_key_that_was_forgotten_is_looked_up(self, shelf: Shelf, maze: Maze) -> None:
        resolved = await shelf.searching.resolve("tvmaze:3")

        assert isinstance(resolved, Found)
        assert resolved.show.network == "BBC One"
        assert maze.asked == ["/shows/3"]

    async def test_a_key_of_nothing_is_unclear(self, shelf: Shelf) -> None:
        assert isinstance(await shelf.searching.resolve("tvmaze:999"), Unclear)

    async def test_a_bare_title_is_a_show_only_where_it_is_asked_for(self, shelf: Shelf) -> None:
        wanted = bare_show("¡Nadie Sabe!")
        assert wanted is not None

        assert isinstance(await shelf.searching.resolve("¡Nadie Sabe!"), Unclear)
        assert await shelf.searching.resolve("title:¡Nadie Sabe!") == Found(wanted)
        await shelf.follow(wanted)
        assert await shelf.searching.resolve("nadie sabe") == Found(wanted)

    async def test_a_title_that_is_known_is_never_followed_bare(self, shelf: Shelf) -> None:
        assert await shelf.searching.resolve("title:Hightown") == Found(HIGHTOWN)

    async def test_a_bare_title_is_suggested_to_nobody_else(self, shelf: Shelf) -> None:
        rude = bare_show("Rude Words")
        assert rude is not None
        await shelf.follow(rude)

        assert await shelf.type("rude") == []


@pytest.mark.parametrize("text", ["", " ", "!", "x", "—", "\u202e"])
def test_a_text_without_words_is_no_title(text: str) -> None:
    assert bare_show(text) is None


def test_titles_are_one_however_they_are_written() -> None:
    keys = {bare_show(text).key for text in ("The Night Watch", "night  watch!", "NIGHT WÁTCH")}
    assert keys == {"title:night-watch"}


def test_a_long_title_has_a_key_that_fits() -> None:
    found = bare_show("word " * 100)
    assert found is not None
    assert len(found.key) <= 100
    assert len(found.title) <= 80
