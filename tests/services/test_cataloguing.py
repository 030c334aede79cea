"""Keeping the catalogue: matched once, refreshed politely, dates passed on, names learned."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.bare import bare_show
from bot.news.model import Show, When
from bot.news.series import CatalogueDetail
from bot.services.premieres import Premieres
from bot.storage import catalogue
from bot.storage.database import Database
from tests.catalogue.maze import (
    UPDATED,
    Maze,
    aka,
    as_json,
    member,
    named,
    on_air,
    season,
    show,
)
from tests.feeds.server import Reply, response
from tests.services.shelf import GHOSTS, HIGHTOWN, Shelf, shelf_with
from tests.storage.rows import NOW

BAY = Show("tvmaze:1", "Lantern Bay", (), 2024, "Northern")
QUARRY = Show("tvmaze:6", "Quarry", (), 2024)
BARE = Show("title:lantern-bay", "Lantern Bay")
PARTS = {
    "seasons": [season(1, "2024-05-02"), season(2, "2027-04-09", episodeOrder=8)],
    "cast": [member("Ada Quill", "Mara")],
    "akas": [aka("Bahía Linterna", "ES"), aka("Dark", "DE"), aka("24", "FR")],
}


@pytest.fixture
async def maze() -> AsyncIterator[Maze]:
    async with on_air() as made:
        made.add(show(1, "Lantern Bay", "2024-05-02"), **PARTS)
        made.add(show(2, "Ghosts", "2021-10-07", network=named("CBS")))
        made.add(show(3, "Ghosts", "2019-04-15", network=named("BBC One", "GB")))
        yield made


@pytest.fixture
async def shelf(database: Database, maze: Maze) -> AsyncIterator[Shelf]:
    async with shelf_with(database, maze) as made:
        yield made


async def detail(shelf: Shelf, key: str) -> CatalogueDetail | None:
    async with shelf.database.read() as connection:
        return await catalogue.detail_of(connection, key)


def change(maze: Maze, number: int, **parts: object) -> None:
    """Somebody edits a series."""
    maze.add(maze.shows[number] | {"updated": UPDATED + 60}, **{**maze.parts[number], **parts})


class TestMatching:
    async def test_a_shipped_show_is_the_series_that_agrees_with_it(self, shelf: Shelf) -> None:
        await shelf.settle()

        ghosts = await detail(shelf, GHOSTS.key)
        assert ghosts is not None
        assert ghosts.id == 2

    async def test_a_match_is_made_once(self, shelf: Shelf, maze: Maze) -> None:
        await shelf.settle()
        asked = maze.asked.count("/search/shows")

        shelf.pass_time(days=3)
        await shelf.settle()

        assert maze.asked.count("/search/shows") == asked == 2

    async def test_what_is_not_there_is_looked_for_again_after_a_month(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        await shelf.settle()
        assert await detail(shelf, HIGHTOWN.key) is None
        maze.add(show(4, "Hightown", "2020-05-17", network=named("Starz")))

        shelf.pass_time(days=29)
        await shelf.settle()
        assert await detail(shelf, HIGHTOWN.key) is None
        shelf.pass_time(days=1)
        await shelf.settle()
        assert await detail(shelf, HIGHTOWN.key) is not None

    async def test_a_title_alone_is_no_match(self, shelf: Shelf, maze: Maze) -> None:
        maze.add(show(4, "Hightown", "1988-05-17", network=named("Starz")))
        maze.add(show(5, "Hightown", None, network=named("Other")))

        await shelf.settle()

        assert await detail(shelf, HIGHTOWN.key) is None


class TestFollowing:
    async def test_a_new_show_is_read_at_once_and_its_details_come_soon(self, shelf: Shelf) -> None:
        await shelf.type("lantern")
        assert shelf.read("“Lantern Bay” Renewed for Season 3 at Northern") == []

        await shelf.follow(BAY)
        assert shelf.read("“Lantern Bay” Renewed for Season 3") == [(BAY.key, "renewed")]
        await shelf.refresh()

        known = await detail(shelf, BAY.key)
        assert known is not None
        assert [(m.person, m.character) for m in known.cast] == [("Ada Quill", "Mara")]

    async def test_followed_shows_come_before_shipped_ones(self, shelf: Shelf, maze: Maze) -> None:
        await shelf.follow(BAY)

        await shelf.refresh()

        assert maze.asked[0] == "/shows/1"

    async def test_its_telling_names_are_read_and_plain_words_are_not(self, shelf: Shelf) -> None:
        await shelf.follow(BAY)
        await shelf.refresh()

        assert shelf.read("“Bahía Linterna” Renewed for Season 3") == [(BAY.key, "renewed")]
        assert shelf.read("“Dark” Renewed for Season 3") == []
        assert shelf.read("“24” Renewed for Season 3") == []

    async def test_its_cast_tells_it_from_a_word(self, shelf: Shelf, maze: Maze) -> None:
        maze.add(show(6, "Quarry", "2024-05-02"), cast=[member("Ada Quill", "Mara")])
        headline = "Hulu drops Ada Quill's Quarry trailer"
        await shelf.follow(QUARRY)
        assert shelf.read(headline) == []

        await shelf.refresh()

        assert shelf.read(headline) == [(QUARRY.key, "trailer")]

    async def test_it_is_found_by_all_its_names(self, shelf: Shelf) -> None:
        await shelf.follow(BAY)
        await shelf.refresh()

        assert BAY.key in await shelf.type("bahia lin")
        assert BAY.key in await shelf.type("dark")

    async def test_names_are_known_after_a_restart(self, database: Database, maze: Maze) -> None:
        async with shelf_with(database, maze) as shelf:
            await shelf.follow(BAY)
            await shelf.refresh()
        async with shelf_with(database, None) as again:
            assert again.read("“Bahía Linterna” Renewed for Season 3") == [(BAY.key, "renewed")]
            assert BAY.key in await again.type("bahia lin")

    async def test_a_cast_is_known_after_a_restart(self, database: Database, maze: Maze) -> None:
        maze.add(show(6, "Quarry", "2024-05-02"), cast=[member("Ada Quill", "Mara")])
        async with shelf_with(database, maze) as shelf:
            await shelf.follow(QUARRY)
            await shelf.refresh()
        async with shelf_with(database, None) as again:
            read = again.read("Hulu drops Ada Quill's Quarry trailer")
            assert read == [(QUARRY.key, "trailer")]


class TestBareTitles:
    async def test_the_reader_looks_for_a_bare_title(self, shelf: Shelf) -> None:
        await shelf.follow(BARE)

        assert shelf.read("“Lantern Bay” Renewed for Season 3") == [(BARE.key, "renewed")]

    async def test_it_gains_its_details_when_the_catalogue_has_one_of_that_title(
        self, shelf: Shelf
    ) -> None:
        await shelf.follow(BARE)
        await shelf.settle()

        known = await detail(shelf, BARE.key)
        assert known is not None
        assert shelf.library.get(BARE.key) == replace(BARE, year=2024, network="Northern")
        assert await shelf.type("lantern") == [BARE.key]
        assert shelf.read("“Lantern Bay” Renewed for Season 3") == [(BARE.key, "renewed")]

    async def test_it_stays_bare_while_there_are_two(self, shelf: Shelf, maze: Maze) -> None:
        maze.add(show(9, "Lantern Bay", "1999-01-01"))
        await shelf.follow(BARE)
        await shelf.settle()

        assert await detail(shelf, BARE.key) is None
        assert shelf.library.get(BARE.key) == BARE

    async def test_two_keys_of_one_series_become_one_show(self, shelf: Shelf) -> None:
        await shelf.follow(BAY)
        await shelf.settle()
        wish = bare_show("Lantern Bay")
        assert wish is not None
        await shelf.follow(wish)

        await shelf.settle()

        assert await shelf.followed() == [BAY.key]
        assert shelf.library.get(wish.key) == BAY
        assert shelf.read("“Lantern Bay” Renewed for Season 3") == [(BAY.key, "renewed")]

    async def test_the_shipped_key_wins(self, shelf: Shelf) -> None:
        """Somebody followed it from the catalogue before its shipped twin was matched."""
        found = Show("tvmaze:2", "Ghosts", (), 2021, "CBS")
        await shelf.follow(found)
        await shelf.settle()

        assert await shelf.followed() == [GHOSTS.key]
        assert await shelf.type("ghosts") == [GHOSTS.key, "tvmaze:3"]
        assert await detail(shelf, GHOSTS.key) is not None


class TestRefreshing:
    async def test_what_did_not_change_is_not_fetched_again(self, shelf: Shelf, maze: Maze) -> None:
        await shelf.follow(BAY)
        await shelf.settle()
        fetched = maze.asked.count("/shows/1")

        for _ in range(24):
            shelf.pass_time(hours=1)
            await shelf.settle()

        assert maze.asked.count("/shows/1") == fetched == 1
        assert maze.asked.count("/updates/shows") == 24

    async def test_what_changed_is_fetched_again(self, shelf: Shelf, maze: Maze) -> None:
        await shelf.follow(BAY)
        await shelf.settle()
        change(maze, 1, seasons=[season(1, "2024-05-02"), season(2, "2027-06-01")])

        shelf.pass_time(hours=1)
        await shelf.settle()

        async with shelf.database.read() as connection:
            days = await catalogue.calendar_of(connection, BAY.key)
        assert days[2].isoformat() == "2027-06-01"

    @pytest.mark.parametrize(
        ("away", "span"), [({"hours": 5}, "day"), ({"days": 3}, "week"), ({"days": 20}, "month")]
    )
    async def test_the_list_of_updates_reaches_back_as_far_as_the_bot_was_away(
        self, shelf: Shelf, maze: Maze, away: dict[str, float], span: str
    ) -> None:
        await shelf.settle()
        shelf.pass_time(**away)

        await shelf.settle()

        assert any(request.path.endswith(f"since={span}") for request in maze.requests)

    async def test_a_turn_makes_a_few_calls_only(self, shelf: Shelf, maze: Maze) -> None:
        for number in range(30):
            maze.add(show(100 + number, f"Unrelated Name {number}"))
            await shelf.follow(Show(f"tvmaze:{100 + number}", f"Unrelated Name {number}"))

        await shelf.refresh()

        assert len(maze.requests) <= 4

    async def test_a_failure_ends_the_turn_and_loses_nothing(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        await shelf.follow(BAY)
        maze.trouble = response(b"", status="503 Service Unavailable")
        assert (await shelf.refresh()).failure is not None
        assert (await shelf.refresh()).failure is not None
        assert len(maze.requests) == 1

        maze.trouble = None
        shelf.pass_time(minutes=2)
        await shelf.settle()
        assert await detail(shelf, BAY.key) is not None

    @pytest.mark.parametrize(
        "trouble", [response(b"", status="404 Not Found"), as_json({"name": "x" * 2**21})]
    )
    async def test_one_bad_series_does_not_hold_up_the_others(
        self, shelf: Shelf, maze: Maze, trouble: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        maze.replies["bad"] = trouble
        await shelf.follow(Show("tvmaze:77", "Gone For Good"))
        await shelf.follow(BAY)
        usual = maze.reply_to

        def reply_to(path: str) -> bytes | Reply:
            return trouble if "/shows/77" in path else usual(path)

        monkeypatch.setattr(maze, "reply_to", reply_to)

        await shelf.settle()
        await shelf.settle()

        assert await detail(shelf, BAY.key) is not None
        assert sum("/shows/77" in request.path for request in maze.requests) <= 2

    async def test_what_nobody_wants_is_forgotten(self, shelf: Shelf) -> None:
        await shelf.type("lantern")
        await shelf.refresh()
        shelf.pass_time(days=31)

        await shelf.cataloguing.tidy_due(shelf.now)

        async with shelf_with(shelf.database, None) as again:
            assert await again.type("lantern") == []


class TestLookingUp:
    async def test_whoever_asks_for_a_card_waits_for_the_first_time_only(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        first = await shelf.cataloguing.look_up(GHOSTS, shelf.now)
        asked = len(maze.requests)
        again = await shelf.cataloguing.look_up(GHOSTS, shelf.now)

        assert first is not None
        assert first == again
        assert len(maze.requests) == asked == 2

    async def test_a_show_that_is_only_looked_at_is_neither_read_nor_kept(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        await shelf.type("lantern")
        assert await shelf.cataloguing.look_up(BAY, shelf.now) is not None
        assert await shelf.cataloguing.look_up(BARE, shelf.now) is None
        await shelf.settle()

        assert shelf.read("“Lantern Bay” Renewed for Season 3") == []
        assert shelf.premieres == []
        shelf.pass_time(days=31)
        await shelf.cataloguing.tidy_due(shelf.now)
        assert await detail(shelf, BAY.key) is None

    async def test_a_show_that_is_only_looked_at_is_fetched_again_after_a_day(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        await shelf.type("lantern")
        for hours, times in ((0, 1), (23, 1), (1, 2)):
            shelf.pass_time(hours=hours)
            await shelf.cataloguing.look_up(BAY, shelf.now)
            assert maze.asked.count("/shows/1") == times

    async def test_a_show_that_is_not_there_is_not_asked_for_at_each_card(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        for _ in range(3):
            assert await shelf.cataloguing.look_up(HIGHTOWN, shelf.now) is None
        assert len(maze.requests) == 1

    async def test_a_catalogue_that_fails_leaves_the_card_as_it_is(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        maze.trouble = response(b"", status="500 Internal Server Error")
        for _ in range(3):
            assert await shelf.cataloguing.look_up(BAY, shelf.now) is None
        assert len(maze.requests) == 1


class TestPremieres:
    async def test_a_date_is_passed_on_when_it_is_new_and_when_it_has_stood(
        self, shelf: Shelf
    ) -> None:
        await shelf.follow(BAY)
        await shelf.settle()

        [new] = shelf.premieres
        assert (new.show.key, new.season, new.when) == (BAY.key, 2, When.parse("2027-04-09"))
        assert (new.said, new.stood) == (NOW, False)
        assert new.url == "https://www.tvmaze.com/shows/1/lantern-bay"

        for _ in range(48):
            shelf.pass_time(hours=1)
            await shelf.settle()
        assert shelf.premieres == [new, replace(new, stood=True)]
        for _ in range(48):
            shelf.pass_time(hours=1)
            await shelf.settle()
        assert len(shelf.premieres) == 2

    async def test_a_date_that_could_not_be_looked_at_has_not_stood(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        await shelf.follow(BAY)
        await shelf.settle()
        maze.trouble = response(b"", status="503 Service Unavailable")
        shelf.pass_time(hours=60)
        await shelf.settle()
        assert len(shelf.premieres) == 1

        maze.trouble = None
        shelf.pass_time(hours=1)
        await shelf.settle()
        await shelf.settle()
        assert [premiere.stood for premiere in shelf.premieres] == [False, True]

    async def test_a_date_that_moved_meanwhile_is_passed_on_as_it_is_now(
        self, shelf: Shelf, maze: Maze
    ) -> None:
        await shelf.follow(BAY)
        await shelf.settle()
        change(maze, 1, seasons=[season(2, "2027-06-01")])
        shelf.pass_time(hours=60)
        await shelf.settle()
        await shelf.settle()

        told = [(str(premiere.when), premiere.stood) for premiere in shelf.premieres]
        assert told == [("2027-04-09", False), ("2027-06-01", False)]

    async def test_what_was_passed_on_is_known_after_a_restart(
        self, database: Database, maze: Maze, shelf: Shelf
    ) -> None:
        await shelf.follow(BAY)
        await shelf.settle()

        async with shelf_with(database, maze) as again:
            await again.settle()
            assert again.premieres == []

    async def test_where_a_claim_is_not_taken_nothing_is_kept(
        self, database: Database, maze: Maze, shelf: Shelf
    ) -> None:
        """The date is passed on again: that it was is written together with the claim."""

        async def refuse(connection: AsyncConnection, *_: object) -> None:
            raise sqlite3.OperationalError("disk full")

        shelf.cataloguing._premieres = Premieres(database, shelf.library, refuse)
        await shelf.follow(BAY)
        with pytest.raises(sqlite3.OperationalError):
            await shelf.refresh()
        assert await detail(shelf, BAY.key) is None

        shelf.cataloguing._premieres = Premieres(database, shelf.library, shelf._note)
        shelf.pass_time(minutes=10)
        await shelf.settle()
        assert len(shelf.premieres) == 1
