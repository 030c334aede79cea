"""A ledger for tests: facts kept as storage keeps them, and what was told of each beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.news.ledger import Replay, enter
from bot.news.lifecycle import has_undone
from bot.news.model import (
    Announcement,
    Certainty,
    Event,
    Fact,
    LastTold,
    Statement,
    Trust,
)
from bot.news.newsworthy import judge

SHOW = "test:lantern-bay"
START = datetime(2027, 3, 1, 12, tzinfo=UTC)
RUMOUR, REPORTED, CONFIRMED = Certainty
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def says(event: Event, season: int | None = 3, value: str = "", **how: Any) -> Statement:
    """A statement of START; its article and publisher are given when it is heard."""
    return Statement(0, event, START, season, value=value, **how)


def renewed(season: int | None = 3, certainty: Certainty = CONFIRMED, **how: Any) -> Statement:
    return says(Event.RENEWED, season, certainty=certainty, **how)


def cancelled(season: int | None = None, **how: Any) -> Statement:
    return says(Event.CANCELLED, season, **how)


def dated(value: str, season: int | None = 3, **how: Any) -> Statement:
    return says(Event.DATED, season, value, **how)


def joins(name: str = "", season: int | None = None, **how: Any) -> Statement:
    return says(Event.JOINS, season, subject=name, **how)


def trailer(season: int | None = 3, video: str = "", **how: Any) -> Statement:
    return says(Event.TRAILER, season, video, subject="trailer", **how)


@dataclass
class Desk:
    """Hears statements as they arrive; each is another outlet's unless it names its publisher."""

    calendar: dict[int, date] = field(default_factory=dict)
    heard: list[Statement] = field(default_factory=list)
    facts: tuple[Fact, ...] = ()
    last: list[LastTold | None] = field(default_factory=list)
    told: list[Announcement] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)  # of articles

    def hear(self, statement: Statement, after: timedelta = timedelta(), **how: bool) -> str:
        """What is told of a statement made so long after START, "" for nothing."""
        article = len(self.heard) + 1
        statement = replace(
            statement,
            article=article,
            said=START + after,
            publisher=statement.publisher or f"outlet-{article}.example",
        )
        is_late = any(other.order > statement.order for other in self.heard)
        self.heard.append(statement)
        if is_late:
            self._replay()
        else:
            self._enter(statement)
        return self._judge(statement, **how)

    @property
    def fact(self) -> Fact:
        (only,) = self.facts
        return only

    def standing(self, event: Event) -> list[Fact]:
        return [f for f in self.facts if f.key.event is event and f.withdrawn is None]

    def _enter(self, statement: Statement) -> None:
        entered = enter(self.facts, statement, SHOW, self.calendar)
        self.facts = entered.facts
        self.places[statement.article] = entered.place
        self.last += [None] * (len(self.facts) - len(self.last))

    def _replay(self) -> None:
        """What was told goes to the facts that its articles are behind now, the latest of each."""
        book, before, last = Replay(SHOW, self.calendar), self.places, self.last
        for statement in in_order(self.heard):
            book.enter(statement)
        self.facts = book.facts
        articles = [statement.article for statement in in_order(self.heard)]
        self.places = dict(zip(articles, book.places, strict=True))
        self.last = [None] * len(self.facts)
        for article, place in before.items():
            known, now = self.last[self.places[article]], last[place]
            if now is not None and (known is None or now.at > known.at):
                self.last[self.places[article]] = now

    def _judge(self, statement: Statement, *, silent: bool = False) -> str:
        place = self.places[statement.article]
        fact = self.facts[place]
        undone = [
            last
            for other, last in zip(self.facts, self.last, strict=True)
            if last and has_undone(fact, other)
        ]
        arrived = START + timedelta(days=2000, seconds=len(self.heard))
        news = judge(statement, fact, self.last[place], arrived, undone=undone, silent=silent)
        self.last[place] = news.last
        if news.announcement is None:
            return ""
        self.told.append(news.announcement)
        return news.announcement.change


def in_order(statements: Sequence[Statement]) -> list[Statement]:
    return sorted(statements, key=lambda each: each.order)


def sourced(trust: Trust, name: str) -> dict[str, Any]:
    """Who says it: keyword arguments of a statement."""
    return {"trust": trust, "publisher": f"{name}.example"}


OFFICIAL, TRADE = sourced(Trust.OFFICIAL, "network"), sourced(Trust.TRADE, "trade")
PRESS, BLOG = sourced(Trust.PRESS, "press"), sourced(Trust.BLOG, "blog")
TVDB = sourced(Trust.CATALOGUE, "catalogue")
