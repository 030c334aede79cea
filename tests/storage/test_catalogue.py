"""The catalogue's cache: what was fetched is read back, and each date is handed over once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.news.model import Show, When
from bot.news.routing import Target
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
from bot.services.subscribing import Subscribing, Wish
from bot.storage import catalogue, cataloguing
from bot.storage.database import Database
from bot.storage.shows import ensure_show
from tests.storage.rows import NOW, SHOW

FIRST = date(2026, 1, 25)
CHANGED = datetime(2027, 2, 1, tzinfo=UTC)
SEASONS = (
    SeriesSeason(1, When.parse("2024-05-02"), date(2024, 6, 6), 6, "Northern"),
    SeriesSeason(2, When.parse("2027-04-09"), None, 8, "Northern"),
    SeriesSeason(3, When.parse("2028"), None, None),
    SeriesSeason(4),
)
DETAIL = CatalogueDetail(
    id=7,
    title="Lantern Bay",
    year=2024,
    network="Northern",
    streamer="Stream",
    country="GB",
    language="English",
    status=SeriesStatus.RUNNING,
    url="https://catalogue.example/shows/7",
    image="https://catalogue.example/7.jpg",
    summary="Lights on the water.",
    externals=ExternalIds("tt7", 77),
    changed=CHANGED,
    seasons=SEASONS,
    cast=(CastMember("Ada Quill", "Mara"), CastMember("Max Bell")),
    akas=(Aka("Bahía Linterna", "ES"), Aka("Lantern B.")),
    next_episode=NextEpisode(2, 1, datetime(2027, 4, 9, 20, tzinfo=UTC)),
)


async def keep(database: Database, detail: CatalogueDetail, now: datetime = NOW) -> None:
    async with database.write() as connection:
        await cataloguing.put_detail(connection, detail, now, FIRST)


async def link(database: Database, key: str = SHOW.key, series_id: int | None = 7) -> None:
    async with database.write() as connection:
        await cataloguing.link(connection, key, series_id, NOW)


async def handed_over(database: Database, now: datetime) -> list[tuple[int, str, bool]]:
    """What is due to be handed over at a time, handed over."""
    async with database.write() as connection:
        due = await cataloguing.premieres_due(connection, now - timedelta(hours=48), 50)
        await cataloguing.mark_noted(connection, due)
    return [(season.number, str(season.when), season.stood) for season in due]


class TestDetail:
    async def test_what_was_fetched_is_read_back_whole(self, database: Database) -> None:
        await keep(database, DETAIL)
        await link(database)

        async with database.read() as connection:
            found = await catalogue.detail_of(connection, SHOW.key)

        assert found == replace(DETAIL, fetched=NOW)

    async def test_a_key_of_the_catalogue_needs_no_link(self, database: Database) -> None:
        await keep(database, DETAIL)

        async with database.read() as connection:
            assert (await catalogue.detail_of(connection, "tvmaze:7")) is not None
            assert (await catalogue.detail_of(connection, "tvmaze:8")) is None

    @pytest.mark.parametrize("key", ["tvmaze:", "tvmaze:x", "tvmaze:²", "tvmaze:" + "9" * 99, "7"])
    async def test_a_key_that_is_none_is_no_series(self, database: Database, key: str) -> None:
        async with database.read() as connection:
            assert await catalogue.detail_of(connection, key) is None

    async def test_what_was_only_found_has_no_detail(self, database: Database) -> None:
        async with database.write() as connection:
            await cataloguing.put_found(connection, [Series(id=7, title="Lantern Bay")], NOW)
            assert await catalogue.detail_of(connection, "tvmaze:7") is None

    async def test_the_hour_of_a_premiere_is_known_by_the_first_episode(
        self, database: Database
    ) -> None:
        await keep(database, DETAIL)
        await link(database)
        async with database.write() as connection:
            show = await ensure_show(connection, SHOW)
            known = await catalogue.premiere_instants(connection, [show, 99])
        assert known == {(show, 2): datetime(2027, 4, 9, 20, tzinfo=UTC)}

    async def test_the_calendar_has_the_days_alone(self, database: Database) -> None:
        await keep(database, DETAIL)
        await link(database)

        async with database.read() as connection:
            days = await catalogue.calendar_of(connection, SHOW.key)
            assert await catalogue.calendar_of(connection, "shipped:other") == {}

        assert days == {1: date(2024, 5, 2), 2: date(2027, 4, 9)}

    async def test_a_season_that_the_catalogue_takes_back_is_gone(self, database: Database) -> None:
        await keep(database, DETAIL)
        await keep(database, replace(DETAIL, seasons=SEASONS[:1]))

        async with database.read() as connection:
            assert list(await catalogue.calendar_of(connection, "tvmaze:7")) == [1]


class TestPremieres:
    async def test_each_date_is_handed_over_when_new_and_when_it_has_stood(
        self, database: Database
    ) -> None:
        await link_after(database)

        assert await handed_over(database, NOW) == [(2, "2027-04-09", False), (3, "2028", False)]
        assert await handed_over(database, NOW + timedelta(hours=47)) == []
        assert await handed_over(database, NOW + timedelta(hours=48)) == [
            (2, "2027-04-09", True),
            (3, "2028", True),
        ]
        assert await handed_over(database, NOW + timedelta(hours=99)) == []

    async def test_a_date_that_moves_is_new_and_must_stand_again(self, database: Database) -> None:
        await link_after(database)
        await handed_over(database, NOW)
        later = NOW + timedelta(hours=40)
        moved = SeriesSeason(2, When.parse("2027-05-01"), None, 8)

        await keep(database, replace(DETAIL, seasons=(SEASONS[0], moved)), later)

        assert await handed_over(database, later) == [(2, "2027-05-01", False)]
        assert await handed_over(database, later + timedelta(hours=47)) == []
        assert await handed_over(database, later + timedelta(hours=48)) == [(2, "2027-05-01", True)]

    async def test_a_date_fetched_again_unchanged_is_not_new(self, database: Database) -> None:
        await link_after(database)
        await handed_over(database, NOW)

        await keep(database, DETAIL, NOW + timedelta(hours=40))

        assert len(await handed_over(database, NOW + timedelta(hours=48))) == 2

    async def test_a_date_has_not_stood_while_the_catalogue_has_something_newer(
        self, database: Database
    ) -> None:
        await link_after(database)
        await handed_over(database, NOW)
        async with database.write() as connection:
            newer = {7: CHANGED + timedelta(days=1), 8: CHANGED}
            assert await cataloguing.mark_changed(connection, newer) == 1

        assert await handed_over(database, NOW + timedelta(hours=48)) == []

    async def test_what_is_no_show_of_ours_is_not_handed_over(self, database: Database) -> None:
        await keep(database, DETAIL)

        assert await handed_over(database, NOW) == []


async def link_after(database: Database) -> None:
    await keep(database, DETAIL)
    await link(database)


class TestUpkeep:
    async def test_followed_shows_are_fetched_before_others(self, database: Database) -> None:
        followed = Show("shipped:late", "Late")
        async with database.write() as connection:
            found = [Series(id=number, title="X") for number in (1, 2, 3)]
            await cataloguing.put_found(connection, found, NOW)
            await cataloguing.link(connection, "shipped:early", 1, NOW)
            await cataloguing.link(connection, SHOW.key, 2, NOW)
            await cataloguing.link(connection, followed.key, 3, NOW)
            await ensure_show(connection, SHOW)
        await Subscribing(database).subscribe(Wish(followed, 1, Target.CHANNEL, 2), 3, NOW)

        async with database.read() as connection:
            due = await cataloguing.due_series(connection, NOW, NOW, 10)

        assert due[0] == (3, followed.key)
        assert {number for number, _ in due} == {1, 2, 3}

    async def test_a_series_that_fails_is_left_alone_longer_each_time(
        self, database: Database
    ) -> None:
        async with database.write() as connection:
            await cataloguing.put_found(connection, [Series(id=1, title="X")], NOW)
            await cataloguing.link(connection, SHOW.key, 1, NOW)
            await cataloguing.put_failure(connection, 1, NOW)
            at = [NOW + timedelta(hours=hours) for hours in (0.9, 1, 2.9, 3)]
            due = [await cataloguing.due_series(connection, time, NOW, 10) for time in at[:2]]
            await cataloguing.put_failure(connection, 1, at[1])
            due += [await cataloguing.due_series(connection, time, NOW, 10) for time in at[2:]]

        assert [len(found) for found in due] == [0, 1, 0, 1]

    async def test_what_nobody_wanted_is_forgotten_and_the_rest_is_bounded(
        self, database: Database
    ) -> None:
        old = NOW - timedelta(days=40)
        async with database.write() as connection:
            await cataloguing.put_found(connection, [Series(id=1, title="Old")], old)
            await cataloguing.put_found(connection, [Series(id=2, title="Ours")], old)
            await cataloguing.link(connection, SHOW.key, 2, NOW)
            for number in (3, 4, 5):
                found = [Series(id=number, title="New")]
                await cataloguing.put_found(connection, found, NOW + timedelta(hours=number))
            await cataloguing.put_search(connection, "old", [1], old)
            await cataloguing.put_search(connection, "new", [4, 3], NOW)

            await cataloguing.forget_unused(connection, NOW - timedelta(days=30), 2)

            left = await cataloguing.known_series(connection, 10)
            assert {one.id for one in left} == {2, 4, 5}
            assert await cataloguing.searches(connection, old) == {"new": (NOW, (4, 3))}
