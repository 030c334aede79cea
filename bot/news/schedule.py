"""When to ask a source again. Pure: time and chance are arguments.

    how often it publishes -> its own interval (5 minutes to 6 hours)
    its word for how long an answer holds (max-age, ttl) -> longer, by 2 hours at most
    the window that its feed shows -> never more than a third of it, or items roll out unseen
    its news is pushed by a hub -> a slow backup, every 6 hours, but never past that window
    a failure -> doubled each time; Retry-After is kept; a refusal waits long, "gone" a week

A notifier must not go deaf because a cache plug-in says `max-age=86400`, hence the caps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto
from typing import assert_never

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

RECENT = timedelta(days=7)
MOVE_HOLDS = DAY
PUSH_GRACE = 15 * MINUTE  # how late a hub may be before its silence counts against it


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the schedule. `floor` is the operator's POLL_FLOOR."""

    floor: timedelta = 5 * MINUTE
    ceiling: timedelta = 6 * HOUR
    unknown: timedelta = HOUR  # for a source that has shown no rhythm yet
    polls_a_gap: float = 4.0  # how many polls fall between two articles on average
    window_share: float = 1 / 3
    hint_cap: timedelta = 2 * HOUR
    skip_cap: timedelta = 2 * HOUR
    refusal: timedelta = 4 * HOUR
    failure_cap: timedelta = DAY
    gone: timedelta = 7 * DAY
    backup: timedelta = 6 * HOUR  # of a source whose news is pushed; a day at most
    jitter: float = 0.1


DEFAULT_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Pace:
    """How a source publishes: the mean gap between articles, and the span its feed shows.

    None where the feed does not tell: fewer than two dates, or too few entries to roll over.
    """

    gap: timedelta | None = None
    window: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """What a source says of its own freshness; None where it says nothing."""

    fresh_for: timedelta | None = None
    ttl: timedelta | None = None
    update_period: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()


class Trouble(Enum):
    """What sort of failure it was. The value is after how many in a row its owner is told."""

    PASSING = (auto(), 3)
    REFUSED = (auto(), 1)
    RATE_LIMITED = (auto(), 3)
    GONE = (auto(), 1)
    RESTING = (auto(), 0)  # its host asked for a pause: the source itself was not asked

    def __init__(self, _: int, told_at: int) -> None:
        self.told_at = told_at


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that brought nothing. `count` is how many failed in a row, this one included."""

    trouble: Trouble
    count: int = 1
    retry_after: timedelta | None = None


class Because(StrEnum):
    """What decided the time of the next poll."""

    RHYTHM = auto()
    UNKNOWN_RHYTHM = auto()
    HINT = auto()
    WINDOW = auto()
    FLOOR = auto()
    FAILURE = auto()
    PUSHED = auto()


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When to ask next, and why then."""

    at: datetime
    because: Because


def pace_of(published: Iterable[datetime | None], now: datetime) -> Pace:
    """The pace that the dates of one document show.

    The gap counts the articles of the last week up to now, so a source that falls silent slows
    down by itself. The window needs five dated entries: with fewer, nothing rolls out.
    """
    dates = sorted(date for date in published if date is not None and date <= now + HOUR)
    recent = [date for date in dates if date > now - RECENT]
    gap = (now - recent[0]) / len(recent) if len(recent) > 1 else None
    if gap is None and dates:
        gap = max(now - dates[-1], RECENT)
    span = dates[-1] - dates[0] if len(dates) >= 5 else timedelta()
    return Pace(gap and max(gap, timedelta()), span or None)


def next_poll(
    now: datetime,
    pace: Pace,
    jitter: float,
    *,
    advice: Advice = Advice(),
    failure: Failure | None = None,
    rules: Rules = DEFAULT_RULES,
) -> NextPoll:
    """The time of a source's next poll. `jitter` is a random number in [0, 1)."""
    interval, because = _interval(pace, advice, rules)
    if failure is not None:
        pause = _pause(failure, interval, rules)
        # Only later, never sooner: an answer has named the pause, or the source needs the rest.
        return NextPoll(now + pause * (1 + rules.jitter * jitter), Because.FAILURE)
    spread = interval * (1 + rules.jitter * (2 * jitter - 1))
    if pace.window is not None:
        spread = min(spread, pace.window * rules.window_share)
    lowest = rules.floor * (1 + rules.jitter * jitter)
    at = now + max(spread, lowest)
    return NextPoll(_outside(advice.skip_hours, at, rules.skip_cap), because)


def as_backup(
    poll: NextPoll,
    now: datetime,
    pace: Pace,
    pushed_until: datetime | None,
    jitter: float,
    rules: Rules = DEFAULT_RULES,
) -> NextPoll:
    """The next poll of a source whose news is pushed until then: late, for pushes may get lost.

    A source that is not pushed, or only for a moment more, keeps its own rhythm.
    """
    if pushed_until is None or pushed_until <= poll.at:
        return poll
    slow = min(rules.backup, DAY) * (1 + rules.jitter * (2 * jitter - 1))
    if pace.window is not None:
        slow = min(slow, pace.window * rules.window_share)
    at = min(now + min(slow, DAY), pushed_until)
    return NextPoll(at, Because.PUSHED) if at > poll.at else poll


def was_missed(
    pushed_until: datetime | None, published: Iterable[datetime | None], now: datetime
) -> bool:
    """Whether a poll found news that the hub ought to have pushed, and had the time to."""
    if pushed_until is None or pushed_until <= now:
        return False
    return any(date is None or date < now - PUSH_GRACE for date in published)


def first_poll(due: datetime, now: datetime, jitter: float, within: timedelta) -> datetime:
    """When to ask at the start: overdue sources are spread over `within`, not asked all at once."""
    return due if due > now else now + within * jitter


def _interval(pace: Pace, advice: Advice, rules: Rules) -> tuple[timedelta, Because]:
    interval, because = _rhythm(pace, advice, rules)
    hints = [hint for hint in (advice.fresh_for, advice.ttl) if hint is not None]
    hint = min(max(hints, default=timedelta()), rules.hint_cap)
    if hint > interval:
        interval, because = hint, Because.HINT
    if pace.window is not None and pace.window * rules.window_share < interval:
        interval, because = pace.window * rules.window_share, Because.WINDOW
    if interval <= rules.floor:
        interval, because = rules.floor, Because.FLOOR
    return interval, because


def _rhythm(pace: Pace, advice: Advice, rules: Rules) -> tuple[timedelta, Because]:
    if pace.gap is not None:
        return min(pace.gap / rules.polls_a_gap, rules.ceiling), Because.RHYTHM
    # `sy:updatePeriod` tells a rhythm, so one that was observed outranks it: a blog engine writes
    # "hourly" into every feed.
    if advice.update_period is not None:
        return min(advice.update_period, rules.hint_cap), Because.HINT
    return rules.unknown, Because.UNKNOWN_RHYTHM


def _pause(failure: Failure, interval: timedelta, rules: Rules) -> timedelta:
    asked = failure.retry_after or timedelta()
    match failure.trouble:
        case Trouble.GONE:
            return rules.gone
        case Trouble.RESTING:
            return max(asked, rules.floor)
        case Trouble.REFUSED | Trouble.RATE_LIMITED if not asked:
            return _doubled(rules.refusal, failure.count, rules.failure_cap)
        case Trouble.PASSING | Trouble.REFUSED | Trouble.RATE_LIMITED:
            return max(asked, _doubled(interval, failure.count, rules.failure_cap))
        case _:
            assert_never(failure.trouble)


def _doubled(base: timedelta, count: int, cap: timedelta) -> timedelta:
    return min(base * (1 << min(max(count - 1, 0), 20)), cap)


def _outside(skip_hours: frozenset[int], at: datetime, cap: timedelta) -> datetime:
    """The first moment from `at` on whose hour (UTC) is not to be skipped, `cap` later at most."""
    moved = at.astimezone(UTC)
    while moved.hour in skip_hours and moved < at + cap:
        moved = moved.replace(minute=0, second=0, microsecond=0) + HOUR
    return min(moved, at + cap)


def was_told(trouble: Trouble, count: int) -> bool:
    """Whether a row of `count` failures was told, so that the recovery is worth a word too."""
    return 0 < trouble.told_at <= count


@dataclass(frozen=True, slots=True)
class Move:
    """A source answers "moved for good" (301, 308 at every hop) to `url`, `since` then."""

    url: str
    since: datetime


def watch_move(known: Move | None, permanent_url: str, now: datetime) -> Move | None:
    """What to remember of a move after a poll. A single answer without it forgets the move."""
    if not permanent_url:
        return None
    return known if known is not None and known.url == permanent_url else Move(permanent_url, now)


def is_settled(move: Move, now: datetime) -> bool:
    """Whether the new address is to be adopted: hotel networks and parked domains answer 301 too.

    So it must have held for a day.
    """
    return now - move.since >= MOVE_HOLDS
