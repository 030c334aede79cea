"""A good client: validators, redirects, statuses, identity and turns, over real sockets."""

import asyncio
import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.feeds.answers import Fetched, FetchFailed, FetchReason, FetchRequest, NotModified
from bot.feeds.fetch import Fetcher, user_agent
from bot.words import load_words
from tests.feeds.conftest import AGENT, QUICK, MakeFetcher, Time
from tests.feeds.server import Server, redirect, response, rss

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = Path(__file__).parents[2] / "data" / "locale"
ETAG = 'W/"an-etag-gzip"'
CHANGED = "Sat, 21 Nov 2026 10:00:00 GMT"


# --- validators ----------------------------------------------------------------------------------


async def test_validators_come_back_verbatim_and_go_out_so(
    server: Server, fetcher: Fetcher
) -> None:
    url = server.on("/feed", response(rss("News"), f"ETag: {ETAG}", f"Last-Modified: {CHANGED}"))

    first = await fetcher.fetch(FetchRequest(url))
    assert isinstance(first, Fetched)
    await fetcher.fetch(FetchRequest(url, first.etag, first.last_modified, first.body_hash))

    assert (first.etag, first.last_modified) == (ETAG, CHANGED)
    assert "if-none-match" not in server.requests[0].headers
    assert "if-modified-since" not in server.requests[0].headers
    assert server.requests[1].headers["if-none-match"] == ETAG
    assert server.requests[1].headers["if-modified-since"] == CHANGED


async def test_a_304_is_nothing_new_and_may_refresh_the_validators(
    server: Server, fetcher: Fetcher
) -> None:
    url = server.on(
        "/feed", response(b"", 'ETag: "2"', "Cache-Control: max-age=600", status="304 Not Modified")
    )

    answer = await fetcher.fetch(FetchRequest(url, '"1"', CHANGED, "1:abc"))

    assert isinstance(answer, NotModified)
    assert (answer.etag, answer.last_modified, answer.body_hash) == ('"2"', CHANGED, "1:abc")
    assert answer.cache.fresh_for == timedelta(minutes=10)


async def test_a_200_with_the_body_already_known_is_nothing_new(
    server: Server, fetcher: Fetcher
) -> None:
    url = server.on("/feed", response(rss("Same")))
    first = await fetcher.fetch(FetchRequest(url))
    assert isinstance(first, Fetched)

    again = await fetcher.fetch(FetchRequest(url, body_hash=first.body_hash))

    assert isinstance(again, NotModified)


async def test_a_304_that_nobody_asked_for_is_a_failure(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/feed", response(b"", status="304 Not Modified"))

    answer = await fetcher.fetch(FetchRequest(url))

    assert isinstance(answer, FetchFailed)


async def test_validators_of_an_older_parser_are_not_sent(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/feed", response(rss("News")))

    await fetcher.fetch(FetchRequest(url, '"1"', CHANGED, "0:abc"))

    assert "if-none-match" not in server.requests[0].headers


async def test_a_compressed_body_is_read_and_226_counts_as_200(
    server: Server, fetcher: Fetcher
) -> None:
    body = rss("Packed")
    packed = response(gzip.compress(body), "Content-Encoding: gzip", status="226 IM Used")

    answer = await fetcher.fetch(FetchRequest(server.on("/feed", packed)))

    assert isinstance(answer, Fetched)
    assert answer.body == body


# --- who asks ------------------------------------------------------------------------------------


async def test_the_bot_names_itself_and_asks_for_feeds_without_cookies_or_referer(
    server: Server, fetcher: Fetcher
) -> None:
    server.on("/start", response(b"", "Location: /feed", "Set-Cookie: a=b", status="302 Found"))
    server.on("/feed", response(rss("News")))

    await fetcher.fetch(FetchRequest(server.url("/start")))

    for request in server.requests:
        assert request.headers["user-agent"] == AGENT
        assert request.headers["accept"].startswith("application/atom+xml")
        assert request.headers["accept-encoding"] == "gzip, deflate"
        assert not {"cookie", "referer"} & request.headers.keys()


def test_the_agent_names_bot_page_and_contact() -> None:
    agent = user_agent("https://greenlit.example/bot", "ops@greenlit.example")

    assert agent.startswith("Greenlit/")
    assert agent.endswith(" (+https://greenlit.example/bot; ops@greenlit.example)")


def test_a_contact_cannot_break_the_header() -> None:
    assert "\n" not in user_agent("", "ops\r\nX-Evil: 1")
    assert user_agent("", "").startswith("Greenlit/")


# --- redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [
        (("301 Moved Permanently",), True),
        (("308 Permanent Redirect", "301 Moved Permanently"), True),
        (("302 Found",), False),
        (("307 Temporary Redirect",), False),
        (("301 Moved Permanently", "302 Found"), False),
        (("303 See Other", "301 Moved Permanently"), False),
    ],
)
async def test_an_address_is_new_only_if_every_hop_is_permanent(
    server: Server, fetcher: Fetcher, statuses: tuple[str, ...], permanent: bool
) -> None:
    for hop, status in enumerate(statuses):
        server.on(f"/{hop}", redirect(f"/{hop + 1}", status))
    end = server.on(f"/{len(statuses)}", response(rss("News")))

    answer = await fetcher.fetch(FetchRequest(server.url("/0")))

    assert isinstance(answer, Fetched)
    assert answer.url == end
    assert answer.permanent_url == (end if permanent else "")


async def test_five_redirects_are_followed_and_a_sixth_is_not(
    server: Server, fetcher: Fetcher
) -> None:
    for hop in range(6):
        server.on(f"/{hop}", redirect(f"/{hop + 1}"))
    server.on("/6", response(rss("News")))

    five = await fetcher.fetch(FetchRequest(server.url("/1")))
    six = await fetcher.fetch(FetchRequest(server.url("/0")))

    assert isinstance(five, Fetched)
    assert isinstance(six, FetchFailed)
    assert six.reason is FetchReason.REDIRECT_LOOP


async def test_a_redirect_loop_ends_at_its_first_return(server: Server, fetcher: Fetcher) -> None:
    server.on("/a", redirect("/b"))
    server.on("/b", redirect("/a"))

    answer = await fetcher.fetch(FetchRequest(server.url("/a")))

    assert isinstance(answer, FetchFailed)
    assert answer.reason is FetchReason.REDIRECT_LOOP
    assert len(server.requests) == 2


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://example.org/feed"])
async def test_a_redirect_leads_to_the_web_or_nowhere(
    server: Server, fetcher: Fetcher, target: str
) -> None:
    answer = await fetcher.fetch(FetchRequest(server.on("/a", redirect(target))))

    assert isinstance(answer, FetchFailed)
    assert answer.reason is FetchReason.REFUSED_ADDRESS


# --- statuses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "reason", "wait"),
    [
        ("401 Unauthorized", (), FetchReason.FORBIDDEN, None),
        ("403 Forbidden", (), FetchReason.FORBIDDEN, None),
        ("403 Forbidden", ("cf-mitigated: challenge",), FetchReason.BOT_WALL, None),
        ("403 Forbidden", ("x-datadome: protected",), FetchReason.BOT_WALL, None),
        ("202 Accepted", ("x-amzn-waf-action: challenge",), FetchReason.BOT_WALL, None),
        ("503 Down", ("cf-mitigated: challenge",), FetchReason.BOT_WALL, None),
        ("404 Not Found", (), FetchReason.NOT_FOUND, None),
        ("410 Gone", (), FetchReason.GONE, None),
        ("429 Too Many", ("Retry-After: 120",), FetchReason.RATE_LIMITED, 120),
        ("429 Too Many", ("Retry-After: 1",), FetchReason.RATE_LIMITED, 60),
        ("429 Too Many", ("Retry-After: 9999999",), FetchReason.RATE_LIMITED, 86_400),
        ("429 Too Many", ("Retry-After: soon",), FetchReason.RATE_LIMITED, None),
        (
            "503 Down",
            ("Retry-After: Sun, 22 Nov 2026 13:00:00 GMT",),
            FetchReason.UNAVAILABLE,
            3600,
        ),
        ("500 Oops", (), FetchReason.HTTP_STATUS, None),
        ("204 No Content", (), FetchReason.HTTP_STATUS, None),
        ("302 Found", (), FetchReason.HTTP_STATUS, None),
    ],
)
async def test_a_status_is_told_by_its_cause(
    server: Server,
    make_fetcher: MakeFetcher,
    status: str,
    headers: tuple[str, ...],
    reason: FetchReason,
    wait: float | None,
) -> None:
    url = server.on("/feed", response(b"", *headers, status=status))

    async with make_fetcher(wall=lambda: NOW) as fetcher:
        answer = await fetcher.fetch(FetchRequest(url))

    assert answer == FetchFailed(reason, int(status[:3]), wait, status[:3])


@pytest.mark.parametrize("address", ["", "no address", "http://", "ftp://example.org/", "::"])
async def test_what_is_no_web_address_is_called_so(fetcher: Fetcher, address: str) -> None:
    answer = await fetcher.fetch(FetchRequest(address))

    assert isinstance(answer, FetchFailed)
    assert answer.reason is FetchReason.BAD_ADDRESS


def test_every_reason_has_its_words() -> None:
    words = load_words(WORDS)

    for reason in FetchReason:
        failure = FetchFailed(reason, 403, detail="403")
        assert words(failure.key, detail=failure.detail)
    assert words("feeds.failed.forbidden", detail="403").startswith("the site answers 403 to bots")


# --- turns ---------------------------------------------------------------------------------------


async def test_a_host_has_one_request_in_flight_and_two_seconds_between(
    server: Server, make_fetcher: MakeFetcher
) -> None:
    time = Time()
    urls = [server.on(f"/{n}", response(rss("News"))) for n in range(4)]

    async with make_fetcher(replace(QUICK, spacing=2.0), clock=time, pause=time.pause) as fetcher:
        await asyncio.gather(*(fetcher.fetch(FetchRequest(url)) for url in urls))

    assert time.pauses == [2.0, 2.0, 2.0]
    assert server.most_in_flight == 1


async def test_a_hop_of_a_redirect_waits_its_turn_too(
    server: Server, make_fetcher: MakeFetcher
) -> None:
    time = Time()
    server.on("/a", redirect("/b"))
    server.on("/b", response(rss("News")))

    async with make_fetcher(replace(QUICK, spacing=2.0), clock=time, pause=time.pause) as fetcher:
        answer = await fetcher.fetch(FetchRequest(server.url("/a")))

    assert isinstance(answer, Fetched)
    assert time.pauses == [2.0]


async def test_waiting_for_a_turn_does_not_count_as_time_of_the_request(
    server: Server, make_fetcher: MakeFetcher
) -> None:
    time = Time()
    url = server.on("/feed", response(rss("News")))
    limits = replace(QUICK, spacing=3600.0)

    async with make_fetcher(limits, clock=time, pause=time.pause) as fetcher:
        answers = [await fetcher.fetch(FetchRequest(url)) for _ in range(2)]

    assert all(isinstance(answer, Fetched) for answer in answers)


async def test_a_429_rests_the_whole_host(server: Server, make_fetcher: MakeFetcher) -> None:
    time = Time()
    busy = server.on("/busy", response(b"", "Retry-After: 300", status="429 Too Many"))
    other = server.on("/other", response(rss("News")))

    async with make_fetcher(clock=time, pause=time.pause) as fetcher:
        await fetcher.fetch(FetchRequest(busy))
        resting = await fetcher.fetch(FetchRequest(other))
        time.now += 301
        rested = await fetcher.fetch(FetchRequest(other))

    assert isinstance(resting, FetchFailed)
    assert resting.reason is FetchReason.HOST_RESTING
    assert resting.retry_after == 300
    assert not resting.was_asked
    assert isinstance(rested, Fetched)
    assert [request.path for request in server.requests] == ["/busy", "/other"]


async def test_a_503_rests_nobody_else(server: Server, fetcher: Fetcher) -> None:
    down = server.on("/down", response(b"", "Retry-After: 300", status="503 Down"))
    other = server.on("/other", response(rss("News")))

    await fetcher.fetch(FetchRequest(down))
    answer = await fetcher.fetch(FetchRequest(other))

    assert isinstance(answer, Fetched)


async def test_no_more_bodies_are_held_than_there_are_slots(
    server: Server, make_fetcher: MakeFetcher
) -> None:
    url = server.on("/feed", response(rss("News")))
    other = server.url("/feed", host="localhost")
    limits = replace(QUICK, in_flight=1)

    async with make_fetcher(limits) as fetcher:
        async with fetcher.exchange(FetchRequest(url)):
            # Another host, so only the slot can hold it back.
            waiting = asyncio.ensure_future(fetcher.fetch(FetchRequest(other)))
            done, _ = await asyncio.wait([waiting], timeout=0.05)
            assert not done
            assert len(server.requests) == 1
        assert isinstance(await waiting, Fetched)
