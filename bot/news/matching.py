"""Which fact a statement speaks of, and which season where it names none."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.news.model import Event, Fact, Kind, Precision, Statement, When
from bot.news.values import fact_event

# An article that names no season speaks of the season that others told of within these days.
SEASON_JOIN = timedelta(days=45)
# Where nobody names a season: a series is renewed, dated or ended once a year at most.
SEASONLESS_JOIN = timedelta(days=150)
# Somebody who comes back after this long comes back again.
CAST_JOIN = timedelta(days=300)
# The same trailer on another outlet; after that, a trailer is a further one.
TRAILER_WINDOW = timedelta(days=10)
# A casting told without the name, or filming without its stage, beside one that has it.
NAME_JOIN = timedelta(days=3)
# While a season runs, what names none is as likely about that one as about the next.
STILL_RUNNING = timedelta(days=75)

_OF_THE_NEXT = frozenset(
    {
        Event.RENEWED,
        Event.DATED,
        Event.PRODUCTION,
        Event.TRAILER,
        Event.TEASER,
        Event.JOINS,
        Event.RETURNS,
        Event.RECAST,
    }
)
# What says of a season that there will be one.
_TELLS_OF_A_SEASON = frozenset({Event.RENEWED, Event.DATED, Event.PRODUCTION})

Calendar = Mapping[int, date]
"""The days on which seasons begin or began, by number, as far as the catalogue knows them."""


def find(facts: Sequence[Fact], statement: Statement, season: int | None) -> int | None:
    """The place of the fact that a statement speaks of: the best fit, of equals the latest.

    `season` is the one that it names or, where it names none, the one that it must mean.
    """
    fitting = [
        (_fit(fact, statement, season), place)
        for place, fact in enumerate(facts)
        if _same_thing(statement, fact, season)
    ]
    return max(fitting)[1] if fitting else None


@lru_cache(maxsize=4096)
def folded(subject: str) -> str:
    """A name as it is compared: case, accents and hyphens are each outlet's own."""
    plain = unicodedata.normalize("NFKD", subject.replace("-", " "))
    bare = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(bare.split()).casefold()


def video_of(statement: Statement) -> str:
    """The video that a trailer's statement shows, "" where it does not say which."""
    return statement.value if statement.kind is Kind.TRAILER else ""


def next_season(event: Event, facts: Sequence[Fact], calendar: Calendar, day: date) -> int | None:
    """The season that news without a number means: the next one to air, where that is known.

    A renewal may mean one that nobody has told of: the one after the last that aired.
    """
    if fact_event(event) not in _OF_THE_NEXT:
        return None
    begun = {season for season, first in calendar.items() if first <= day}
    begun |= {s for fact in facts if (s := _aired_season(fact, day)) is not None}
    coming = {season for season in calendar if season not in begun}
    coming |= {
        fact.key.season
        for fact in facts
        if fact.key.season is not None
        and fact.key.event in _TELLS_OF_A_SEASON
        and fact.withdrawn is None
        and not fact.guessed
    }
    coming = {season for season in coming if season > max(begun, default=0)}
    if coming:
        return min(coming)
    runs = any(timedelta() <= day - first < STILL_RUNNING for first in calendar.values())
    if event is Event.RENEWED and calendar and begun and not runs:
        return max(begun) + 1
    return None


def has_aired(fact: Fact, facts: Sequence[Fact], calendar: Calendar, day: date) -> bool:
    """Whether the season of a fact has begun by a day, as far as that is known."""
    season = fact.key.season
    if season is None:
        return False
    if season in calendar:
        return calendar[season] <= day
    return any(_aired_season(other, day) == season for other in facts)


def _aired_season(fact: Fact, day: date) -> int | None:
    """The season of which a fact says that it began before a day."""
    if fact.key.event is not Event.DATED or fact.withdrawn is not None:
        return None
    when = When.parse(fact.value)
    exact = when is not None and when.precision is Precision.DAY
    return fact.key.season if exact and when is not None and when.start <= day else None


def _fit(
    fact: Fact, statement: Statement, season: int | None
) -> tuple[bool, bool, bool, datetime, datetime, str]:
    return (
        _shows_the_same(statement, fact),
        folded(fact.key.subject) == folded(statement.subject),
        fact.key.season == season,
        fact.changed,
        fact.since,  # the rest only sees to it that the places of facts decide nothing
        fact.key.subject,
    )


def _same_thing(statement: Statement, fact: Fact, season: int | None) -> bool:
    if statement.kind is Kind.TRAILER and fact.key.event.kind is Kind.TRAILER:
        return _shows_the_same(statement, fact) or _same_trailer(statement, fact, season)
    if fact.key.event is not fact_event(statement.event):
        return False
    age = statement.said - fact.changed
    if not _same_subject(statement, fact, age):
        return False
    if season is None and fact.key.season is None:
        return _same_time(statement, fact, age)
    return _same_season(statement, fact, season, age)


def _same_subject(statement: Statement, fact: Fact, age: timedelta) -> bool:
    said, known = folded(statement.subject), folded(fact.key.subject)
    if statement.kind is Kind.CAST and not (said and known):
        return age <= NAME_JOIN  # who is meant is not said: the one that others tell of now
    if said == known:
        return True
    return statement.event is Event.PRODUCTION and not (said and known) and age <= NAME_JOIN


def _same_season(statement: Statement, fact: Fact, season: int | None, age: timedelta) -> bool:
    if season == fact.key.season:
        return True
    if statement.event is Event.EXITS and age <= NAME_JOIN:
        return True  # some count from the season that was the last, some from the next
    if statement.season is None or fact.key.season is None:
        return age <= SEASON_JOIN
    return fact.guessed and age <= SEASON_JOIN


def _same_time(statement: Statement, fact: Fact, age: timedelta) -> bool:
    """Whether a statement and a fact, neither with a season, can mean the same one."""
    if age <= (CAST_JOIN if statement.subject else SEASONLESS_JOIN):
        return True
    if fact.key.event is not Event.DATED:
        return False
    held = When.parse(fact.value)
    same = bool(fact.value) and statement.value == fact.value
    return same or (held is not None and statement.said.date() <= held.end)


def _same_trailer(statement: Statement, fact: Fact, season: int | None) -> bool:
    """The same sort of the same season within ten days, unless one channel has put up two."""
    if fact.key.event is not statement.event:
        return False
    if folded(fact.key.subject) != folded(statement.subject):
        return False
    if None not in {season, fact.key.season} and season != fact.key.season and not fact.guessed:
        return False
    if statement.said - fact.since > TRAILER_WINDOW:
        return False
    video = video_of(statement)
    theirs = {other for other, publisher in fact.videos if publisher == statement.publisher}
    return not (video and theirs) or video in theirs


def _shows_the_same(statement: Statement, fact: Fact) -> bool:
    video = video_of(statement)
    return bool(video) and any(video == other for other, _ in fact.videos)
