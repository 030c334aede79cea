"""When each source is asked again: the schedule's rules, applied to what a poll brought."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.feeds.answers import Fetched, FetchFailed, NotModified
from bot.feeds.failures import trouble_of
from bot.feeds.feed import ParsedFeed, ParseFailed
from bot.feeds.websub import hub_and_topic
from bot.news.schedule import (
    DEFAULT_RULES,
    Advice,
    Failure,
    Pace,
    Rules,
    Trouble,
    as_backup,
    first_poll,
    next_poll,
    pace_of,
    was_told,
    watch_move,
)
from bot.storage.sources import SourceRow

Values = dict[str, object]


def rules_for(floor: timedelta) -> Rules:
    """The schedule's numbers for an operator's POLL_FLOOR.

    Who sets it below the default is in a hurry (a private feed, a trial run): the longest interval
    and the pauses then shrink with it.
    """
    if floor >= DEFAULT_RULES.floor:
        return replace(DEFAULT_RULES, floor=floor, ceiling=max(floor, DEFAULT_RULES.ceiling))
    return replace(
        DEFAULT_RULES,
        floor=floor,
        ceiling=5 * floor,
        unknown=floor,
        hint_cap=5 * floor,
        skip_cap=5 * floor,
        refusal=20 * floor,
        failure_cap=60 * floor,
        backup=20 * floor,
    )


class Timetable:
    """What to write beside a source after a poll. `chance` gives the jitter, in [0, 1)."""

    def __init__(self, rules: Rules, chance: Callable[[], float]) -> None:
        self._rules = rules
        self._chance = chance

    def first_poll(self, now: datetime) -> datetime:
        """When a source of the list is first asked: not all of them at once."""
        return first_poll(now, now, self._chance(), self._rules.floor)

    def after_document(
        self, source: SourceRow, answer: Fetched, feed: ParsedFeed, now: datetime
    ) -> Values:
        """A document came: its validators, its rhythm, and when to ask next."""
        pace = pace_of((entry.article.published for entry in feed.entries), now)
        advice = Advice(answer.cache.fresh_for, feed.ttl, feed.update_period, feed.skip_hours)
        hub, topic = hub_and_topic(feed.hubs, feed.topic, answer.links, answer.url)
        return {
            "next_poll": self._following(source, pace, advice, now),
            "baseline": True,
            "hub": hub,
            "topic": topic,
            "gap": _seconds(pace.gap),
            "window": _seconds(pace.window),
            "ttl": _seconds(feed.ttl),
            "update_period": _seconds(feed.update_period),
            "skip_hours": sorted(feed.skip_hours),
            **_well(source, answer, now),
        }

    def after_silence(self, source: SourceRow, answer: NotModified, now: datetime) -> Values:
        """Nothing new: the pace known before holds on."""
        advice = replace(source.advice, fresh_for=answer.cache.fresh_for)
        following = self._following(source, source.pace, advice, now)
        return {"next_poll": following, **_well(source, answer, now)}

    def _following(self, source: SourceRow, pace: Pace, advice: Advice, now: datetime) -> datetime:
        chance = self._chance()
        poll = next_poll(now, pace, chance, advice=advice, rules=self._rules)
        return as_backup(poll, now, pace, source.pushed_until, chance, self._rules).at

    def after_failure(
        self, source: SourceRow, failure: FetchFailed | ParseFailed, now: datetime
    ) -> Values:
        """Nothing came: when to try again, and why it failed. What was known is kept."""
        trouble = _failure_of(source, failure)
        following = next_poll(
            now,
            source.pace,
            self._chance(),
            advice=source.advice,
            failure=trouble,
            rules=self._rules,
        )
        if trouble.trouble is Trouble.RESTING:
            return {"next_poll": following.at}
        return {
            "next_poll": following.at,
            "polled": now,
            "failures": trouble.count,
            "failure": failure.key,
            "failure_detail": failure.detail[:200],
        }

    def is_worth_telling(self, source: SourceRow, failure: FetchFailed | ParseFailed) -> bool:
        """Whether those who added the source are to hear of it: it is sure to be no hiccup."""
        trouble = _failure_of(source, failure)
        return was_told(trouble.trouble, trouble.count)


def _failure_of(source: SourceRow, failure: FetchFailed | ParseFailed) -> Failure:
    """A failure as the schedule sees it, the ones before it counted."""
    trouble = trouble_of(failure)
    count = source.failures + (trouble is not Trouble.RESTING)
    after = failure.retry_after if isinstance(failure, FetchFailed) else None
    pause = None if after is None else timedelta(seconds=after)
    return Failure(trouble, max(count, 1), pause)


def _well(source: SourceRow, answer: Fetched | NotModified, now: datetime) -> Values:
    """The poll succeeded: validators, times, and where the source says that it has moved."""
    move = watch_move(source.move, answer.permanent_url, now)
    return {
        "polled": now,
        "succeeded": now,
        "failures": 0,
        "failure": "",
        "failure_detail": "",
        "etag": answer.etag,
        "last_modified": answer.last_modified,
        "body_hash": answer.body_hash,
        "moved_to": move.url if move else "",
        "moved_since": move.since if move else None,
    }


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
