"""The port behind which a catalogue of series is asked. Every expected failure is a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Protocol

from bot.news.series import CatalogueDetail, Series


class CatalogueReason(StrEnum):
    """Why the catalogue gave nothing. Each has its words: `catalogue.failed.<reason>`."""

    SWITCHED_OFF = auto()
    RESTING = auto()  # it failed a moment ago and is left in peace
    BUSY = auto()  # we have asked as often as it allows
    RATE_LIMITED = auto()
    UNREACHABLE = auto()
    TIMEOUT = auto()
    STATUS = auto()
    UNREADABLE = auto()
    TOO_LARGE = auto()
    NOT_FOUND = auto()


# What says something about one series or about us, and nothing about the catalogue's health.
HARMLESS = frozenset(
    {
        CatalogueReason.SWITCHED_OFF,
        CatalogueReason.RESTING,
        CatalogueReason.BUSY,
        CatalogueReason.TOO_LARGE,
        CatalogueReason.NOT_FOUND,
    }
)


@dataclass(frozen=True, slots=True)
class CatalogueFailed:
    """Nothing came. `status` is the HTTP status, 0 for none.

    `retry_after` is the pause in seconds that the catalogue asked for, None where it did not.
    """

    reason: CatalogueReason
    status: int = 0
    retry_after: float | None = None

    @property
    def key(self) -> str:
        """The id of its words; they take the field `status`."""
        return f"catalogue.failed.{self.reason}"


class Span(StrEnum):
    """How far back a list of updates goes."""

    DAY = auto()
    WEEK = auto()
    MONTH = auto()


class Catalogue(Protocol):
    """A catalogue of series on the network. It never raises for what the other side does.

    `within` are the seconds that the caller can wait: where calls are short it fails at once.
    Without it the call waits for its turn.
    """

    def is_ready(self) -> bool:
        """Whether somebody who waits may be sent there now."""
        ...

    async def search(
        self, text: str, within: float | None = None
    ) -> tuple[Series, ...] | CatalogueFailed:
        """The series that a text may mean, the likeliest first."""
        ...

    async def detail(
        self, series_id: int, within: float | None = None
    ) -> CatalogueDetail | CatalogueFailed:
        """All of one series."""
        ...

    async def updates(self, span: Span) -> Mapping[int, datetime] | CatalogueFailed:
        """The series that changed within a span, with the time of their last change."""
        ...


class NoCatalogue:
    """The catalogue of a bot that asks none."""

    def is_ready(self) -> bool:
        """Never."""
        return False

    async def search(self, text: str, within: float | None = None) -> CatalogueFailed:
        """Nothing."""
        return CatalogueFailed(CatalogueReason.SWITCHED_OFF)

    async def detail(self, series_id: int, within: float | None = None) -> CatalogueFailed:
        """Nothing."""
        return CatalogueFailed(CatalogueReason.SWITCHED_OFF)

    async def updates(self, span: Span) -> CatalogueFailed:
        """Nothing."""
        return CatalogueFailed(CatalogueReason.SWITCHED_OFF)
