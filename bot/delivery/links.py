"""Addresses from feeds, let through only as plain web links that Discord accepts."""

from urllib.parse import quote, urlsplit

from yarl import URL

BUTTON_LIMIT = 512
EMBED_LIMIT = 2048

# What would end `[name](link)` or mean something to Discord inside of it.
_MEANINGFUL = "()[]<>@*|`\\"


def web_link(address: str, limit: int = EMBED_LIMIT) -> str | None:
    """The address as an http(s) link of ASCII, or None when it is none or is too long.

    A user name before the host ("https://netflix.com@example.org") is a disguise and refuses the
    whole address, as does a host that is no name or number on the web.
    """
    try:
        parsed = urlsplit(address.strip())
        if parsed.scheme.lower() not in {"http", "https"} or "@" in parsed.netloc:
            return None
        link = str(URL(address.strip()))
    except ValueError:
        return None
    host = URL(link).raw_host or ""
    if "." not in host.strip(".") or ":" in host:
        return None
    for character in _MEANINGFUL:
        link = link.replace(character, quote(character, safe=""))
    return link if len(link) <= limit and link.isascii() else None
