"""Addresses from feeds, let through only as plain web links that Discord accepts."""

from urllib.parse import urlsplit

from yarl import URL

BUTTON_LIMIT = 512
EMBED_LIMIT = 2048


def web_link(address: str, limit: int = EMBED_LIMIT) -> str | None:
    """The address as an http(s) link of ASCII, or None when it is none or is too long.

    Parentheses are encoded, so that the link can stand in `[name](link)`. A user name before the
    host ("https://netflix.com@example.org") is a disguise and refuses the whole address.
    """
    try:
        parsed = urlsplit(address.strip())
        if parsed.scheme.lower() not in {"http", "https"} or "@" in parsed.netloc:
            return None
        link = str(URL(address.strip()))
    except ValueError:
        return None
    host = URL(link).raw_host or ""
    if not host or not host.isascii() or ("." not in host.strip(".") and ":" not in host):
        return None
    encoded = link.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")
    return encoded if len(encoded) <= limit and encoded.isascii() else None
