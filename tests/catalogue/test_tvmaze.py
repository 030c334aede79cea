"""The client of TVmaze against a stand-in over real sockets, with its errors and its slowness."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from bot.catalogue.port import CatalogueFailed, CatalogueReason, Span
from bot.catalogue.tvmaze import TvMaze, TvMazeLimits
from bot.news.model import When
from bot.news.series import (
    Aka,
    CastMember,
    CatalogueDetail,
    ExternalIds,
    NextEpisode,
    Series,
    SeriesStatus,
)
from tests.catalogue.maze import Maze, aka, as_json, member, named, on_air, season, show
from tests.feeds.server import Reply, redirect, response

AGENT = "Greenlit-tests/1 (+https://example.org)"
SOON = 5.0  # far more than a stand-in on this machine needs


class Time:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
async def maze(clock: Time) -> AsyncIterator[Maze]:
    async with on_air(Maze(clock=clock)) as made:
        made.add(
            show(1, "Lantern Bay", updated=1_780_000_123),
            seasons=[
                season(1, "2024-05-02", endDate="2024-06-06", episodeOrder=6),
                season(2, "2027-04-09"),
                season(3, "2028-09"),
                season(4),
            ],
            cast=[
                member("Ada Quill", "Mara"),
                member("Ada Quill", "Mara"),
                member("Max Bell", "Max Bell", self=True),
            ],
            akas=[aka("Bahía Linterna", "ES"), aka("Lantern Bay"), aka("The Bay")],
            nextepisode={
                "season": 2,
                "number": 1,
                "airtime": "21:00",
                "airstamp": "2027-04-10T02:00:00+00:00",
            },
        )
        made.add(show(2, "Lantern", None, network=None, webChannel=named("Stream", "GB")))
        yield made


@pytest.fixture
async def client(maze: Maze, clock: Time) -> AsyncIterator[TvMaze]:
    limits = TvMazeLimits(total=SOON, connect=SOON)
    async with TvMaze(maze.url(""), AGENT, limits, clock=clock, pause=clock.pause) as made:
        yield made


def reason(answer: object) -> CatalogueReason:
    assert isinstance(answer, CatalogueFailed)
    return answer.reason


class TestAnswers:
    async def test_a_search_finds_series_the_likeliest_first(self, client: TvMaze) -> None:
        found = await client.search("lantern", SOON)

        assert isinstance(found, tuple)
        assert [(one.title, one.year, one.home) for one in found] == [
            ("Lantern", None, "Stream"),
            ("Lantern Bay", 2024, "Northern"),
        ]
        assert found[1] == Series(
            id=1,
            title="Lantern Bay",
            year=2024,
            network="Northern",
            country="US",
            language="English",
            status=SeriesStatus.RUNNING,
            url="https://www.tvmaze.com/shows/1/lantern-bay",
            image="https://static.tvmaze.com/medium/1.jpg",
            summary="Lantern Bay is about people & places.",
            externals=ExternalIds("tt0000001", 5001),
            changed=datetime.fromtimestamp(1_780_000_123, UTC),
        )

    async def test_a_series_comes_whole_in_one_call(self, client: TvMaze, maze: Maze) -> None:
        detail = await client.detail(1)

        assert isinstance(detail, CatalogueDetail)
        assert [(s.number, s.premiere, s.end, s.episodes) for s in detail.seasons] == [
            (1, When.parse("2024-05-02"), date(2024, 6, 6), 6),
            (2, When.parse("2027-04-09"), None, None),
            (3, When.parse("2028-09"), None, None),
            (4, None, None, None),
        ]
        assert detail.cast == (CastMember("Ada Quill", "Mara"), CastMember("Max Bell"))
        assert detail.akas == (Aka("Bahía Linterna", "ES"), Aka("The Bay"))
        assert detail.next_episode == NextEpisode(2, 1, datetime(2027, 4, 10, 2, tzinfo=UTC))
        assert maze.asked == ["/shows/1"]

    async def test_updates_tell_when_each_series_changed(self, client: TvMaze) -> None:
        changes = await client.updates(Span.DAY)

        assert isinstance(changes, dict)
        assert changes[1] == datetime.fromtimestamp(1_780_000_123, UTC)

    async def test_nothing_found_is_no_failure(self, client: TvMaze) -> None:
        assert await client.search("zzz", SOON) == ()
        assert await client.search(" \ud800 ", SOON) == ()

    async def test_the_bot_says_who_it_is(self, client: TvMaze, maze: Maze) -> None:
        await client.search("lantern", SOON)

        assert maze.requests[0].headers["user-agent"] == AGENT


async def silence(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


HUGE = as_json([{"show": {"id": 1, "name": "x" * 2**21}}])
BOMB = response(gzip.compress(b" " * 2**24), "Content-Encoding: gzip")
TROUBLES: dict[str, tuple[bytes | Reply, CatalogueReason]] = {
    "an error": (response(b"", status="500 Internal Server Error"), CatalogueReason.STATUS),
    "a redirect": (redirect("/elsewhere"), CatalogueReason.STATUS),
    "too many calls": (response(b"", status="429 Too Many"), CatalogueReason.RATE_LIMITED),
    "silence": (silence, CatalogueReason.TIMEOUT),
    "half a body": (response(b'[{"sc', length=500), CatalogueReason.UNREADABLE),
    "no JSON": (response(b'[{"score":'), CatalogueReason.UNREADABLE),
    "a web page": (response(b"<!doctype html><p>Sign in</p>"), CatalogueReason.UNREADABLE),
    "nothing": (response(b""), CatalogueReason.UNREADABLE),
    "another shape": (as_json({"shows": 3}), CatalogueReason.UNREADABLE),
    "a tower of lists": (response(b"[" * 200_000), CatalogueReason.UNREADABLE),
    "an endless number": (response(b"9" * 100_000), CatalogueReason.UNREADABLE),
    "no UTF-8": (response(b'["\xff\xfe"]'), CatalogueReason.UNREADABLE),
    "a huge body": (HUGE, CatalogueReason.TOO_LARGE),
    "a bomb": (BOMB, CatalogueReason.TOO_LARGE),
    "no gzip": (response(b"plain", "Content-Encoding: gzip"), CatalogueReason.UNREADABLE),
}


class TestTrouble:
    @pytest.mark.parametrize("name", TROUBLES)
    async def test_it_is_a_value(self, client: TvMaze, maze: Maze, name: str) -> None:
        maze.trouble, expected = TROUBLES[name]
        within = 0.05 if expected is CatalogueReason.TIMEOUT else SOON

        assert reason(await client.search("lantern", within)) is expected

    async def test_a_closed_door_is_a_value(self, clock: Time) -> None:
        async with TvMaze("http://127.0.0.1:9", AGENT, clock=clock) as client:
            assert reason(await client.updates(Span.DAY)) is CatalogueReason.UNREACHABLE

    @pytest.mark.parametrize("base", ["http://[", "ftp://x", "nonsense"])
    async def test_an_address_that_is_none_is_a_value(self, base: str) -> None:
        async with TvMaze(base, AGENT) as client:
            assert reason(await client.search("x", SOON)) is CatalogueReason.UNREACHABLE

    async def test_a_series_that_is_gone_is_told_from_a_catalogue_that_fails(
        self, client: TvMaze, maze: Maze
    ) -> None:
        assert reason(await client.detail(99)) is CatalogueReason.NOT_FOUND
        assert isinstance(await client.detail(1), CatalogueDetail)


class TestPoliteness:
    async def test_a_loop_never_calls_more_often_than_it_may(
        self, client: TvMaze, maze: Maze, clock: Time
    ) -> None:
        answers = [await client.detail(1) for _ in range(60)]

        assert all(isinstance(answer, CatalogueDetail) for answer in answers)
        assert clock.waited

    async def test_calls_are_left_for_people_who_type(self, client: TvMaze, clock: Time) -> None:
        for _ in range(10):
            await client.detail(1)

        found = [await client.search("lantern", SOON) for _ in range(8)]

        assert all(isinstance(answer, tuple) for answer in found)
        assert not clock.waited

    async def test_who_types_does_not_wait_for_a_call(self, client: TvMaze, clock: Time) -> None:
        for _ in range(18):
            await client.search("lantern", SOON)

        assert reason(await client.search("lantern", SOON)) is CatalogueReason.BUSY
        clock.now += 10
        assert isinstance(await client.search("lantern", SOON), tuple)

    @pytest.mark.parametrize(("headers", "rest"), [((), 10), (("Retry-After: 77",), 77)])
    async def test_it_is_left_alone_as_long_as_it_asks(
        self, client: TvMaze, maze: Maze, clock: Time, headers: tuple[str, ...], rest: int
    ) -> None:
        maze.trouble = response(b"", *headers, status="429 Too Many Requests")
        await client.updates(Span.DAY)
        maze.trouble = None

        clock.now += rest - 1
        assert reason(await client.search("lantern", SOON)) is CatalogueReason.RESTING
        clock.now += 1
        assert isinstance(await client.search("lantern", SOON), tuple)

    async def test_while_it_fails_nobody_waits_for_it(
        self, client: TvMaze, maze: Maze, clock: Time
    ) -> None:
        maze.trouble = response(b"", status="503 Service Unavailable")
        await client.search("lantern", SOON)

        for _ in range(20):
            assert reason(await client.search("lantern", SOON)) is CatalogueReason.RESTING
        assert len(maze.requests) == 1

    async def test_it_is_tried_less_and_less_often(
        self, client: TvMaze, maze: Maze, clock: Time
    ) -> None:
        maze.trouble = response(b"", status="503 Service Unavailable")
        for _ in range(3600):
            await client.search("lantern", SOON)
            clock.now += 1

        assert len(maze.requests) <= 8

    async def test_after_a_rest_one_caller_tries_for_all(
        self, client: TvMaze, maze: Maze, clock: Time
    ) -> None:
        maze.trouble = response(b"", status="503 Service Unavailable")
        await client.search("lantern", SOON)
        clock.now += 30

        maze.trouble = silence
        trial = asyncio.create_task(client.search("lantern", SOON))
        await asyncio.sleep(0)
        assert reason(await client.search("lantern", SOON)) is CatalogueReason.RESTING
        trial.cancel()
        await asyncio.gather(trial, return_exceptions=True)

    async def test_too_slow_for_typing_is_not_too_slow_for_the_loop(
        self, client: TvMaze, maze: Maze
    ) -> None:
        maze.trouble = silence
        assert reason(await client.search("lantern", 0.05)) is CatalogueReason.TIMEOUT
        maze.trouble = None

        assert reason(await client.search("lantern", SOON)) is CatalogueReason.RESTING
        assert isinstance(await client.detail(1), CatalogueDetail)
        assert isinstance(await client.search("lantern", SOON), tuple)

    async def test_a_real_second_is_enough_of_a_limit(self, maze: Maze) -> None:
        """The caller's seconds count for the whole call, a body that trickles included."""

        async def trickle(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n[")
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)

        maze.trouble = trickle
        async with TvMaze(maze.url(""), AGENT) as client:
            answer = await client.search("lantern", 0.1)
        assert reason(answer) is CatalogueReason.TIMEOUT
