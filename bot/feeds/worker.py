"""What runs inside the parsing process: the parser, and nothing of Discord, web or database."""

import signal

from bot.feeds.extract import read_feed
from bot.feeds.feed import ParsedFeed, ParseFailed, ParseReason
from bot.feeds.pages import feed_links as feed_links


def prepare() -> None:
    """Leave Ctrl-C to the parent, which stops its workers in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def parse(body: bytes, url: str, content_type: str) -> ParsedFeed | ParseFailed:
    """Read a feed; whatever feedparser raises over bytes from outside is the feed's failure."""
    try:
        return read_feed(body, url, content_type)
    except Exception as error:
        return ParseFailed(ParseReason.CRASHED, type(error).__name__)
