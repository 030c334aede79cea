"""Bytes to articles: whatever comes in, no exception goes out and every field is clean.

The long run: `python -m tests.bench.fuzz_feeds`.
"""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.feeds.extract import read_feed
from bot.feeds.feed import Entry, ParsedFeed, ParseFailed
from bot.feeds.pages import feed_links
from bot.news.newness import lookup_keys

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parent / "formats").glob("*.xml"))]
URL = "https://feeds.example/feed"
HIDDEN = set("\x00\x07\x1b\x7f\u200b\u200e\u202a\u202e\u2066\u2069\ufeff")
quick = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

content_types = st.sampled_from(
    ["", "text/xml", "text/html; charset=utf-16", "application/xml; charset=x-none", "charset=\0"]
)
tags = st.sampled_from(
    ["rss", "channel", "item", "title", "link", "guid", "pubDate", "description", "category",
     "content:encoded", "media:content", "media:thumbnail", "feed", "entry", "id", "updated",
     "summary", "rdf:RDF", "dc:date", "enclosure", "skipHours", "hour", "ttl", "image"],
)  # fmt: skip
pieces = st.one_of(
    st.builds("<{}>".format, tags),
    st.builds("</{}>".format, tags),
    st.builds('<{} url="{}" type="image/png" href="{}"/>'.format, tags, st.text(), st.text()),
    st.builds("<![CDATA[{}]]>".format, st.text()),
    st.builds("&{};".format, st.text(max_size=8)),
    st.text(),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sound feed with some of its bytes cut out, doubled or replaced."""
    body = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 60)))
        body = (
            body[:start]
            + draw(st.binary(max_size=20))
            + body[draw(st.sampled_from([start, end])) :]
        )
    return body


def check(body: bytes, content_type: str = "") -> None:
    """Read a body and hold every promise that is made of what comes out."""
    feed = read_feed(body, URL, content_type)
    if isinstance(feed, ParseFailed):
        return
    assert isinstance(feed, ParsedFeed)
    assert len(feed.entries) <= 500
    assert len({entry.article.id for entry in feed.entries}) == len(feed.entries)
    assert all(len(key) <= 80 for key in lookup_keys(feed.entries))
    for entry in feed.entries:
        check_entry(entry)


def check_entry(entry: Entry) -> None:
    article = entry.article
    assert article.title
    assert "\n" not in article.title
    assert article.id
    assert len(article.title) <= 500
    assert len(article.summary) <= 5_000
    assert not HIDDEN & set(article.title + article.summary + "".join(article.categories))
    for link in (article.link, article.image):
        assert not link or link.startswith(("http://", "https://"))
        assert not set(link) & set(' "<>()[]\n') or "[" in link.split("/")[2]
    assert article.published is None or article.published.utcoffset() is not None


@quick
@given(st.binary(max_size=400), content_types)
def test_random_bytes(body: bytes, content_type: str) -> None:
    check(body, content_type)


@quick
@given(mutated(), content_types)
def test_feeds_that_were_damaged(body: bytes, content_type: str) -> None:
    check(body, content_type)


@quick
@given(st.lists(pieces, max_size=40))
def test_pieces_of_feeds_in_any_order(parts: list[str]) -> None:
    check(("<rss version='2.0'><channel><item>" + "".join(parts)).encode("utf-8", "replace"))


@quick
@given(st.one_of(st.binary(max_size=300), mutated()))
def test_pages(body: bytes) -> None:
    assert all(link.startswith(("http://", "https://")) for link in feed_links(body, URL))
