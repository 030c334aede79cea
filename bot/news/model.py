"""The frozen types that flow through Greenlit, in the order in which news flows.

    Source -> Article -> Claim -> Fact -> Announcement -> Delivery -> Post

Every time is an aware `datetime` in UTC. Types that only storage or delivery know (a delivery, a
post) live there; here stands what news itself is made of.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum, auto


class Kind(StrEnum):
    """What a follower can wish to hear of."""

    SEASON = auto()
    TRAILER = auto()
    CAST = auto()


ALL_KINDS = frozenset(Kind)


class Event(Enum):
    """What happened, finer than its kind. The value is (name, kind)."""

    ORDERED = ("ordered", Kind.SEASON)
    RENEWED = ("renewed", Kind.SEASON)
    CANCELLED = ("cancelled", Kind.SEASON)
    ENDING = ("ending", Kind.SEASON)
    DATED = ("dated", Kind.SEASON)
    MOVED = ("moved", Kind.SEASON)
    PRODUCTION = ("production", Kind.SEASON)
    TRAILER = ("trailer", Kind.TRAILER)
    TEASER = ("teaser", Kind.TRAILER)
    CLIP = ("clip", Kind.TRAILER)
    IMAGES = ("images", Kind.TRAILER)
    JOINS = ("joins", Kind.CAST)
    EXITS = ("exits", Kind.CAST)
    RETURNS = ("returns", Kind.CAST)
    RECAST = ("recast", Kind.CAST)

    label: str
    kind: Kind

    # Members are compared by identity; Enum's own, written in Python, is slow where all is counted.
    __hash__ = object.__hash__

    def __init__(self, label: str, kind: Kind) -> None:
        self.label = label
        self.kind = kind

    @classmethod
    def of(cls, label: str) -> "Event":
        """The event of that name. Raises KeyError for a name that is none."""
        return cls[label.upper()]

    @property
    def is_quiet(self) -> bool:
        """Whether the event is read but never told: a clip or stills are no trailer drop."""
        return self in {Event.CLIP, Event.IMAGES}


VIDEOS = frozenset({Event.TRAILER, Event.TEASER})


class Certainty(StrEnum):
    """How sure the article is. Only `reported` and `confirmed` are told by default."""

    RUMOUR = auto()
    REPORTED = auto()
    CONFIRMED = auto()

    @property
    def rank(self) -> int:
        """0 for a rumour, 2 for what is confirmed."""
        return list(Certainty).index(self)


class Trust(StrEnum):
    """Who speaks: a network or its video channel, a trade paper, the press, a blog."""

    BLOG = auto()
    PRESS = auto()
    CATALOGUE = auto()  # a season's date as the catalogue of series has it; no outlet
    TRADE = auto()
    OFFICIAL = auto()

    @property
    def rank(self) -> int:
        """0 for a blog, 4 for an official voice."""
        return list(Trust).index(self)


OUTLET_TRUSTS = tuple(trust for trust in Trust if trust is not Trust.CATALOGUE)


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = auto()
    MONTH = auto()
    SEASON = auto()
    HALF = auto()
    YEAR = auto()


_CANONICAL = re.compile(
    r"(?P<year>[1-9]\d{3})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?| (?P<part>[a-z]+))?", re.ASCII
)
# A part of a year: its first month and how many months it has.
_PARTS = {
    "spring": (3, 3, Precision.SEASON),
    "summer": (6, 3, Precision.SEASON),
    "fall": (9, 3, Precision.SEASON),
    "winter": (12, 3, Precision.SEASON),
    "early": (1, 4, Precision.HALF),
    "mid": (5, 4, Precision.HALF),
    "late": (9, 4, Precision.HALF),
}


@dataclass(frozen=True, slots=True)
class When:
    """A date or a window: the days from `start` to `end`, both included."""

    start: date
    end: date
    precision: Precision

    def __str__(self) -> str:
        """The canonical text: `2027-03-03`, `2027-03`, `2027 spring`, `2027 mid`, `2027`."""
        match self.precision:
            case Precision.DAY:
                return self.start.isoformat()
            case Precision.MONTH:
                return f"{self.start:%Y-%m}"
            case Precision.SEASON:
                # A winter is named for the year in which it ends.
                names = {3: "spring", 6: "summer", 9: "fall", 12: "winter"}
                return f"{self.end.year} {names[self.start.month]}"
            case Precision.HALF:
                names = {1: "early", 5: "mid", 9: "late"}
                return f"{self.start.year} {names[self.start.month]}"
            case Precision.YEAR:
                return str(self.start.year)

    @classmethod
    def parse(cls, text: str) -> "When | None":
        """The date or window of a canonical text, None for a text that is none."""
        found = _CANONICAL.fullmatch(text)
        if found is None:
            return None
        year, month, day, part = found.group("year", "month", "day", "part")
        try:
            if day:
                exact = date(int(year), int(month), int(day))
                return cls(exact, exact, Precision.DAY)
            if month:
                return cls._months(int(year), int(month), 1, Precision.MONTH)
            return cls._part(int(year), part)
        except ValueError:
            return None

    @classmethod
    def _part(cls, year: int, part: str | None) -> "When | None":
        if part is None:
            return cls._months(year, 1, 12, Precision.YEAR)
        if part not in _PARTS:
            return None
        first, count, precision = _PARTS[part]
        return cls._months(year - (part == "winter"), first, count, precision)

    @classmethod
    def _months(cls, year: int, first: int, count: int, precision: Precision) -> "When":
        last_year, last = year + (first + count - 2) // 12, (first + count - 2) % 12 + 1
        end = date(last_year, last, calendar.monthrange(last_year, last)[1])
        return cls(date(year, first, 1), end, precision)

    def holds(self, other: "When") -> bool:
        """Whether the other lies within this one: it says the same, or more exactly."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Show:
    """A series of the catalogue. `key` is its lasting identity: two databases agree on it."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    year: int | None = None
    network: str = ""
    cast: tuple[str, ...] = ()  # the main cast, as far as it is known


@dataclass(frozen=True, slots=True)
class Article:
    """One entry of a source, cleaned: plain text, http(s) links, a time in UTC or None.

    `publisher` is whose word it is: the registrable domain of the outlet. `italics` are what title
    and summary set so.
    """

    id: str
    title: str
    summary: str = ""
    link: str = ""
    source: str = ""
    published: datetime | None = None
    categories: tuple[str, ...] = ()
    image: str = ""
    publisher: str = ""
    italics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What one article asserts of one show.

    `show` is None where the article never names it. `subject` is the person of a casting or the
    sort of a trailer, `value` what was said in canonical text (a date, a network, a role); `when`
    is the same date typed. `evidence` holds the words that say so, as the article has them.
    """

    show: Show | None
    event: Event
    season: int | None = None
    certainty: Certainty = Certainty.CONFIRMED
    subject: str = ""
    value: str = ""
    when: When | None = None
    evidence: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of the claim's event."""
        return self.event.kind


@dataclass(frozen=True, slots=True)
class FactKey:
    """What makes two claims speak of the same thing."""

    show: str
    season: int | None
    event: Event
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim as the ledger weighs it: what an article says of a show, who publishes it and when.

    `article` tells articles of one moment apart. `publisher` is whose word it is, `wires` are
    fingerprints of the text: outlets that print the same one speak with one voice. `leads` is False
    where the article is about something else.
    """

    article: int
    event: Event
    said: datetime
    season: int | None = None
    subject: str = ""
    value: str = ""
    certainty: Certainty = Certainty.CONFIRMED
    trust: Trust = Trust.PRESS
    publisher: str = ""
    wires: tuple[str, ...] = ()
    leads: bool = True

    @property
    def kind(self) -> Kind:
        """The kind of the statement's event."""
        return self.event.kind

    @property
    def order(self) -> tuple[datetime, int, int]:
        """Its place among others: by publication, ties by trust, then by the article's id."""
        return self.said, self.trust.rank, self.article


@dataclass(frozen=True, slots=True)
class Voice:
    """An outlet that bears a value out, and how sure it was."""

    publisher: str
    trust: Trust
    certainty: Certainty
    wires: tuple[str, ...] = ()

    def is_independent_of(self, other: "Voice") -> bool:
        """Whether two outlets confirm one another: two publishers, and not one text of both."""
        return self.publisher != other.publisher and not set(self.wires) & set(other.wires)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A value that was said against the fact's, and did not prevail."""

    value: str
    voice: Voice
    said: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A value that a fact had until `at`."""

    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """What the ledger holds of a key. Several may have one key: a further trailer, for one.

    `since` is when it was first said, `changed` when what is known of it last changed. `voices`
    bear the value out, `trust` is the highest of theirs; `disputes` were said against it, `turns`
    are the values before. `withdrawn` is when the opposite was said, None while the fact stands.
    `wavers` is when the value last went back to one that it had just left. `guessed` says that no
    article named the season. `videos` are (video, publisher) of a trailer.
    """

    key: FactKey
    value: str
    certainty: Certainty
    since: datetime
    changed: datetime
    trust: Trust = Trust.PRESS
    voices: tuple[Voice, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    turns: tuple[Turn, ...] = ()
    withdrawn: datetime | None = None
    wavers: datetime | None = None
    guessed: bool = False
    videos: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LastTold:
    """What was told of a fact last, and when that was (UTC, by our clock).

    It depends on the order in which articles came, so it is kept apart from the fact. `aloud` is
    False where nothing was posted: old news that only filled the ledger.
    """

    value: str
    certainty: Certainty
    at: datetime
    wavering: bool = False
    aloud: bool = True


class Change(StrEnum):
    """Why an announcement is worth telling."""

    NEW = auto()
    CONFIRMED = auto()
    CHANGED = auto()
    WITHDRAWN = auto()
    TOMORROW = auto()  # a reminder: what was told comes true the day after
    TODAY = auto()  # a reminder: it comes true now

    @property
    def is_reminder(self) -> bool:
        """Whether it says again what was told: no news, and nothing for a list of news."""
        return self in REMINDERS


REMINDERS = frozenset({Change.TOMORROW, Change.TODAY})


class Standing(StrEnum):
    """What became of an announcement since it was told."""

    STANDS = auto()
    WITHDRAWN = auto()  # the opposite was told: renewed, then cancelled
    STRUCK = auto()  # an admin said that it is not right


@dataclass(frozen=True, slots=True)
class Announcement:
    """A change of a fact that is worth telling. `before` is the value told until now."""

    key: FactKey
    change: Change
    value: str
    certainty: Certainty
    at: datetime
    before: str = ""

    @property
    def kind(self) -> Kind:
        """The kind of the announcement's event."""
        return self.key.event.kind
