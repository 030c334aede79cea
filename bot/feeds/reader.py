"""One poll of one address, from the request to clean entries.

The body lives only in here, and the fetcher's slot is held until it is parsed: however many
sources are due, `FetchLimits.in_flight` bodies are in memory.
"""

from dataclasses import dataclass

from bot.feeds.answers import Fetched, FetchFailed, FetchRequest, NotModified, Receipt
from bot.feeds.feed import ParsedFeed, ParseFailed
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import FeedParser


@dataclass(frozen=True, slots=True)
class FeedRead:
    """An answer that was parsed; its body is dropped."""

    receipt: Receipt
    feed: ParsedFeed


ReadResult = FeedRead | NotModified | FetchFailed | ParseFailed


async def read(fetcher: Fetcher, parser: FeedParser, request: FetchRequest) -> ReadResult:
    """Ask an address once and read what it answers. Expected failures are values."""
    async with fetcher.exchange(request) as answer:
        if not isinstance(answer, Fetched):
            return answer
        parsed = await parser.parse(answer.body, answer.url, answer.content_type)
        return parsed if isinstance(parsed, ParseFailed) else FeedRead(answer.receipt(), parsed)
