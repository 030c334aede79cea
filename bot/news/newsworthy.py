"""What is worth telling of a statement that entered the ledger, once.

What was told depends on the order in which articles came, so it is no part of the facts: `LastTold`
is kept beside each, and every announcement is the difference between that and the fact.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.news.ledger import agrees
from bot.news.model import (
    Announcement,
    Certainty,
    Change,
    Event,
    Fact,
    LastTold,
    Statement,
    Trust,
    When,
)
from bot.news.values import Relation, is_count, relation


@dataclass(frozen=True, slots=True)
class News:
    """What was told of a fact as it stands now, and what there is to announce, if anything."""

    last: LastTold | None
    announcement: Announcement | None = None


def judge(
    statement: Statement,
    fact: Fact,
    last: LastTold | None,
    now: datetime,
    *,
    undone: Collection[LastTold] = (),
    silent: bool = False,
) -> News:
    """What to tell of a fact after a statement entered it, given what was told of it last.

    `undone` is what was told of the facts that this one took the place of. With `silent` the
    statement only fills the ledger: nothing is told of it, now or when another outlet repeats it.
    """
    if fact.withdrawn is not None or not agrees(statement, fact):
        return News(last)  # a contradiction that did not prevail, or an older article
    if statement.trust is Trust.CATALOGUE and not _moves_a_date(fact, last):
        return News(last)  # it fills what is open: whoever announces that has news
    if silent and (last is None or _differs(fact, last)):
        return News(_now_told(fact, now, last, aloud=False))
    if silent or not statement.leads:
        return News(last)
    return _compared(statement, fact, last, now, undone)


def _compared(
    statement: Statement,
    fact: Fact,
    last: LastTold | None,
    now: datetime,
    undone: Collection[LastTold],
) -> News:
    if fact.wavers is not None and any(
        each.wavering for each in (last, *undone) if each is not None
    ):
        return News(last)  # it goes back and forth: that was told
    if _undoes(fact, last, undone):
        return _announced(Change.WITHDRAWN, statement, fact, last, now)
    if last is None:
        return _announced(Change.NEW, statement, fact, last, now)
    heard = last.certainty is not Certainty.RUMOUR
    if _differs(fact, last):
        change = Change.CHANGED if heard else Change.NEW
        return _announced(change, statement, fact, last, now)
    if fact.certainty.rank > last.certainty.rank:
        change = Change.CONFIRMED if heard else Change.NEW
        return _announced(change, statement, fact, last, now)
    return News(last)


def _undoes(fact: Fact, last: LastTold | None, undone: Iterable[LastTold]) -> bool:
    """Whether readers believe the opposite: told since this was, or surer than this was told."""
    return any(
        other.aloud
        and (
            last is None
            or not last.aloud
            or other.at > last.at
            or last.certainty.rank < min(fact.certainty.rank, other.certainty.rank)
        )
        for other in undone
    )


def _moves_a_date(fact: Fact, last: LastTold | None) -> bool:
    """Whether another date was told than the fact has now."""
    return last is not None and When.parse(last.value) is not None and _differs(fact, last)


def _differs(fact: Fact, last: LastTold) -> bool:
    """Whether the value is another than was told, or a more exact one."""
    how = relation(fact.key.event, fact.value, last.value)
    if how is Relation.FINER:
        return fact.key.event is Event.DATED or bool(_count_before(fact))
    return how is Relation.OTHER


def _count_before(fact: Fact) -> str:
    """The number of episodes that a season had until it got another one, "" where it did not."""
    counts = [turn.value for turn in fact.turns if turn.value and is_count(turn.value)]
    return counts[-1] if counts and is_count(fact.value) else ""


def _announced(
    change: Change, statement: Statement, fact: Fact, last: LastTold | None, now: datetime
) -> News:
    told = _now_told(fact, now, last)
    if statement.event.is_quiet:  # clips and stills are never told
        return News(replace(told, aloud=False))
    before = ""
    if last is not None and change is Change.CHANGED:
        before = _count_before(fact) or last.value
    key = replace(fact.key, event=statement.event)
    return News(told, Announcement(key, change, fact.value, fact.certainty, statement.said, before))


def _now_told(fact: Fact, now: datetime, last: LastTold | None, *, aloud: bool = True) -> LastTold:
    return LastTold(
        fact.value,
        fact.certainty,
        now,
        wavering=fact.wavers is not None,
        aloud=aloud or (last is not None and last.aloud),
    )
