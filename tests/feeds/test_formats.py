"""From bytes to articles: each file of `formats/` with the articles it must give beside it.

The expectation names the feed's own fields and every article's; a field left out is empty.
"""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.feeds.extract import read_feed
from bot.feeds.feed import ParsedFeed

FORMATS = Path(__file__).parent / "formats"
URL = "https://feeds.example/tv/feed.xml"
CONTENT_TYPES = {"charset-utf-8-called-latin-by-http": "text/xml; charset=ISO-8859-1"}


def plain(value: object) -> object:
    """A value as JSON holds it."""
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case frozenset() | tuple():
            return sorted(value) if isinstance(value, frozenset) else list(value)
        case _:
            return value


def described(feed: ParsedFeed) -> dict[str, Any]:
    """A feed without its empty fields."""
    fields = {name: getattr(feed, name) for name in ParsedFeed.__slots__ if name != "entries"}
    articles = [asdict(entry.article) for entry in feed.entries]
    return {
        "feed": _filled(fields),
        "articles": [_filled(article) for article in articles],
    }


def _filled(fields: dict[str, object]) -> dict[str, object]:
    return {name: plain(value) for name, value in fields.items() if value}


@pytest.mark.parametrize("path", sorted(FORMATS.glob("*.xml")), ids=lambda path: path.stem)
def test_a_format_gives_its_articles(path: Path) -> None:
    feed = read_feed(path.read_bytes(), URL, CONTENT_TYPES.get(path.stem, ""))

    assert isinstance(feed, ParsedFeed)
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert described(feed) == expected


def test_every_expectation_has_its_feed() -> None:
    names = {path.stem for path in FORMATS.glob("*.json")}
    assert names == {path.stem for path in FORMATS.glob("*.xml")}
