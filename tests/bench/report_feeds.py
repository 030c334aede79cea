"""What parsing loses, feed by feed: `python -m tests.bench.report_feeds FOLDER`.

Each feed is read twice: by the bot, and by feedparser with its defaults. A line tells how many
items the text holds, how many articles came out, and what those lack.
"""

import argparse
import io
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import feedparser

from bot.feeds.extract import read_feed
from bot.feeds.feed import ParsedFeed, ParseFailed
from bot.feeds.text import plain_title
from bot.news.model import Article

_ITEM = re.compile(rb"<(?:item|entry)[\s>]")
_MOJIBAKE = re.compile("\ufffd|Ã[\x80-\xbf©¨¤¶¼]|â€|&(?:#\\d+|[a-z]{2,8});")


@dataclass(frozen=True)
class Row:
    """What became of one feed."""

    name: str
    items: int
    articles: int
    lacks: dict[str, int]
    titles_differ: int
    milliseconds: float
    failed: str = ""


def report(path: Path) -> Row:
    """Read one feed in both ways."""
    body = path.read_bytes()
    items = len(_ITEM.findall(body))
    started = time.perf_counter()
    feed = read_feed(body, f"https://feeds.example/{path.name}", "application/xml")
    spent = (time.perf_counter() - started) * 1000
    if isinstance(feed, ParseFailed):
        return Row(path.name, items, 0, {}, 0, spent, f"{feed.reason}: {feed.detail}")
    articles = [entry.article for entry in feed.entries]
    return Row(path.name, items, len(articles), _lacks(articles), _differing(feed, body), spent)


def _lacks(articles: list[Article]) -> dict[str, int]:
    counts = {
        "link": sum(not article.link for article in articles),
        "date": sum(article.published is None for article in articles),
        "summary": sum(not article.summary for article in articles),
        "image": sum(not article.image for article in articles),
        "garbled": sum(bool(_MOJIBAKE.search(f"{a.title} {a.summary}")) for a in articles),
    }
    return {name: count for name, count in counts.items() if count}


def _differing(feed: ParsedFeed, body: bytes) -> int:
    raw = feedparser.parse(io.BytesIO(body))
    theirs = {plain_title(entry.get("title", ""), 500) for entry in raw.entries[:500]}
    return sum(entry.article.title not in theirs for entry in feed.entries)


def lines(rows: list[Row]) -> Iterator[str]:
    """The report as text."""
    yield f"{'feed':52} {'items':>6} {'read':>6} {'other':>6} {'ms':>6}  lacking"
    for row in rows:
        lacking = ", ".join(f"{name} {count}" for name, count in row.lacks.items())
        yield (
            f"{row.name[:52]:52} {row.items:6} {row.articles:6} {row.titles_differ:6} "
            f"{row.milliseconds:6.0f}  {row.failed or lacking}"
        )
    items, articles = sum(row.items for row in rows), sum(row.articles for row in rows)
    yield f"{len(rows)} feeds, {items} items, {articles} articles"


def main() -> int:
    """Report on every `*.xml` of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    paths = sorted(parser.parse_args().folder.glob("*.xml"))
    sys.stdout.write("\n".join(lines([report(path) for path in paths])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
