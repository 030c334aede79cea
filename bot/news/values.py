"""How the value that a statement gives stands to the value that the ledger holds."""

import re
from enum import Enum, auto

from bot.news.model import Event, Kind, When

_EPISODES = re.compile(r"[1-9]\d{0,3} episodes", re.ASCII)


class Relation(Enum):
    """What a statement's value is to the fact's."""

    SAME = auto()
    NONE = auto()  # it gives none, or one of another sort: a network beside a date
    COARSER = auto()  # "2027" beside 2027-03-03
    FINER = auto()
    OTHER = auto()


def fact_event(event: Event) -> Event:
    """The event under which the ledger keeps a claim: a date that moves is still the date."""
    return Event.DATED if event is Event.MOVED else event


def relation(event: Event, said: str, held: str) -> Relation:
    """How a value that is said of an event stands to the one that is held.

    Of a trailer the value is which video it is, and no part of what is known.
    """
    if not said or event.kind is Kind.TRAILER:
        return Relation.NONE
    if said == held:
        return Relation.SAME
    if fact_event(event) is Event.DATED:
        return _of_dates(said, held)
    if not held:
        return Relation.FINER
    if is_count(said):
        # How many there are says more than where they run.
        return Relation.OTHER if is_count(held) else Relation.FINER
    return Relation.NONE


def is_count(value: str) -> bool:
    """Whether a value is a number of episodes."""
    return _EPISODES.fullmatch(value) is not None


def _of_dates(said: str, held: str) -> Relation:
    new, old = When.parse(said), When.parse(held)
    if new is None:
        return Relation.NONE  # where it will run is no answer to when
    if old is None:
        return Relation.FINER
    if new.holds(old):
        return Relation.COARSER
    return Relation.FINER if old.holds(new) else Relation.OTHER
