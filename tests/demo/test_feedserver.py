"""The demo's outlets over real sockets: feeds that grow, conditional requests, pages, pictures."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.demo.feedserver import FeedServer
from bot.demo.script import Format, Item, Outlet, Script
from bot.feeds.extract import read_feed
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


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pictures(tmp_path: Path):
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


@pytest.fixture
async def web():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def serve(pictures, clock):
    @asynccontextmanager
    async def serve(*extra: Path):
        async with FeedServer(SCRIPT, pictures, clock, extra) as server:
            yield server

    return serve


async def fetch(web, url, **headers):
    async with web.get(url, headers=headers) as answer:
        return answer.status, answer.headers, await answer.read()


async def parsed(web, url):
    _, headers, body = await fetch(web, url)
    return read_feed(body, url, headers["Content-Type"])


async def titles(web, url):
    return [entry.article.title for entry in (await parsed(web, url)).entries]


async def test_every_feed_holds_one_old_item_at_first(serve, web) -> None:
    async with serve() as server:
        for source in server.sources:
            (entry,) = (await parsed(web, source.url)).entries
            assert entry.article.title == "Old lamps"
            assert entry.article.published == NOW.replace(microsecond=0) - timedelta(days=30)


async def test_items_are_published_one_by_one_in_the_scripts_order(serve, web) -> None:
    async with serve() as server:
        assert server.left == len(ITEMS)
        for published, item in enumerate(ITEMS, start=1):
            assert server.publish_next() is item
            assert server.left == len(ITEMS) - published
            counts = [len(await titles(web, source.url)) for source in server.sources]
            assert counts == [2] * published + [1] * (len(ITEMS) - published)
        assert server.publish_next() is None


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.outlet)
async def test_each_format_carries_an_item_whole(serve, web, item) -> None:
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


async def test_a_feed_that_did_not_change_answers_304(serve, web) -> None:
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


async def test_a_feed_that_grew_answers_in_full(serve, web, clock) -> None:
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


async def test_two_items_within_a_second_are_told_apart_by_the_tag(serve, web) -> None:
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


async def test_a_callers_feed_is_served_as_it_is_once_it_is_published(serve, web, tmp_path) -> None:
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


async def test_two_callers_feeds_of_one_name_are_two_sources(serve, tmp_path) -> None:
    files = [tmp_path / folder / "mine.xml" for folder in ("a", "b")]
    async with serve(*files) as server:
        assert [source.name for source in server.sources[-2:]] == [
            "mine (extra-1)",
            "mine (extra-2)",
        ]


async def test_an_articles_link_opens_a_page_with_the_article_made_harmless(serve, web) -> None:
    async with serve() as server:
        item = server.publish_next()
        status, headers, body = await fetch(web, server.link(item))
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "&lt;b&gt;" in body.decode()
        assert b"<b>" not in body


async def test_an_outlets_home_lists_its_items_and_names_its_feed(serve, web) -> None:
    async with serve() as server:
        item = server.publish_next()
        _, _, body = await fetch(web, f"{server.address}/rss/")
        assert f'href="{server.link(item)}"' in body.decode()
        assert (
            f'type="application/rss+xml" title="The rss &amp; Co" href="{server.feed("rss")}"'
            in (body.decode())
        )


async def test_pictures_are_served(serve, web) -> None:
    async with serve() as server:
        status, headers, body = await fetch(web, f"{server.address}/pictures/a.png")
        assert (status, headers["Content-Type"], body[1:4]) == (200, "image/png", b"PNG")


@pytest.mark.parametrize(
    "path", ["/none/feed.xml", "/none/", "/rss/none", "/rss/new/rss", "/pictures/b.png", "/"]
)
async def test_what_is_not_published_is_not_found(serve, web, path) -> None:
    async with serve() as server:
        status, _, _ = await fetch(web, server.address + path)
        assert status == 404


async def test_the_server_listens_on_the_own_machine_alone(serve) -> None:
    async with serve() as server:
        assert server.address.startswith("http://127.0.0.1:")
