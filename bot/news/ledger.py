"""The ledger: what one claim changes in what is known of a show.

`weigh` compares a claim with the facts of its show and answers with the fact as it stands now and,
where that is worth telling, an announcement. It knows no clock and no storage. Further outlets that
tell the same leave the fact as it is; the caller writes them down as articles behind it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.news.model import (
    Announcement,
    Certainty,
    Change,
    Claim,
    Event,
    Fact,
    FactKey,
    Kind,
    When,
)

# An article that names no season speaks of the season that others told of within these days.
SEASON_JOIN = timedelta(days=45)
# Where nobody names a season: a series is renewed, dated or ended once a year at most.
SEASONLESS_JOIN = timedelta(days=150)
# The same trailer on another outlet; after that, a trailer is a further one.
TRAILER_WINDOW = timedelta(days=10)
# A casting told without the name, beside one that has it.
NAME_JOIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a claim came to: its fact as it stands now, and what there is to tell of it.

    `continues` is the fact as it stood before, None where there was none.
    """

    fact: Fact
    announcement: Announcement | None = None
    continues: Fact | None = None


def fact_event(event: Event) -> Event:
    """The event under which the ledger keeps a claim: a date that moves is still the date."""
    return Event.DATED if event is Event.MOVED else event


def weigh(
    claim: Claim,
    facts: Iterable[Fact],
    said: datetime,
    *,
    show: str,
    silent: bool = False,
    aside: bool = False,
) -> Weighed:
    """Weigh one claim against the facts of its show.

    `said` is when the article was published (UTC). With `silent` the claim only fills the ledger:
    a source's first poll and old news tell nothing, now or when another outlet repeats them. With
    `aside` the article is about something else: nothing is told now, and what was told stands, but
    an outlet that leads with it later has news.
    """
    known = _match(claim, facts, said)
    if known is None:
        key = FactKey(show, claim.season, fact_event(claim.event), name_of(claim.subject))
        fact = Fact(key, claim.value, claim.certainty, since=said, changed=said)
        if aside and not silent:
            return Weighed(fact)
        return _tell(fact, Change.NEW, claim, said, silent=silent)
    if aside and not silent:
        fact = known if known.told else _refined(known, claim)
        return Weighed(fact, continues=known)
    return replace(_compare(claim, known, said, silent=silent), continues=known)


def name_of(subject: str) -> str:
    """A person's name or a trailer's sort as the ledger keeps it: as printed, in one line."""
    return " ".join(subject.split())[:200]


def _folded(subject: str) -> str:
    """A name as it is compared: outlets shout and whisper the same one."""
    return name_of(subject).casefold()


def agrees(claim: Claim, fact: Fact) -> bool:
    """Whether the article behind a claim says what the fact says now, if perhaps less exactly."""
    if fact_event(claim.event) is not Event.DATED or not claim.value:
        return True
    return claim.value == fact.value or _is_coarser(claim.value, fact.value)


def _match(claim: Claim, facts: Iterable[Fact], said: datetime) -> Fact | None:
    """The fact that the claim speaks of: the best fit, and of equals the nearest in time."""
    subject = _folded(claim.subject)
    return max(
        (fact for fact in facts if _same_thing(claim, fact, said)),
        key=lambda f: (_folded(f.key.subject) == subject, f.key.season == claim.season, f.changed),
        default=None,
    )


def _same_thing(claim: Claim, fact: Fact, said: datetime) -> bool:
    if fact.key.event is not fact_event(claim.event):
        return False
    age = abs(said - fact.changed)
    subject = _folded(claim.subject)
    if subject != _folded(fact.key.subject) and (
        claim.kind is not Kind.CAST or (subject and fact.key.subject) or age > NAME_JOIN
    ):
        return False
    if claim.season is None and fact.key.season is None:
        return _same_time(claim, fact, said, age)
    if claim.season == fact.key.season:
        return True
    return (claim.season is None or fact.key.season is None) and age <= SEASON_JOIN


def _same_time(claim: Claim, fact: Fact, said: datetime, age: timedelta) -> bool:
    """Whether a claim and a fact, neither with a season, can mean the same one."""
    if age <= SEASONLESS_JOIN or claim.kind is Kind.TRAILER or claim.subject:
        return True
    if fact.key.event is not Event.DATED:
        return False
    held = When.parse(fact.value)
    return claim.value == fact.value or (held is not None and said.date() <= held.end)


def _compare(claim: Claim, known: Fact, said: datetime, *, silent: bool) -> Weighed:
    """What a claim changes in a fact that is known already."""
    if claim.kind is Kind.TRAILER and said - known.changed > TRAILER_WINDOW:
        return _tell(_restated(known, claim, said), Change.NEW, claim, said, silent=silent)
    heard = known.told is not None and known.told is not Certainty.RUMOUR
    if _moves(claim, known):
        if said < known.changed:
            return Weighed(known)
        change, before = (Change.CHANGED, known.value) if heard else (Change.NEW, "")
        return _tell(_restated(known, claim, said), change, claim, said, before, silent=silent)
    if known.told is None:
        return _tell(_restated(known, claim, said), Change.NEW, claim, said, silent=silent)
    if claim.certainty.rank > known.certainty.rank and not _is_coarser(claim.value, known.value):
        change = Change.CONFIRMED if heard else Change.NEW
        return _tell(_restated(known, claim, said), change, claim, said, silent=silent)
    return Weighed(_refined(known, claim))


def _moves(claim: Claim, known: Fact) -> bool:
    """Whether the claim gives another date, or a more exact one; a coarser one says nothing new."""
    if fact_event(claim.event) is not Event.DATED or not claim.value or not known.value:
        return False
    if claim.certainty.rank < known.certainty.rank or claim.value == known.value:
        return False
    return not _is_coarser(claim.value, known.value)


def _is_coarser(value: str, than: str) -> bool:
    """Whether one date or window holds another that is more exact."""
    wide, narrow = When.parse(value), When.parse(than)
    return value != than and wide is not None and narrow is not None and wide.holds(narrow)


def _restated(known: Fact, claim: Claim, said: datetime) -> Fact:
    coarser = _is_coarser(claim.value, known.value)
    value = known.value if coarser or not claim.value else claim.value
    certainty = claim.certainty
    if known.told is None and value == known.value:  # what an aside was sure of holds on
        certainty = max(certainty, known.certainty, key=lambda each: each.rank)
    refined = _refined(known, claim)
    return replace(refined, value=value, certainty=certainty, changed=max(said, known.changed))


def _refined(known: Fact, claim: Claim) -> Fact:
    """The fact with what the claim adds: the season, the name, the value that nobody gave before.

    A fact without a season would swallow what is told of every other season, one without a name
    every other casting.
    """
    season = claim.season if known.key.season is None else known.key.season
    key = replace(known.key, season=season, subject=known.key.subject or name_of(claim.subject))
    return replace(known, key=key, value=known.value or claim.value)


def _tell(
    fact: Fact, change: Change, claim: Claim, said: datetime, before: str = "", *, silent: bool
) -> Weighed:
    """Tell of a fact, unless it only fills the ledger; clips and stills are never told."""
    fact = replace(fact, told=fact.certainty)
    if silent or claim.event.is_quiet:
        return Weighed(fact)
    key = replace(fact.key, event=claim.event)
    return Weighed(fact, Announcement(key, change, fact.value, fact.certainty, said, before))
