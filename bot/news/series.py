"""What the catalogue of series knows, as the rest of the bot sees it, whoever runs the catalogue.

Its text is a stranger's: plain and bounded by whoever reads it in, escaped by whoever shows it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto

from bot.news.model import Precision, Show, When


class SeriesStatus(StrEnum):
    """How a series stands by the catalogue's word. `UNDECIDED`: nobody has said if it goes on."""

    RUNNING = auto()
    ENDED = auto()
    UNDECIDED = auto()
    IN_DEVELOPMENT = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Aka:
    """A further name. `country` is the two letters of where it is used, "" for its own country."""

    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class ExternalIds:
    """The series in other catalogues; "" and None where it is in none."""

    imdb: str = ""
    tvdb: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesSeason:
    """A season by its number, with what is known of it; `episodes` is how many are ordered."""

    number: int
    premiere: When | None = None
    end: date | None = None
    episodes: int | None = None
    network: str = ""

    @property
    def premiere_day(self) -> date | None:
        """The day of the premiere, where it is known to the day."""
        if self.premiere is None or self.premiere.precision is not Precision.DAY:
            return None
        return self.premiere.start


@dataclass(frozen=True, slots=True)
class CastMember:
    """Who plays whom; the character may be unnamed."""

    person: str
    character: str = ""


@dataclass(frozen=True, slots=True)
class NextEpisode:
    """The episode that airs next, and when (UTC, to the minute)."""

    season: int
    number: int
    airs: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series as a search finds it: enough to tell it from its namesakes.

    `id` is the catalogue's own. `network` is the channel that broadcasts it, `streamer` the service
    that streams it; most have one of the two. `url` is its page, to be linked as the source.
    """

    id: int
    title: str
    year: int | None = None
    network: str = ""
    streamer: str = ""
    country: str = ""
    language: str = ""
    status: SeriesStatus = SeriesStatus.UNKNOWN
    url: str = ""
    image: str = ""
    summary: str = ""
    externals: ExternalIds = ExternalIds()
    changed: datetime | None = None  # when the catalogue last changed it

    @property
    def home(self) -> str:
        """Where to watch it: the channel, else the streamer."""
        return self.network or self.streamer


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueDetail(Series):
    """All that is kept of a series. The cast is the main cast, the most important first.

    `next_episode` is there only where the hour is known; `fetched` is when we asked last.
    """

    seasons: tuple[SeriesSeason, ...] = ()
    cast: tuple[CastMember, ...] = ()
    akas: tuple[Aka, ...] = ()
    next_episode: NextEpisode | None = None
    fetched: datetime | None = None


@dataclass(frozen=True, slots=True)
class CataloguePremiere:
    """The catalogue's word on when a season begins.

    `said` is when we first saw this date there. `stood` is False when the date is new, and True
    the second time, once it has stood for 48 hours. A date that comes back after another stood in
    its place is new again, with another `said`.
    """

    show: Show
    season: int
    when: When
    said: datetime
    stood: bool
    url: str
