"""What undoes what: a renewal that is cancelled, a cancelled show that is saved.

Of two opposite facts the later one stands, if who says so is trusted as much as who said the first,
or if two independent outlets say so. Else it is a contradiction: recorded, and not told.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.news.matching import Calendar, has_aired
from bot.news.model import Certainty, Event, Fact, Statement
from bot.news.voices import independent

# A cancellation undoes the renewal of a season that is still to come, not that of years ago.
UNDONE_WITHIN = timedelta(days=550)
# A show is saved within this time; later it is revived, which is news of its own.
SAVED_WITHIN = timedelta(days=550)
# What is told, undone and told again within these days: the outlets do not agree.
WAVERING = timedelta(days=2)
_ORDERS = frozenset({Event.RENEWED, Event.ORDERED})
_PLANS = frozenset({Event.DATED, Event.PRODUCTION})


def settle(
    facts: tuple[Fact, ...], place: int, statement: Statement, calendar: Calendar
) -> tuple[Fact, ...]:
    """The facts after a statement entered the one at `place`: of opposites one stands."""
    fact = facts[place]
    if fact.certainty is Certainty.RUMOUR or not statement.leads:
        return facts
    rivals = [
        at
        for at, other in enumerate(facts)
        if other.withdrawn is None
        and opposes(fact, other)
        and not _is_past(other, facts, statement, calendar)
    ]
    if not rivals and fact.withdrawn is None:
        return facts
    if fact.withdrawn is not None and any(_keeps_down(other, fact) for other in facts):
        return facts
    if not all(_is_trusted_beside(fact, facts[at]) for at in rivals):
        return _with(facts, place, replace(fact, withdrawn=fact.withdrawn or statement.said))
    settled = facts
    if fact.withdrawn is not None:
        settled = _with(settled, place, _standing_again(fact, statement))
    for at in rivals:
        if fact.certainty.rank >= facts[at].certainty.rank:
            # Who speaks up for it from now on speaks against what was told since.
            undone = replace(facts[at], withdrawn=statement.said, changed=statement.said, voices=())
            settled = _with(settled, at, undone)
    return settled


def opposes(fact: Fact, other: Fact) -> bool:
    """Whether a fact is the opposite of one that was known before."""
    season, theirs = fact.key.season, other.key.season
    named = season is not None and theirs is not None
    match fact.key.event, other.key.event:
        case Event.CANCELLED, event if event in _ORDERS:
            return not named or season == theirs
        case Event.CANCELLED, event if event in _PLANS:
            return named and season == theirs
        case Event.RENEWED, Event.CANCELLED:
            return season is None or theirs is None or season >= theirs
        case Event.ORDERED, Event.CANCELLED:
            return True
        case Event.RENEWED, Event.ENDING:
            return season is not None and theirs is not None and season > theirs
        case _:
            return False


def has_undone(fact: Fact, other: Fact) -> bool:
    """Whether a fact that stands took the place of another; else that was undone before it."""
    if fact.withdrawn is not None or other.withdrawn is None:
        return False
    return other.withdrawn >= fact.since and opposes(fact, other)


def _is_past(
    other: Fact, facts: tuple[Fact, ...], statement: Statement, calendar: Calendar
) -> bool:
    """Whether a fact is too long ago, or came true, so that nothing undoes it any more."""
    limit = SAVED_WITHIN if other.key.event is Event.CANCELLED else UNDONE_WITHIN
    if statement.said - other.changed > limit:
        return True
    undoing = other.key.event in _ORDERS | _PLANS
    return undoing and has_aired(other, facts, calendar, statement.said.date())


def _keeps_down(other: Fact, fact: Fact) -> bool:
    """Whether what undid a fact stands still, and the fact itself is no answer to it.

    "Season 3 is dated" does not save what was cancelled, however often the old date is repeated.
    """
    if other.withdrawn is not None or not opposes(other, fact) or opposes(fact, other):
        return False
    return fact.key.event in _PLANS or not _is_trusted_beside(fact, other)


def _standing_again(fact: Fact, statement: Statement) -> Fact:
    """A fact that was undone and holds after all; what is undone twice in two days wavers."""
    assert fact.withdrawn is not None  # noqa: S101 - the caller looked
    back = replace(fact, withdrawn=None, changed=statement.said)
    if statement.said - fact.withdrawn > WAVERING:
        return back
    unsure = min(back.certainty, Certainty.REPORTED, key=lambda each: each.rank)
    return replace(back, wavers=statement.said, certainty=unsure)


def _is_trusted_beside(fact: Fact, rival: Fact) -> bool:
    """Whether who says a thing is trusted as much as who said the opposite, or is not alone."""
    highest = max((voice.trust.rank for voice in fact.voices), default=-1)
    return highest >= rival.trust.rank or independent(fact.voices) > 1


def _with(facts: Sequence[Fact], place: int, fact: Fact) -> tuple[Fact, ...]:
    return (*facts[:place], fact, *facts[place + 1 :])
