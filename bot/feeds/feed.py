"""What parsing brings out of a body. Light to import: the worker process loads it, not the web."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto

from bot.news.newness import Entry

__all__ = ["Entry", "ParseFailed", "ParseReason", "ParsedFeed"]


class ParseReason(StrEnum):
    """Why a body gave no feed. Each has its words in the catalogue: `feeds.unread.<reason>`."""

    EMPTY = auto()
    HTML = auto()
    BOT_WALL = auto()
    NOT_A_FEED = auto()
    TOO_SLOW = auto()
    CRASHED = auto()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed, cleaned: plain text, absolute http(s) links, entries as the document orders them.

    `update_period` is what `sy:*` says of the feed's rhythm, `skip_hours` are hours of the day in
    UTC, `dropped` counts entries that hold neither title nor text, or stand beyond the limit.
    """

    title: str = ""
    link: str = ""
    hubs: tuple[str, ...] = ()
    topic: str = ""
    ttl: timedelta | None = None
    update_period: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    entries: tuple[Entry, ...] = ()
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """The body is no feed that can be read. `detail` is short and safe to show."""

    reason: ParseReason
    detail: str = ""

    @property
    def key(self) -> str:
        """The id of its words in the message catalogue."""
        return f"feeds.unread.{self.reason}"
