"""From feedparser's dictionary to clean articles. Runs in the worker process.

Every field is bounded before it is looked at; every link is absolute and http(s) or dropped.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import feedparser

from bot.feeds.canonical import canonical_link
from bot.feeds.charset import to_text
from bot.feeds.dates import read_date
from bot.feeds.feed import ParsedFeed, ParseFailed, ParseReason
from bot.feeds.links import web_link
from bot.feeds.soundness import PROLOG, sound_xml
from bot.feeds.text import (
    FIELD_LIMIT,
    first_image,
    italics,
    one_line,
    plain_summary,
    plain_title,
)
from bot.feeds.window import newest_entries
from bot.news.model import Article
from bot.news.newness import Entry, with_marks

ENTRY_LIMIT = 500
TITLE_LIMIT = 500
SUMMARY_LIMIT = 5_000
NAME_LIMIT = 200
CATEGORY_LIMIT = 30
GUID_LIMIT = 500

PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8_760}

_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?&])", re.IGNORECASE)
_WALL_TITLES = ("just a moment", "attention required", "access denied", "are you a robot",
                "ddos-guard", "checking your browser", "pardon our interruption")  # fmt: skip
_SKIP_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)

Raw = Any  # feedparser's dictionaries are typed by nobody


def read_feed(body: bytes, url: str, content_type: str = "") -> ParsedFeed | ParseFailed:
    """The feed in a body that came from `url`. Expected failures are values."""
    text = to_text(body, content_type)
    if not text:
        return ParseFailed(ParseReason.EMPTY)
    text, dropped = newest_entries(text, ENTRY_LIMIT)
    raw = _parsed(text)
    if raw is None:
        return ParseFailed(ParseReason.NOT_A_FEED)
    if not raw.version and not raw.entries:
        return _what_else(text)
    feed = _feed(raw, text, url)
    return replace(feed, dropped=feed.dropped + dropped)


def _parsed(text: str) -> Raw | None:
    """feedparser's result; None where it raises, as it does over some XML that is broken badly."""
    try:
        # A file object, never the text itself: feedparser would open a file or URL of that name.
        # It is not told the address: it would make links of guids that are none.
        return feedparser.parse(
            io.BytesIO(sound_xml(text)),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "text/xml; charset=utf-8"},
        )
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None


def _what_else(text: str) -> ParseFailed:
    head = text[:FIELD_LIMIT].lower()
    if "<html" not in head and "<!doctype html" not in head:
        return ParseFailed(ParseReason.NOT_A_FEED)
    found = _HTML_TITLE.search(head)
    title = plain_title(found[1], NAME_LIMIT) if found else ""
    wall = title.startswith(_WALL_TITLES)
    return ParseFailed(ParseReason.BOT_WALL if wall else ParseReason.HTML, title)


def _feed(raw: Raw, text: str, url: str) -> ParsedFeed:
    head = raw.feed
    title = plain_title(_text(head, "title"), NAME_LIMIT)
    entries = [
        entry
        for item in raw.entries[:ENTRY_LIMIT]
        if (entry := _entry(item, url, title)) is not None
    ]
    return ParsedFeed(
        title,
        web_link(_text(head, "link"), url),
        tuple(_rel_links(head, "hub", url))[:3],
        next(_rel_links(head, "self", url), ""),
        _ttl(_text(head, "ttl")),
        _update_period(head),
        _skip_hours(text),
        with_marks(entries),
        len(raw.entries) - len(entries),
    )


def _entry(raw: Raw, url: str, source: str) -> Entry | None:
    html = _html(raw)
    summary = plain_summary(html, SUMMARY_LIMIT)
    title = plain_title(_text(raw, "title"), TITLE_LIMIT) or one_line(summary, 100)
    if not title:
        return None
    base = _base(raw, url)
    link = _link(raw, base)
    date_text, published = _published(raw)
    guid = one_line(_text(raw, "id"), GUID_LIMIT)
    keys = tuple(_keys(guid, canonical_link(link), title, date_text))
    article = Article(
        guid or canonical_link(link) or keys[-1],
        title,
        summary,
        link,
        source,
        published,
        _categories(raw),
        _image(raw, html, link or base),
        italics=(*italics(_text(raw, "title")), *italics(html)),
    )
    return Entry(keys, article)


def _keys(guid: str, link: str, title: str, date: str) -> Iterator[str]:
    folded = " ".join(title.casefold().split())
    if guid:
        yield f"g:{_digest(guid)}"
    if link:
        yield f"l:{_digest(link)}"
    # A title alone says little ("Official Trailer"); with its date it is an article.
    if date:
        yield f"t:{_digest(folded, date)}"
    yield f"x:{_digest(guid, link, folded, '' if guid or link else date)}"


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def _text(raw: Raw, name: str) -> str:
    # Past feedparser's own `get`, which is slow and gives other fields for those that lack.
    value = dict.get(raw, name)
    return value[:FIELD_LIMIT] if isinstance(value, str) else ""


def _part(raw: Raw, name: str) -> Raw:
    value = dict.get(raw, name)
    return value if isinstance(value, dict) else {}


def _parts(raw: Raw, name: str) -> list[Raw]:
    # A feed may have an element called <links>: then the name holds its text.
    value = dict.get(raw, name)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _html(raw: Raw) -> str:
    """The description, or else the longest of the contents: a notice needs no whole article."""
    summary = _text(raw, "summary") or _text(raw, "media_description")
    if summary.strip():
        return summary
    contents = (_text(content, "value") for content in _parts(raw, "content"))
    return max(contents, key=len, default="")


def _base(raw: Raw, url: str) -> str:
    for name in ("title_detail", "summary_detail"):
        base = _text(_part(raw, name), "base")
        if base:
            return web_link(base, url) or url
    return url


def _link(raw: Raw, base: str) -> str:
    link = _text(raw, "link")
    if dict.get(raw, "guidislink") and link == _text(raw, "id") and "://" not in link:
        link = ""  # a guid is a link unless it says otherwise, and few that are none say so
    candidates = [_text(raw, "feedburner_origlink"), link]
    candidates += [_text(link, "href") for link in _parts(raw, "links") if _is_page(link)]
    links = (web_link(candidate, base) for candidate in candidates if candidate)
    return next(filter(None, links), "")


def _is_page(link: Raw) -> bool:
    return (_text(link, "rel") or "alternate") in {"alternate", "self", "related", "via"}


def _rel_links(raw: Raw, rel: str, base: str) -> Iterator[str]:
    for link in _parts(raw, "links"):
        if _text(link, "rel") == rel and (found := web_link(_text(link, "href"), base)):
            yield found


def _published(raw: Raw) -> tuple[str, datetime | None]:
    """The date's own text, which goes into a key, and the moment it means."""
    for name in ("published", "created", "updated"):
        text = _text(raw, name)
        if text and (moment := read_date(text)):
            return moment.isoformat(), moment
    return "", None


def _categories(raw: Raw) -> tuple[str, ...]:
    terms = (_text(tag, "label") or _text(tag, "term") for tag in _parts(raw, "tags"))
    names = (plain_title(term, NAME_LIMIT) for term in terms)
    return tuple(dict.fromkeys(filter(None, names)))[:CATEGORY_LIMIT]


def _image(raw: Raw, html: str, base: str) -> str:
    contents = "".join(_text(content, "value") for content in _parts(raw, "content"))
    candidates: Iterable[str] = (
        *_media(raw, "media_content"),
        *_media(raw, "media_thumbnail"),
        *_enclosed(raw),
        _text(_part(raw, "image"), "href"),
        first_image(html) or first_image(contents),
    )
    links = (web_link(candidate, base) for candidate in candidates if candidate)
    return next(filter(None, links), "")


def _media(raw: Raw, name: str) -> list[str]:
    """Picture addresses of media:*, the widest first."""
    pictures = [
        (_width(item), _text(item, "url"))
        for item in _parts(raw, name)
        if name == "media_thumbnail" or _is_picture(item, _text(item, "url"))
    ]
    return [url for _, url in sorted(pictures, key=lambda picture: -picture[0])]


def _enclosed(raw: Raw) -> list[str]:
    return [
        _text(link, "href")
        for link in _parts(raw, "links")
        if _text(link, "rel") == "enclosure" and _is_picture(link, _text(link, "href"))
    ]


def _is_picture(item: Raw, url: str) -> bool:
    kind = f"{_text(item, 'type')} {_text(item, 'medium')}"
    return "image" in kind or (not kind.strip() and _IMAGE_NAME.search(url) is not None)


def _width(item: Raw) -> int:
    width = _text(item, "width")[:6]
    return int(width) if width.isascii() and width.isdigit() else 0


def _ttl(text: str) -> timedelta | None:
    text = text.strip()[:6]
    return timedelta(minutes=int(text)) if text.isascii() and text.isdigit() else None


def _update_period(head: Raw) -> timedelta | None:
    hours = PERIODS.get(_text(head, "sy_updateperiod").strip().lower())
    if hours is None:
        return None
    frequency = _text(head, "sy_updatefrequency").strip()[:4]
    times = int(frequency) if frequency.isascii() and frequency.isdigit() else 1
    return timedelta(hours=hours) / max(times, 1)


def _skip_hours(text: str) -> frozenset[int]:
    # Read from the text: feedparser keeps the last of the hours only.
    block = _SKIP_HOURS.search(text, 0, PROLOG)
    return frozenset(int(hour) % 24 for hour in _HOUR.findall(block[1])) if block else frozenset()
