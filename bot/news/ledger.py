"""The ledger: what one claim changes in what is known of a show.

`weigh` compares a claim with the facts of its show and answers with the fact as it stands now and,
where that is worth telling, an announcement. It knows no clock and no storage. Further outlets that
tell the same leave the fact as it is; the caller writes them down as articles behind it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.news.model import Announcement, Certainty, Change, Claim, Event, Fact, FactKey, Kind

# An article that names no season speaks of the season that others told of within these days.
SEASON_JOIN = timedelta(days=45)
# The same trailer on another outlet; after that, a trailer is a further one.
TRAILER_WINDOW = timedelta(days=10)
# A casting told without the name, beside one that has it.
NAME_JOIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a claim came to: its fact as it stands now, and what there is to tell of it."""

    fact: Fact
    announcement: Announcement | None = None


def fact_event(event: Event) -> Event:
    """The event under which the ledger keeps a claim: a date that moves is still the date."""
    return Event.DATED if event is Event.MOVED else event


def weigh(
    claim: Claim, facts: Iterable[Fact], said: datetime, *, show: str, silent: bool = False
) -> Weighed:
    """Weigh one claim against the facts of its show.

    `said` is when the article was published (UTC). With `silent` the claim only fills the ledger:
    a source's first poll and old news tell nothing, now or when another outlet repeats them.
    """
    known = _match(claim, facts, said)
    if known is None:
        key = FactKey(show, claim.season, fact_event(claim.event), subject_key(claim.subject))
        fact = Fact(key, claim.value, claim.certainty, since=said, changed=said)
        return _tell(fact, Change.NEW, claim, said, silent=silent)
    return _compare(claim, known, said, silent=silent)


def subject_key(subject: str) -> str:
    """A person's name or a trailer's sort, so that outlets agree on it."""
    return " ".join(subject.casefold().split())[:200]


def _match(claim: Claim, facts: Iterable[Fact], said: datetime) -> Fact | None:
    """The fact that the claim speaks of: the nearest in time of those that fit."""
    fitting = [fact for fact in facts if _same_thing(claim, fact, said)]
    exact = [fact for fact in fitting if fact.key.season == claim.season]
    return max(exact or fitting, key=lambda fact: fact.changed, default=None)


def _same_thing(claim: Claim, fact: Fact, said: datetime) -> bool:
    if fact.key.event is not fact_event(claim.event):
        return False
    age = abs(said - fact.changed)
    subject = subject_key(claim.subject)
    if subject != fact.key.subject and (
        claim.kind is not Kind.CAST or (subject and fact.key.subject) or age > NAME_JOIN
    ):
        return False
    if claim.season == fact.key.season:
        return True
    return (claim.season is None or fact.key.season is None) and age <= SEASON_JOIN


def _compare(claim: Claim, known: Fact, said: datetime, *, silent: bool) -> Weighed:
    """What a claim changes in a fact that is known already."""
    if claim.kind is Kind.TRAILER and said - known.changed > TRAILER_WINDOW:
        return _tell(_restated(known, claim, said), Change.NEW, claim, said, silent=silent)
    if said < known.changed:
        return Weighed(known)
    if _moves(claim, known):
        change = Change.CHANGED if known.told else Change.NEW
        return _tell(_restated(known, claim, said), change, claim, said, known.value, silent=silent)
    if claim.certainty.rank > known.certainty.rank:
        told = known.told is not None and known.told is not Certainty.RUMOUR
        change = Change.CONFIRMED if told else Change.NEW
        return _tell(_restated(known, claim, said), change, claim, said, silent=silent)
    return Weighed(known if known.value else replace(known, value=claim.value))


def _moves(claim: Claim, known: Fact) -> bool:
    """Whether the claim gives a date another value, not only a coarser or a finer one."""
    if fact_event(claim.event) is not Event.DATED or not claim.value or not known.value:
        return False
    if claim.certainty.rank < known.certainty.rank or claim.value == known.value:
        return False
    return not known.value.startswith(claim.value)


def _restated(known: Fact, claim: Claim, said: datetime) -> Fact:
    value = claim.value or known.value
    return replace(known, value=value, certainty=claim.certainty, changed=said)


def _tell(
    fact: Fact, change: Change, claim: Claim, said: datetime, before: str = "", *, silent: bool
) -> Weighed:
    """Tell of a fact, unless it only fills the ledger; clips and stills are never told."""
    fact = replace(fact, told=fact.certainty)
    if silent or claim.event.is_quiet:
        return Weighed(fact)
    key = replace(fact.key, event=claim.event, season=claim.season or fact.key.season)
    announcement = Announcement(key, change, fact.value, fact.certainty, said, before)
    return Weighed(fact, announcement)
