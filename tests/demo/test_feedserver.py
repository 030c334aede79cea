"""The demo's outlets over real sockets: feeds that grow, conditional requests, pages, pictures."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.demo.feedserver import FeedServer
from bot.demo.script import Format, Item, Outlet, Script
from bot.feeds.extract import read_feed
from bot.feeds.feed import ParsedFeed
from bot.news.model import Trust

NOW = datetime(2027, 3, 3, 12, 0, 0, 250_000, tzinfo=UTC)
WILD = '@everyone <b>"Harbour"</b> & [it](javascript:alert(1)) — 오징어'


def outlet(form: Format) -> Outlet:
    old = Item(form.value, "Old lamps", "for new", "before", f"{form}-before")
    return Outlet(form.value, f"The {form} & Co", Trust.TRADE, "en", form, old)


def news(form: Format) -> Item:
    return Item(
        outlet=form.value,
        title=f"{form} {WILD}",
        summary=f"<p>Text {WILD}</p>",
        path=f"new/{form}",
        guid=f"id:{form}",
        categories=("News & views",),
        image="a.png",
    )


SCRIPT = Script(tuple(outlet(form) for form in Format), tuple(news(form) for form in Format))
ITEMS = SCRIPT.items

Serve = Callable[..., AbstractAsyncContextManager[FeedServer]]
"""Serves the script, and the feeds of these files."""


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def serve(pictures: Path, clock: Clock) -> Serve:
    @asynccontextmanager
    async def serve(*extra: Path) -> AsyncIterator[FeedServer]:
        async with FeedServer(SCRIPT, pictures, clock, extra) as server:
            yield server

    return serve


async def fetch(
    web: aiohttp.ClientSession, url: str, **headers: str
) -> tuple[int, Mapping[str, str], bytes]:
    async with web.get(url, headers=headers) as answer:
        return answer.status, answer.headers, await answer.read()


async def parsed(web: aiohttp.ClientSession, url: str) -> ParsedFeed:
    _, headers, body = await fetch(web, url)
    feed = read_feed(body, url, headers["Content-Type"])
    assert isinstance(feed, ParsedFeed)
    return feed


async def titles(web: aiohttp.ClientSession, url: str) -> list[str]:
    return [entry.article.title for entry in (await parsed(web, url)).entries]


async def test_every_feed_holds_one_old_item_at_first(
    serve: Serve, web: aiohttp.ClientSession
) -> None:
    async with serve() as server:
        for source in server.sources:
            (entry,) = (await parsed(web, source.url)).entries
            assert entry.article.title == "Old lamps"
            assert entry.article.published == NOW.replace(microsecond=0) - timedelta(days=30)


async def test_items_are_published_one_by_one_in_the_scripts_order(
    serve: Serve, web: aiohttp.ClientSession
) -> None:
    async with serve() as server:
        assert server.left == len(ITEMS)
        for published, item in enumerate(ITEMS, start=1):
            assert server.publish_next() is item
            assert server.left == len(ITEMS) - published
            counts = [len(await titles(web, source.url)) for source in server.sources]
            assert counts == [2] * published + [1] * (len(ITEMS) - published)
        assert server.publish_next() is None


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.outlet)
async def test_each_format_carries_an_item_whole(
    serve: Serve, web: aiohttp.ClientSession, item: Item
) -> None:
    async with serve() as server:
        while server.publish_next():
            pass
        feed = await parsed(web, server.feed(item.outlet))
        article = feed.entries[0].article
        assert feed.title == f"The {item.outlet} & Co"
        assert article.title == item.title.replace("<b>", "").replace("</b>", "")
        assert article.summary.startswith("Text @everyone")
        assert article.link == server.link(item)
        assert article.id == item.guid
        assert article.published == NOW.replace(microsecond=0)
        assert article.image == f"{server.address}/pictures/a.png"
        assert article.categories == (() if item.outlet == "youtube" else ("News & views",))


async def test_a_feed_that_did_not_change_answers_304(
    serve: Serve, web: aiohttp.ClientSession
) -> None:
    async with serve() as server:
        url = server.feed("rss")
        _, headers, _ = await fetch(web, url)
        etag, modified = headers["ETag"], headers["Last-Modified"]
        for asked in (
            {"If-None-Match": etag},
            {"If-None-Match": f'"other", W/{etag}'},
            {"If-Modified-Since": modified},
            {"If-None-Match": etag, "If-Modified-Since": modified},
        ):
            status, answer, body = await fetch(web, url, **asked)
            assert (status, body) == (304, b"")
            assert answer["ETag"] == etag


async def test_a_feed_that_grew_answers_in_full(
    serve: Serve, web: aiohttp.ClientSession, clock: Clock
) -> None:
    async with serve() as server:
        url = server.feed("rss")
        _, headers, _ = await fetch(web, url)
        clock.now += timedelta(seconds=8)
        server.publish_next()
        for name, header in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            status, answer, body = await fetch(web, url, **{name: headers[header]})
            assert status == 200
            assert b"id:rss" in body
            assert answer[header] != headers[header]


async def test_two_items_within_a_second_are_told_apart_by_the_tag(
    serve: Serve, web: aiohttp.ClientSession
) -> None:
    async with serve() as server:
        server.publish_next()
        url = server.feed("atom")
        _, headers, _ = await fetch(web, url)
        server.publish_next()
        status, _, _ = await fetch(
            web,
            url,
            **{"If-None-Match": headers["ETag"], "If-Modified-Since": headers["Last-Modified"]},
        )
        assert status == 200


async def test_a_callers_feed_is_served_as_it_is_once_it_is_published(
    serve: Serve, web: aiohttp.ClientSession, tmp_path: Path
) -> None:
    file = tmp_path / "mine.xml"
    file.write_bytes(b'<?xml version="1.0" encoding="latin-1"?><rss>caf\xe9</rss>')
    async with serve(file) as server:
        mine = server.sources[-1]
        assert (mine.name, mine.trust) == ("mine", Trust.PRESS)
        (entry,) = (await parsed(web, mine.url)).entries
        assert entry.article.title == "An old item of no interest"
        _, before, _ = await fetch(web, mine.url)
        server.publish_extra()
        status, headers, body = await fetch(web, mine.url, **{"If-None-Match": before["ETag"]})
        assert (status, body) == (200, file.read_bytes())
        assert headers["Content-Type"] == "application/xml"


async def test_two_callers_feeds_of_one_name_are_two_sources(serve: Serve, tmp_path: Path) -> None:
    files = [tmp_path / folder / "mine.xml" for folder in ("a", "b")]
    async with serve(*files) as server:
        assert [source.name for source in server.sources[-2:]] == [
            "mine (extra-1)",
            "mine (extra-2)",
        ]


async def test_an_articles_link_opens_a_page_with_the_article_made_harmless(
    serve: Serve, web: aiohttp.ClientSession
) -> None:
    async with serve() as server:
        item = server.publish_next()
        assert item is not None
        status, headers, body = await fetch(web, server.link(item))
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "&lt;b&gt;" in body.decode()
        assert b"<b>" not in body


async def test_an_outlets_home_lists_its_items_and_names_its_feed(
    serve: Serve, web: aiohttp.ClientSession
) -> None:
    async with serve() as server:
        item = server.publish_next()
        assert item is not None
        _, _, body = await fetch(web, f"{server.address}/rss/")
        assert f'href="{server.link(item)}"' in body.decode()
        assert (
            f'type="application/rss+xml" title="The rss &amp; Co" href="{server.feed("rss")}"'
            in (body.decode())
        )


async def test_pictures_are_served(serve: Serve, web: aiohttp.ClientSession) -> None:
    async with serve() as server:
        status, headers, body = await fetch(web, f"{server.address}/pictures/a.png")
        assert (status, headers["Content-Type"], body[1:4]) == (200, "image/png", b"PNG")


@pytest.mark.parametrize(
    "path", ["/none/feed.xml", "/none/", "/rss/none", "/rss/new/rss", "/pictures/b.png", "/"]
)
async def test_what_is_not_published_is_not_found(
    serve: Serve, web: aiohttp.ClientSession, path: str
) -> None:
    async with serve() as server:
        status, _, _ = await fetch(web, server.address + path)
        assert status == 404


async def test_the_server_listens_on_the_own_machine_alone(serve: Serve) -> None:
    async with serve() as server:
        assert server.address.startswith("http://127.0.0.1:")
