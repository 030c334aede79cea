"""The feeds of the demo's outlets as XML: RSS 2.0, Atom, and Atom as a video site writes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.demo.script import Format, Outlet

# Written as attributes of the root, with the prefixes that outlets use.
ATOM = {"xmlns": "http://www.w3.org/2005/Atom"}
MEDIA = {"xmlns:media": "http://search.yahoo.com/mrss/"}
YOUTUBE = {"xmlns:yt": "http://www.youtube.com/xml/schemas/2015"}

CONTENT_TYPES = {
    Format.RSS: "application/rss+xml",
    Format.ATOM: "application/atom+xml",
    Format.YOUTUBE: "text/xml",
}


@dataclass(frozen=True, slots=True)
class Published:
    """An item as it stands in a feed: absolute addresses, the moment of publication (UTC)."""

    title: str
    summary: str
    link: str
    guid: str
    categories: tuple[str, ...]
    image: str
    at: datetime


def feed_xml(outlet: Outlet, home: str, address: str, entries: Sequence[Published]) -> bytes:
    """The outlet's feed in its format, newest entry first.

    `home` is the outlet's page, `address` the feed's own; `entries` are in order of publication.
    """
    newest_first = entries[::-1]
    match outlet.format:
        case Format.RSS:
            root = _rss(outlet, home, newest_first)
        case Format.ATOM:
            root = _atom(outlet, home, address, newest_first)
        case Format.YOUTUBE:
            root = _youtube(outlet, home, address, newest_first)
    xml: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _rss(outlet: Outlet, home: str, entries: Sequence[Published]) -> Element:
    rss = Element("rss", {"version": "2.0", **MEDIA})
    channel = SubElement(rss, "channel")
    _text(channel, "title", outlet.name)
    _text(channel, "link", home)
    _text(channel, "description", outlet.name)
    _text(channel, "language", outlet.language)
    for entry in entries:
        item = SubElement(channel, "item")
        _text(item, "title", entry.title)
        _text(item, "link", entry.link)
        _text(item, "description", entry.summary)
        _text(item, "guid", entry.guid).set("isPermaLink", "false")
        _text(item, "pubDate", format_datetime(entry.at, usegmt=True))
        for category in entry.categories:
            _text(item, "category", category)
        if entry.image:
            SubElement(item, "media:content", url=entry.image, medium="image")
    return rss


def _atom(outlet: Outlet, home: str, address: str, entries: Sequence[Published]) -> Element:
    feed = _atom_head(outlet, home, address, entries)
    for entry in entries:
        item = _atom_entry(feed, entry)
        _text(item, "summary", entry.summary).set("type", "html")
        for category in entry.categories:
            SubElement(item, "category", term=category)
        if entry.image:
            SubElement(item, "media:thumbnail", url=entry.image)
    return feed


def _youtube(outlet: Outlet, home: str, address: str, entries: Sequence[Published]) -> Element:
    feed = _atom_head(outlet, home, address, entries)
    for entry in entries:
        item = _atom_entry(feed, entry)
        _text(item, "yt:videoId", entry.guid.removeprefix("yt:video:"))
        group = SubElement(item, "media:group")
        _text(group, "media:title", entry.title)
        if entry.image:
            SubElement(group, "media:thumbnail", url=entry.image, width="640", height="360")
        _text(group, "media:description", entry.summary)
    return feed


def _atom_head(outlet: Outlet, home: str, address: str, entries: Sequence[Published]) -> Element:
    feed = Element("feed", {**ATOM, **MEDIA, **YOUTUBE, "xml:lang": outlet.language})
    _text(feed, "title", outlet.name)
    _text(feed, "id", address)
    _text(feed, "updated", entries[0].at.isoformat())
    SubElement(feed, "link", rel="self", href=address)
    SubElement(feed, "link", rel="alternate", href=home)
    _text(SubElement(feed, "author"), "name", outlet.name)
    return feed


def _atom_entry(feed: Element, entry: Published) -> Element:
    item = SubElement(feed, "entry")
    _text(item, "id", entry.guid)
    _text(item, "title", entry.title)
    SubElement(item, "link", rel="alternate", href=entry.link)
    _text(item, "published", entry.at.isoformat())
    _text(item, "updated", entry.at.isoformat())
    return item


def _text(parent: Element, tag: str, text: str) -> Element:
    child = SubElement(parent, tag)
    child.text = text
    return child
