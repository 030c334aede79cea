"""Bookkeeping: what an article says enters the ledger of its show, as it is stored.

    statement -> enter, or replay where it came late -> facts saved -> what there is to tell

The facts are those that all articles leave in the order of their publication. An article that is
newer than all others is one step further; one that came late has the whole show entered anew. What
was told goes with the articles that it was told for. Everything is the caller's transaction.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.ledger import NO_DAYS, Replay, agrees, enter
from bot.news.lifecycle import has_undone
from bot.news.matching import Calendar, folded
from bot.news.model import Announcement, Event, Fact, Kind, LastTold, Show, Statement
from bot.news.newsworthy import judge
from bot.news.values import fact_event
from bot.storage import ledger, shows, statements
from bot.storage.ledger import StoredFact
from bot.storage.schema import EVERYBODY

SLICE = 5  # statements entered before other tasks have their turn

CalendarOf = Callable[[AsyncConnection, str], Awaitable[Calendar]]
"""The days on which a show's seasons begin, by the show's key."""


@dataclass
class _Account:
    """A fact on its way to its row. `said` are the statements that entered it just now."""

    fact: Fact
    row: int | None = None
    before: Fact | None = None
    last: LastTold | None = None
    told: LastTold | None = None
    said: list[Statement] = field(default_factory=list)
    articles: set[int] = field(default_factory=set)  # of a replay, by which rows find it again

    @property
    def is_changed(self) -> bool:
        """Whether the row is not what it should be."""
        return self.row is None or self.fact != self.before or self.told != self.last


@dataclass(frozen=True, slots=True)
class Booked:
    """What a statement came to: its fact's row, what to announce, and what that undoes.

    `undone` are the rows of facts that this one took the place of, `repeats` says that an outlet
    more stands behind what was told.
    """

    fact_id: int
    announcement: Announcement | None = None
    undone: tuple[int, ...] = ()
    undone_events: frozenset[Event] = frozenset()
    repeats: bool = False


async def no_calendar(_connection: AsyncConnection, _show: str) -> Calendar:
    """Where nobody knows when seasons begin."""
    return NO_DAYS


class Bookkeeping:
    """Keeps the ledgers of shows."""

    def __init__(self, calendar_of: CalendarOf = no_calendar) -> None:
        self._calendar_of = calendar_of

    async def book(
        self,
        connection: AsyncConnection,
        show_id: int,
        show: Show,
        scope: int,
        statement: Statement,
        now: datetime,
        *,
        silent: bool,
    ) -> Booked:
        """Enter one statement into the ledger that a scope has of a show.

        Its claim has been written down already.
        """
        stored = await ledger.facts_of(connection, show_id, show.key, scope)
        inherited = bool(stored) and stored[0].scope != scope
        if inherited or await statements.came_late(
            connection, show_id, statement.article, statement.said
        ):
            copy = await self._replayed(connection, show_id, show, scope, stored, statement.article)
            line = copy.line_of(statement)
        else:
            calendar = await self._calendar_of(connection, show.key)
            entered = enter([each.fact for each in stored], statement, show.key, calendar)
            copy = _Copy(_stepped(entered.facts, stored))
            line = copy.lines[entered.place]
            line.said = [statement]
        news, undone = _judged(copy.lines, line, statement, now, silent=silent)
        await copy.save(connection, show_id, scope)
        repeats = news is None and line.last is not None and agrees(statement, line.fact)
        rows = tuple(other.row for other in undone if other.row is not None)
        events = frozenset(other.fact.key.event for other in undone)
        return Booked(line.row or 0, news, rows, events, repeats)

    async def rebuild(self, connection: AsyncConnection, show: Show) -> None:
        """Enter anew all that was said of a show, as where two shows became one. Tells nothing."""
        show_id = await shows.show_id(connection, show.key)
        if show_id is None:
            return
        for scope in (EVERYBODY, *await ledger.scopes_of(connection, show_id)):
            stored = await ledger.facts_of(connection, show_id, show.key, scope)
            if stored and stored[0].scope == scope:
                copy = await self._replayed(connection, show_id, show, scope, stored)
                await copy.save(connection, show_id, scope)

    async def _replayed(
        self,
        connection: AsyncConnection,
        show_id: int,
        show: Show,
        scope: int,
        stored: Sequence[StoredFact],
        article_id: int = 0,
    ) -> "_Copy":
        """A show's ledger entered anew, with what one article adds, letting others have a turn."""
        said = await statements.of_show(connection, show_id, scope, article_id)
        book = Replay(show.key, await self._calendar_of(connection, show.key))
        for count, statement in enumerate(said, start=1):
            book.enter(statement)
            if count % SLICE == 0:
                await asyncio.sleep(0)
        behind = await statements.articles_behind(connection, (each.id for each in stored))
        lines = _lines_of(book, said, stored, behind)
        if stored and stored[0].scope != scope:
            # The others' rows stay theirs; the server has its own from now on.
            return _Copy([replace(line, row=None) for line in lines], said, book.places)
        return _Copy(lines, said, book.places, stored, behind)


@dataclass
class _Copy:
    """A show's ledger on its way to its rows: what was entered, and where it stood until now."""

    lines: list[_Account]
    said: Sequence[Statement] = ()
    places: Sequence[int] = ()
    stored: Sequence[StoredFact] = ()
    behind: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def line_of(self, statement: Statement) -> _Account:
        """The line that a statement of the replay entered."""
        mine = (statement.article, statement.event, statement.subject, statement.season)
        return next(
            self.lines[place]
            for each, place in zip(self.said, self.places, strict=True)
            if (each.article, each.event, each.subject, each.season) == mine
        )

    async def save(self, connection: AsyncConnection, show_id: int, scope: int) -> None:
        """Write it down, and leave nothing of what stood there before."""
        await statements.clear_behind(connection, self.behind)
        await _save(connection, self.lines, show_id, scope)
        await _tidy(connection, self.lines, self.stored, self.behind)


async def _save(
    connection: AsyncConnection, lines: Sequence[_Account], show_id: int, scope: int
) -> None:
    for line in lines:
        moved = line.before is not None and line.before.value != line.fact.value
        if line.is_changed:
            line.row = await ledger.save_fact(
                connection, line.fact, show_id, scope, line.row, line.told
            )
        if line.row is None or not (line.said or moved):
            continue
        bearing = [s.article for s in line.said if agrees(s, line.fact)]
        await statements.stand_behind(connection, line.row, line.said, bearing)
        if moved:
            await _look_again(connection, line.row, line.fact, show_id)


async def _tidy(
    connection: AsyncConnection,
    lines: Sequence[_Account],
    stored: Sequence[StoredFact],
    behind: Mapping[int, frozenset[int]],
) -> None:
    """Give each announcement to the fact that its article is behind now; drop rows without any."""
    kept = {line.row for line in lines}
    for each in stored:
        heirs = [(line, shared) for line in lines if (shared := _shared(line, each, behind))]
        for line, shared in heirs:
            if line.row is not None and line.row != each.id:
                await ledger.move_announcements(connection, each.id, line.row, shared)
        rows = [line.row for line, _ in heirs if line.row is not None]
        if each.id not in kept and rows:
            await ledger.forget_fact(connection, each.id, rows[0])


def _stepped(facts: Sequence[Fact], stored: Sequence[StoredFact]) -> list[_Account]:
    """Facts that kept their places, with the rows in which they stood."""
    lines = [
        _Account(fact, each.id, each.fact, each.last, each.last)
        for fact, each in zip(facts, stored, strict=False)
    ]
    return lines + [_Account(fact) for fact in facts[len(stored) :]]


def _lines_of(
    book: Replay,
    said: Sequence[Statement],
    stored: Sequence[StoredFact],
    behind: Mapping[int, frozenset[int]],
) -> list[_Account]:
    """Facts entered anew, each with the row that had most of its articles.

    What was told of a row is told of every fact that has articles of it: nothing is told twice
    because two facts turned out to be one, or one to be two.
    """
    lines = [_Account(fact) for fact in book.facts]
    for statement, place in zip(said, book.places, strict=True):
        lines[place].said.append(statement)
        lines[place].articles.add(statement.article)
    for each in stored:
        sharing = [(len(_shared(line, each, behind)), line) for line in lines]
        sharing = [(count, line) for count, line in sharing if count]
        for _, line in sharing:
            if each.last and (line.told is None or each.last.at > line.told.at):
                line.told = line.last = each.last
        free = [(count, line) for count, line in sharing if line.row is None]
        if free:
            _, best = max(free, key=lambda pair: pair[0])
            best.row, best.before = each.id, each.fact
    lines += [
        _Account(each.fact, each.id, each.fact, each.last, each.last)
        for each in stored
        if not behind.get(each.id)  # of an older version, which did not keep what was said
    ]
    return lines


def _shared(
    line: _Account, stored: StoredFact, behind: Mapping[int, frozenset[int]]
) -> frozenset[int]:
    """The articles with which a line has what stood in a row until now."""
    row = behind.get(stored.id, frozenset())
    if row.isdisjoint(line.articles):
        return frozenset()
    key = stored.fact.key
    name = folded(key.subject)
    mine = {
        said.article
        for said in line.said
        if fact_event(said.event) is key.event
        and (said.kind is not Kind.CAST or {folded(said.subject), name} <= {name, ""})
    }
    return row & mine


def _judged(
    lines: list[_Account], line: _Account, statement: Statement, now: datetime, *, silent: bool
) -> tuple[Announcement | None, list[_Account]]:
    """What to announce, and the facts that this one took the place of."""
    undone = [other for other in lines if has_undone(line.fact, other.fact)]
    before = [other.last for other in undone if other.last is not None]
    # Two things told in one moment were told one after the other.
    latest = max((other.told.at for other in lines if other.told is not None), default=now)
    moment = now if latest < now else latest + timedelta(microseconds=1)
    news = judge(statement, line.fact, line.told, moment, undone=before, silent=silent)
    line.told = news.last
    return news.announcement, undone


async def _look_again(connection: AsyncConnection, fact_id: int, fact: Fact, show_id: int) -> None:
    """Who bears out what the fact says now: its value is another one."""
    said = await statements.behind_fact(connection, fact_id, show_id)
    of_it = [s for s in said if s.event.kind is fact.key.event.kind]
    await statements.set_agreeing(connection, fact_id, {s.article: agrees(s, fact) for s in of_it})
