"""From the address that a person types to feeds: the address itself, the page's links, a guess.

Everything goes through the same fetcher, so the guard, the limits and the turns hold here too.
"""

import re
from dataclasses import dataclass

from yarl import URL

from bot.feeds.answers import Fetched, FetchFailed, FetchReason, FetchRequest
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import SCHEME_PORTS
from bot.feeds.parse import FeedParser, ParsedFeed, ParseFailed, ParseReason

LINKED_LIMIT = 4  # of the feeds that a page names
COMMON_PATHS = ("feed/", "rss.xml", "atom.xml")
PAGES = frozenset({ParseReason.HTML, ParseReason.NOT_A_FEED})
_CHANNEL = re.compile(r"^/channel/(UC[\w-]{22})(?:/|$)")


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that answered: its address, its own title, and what it holds."""

    url: str
    title: str
    feed: ParsedFeed


async def discover(
    fetcher: Fetcher, parser: FeedParser, url: str
) -> tuple[FoundFeed, ...] | FetchFailed:
    """The feeds behind an address: at least one that was asked and read, or why there is none.

    An address without a scheme is taken for https. At most eight requests.
    """
    address = full_address(url)
    if address is None:
        return FetchFailed(FetchReason.BAD_ADDRESS)
    answer = await fetcher.fetch(FetchRequest(str(address)))
    if isinstance(answer, FetchFailed):
        return answer
    if not isinstance(answer, Fetched):
        return FetchFailed(FetchReason.BAD_ANSWER)
    parsed = await parser.parse(answer.body, answer.url, answer.content_type)
    if isinstance(parsed, ParsedFeed):
        return (FoundFeed(answer.permanent_url or str(address), parsed.title, parsed),)
    if parsed.reason not in PAGES:
        return _unread(parsed)
    return await _behind_page(fetcher, parser, answer)


def full_address(text: str) -> URL | None:
    """What a person typed, as an address: `deadline.example/tv` gets https, `feed:` is dropped."""
    text = text.strip().removeprefix("feed:").removeprefix("//")
    if "://" not in text:
        text = f"https://{text}"
    try:
        url = URL(text)
        if url.scheme not in SCHEME_PORTS or not url.host:
            return None
    except ValueError:
        return None
    channel = _CHANNEL.match(url.path)
    if channel and url.host.endswith("youtube.com"):
        # A channel's page hides its feed behind a consent page in some countries.
        return URL.build(
            scheme="https",
            host="www.youtube.com",
            path="/feeds/videos.xml",
            query={"channel_id": channel[1]},
        )
    return url


async def _behind_page(
    fetcher: Fetcher, parser: FeedParser, page: Fetched
) -> tuple[FoundFeed, ...] | FetchFailed:
    linked = await parser.feed_links(page.body, page.url, page.content_type)
    found = [await _try(fetcher, parser, link) for link in linked[:LINKED_LIMIT]]
    feeds = tuple(feed for feed in found if feed is not None)
    if feeds:
        return feeds
    for path in COMMON_PATHS:
        guess = str(URL(page.url).origin() / path)
        if guess not in linked and (feed := await _try(fetcher, parser, guess)) is not None:
            return (feed,)
    return FetchFailed(FetchReason.NO_FEED)


async def _try(fetcher: Fetcher, parser: FeedParser, url: str) -> FoundFeed | None:
    answer = await fetcher.fetch(FetchRequest(url))
    if not isinstance(answer, Fetched):
        return None
    parsed = await parser.parse(answer.body, answer.url, answer.content_type)
    if not isinstance(parsed, ParsedFeed):
        return None
    return FoundFeed(answer.permanent_url or url, parsed.title, parsed)


def _unread(parsed: ParseFailed) -> FetchFailed:
    wall = parsed.reason is ParseReason.BOT_WALL
    return FetchFailed(FetchReason.BOT_WALL if wall else FetchReason.NO_FEED, 200, detail="200")
