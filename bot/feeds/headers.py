"""What a server says about time: Retry-After, Cache-Control, Expires. Pure functions of headers."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.feeds.answers import CacheHints

RETRY_SHORTEST = 60.0
RETRY_LONGEST = 86_400.0


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (seconds or an HTTP date), None when it says nothing.

    Between a minute and a day: less would be a hammer, more is a misconfiguration.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    elif (date := http_date(text)) is not None:
        seconds = (date - now).total_seconds()
    else:
        return None
    return min(max(seconds, RETRY_SHORTEST), RETRY_LONGEST)


def cache_hints(headers: Mapping[str, str], now: datetime) -> CacheHints:
    """How long an answer stays fresh (RFC 9111): max-age before Expires, less its Age.

    `no-cache` and `no-store` cancel both.
    """
    directives = _directives(headers.get("Cache-Control", ""))
    if "no-cache" in directives or "no-store" in directives:
        return CacheHints()
    fresh = _seconds(directives.get("max-age", ""))
    if fresh is None:
        fresh = _until_expiry(headers, now)
    if fresh is None:
        return CacheHints()
    age = _seconds(headers.get("Age", "")) or 0
    return CacheHints(timedelta(seconds=max(fresh - age, 0)))


def http_date(value: str) -> datetime | None:
    """An HTTP date as an aware time in UTC, None for what is none (`0` and `-1` are common)."""
    try:
        parsed = parsedate_to_datetime(value)
        return (parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _until_expiry(headers: Mapping[str, str], now: datetime) -> int | None:
    expires = http_date(headers.get("Expires", ""))
    if expires is None:
        return None
    sent = http_date(headers.get("Date", "")) or now
    return int((expires - sent).total_seconds())


def _directives(value: str) -> dict[str, str]:
    parts = (part.partition("=") for part in value.lower().split(","))
    return {name.strip(): text.strip(' "') for name, _, text in parts}


def _seconds(text: str) -> int | None:
    text = text.strip()
    return int(text[:9]) if text.isascii() and text.isdigit() else None
