"""What is known of a show's next season: the facts that answer a follower's five questions.

Nothing is guessed here. A question that no fact answers has no answer, a fact of a season gone by
answers none, and of two facts that cannot both be true the later one stands, if it is as sure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, auto
from typing import Generic, Protocol, TypeVar

from bot.news.model import VIDEOS, Certainty, Event, Fact, Kind, When

# An article that names no season and came so long before the first that does may speak of it.
SLACK = timedelta(days=45)
_EPISODES = re.compile(r"\d+(?: episodes?)?")

_DATES = frozenset({Event.DATED, Event.MOVED})
_GOES_ON = frozenset({Event.ORDERED, Event.RENEWED, Event.PRODUCTION})
_STATES = _GOES_ON | {Event.CANCELLED, Event.ENDING}


class Question(StrEnum):
    """What a follower wants to know, in the order in which a card answers."""

    DATE = auto()
    STATE = auto()
    TRAILER = auto()
    CAST = auto()
    WHERE = auto()


class Known(Protocol):
    """Anything that holds a fact."""

    @property
    def fact(self) -> Fact:
        """The fact."""
        ...


K = TypeVar("K", bound=Known)


@dataclass(frozen=True, slots=True)
class Outlook(Generic[K]):
    """The season that is next, None while none is spoken of, and what answers each question."""

    season: int | None
    answers: Mapping[Question, tuple[K, ...]]


def outlook(known: Iterable[K], today: date) -> Outlook[K]:
    """Sort what is known of a show by the questions that it answers, the newest first."""
    newest = sorted(known, key=lambda each: (each.fact.changed, each.fact.since), reverse=True)
    season = next_season([each.fact for each in newest], today)
    floor = _floor([each.fact for each in newest], season, today)
    now = [each for each in newest if _is_of(each.fact, season, floor)]
    states = [each for each in newest if _is_of(each.fact, season, floor, further=True)]
    return Outlook(
        season,
        {
            Question.DATE: _surest([k for k in now if k.fact.key.event in _DATES]),
            Question.STATE: _standing([k for k in states if k.fact.key.event in _STATES]),
            Question.TRAILER: tuple(k for k in now if k.fact.key.event in VIDEOS),
            Question.CAST: _persons([k for k in now if k.fact.key.event.kind is Kind.CAST]),
            Question.WHERE: tuple(k for k in now if network_of(k.fact)),
        },
    )


def next_season(facts: Sequence[Fact], today: date) -> int | None:
    """The season that is next: the first whose date is still to come, else the newest spoken of.

    A rumour says so only where nothing surer does.
    """
    sure = [fact for fact in facts if fact.certainty is not Certainty.RUMOUR]
    for some in (sure, facts):
        seasons = {fact.key.season for fact in some if fact.key.season is not None}
        if seasons:
            coming = {f.key.season for f in some if _ends(f) >= today} & seasons
            return min(coming or {max(seasons)})  # type: ignore[type-var]
    return None


def network_of(fact: Fact) -> str:
    """The network or streamer that a fact names, "" where it names none."""
    named = fact.key.event.kind is Kind.SEASON and fact.value
    if not named or When.parse(fact.value) or _EPISODES.fullmatch(fact.value):
        return ""
    return fact.value


def bears_out(fact: Fact, value: str) -> bool:
    """Whether an article that said `value` says what the fact says now, if perhaps less exactly."""
    told, held = When.parse(value), When.parse(fact.value)
    return told is None or held is None or told == held or told.holds(held)


def _ends(fact: Fact) -> date:
    """The last day on which the season of a date may begin; long ago where the fact is no date."""
    when = When.parse(fact.value) if fact.key.event in _DATES else None
    return when.end if when else date.min


def _floor(facts: Sequence[Fact], season: int | None, today: date) -> datetime:
    """Since when a fact without a season speaks of this one.

    What was told before an older season began was told of that.
    """
    longest_ago = datetime.min.replace(tzinfo=UTC)
    if season is None:
        return longest_ago
    begun = min(fact.since for fact in facts if fact.key.season == season) - SLACK
    past = [
        datetime.combine(_ends(fact), time(), UTC)
        for fact in facts
        if fact.key.season is not None and fact.key.season < season and _ends(fact) < today
    ]
    return max([begun, *past], default=longest_ago)


def _is_of(fact: Fact, season: int | None, floor: datetime, *, further: bool = False) -> bool:
    """Whether a fact speaks of this season; with `further` also of those after it."""
    if fact.key.season is None or season is None:
        return fact.changed >= floor
    return fact.key.season == season or (further and fact.key.season > season)


def _surest(dates: Sequence[K]) -> tuple[K, ...]:
    """One date: the newest that is more than a rumour, else the newest."""
    sure = [each for each in dates if each.fact.certainty is not Certainty.RUMOUR]
    return tuple((sure or dates)[:1])


def _standing(states: Sequence[K]) -> tuple[K, ...]:
    """Those that a later one, as sure, does not take back: renewed, then cancelled.

    Of filming only the last stage is told.
    """
    kept: list[K] = []
    for each in states:
        if not any(_takes_back(later.fact, each.fact) for later in kept):
            kept.append(each)
    return tuple(kept)


def _takes_back(later: Fact, earlier: Fact) -> bool:
    seasons = {later.key.season, earlier.key.season}
    if len(seasons) > 1 and None not in seasons:
        return False
    if later.certainty.rank < earlier.certainty.rank:
        return False
    events = (later.key.event, earlier.key.event)
    if events == (Event.PRODUCTION, Event.PRODUCTION):
        return True
    return any(
        one is Event.CANCELLED and other in _GOES_ON for one, other in (events, events[::-1])
    )


def _persons(castings: Sequence[K]) -> tuple[K, ...]:
    """The last word on each person; castings without a name all stay."""
    seen: set[str] = set()
    kept: list[K] = []
    for each in castings:
        name = each.fact.key.subject.casefold()
        if not name or name not in seen:
            kept.append(each)
        seen.add(name)
    return tuple(kept)
