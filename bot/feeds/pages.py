"""The feeds that an HTML page names. Runs in the worker process: a page may be megabytes long."""

from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from bot.feeds.charset import to_text
from bot.feeds.links import web_link

FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
PAGE_LIMIT = 1_000_000
LINK_LIMIT = 20


def feed_links(body: bytes, url: str, content_type: str = "") -> tuple[str, ...]:
    """Absolute addresses of `<link rel="alternate">` feeds, feeds of comments last."""
    tree = LexborHTMLParser(to_text(body, content_type)[:PAGE_LIMIT])
    base = tree.css_first("base[href]")
    root = urljoin(url, (base.attributes.get("href") or "") if base else "")
    found: dict[str, bool] = {}
    for node in tree.css("link[rel][href]")[:500]:
        attributes = {name: value or "" for name, value in node.attributes.items()}
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        if "alternate" in attributes["rel"].lower().split() and kind in FEED_TYPES:
            link = web_link(attributes["href"], root)
            found.setdefault(link, "comment" in (attributes.get("title", "") + link).lower())
    found.pop("", None)
    return tuple(sorted(found, key=lambda link: found[link]))[:LINK_LIMIT]
