"""A server that means harm: every trick ends in a named failure, and the next poll goes on.

Limits are tiny, so nothing here waits: what is asserted is which limit stopped the trick.
"""

import asyncio
import gzip
import multiprocessing
import platform
import ssl
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.feeds.answers import Fetched, FetchFailed, FetchReason, FetchRequest, FetchResult
from bot.feeds.feed import ParsedFeed, ParseFailed, ParseReason
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import FeedParser
from bot.words import load_words
from tests.feeds.conftest import QUICK, MakeFetcher, Time
from tests.feeds.server import Reply, Server, redirect, response, rss, serving

CERTIFICATE = Path(__file__).parent / "self_signed.pem"
HEAD = b"HTTP/1.1 200 OK\r\n"


def reason(result: FetchResult) -> FetchReason | None:
    return result.reason if isinstance(result, FetchFailed) else None


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte now and then, so that no single read ever times out."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    writer.write(HEAD + b"Content-Length: 5000\r\n\r\n")

    def drop() -> None:
        writer.write(b"x")
        timers[0] = loop.call_later(0.01, drop)

    timers = [loop.call_soon(drop)]
    try:
        await ended.wait()
    finally:
        timers[0].cancel()


async def silence(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"\r\n")
    while not writer.is_closing():
        writer.write(b"<item><title>again</title></item>" * 1000)
        await writer.drain()


async def endless_header(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    while not writer.is_closing():
        writer.write(b"X-More: " + b"x" * 4000 + b"\r\n")
        await writer.drain()


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\n<rss>")
    await writer.drain()
    writer.transport.abort()


async def reset_at_once(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


# --- the wire ------------------------------------------------------------------------------------


@pytest.mark.parametrize("trick", [drip, silence], ids=["drip", "silence"])
async def test_the_whole_request_has_a_time_limit(
    server: Server, make_fetcher: MakeFetcher, trick: bytes | Reply
) -> None:
    url = server.on("/feed", trick)

    async with make_fetcher(replace(QUICK, total=0.1)) as fetcher:
        assert reason(await fetcher.fetch(FetchRequest(url))) is FetchReason.TIMEOUT


async def test_redirects_share_one_time_limit(server: Server, make_fetcher: MakeFetcher) -> None:
    time = Time()

    async def slow_move(writer: asyncio.StreamWriter) -> None:
        time.now += QUICK.total
        writer.write(redirect("/next"))

    server.on("/start", slow_move)
    server.on("/next", response(rss("Too late")))

    async with make_fetcher(clock=time, pause=time.pause) as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url("/start")))

    assert reason(result) is FetchReason.TIMEOUT
    assert [request.path for request in server.requests] == ["/start"]


async def test_an_endless_body_is_cut_at_the_limit(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/feed", endless)

    result = await fetcher.fetch(FetchRequest(url))

    assert reason(result) is FetchReason.TOO_LARGE


async def test_a_length_over_the_limit_is_believed_at_once(
    server: Server, fetcher: Fetcher
) -> None:
    url = server.on("/feed", response(b"<rss/>", length=10**12))

    assert reason(await fetcher.fetch(FetchRequest(url))) is FetchReason.TOO_LARGE


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_is_measured_after_it_is_unpacked(
    server: Server, make_fetcher: MakeFetcher, encoding: str
) -> None:
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    bomb = pack(bytes(30 * 1024 * 1024))
    url = server.on("/feed", response(bomb, f"Content-Encoding: {encoding}"))
    limit = 1024 * 1024
    assert len(bomb) < limit

    async with make_fetcher(replace(QUICK, body=limit)) as fetcher:
        tracemalloc.start()
        result = await fetcher.fetch(FetchRequest(url))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert reason(result) is FetchReason.TOO_LARGE
    assert peak < 10 * limit


async def test_a_body_at_the_limit_is_read(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/feed", response(b"x" * QUICK.body))

    assert isinstance(await fetcher.fetch(FetchRequest(url)), Fetched)


@pytest.mark.parametrize(
    ("trick", "expected"),
    [
        (endless_header, {FetchReason.BAD_ANSWER, FetchReason.RESET}),
        (reset, {FetchReason.RESET}),
        (reset_at_once, {FetchReason.RESET}),
        (response(b"<rss></rss>", length=5000), {FetchReason.RESET}),
        (response(b"no gzip", "Content-Encoding: gzip"), {FetchReason.BAD_ANSWER}),
        (gzip.compress(b"<rss/>", mtime=0), {FetchReason.BAD_ANSWER}),
        (b"SSH-2.0-OpenSSH_9.9\r\n", {FetchReason.BAD_ANSWER}),
        (b"HTTP/1.1 999 Odd\r\n\r\n", {FetchReason.HTTP_STATUS}),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", {FetchReason.BAD_ANSWER}),
        (
            HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            {FetchReason.BAD_ANSWER, FetchReason.RESET},
        ),
        (redirect("http://[::bad"), {FetchReason.BAD_ADDRESS}),
        (redirect("http://169.254.169.254/latest/"), {FetchReason.REFUSED_ADDRESS}),
    ],
)
async def test_a_broken_answer_has_a_name_and_the_next_request_works(
    server: Server, fetcher: Fetcher, trick: bytes | Reply, expected: set[FetchReason]
) -> None:
    bad = server.on("/bad", trick)
    good = server.on("/good", response(rss("News")))

    result = await fetcher.fetch(FetchRequest(bad))

    assert reason(result) in expected
    assert isinstance(await fetcher.fetch(FetchRequest(good)), Fetched)


async def test_no_more_is_read_than_the_length_says(server: Server, fetcher: Fetcher) -> None:
    url = server.on("/feed", response(rss("News"), length=12))

    result = await fetcher.fetch(FetchRequest(url))

    # The rest may arrive with the body or after it; it is a fault or it is left alone.
    match result:
        case Fetched():
            assert result.body == rss("News")[:12]
        case _:
            assert reason(result) is FetchReason.BAD_ANSWER


async def test_an_unknown_name_is_a_failure_of_dns(server: Server, fetcher: Fetcher) -> None:
    unknown = await fetcher.fetch(FetchRequest(f"http://no-such.invalid:{server.port}/"))

    assert reason(unknown) is FetchReason.DNS


async def test_a_closed_port_is_no_refused_address(make_fetcher: MakeFetcher) -> None:
    async with serving() as gone:
        pass

    async with make_fetcher(port=gone.port) as fetcher:
        assert reason(await fetcher.fetch(FetchRequest(gone.url()))) is FetchReason.CONNECT


# --- TLS -----------------------------------------------------------------------------------------


@pytest.fixture
async def tls_server() -> AsyncIterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    async with serving(context) as server:
        yield server


async def test_a_certificate_that_nobody_signed_is_not_trusted(
    tls_server: Server, make_fetcher: MakeFetcher
) -> None:
    tls_server.on("/feed", response(rss("Never read")))

    async with make_fetcher(port=tls_server.port) as fetcher:
        result = await fetcher.fetch(FetchRequest(tls_server.url(scheme="https")))

    assert reason(result) is FetchReason.TLS
    assert tls_server.requests == []


async def test_a_server_that_speaks_no_tls_is_a_tls_failure(make_fetcher: MakeFetcher) -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, make_fetcher(port=port) as fetcher:
        result = await fetcher.fetch(FetchRequest(f"https://127.0.0.1:{port}/"))

    assert reason(result) is FetchReason.TLS


# --- the document: through the worker process ----------------------------------------------------

BOMB = (
    "<!DOCTYPE r [<!ENTITY a0 'lol'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]><rss version='2.0'><channel><item><title>Laughs &a9;</title></item></channel></rss>"
)
FILE = (
    "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss version='2.0'><channel>"
    "<item><title>Host: &x;</title></item></channel></rss>"
)
COMMENTS = (
    "<rss version='2.0'><channel><item><title>Deep</title><description><![CDATA["
    + "<!--" * 100_000
    + "]]></description></item></channel></rss>"
)


@pytest.mark.parametrize("document", [BOMB, FILE, COMMENTS], ids=["laughs", "file", "comments"])
async def test_a_trick_of_xml_costs_nothing_and_brings_nothing(
    parser: FeedParser, document: str
) -> None:
    feed = await parser.parse(document.encode(), "https://evil.example/")

    assert isinstance(feed, ParsedFeed)
    assert len(feed.entries) == 1
    article = feed.entries[0].article
    assert len(article.title) < 50
    assert platform.node() not in article.title
    assert "lollol" not in article.title


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"<rss version='2.0'><channel>", b"<item>"),
        (b"<rss version='2.0'><channel>", b"<item><title>x</title></item>"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry><title>x</title></entry>"),
    ],
    ids=["unclosed", "items", "entries"],
)
async def test_sixty_thousand_items_cost_no_more_than_the_limit(start: bytes, piece: bytes) -> None:
    # Whole, they take two seconds and more.
    async with FeedParser(seconds=1.5) as parser:
        feed = await parser.parse(start + piece * 60_000, "https://evil.example/")

    assert isinstance(feed, ParsedFeed)
    assert feed.dropped >= 59_500


def dated(*days: int) -> bytes:
    """A feed of items of these days of November."""
    items = "".join(
        f"<item><title>{n}</title><guid>{n}</guid>"
        f"<pubDate>{day} Nov 2026 00:{n % 60:02}:00 GMT</pubDate></item>"
        for n, day in enumerate(days)
    )
    return f"<rss version='2.0'><channel><title>Long</title>{items}</channel></rss>".encode()


@pytest.mark.parametrize(
    ("days", "first"),
    [((2,) * 300 + (1,) * 300, "0"), ((1,) * 300 + (2,) * 300, "100")],
    ids=["newest first", "oldest first"],
)
async def test_of_a_long_feed_the_newest_entries_are_read(
    parser: FeedParser, days: tuple[int, ...], first: str
) -> None:
    feed = await parser.parse(dated(*days), "https://long.example/")

    assert isinstance(feed, ParsedFeed)
    assert (len(feed.entries), feed.dropped) == (500, 100)
    assert feed.entries[0].article.title == first


async def test_a_parse_over_its_time_is_killed_and_the_next_goes_on() -> None:
    nested = b"<item><description>" + b"&lt;div&gt;" * 9_000 + b"</description></item>"
    slow = b"<rss version='2.0'><channel>" + nested * 60
    async with FeedParser(seconds=0.2) as parser:
        stuck, fine = await asyncio.gather(
            parser.parse(slow, "https://evil.example/"),
            parser.parse(rss("News"), "https://fine.example/"),
        )

    assert stuck == ParseFailed(ParseReason.TOO_SLOW)
    assert isinstance(fine, ParsedFeed)


async def test_a_worker_that_is_killed_from_outside_is_replaced(parser: FeedParser) -> None:
    for worker in multiprocessing.active_children():
        worker.kill()

    hit = await parser.parse(rss("News"), "https://unlucky.example/")
    fine = await parser.parse(rss("News"), "https://fine.example/")

    assert isinstance(hit, ParsedFeed) or hit == ParseFailed(ParseReason.CRASHED)
    assert isinstance(fine, ParsedFeed)


async def test_more_entries_than_the_limit_are_counted_not_read(parser: FeedParser) -> None:
    feed = await parser.parse(rss(*map(str, range(600))), "https://many.example/")

    assert isinstance(feed, ParsedFeed)
    assert (len(feed.entries), feed.dropped) == (500, 100)


async def test_every_field_is_bounded(parser: FeedParser) -> None:
    huge = "word " * 60_000
    body = (
        f"<rss version='2.0'><channel><title>{huge}</title><item><title>{huge}</title>"
        f"<description>{huge}</description><guid>{huge}</guid>"
        f"<link>https://long.example/{'x' * 9000}</link>"
        + f"<category>{huge}</category>"
        + "".join(f"<category>{n}</category>" for n in range(99))
        + "</item></channel></rss>"
    )

    feed = await parser.parse(body.encode(), "https://evil.example/")

    assert isinstance(feed, ParsedFeed)
    article = feed.entries[0].article
    assert len(feed.title) <= 200
    assert len(article.title) <= 500
    assert len(article.summary) <= 5_000
    assert len(article.id) <= 500
    assert article.link == ""
    assert len(article.categories) == 30
    assert all(len(category) <= 200 for category in article.categories)
    assert all(len(key) <= 80 for key in feed.entries[0].keys)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", ParseReason.EMPTY),
        (b"\xef\xbb\xbf  \n", ParseReason.EMPTY),
        (b"<html><head><title>Home page</title></head><body>Hi</body></html>", ParseReason.HTML),
        (b"<!doctype html><title>Just a moment...</title>", ParseReason.BOT_WALL),
        (b'{"version": "https://jsonfeed.org/version/1"}', ParseReason.NOT_A_FEED),
        (b"\x89PNG\r\n\x1a\n\0\0\0", ParseReason.NOT_A_FEED),
        (b"/etc/hostname", ParseReason.NOT_A_FEED),
        (b"http://127.0.0.1/feed", ParseReason.NOT_A_FEED),
    ],
)
async def test_what_is_no_feed_is_called_so(
    parser: FeedParser, body: bytes, expected: ParseReason
) -> None:
    failure = await parser.parse(body, "https://evil.example/")

    assert isinstance(failure, ParseFailed)
    assert failure.reason is expected


def test_every_reason_of_the_parser_has_its_words() -> None:
    words = load_words(Path(__file__).parents[2] / "data" / "locale")

    for unread in ParseReason:
        assert words(ParseFailed(unread, "A page").key, detail="A page")


def test_the_worker_loads_neither_discord_nor_web_client_nor_database() -> None:
    code = "import sys, bot.feeds.worker; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert not {"discord", "aiohttp", "sqlalchemy", "aiosqlite"} & set(loaded)


@pytest.mark.parametrize("name", ["links", "tags", "content", "image", "media_content", "entries"])
async def test_an_element_with_a_name_of_feedparsers_own_confuses_nobody(
    parser: FeedParser, name: str
) -> None:
    """Found by fuzzing: `<links>text</links>` puts a text where feedparser keeps a list."""
    odd = f"<{name}>text</{name}>"
    items = f"<item><title>One</title>{odd}</item>"
    body = f"<rss version='2.0'><channel><title>Odd</title>{odd}{items}</channel></rss>"

    feed = await parser.parse(body.encode(), "https://odd.example/")

    assert isinstance(feed, ParsedFeed)
    assert [entry.article.title for entry in feed.entries] == ["One"]


@pytest.mark.parametrize(
    "document",
    [
        "<?" + "encoding='" * 5_000,
        "<?xml " + "version='1.0' encoding='utf-8' " * 2_000,
        "<rss version='2.0'><channel><item><title>Big &#x110000; &#0; &#xD800;</title>",
        "<rss version='2.0'><channel><item><title><![CDATA[&#x110000;]]></title><bad",
        "<rss version='2.0'><channel><item><title>&#1114112 x</title><bad",
        "<rss version='2.0'><channel><item><title>&#" + "9" * 9_000 + ";</title><bad",
    ],
    ids=[
        "encoding",
        "declaration",
        "no characters",
        "no character in CDATA",
        "no semicolon",
        "huge number",
    ],
)
async def test_what_made_feedparser_hang_or_raise_does_so_no_more(
    parser: FeedParser, document: str
) -> None:
    """Found by fuzzing: a pattern that takes minutes, and numbers that are no characters."""
    result = await parser.parse(document.encode(), "https://evil.example/")

    if isinstance(result, ParseFailed):
        assert result.reason is ParseReason.NOT_A_FEED
