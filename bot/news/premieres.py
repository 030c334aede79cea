"""When seasons premiere, by what the ledger says of them, and what is worth a reminder.

    lines of the ledger -> expected (what holds now, season by season) -> reminder (what is due)

A line is a fact about a season's coming: its date or window, or that it is cancelled. Pure: the
time is an argument.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.news.model import Certainty, Change, Event, Precision, When

# A premiere is a day, a reminder an instant. At this hour of UTC it is the same day from Hawaii to
# New Zealand's summer, so almost no reader sees the day before or after.
_SAME_DAY_EVERYWHERE = time(10, tzinfo=UTC)
# An instant further away than this is not of that day, in whichever zone it airs.
_SAME_DAY = timedelta(hours=36)

DAY_BEFORE = timedelta(hours=24)
LATEST_TOMORROW = timedelta(hours=10)  # before a premiere without an hour: the day's midnight (UTC)
LATEST_TODAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Line:
    """A fact about a season's coming. `scope` says whose it is: everybody's or one server's.

    `event` is DATED, with the canonical date in `value`, or CANCELLED.
    """

    fact_id: int
    scope: int
    season: int | None
    event: Event
    value: str
    certainty: Certainty
    changed: datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Premiere:
    """A season that is expected, and the fact that says so."""

    fact_id: int
    scope: int
    season: int | None
    when: When
    certainty: Certainty

    @property
    def day(self) -> date | None:
        """The day, None where only a window is known."""
        return self.when.start if self.when.precision is Precision.DAY else None


def expected(
    lines: Iterable[Line], scope: int, least: Certainty = Certainty.REPORTED
) -> tuple[Premiere, ...]:
    """What holds of one show's seasons, the soonest first, seen from a scope.

    `lines` are those of everybody's and of the scope itself, whose own go before. Of several about
    a season the one changed last holds; one that was withdrawn, or followed by the season's
    cancellation, comes to nothing, and so does one that is less sure than `least`.
    """
    seasons: dict[int | None, list[Line]] = defaultdict(list)
    for line in lines:
        if line.certainty.rank >= least.rank:
            seasons[line.season].append(line)
    found = [p for some in seasons.values() if (p := _of_season(some, scope)) is not None]
    named = [p.when for p in found if p.season is not None]
    # A date told without its season is that of the season that has it.
    kept = [p for p in found if p.season is not None or not any(_agree(p.when, w) for w in named)]
    return tuple(sorted(kept, key=lambda p: (p.when.start, p.when.end, p.season or 0)))


def hour_of(day: date) -> datetime:
    """The instant that stands for a day of which no hour is known: 10:00 UTC."""
    return datetime.combine(day, _SAME_DAY_EVERYWHERE)


def moment_of(day: date, instant: datetime | None = None) -> datetime:
    """When a season premieres: at the instant if one is known that fits the day, else `hour_of`."""
    hour = hour_of(day)
    return instant if instant is not None and abs(instant - hour) <= _SAME_DAY else hour


def reminder(moment: datetime, now: datetime) -> Change | None:
    """The reminder that is due of a premiere at `moment`; None too early, between, and too late."""
    left = moment - now
    if LATEST_TOMORROW < left <= DAY_BEFORE:
        return Change.TOMORROW
    return Change.TODAY if -LATEST_TODAY < left <= timedelta() else None


def due_at(sort: Change, moment: datetime) -> datetime:
    """When a reminder of a premiere falls due."""
    return moment - DAY_BEFORE if sort is Change.TOMORROW else moment


def over_at(sort: Change, moment: datetime) -> datetime:
    """From when a reminder comes too late to be one."""
    return moment - LATEST_TOMORROW if sort is Change.TOMORROW else moment + LATEST_TODAY


def _of_season(lines: Sequence[Line], scope: int) -> Premiere | None:
    own = _latest(line for line in lines if line.scope == scope)
    common = _latest(line for line in lines if line.scope != scope)
    line = own or common
    # A server's own source that only has the window says nothing against everybody's day.
    if own and common and _holds(own, lines) and _holds(common, lines) and _covers(own, common):
        line = common
    when = When.parse(line.value) if line is not None and _holds(line, lines) else None
    if line is None or when is None:
        return None
    return Premiere(line.fact_id, line.scope, line.season, when, line.certainty)


def _latest(lines: Iterable[Line]) -> Line | None:
    dated = (line for line in lines if line.event is Event.DATED and When.parse(line.value))
    return max(dated, key=lambda line: (line.changed, line.fact_id), default=None)


def _holds(line: Line, lines: Iterable[Line]) -> bool:
    cancelled = (
        other.changed
        for other in lines
        if other.event is Event.CANCELLED
        and not other.withdrawn
        and other.certainty is not Certainty.RUMOUR
    )
    return not line.withdrawn and all(changed <= line.changed for changed in cancelled)


def _covers(line: Line, other: Line) -> bool:
    wide, narrow = When.parse(line.value), When.parse(other.value)
    return wide is not None and narrow is not None and wide.holds(narrow)


def _agree(one: When, other: When) -> bool:
    return one.holds(other) or other.holds(one)
