"""Links out of feeds: absolute, http(s), bounded, or none at all."""

import re
from urllib.parse import urljoin, urlsplit

from bot.feeds.text import one_line

LINK_LIMIT = 2_000

# What would end a link, or a Markdown link around it.
_UNSAFE = re.compile(r"[\s\"<>\\^`{|}()\[\]]")

_HOSTLESS = re.compile(r"https?:(?!//[^/?#])", re.IGNORECASE)


def web_link(link: str, base: str) -> str:
    """An absolute http(s) link, "" for anything else (`javascript:`, `data:`, a broken one)."""
    text = one_line(link[: 2 * LINK_LIMIT], 2 * LINK_LIMIT)
    if not text or _HOSTLESS.match(text):
        return ""
    try:
        absolute = urljoin(base, text)
        parts = urlsplit(absolute)
        host, _ = parts.hostname or "", parts.port  # a port that is no number raises
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return ""
    if _UNSAFE.search(host):
        return ""
    start = len(parts.scheme) + len("://") + len(parts.netloc)  # an IPv6 host keeps its brackets
    safe = f"{parts.scheme}://{parts.netloc}" + _UNSAFE.sub(_percent, absolute[start:])
    return safe if len(safe) <= LINK_LIMIT else ""


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
