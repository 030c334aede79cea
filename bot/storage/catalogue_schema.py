"""The tables of the catalogue's cache: what was read of each series, and which show it is."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from bot.storage.schema import metadata
from bot.storage.types import UtcDateTime

__all__ = ["metadata", "series", "series_links", "series_searches", "series_seasons"]


def _to_series() -> ForeignKey:
    return ForeignKey("series.id", ondelete="CASCADE")


# A series by the catalogue's own id. `fetched` is empty while only searches have brought it.
series = Table(
    "series",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("year", Integer),
    Column("network", Text, nullable=False),
    Column("streamer", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("language", String(40), nullable=False),
    Column("status", String(16), nullable=False),
    Column("url", Text, nullable=False),
    Column("image", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("externals", JSON, nullable=False),
    Column("changed", UtcDateTime),  # in the catalogue, by its own word
    Column("seen", UtcDateTime, nullable=False),  # when it was last found or asked for
    Column("akas", JSON, nullable=False),
    Column("people", JSON, nullable=False),  # its main cast
    Column("next_season", Integer),  # of the next episode, where its hour is known
    Column("next_number", Integer),
    Column("next_airs", UtcDateTime),
    Column("fetched", UtcDateTime),
    Column("stale", Boolean, nullable=False),  # the catalogue has changed it since
    Column("failures", Integer, nullable=False),
    Column("due", UtcDateTime),  # after a failure: when to try again
    Index(None, "fetched"),
    Index(None, "seen"),
)

# `since` is when we first saw this premiere. `noted` and `stood` say that it was handed over as a
# claim: when it was new, and once it had stood.
series_seasons = Table(
    "series_seasons",
    metadata,
    Column("series_id", BigInteger, _to_series(), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("premiere", String(16), nullable=False),  # canonical text (bot.news.model.When) or ""
    Column("ends", Date),
    Column("episodes", Integer),
    Column("network", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("noted", Boolean, nullable=False),
    Column("stood", Boolean, nullable=False),
    Index(None, "noted", "stood"),
)

# Which series a show is. A show that was looked for in vain has none, and is looked for again.
series_links = Table(
    "series_links",
    metadata,
    Column("show_key", String(120), primary_key=True),
    Column("series_id", BigInteger, _to_series(), unique=True),
    Column("tried", UtcDateTime, nullable=False),
)

# What texts found, so that they are not asked about again for a while.
series_searches = Table(
    "series_searches",
    metadata,
    Column("text", String(100), primary_key=True),
    Column("found", JSON, nullable=False),  # ids, the likeliest first
    Column("at", UtcDateTime, nullable=False, index=True),
)
