"""From what a person types to a feed that answers."""

import pytest

from bot.feeds.answers import FetchFailed, FetchReason
from bot.feeds.discover import COMMON_PATHS, LINKED_LIMIT, discover, full_address
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import FeedParser
from tests.feeds.server import Server, redirect, response, rss


def page(*links: str) -> bytes:
    return response(f"<html><head>{''.join(links)}</head><body>Hi</body></html>".encode())


def link(href: str, title: str = "", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'


async def found(fetcher: Fetcher, parser: FeedParser, url: str) -> list[str]:
    feeds = await discover(fetcher, parser, url)
    assert not isinstance(feeds, FetchFailed)
    return [feed.url for feed in feeds]


async def test_a_feeds_own_address_is_the_feed(
    server: Server, fetcher: Fetcher, parser: FeedParser
) -> None:
    url = server.on("/feed", response(rss("One", "Two")))

    feeds = await discover(fetcher, parser, url)

    assert not isinstance(feeds, FetchFailed)
    assert [(feed.url, feed.title, len(feed.feed.entries)) for feed in feeds] == [(url, "Desk", 2)]


async def test_a_feed_that_moved_for_good_is_taken_at_its_new_address(
    server: Server, fetcher: Fetcher, parser: FeedParser
) -> None:
    old = server.on("/old", redirect("/new", "301 Moved Permanently"))
    new = server.on("/new", response(rss("News")))
    detour = server.on("/detour", redirect("/new"))

    assert await found(fetcher, parser, old) == [new]
    assert await found(fetcher, parser, detour) == [detour]


async def test_a_page_names_its_feeds_comments_last(
    server: Server, fetcher: Fetcher, parser: FeedParser
) -> None:
    server.on(
        "/",
        page(
            link("/comments/feed", "Comments"),
            link("feed.atom", kind="application/atom+xml"),
            link("/style.css", kind="text/css"),
            '<link rel="stylesheet" type="application/rss+xml" href="/no">',
            link("javascript:alert(1)"),
        ),
    )
    server.on("/comments/feed", response(rss("A comment")))
    server.on("/feed.atom", response(rss("News")))

    urls = await found(fetcher, parser, server.url("/"))

    assert urls == [server.url("/feed.atom"), server.url("/comments/feed")]


async def test_a_link_of_a_page_that_holds_no_feed_is_left_out(
    server: Server, fetcher: Fetcher, parser: FeedParser
) -> None:
    server.on("/", page(link("/gone"), link("/feed")))
    server.on("/feed", response(rss("News")))

    assert await found(fetcher, parser, server.url("/")) == [server.url("/feed")]


async def test_a_page_that_names_none_is_tried_at_the_usual_places(
    server: Server, fetcher: Fetcher, parser: FeedParser
) -> None:
    server.on("/shows/page", page())
    server.on("/rss.xml", response(rss("News")))

    urls = await found(fetcher, parser, server.url("/shows/page"))

    assert urls == [server.url("/rss.xml")]


async def test_a_page_cannot_send_the_bot_on_many_errands(
    server: Server, fetcher: Fetcher, parser: FeedParser
) -> None:
    server.on("/", page(*(link(f"/feed/{n}") for n in range(50))))

    result = await discover(fetcher, parser, server.url("/"))

    assert isinstance(result, FetchFailed)
    assert result.reason is FetchReason.NO_FEED
    assert len(server.requests) == 1 + LINKED_LIMIT + len(COMMON_PATHS)


async def test_a_page_cannot_send_the_bot_inside(
    server: Server, fetcher: Fetcher, parser: FeedParser
) -> None:
    server.on("/", page(link("http://127.0.0.2/feed"), link("http://169.254.169.254/latest/")))

    result = await discover(fetcher, parser, server.url("/"))

    assert isinstance(result, FetchFailed)
    assert all(request.headers["host"].startswith("127.0.0.1") for request in server.requests)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (response(b"", status="403 Forbidden"), FetchReason.FORBIDDEN),
        (response(b"<!doctype html><title>Just a moment...</title>"), FetchReason.BOT_WALL),
        (response(b""), FetchReason.NO_FEED),
    ],
)
async def test_a_failure_keeps_its_cause(
    server: Server, fetcher: Fetcher, parser: FeedParser, reply: bytes, reason: FetchReason
) -> None:
    result = await discover(fetcher, parser, server.on("/", reply))

    assert isinstance(result, FetchFailed)
    assert result.reason is reason


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("site.example", "https://site.example"),
        (" site.example/feed ", "https://site.example/feed"),
        ("//site.example/feed", "https://site.example/feed"),
        ("feed:https://site.example/feed", "https://site.example/feed"),
        ("feed://site.example/feed", "https://site.example/feed"),
        ("http://site.example/", "http://site.example/"),
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
        ),
    ],
)
def test_what_is_typed_becomes_an_address(typed: str, address: str) -> None:
    assert str(full_address(typed)) == address


@pytest.mark.parametrize("typed", ["", "ftp://site.example/", "javascript:alert(1)", "file:///etc"])
def test_what_is_no_web_address_is_none(typed: str) -> None:
    assert full_address(typed) is None
