"""Polls of a source whose news is pushed: a slow backup that never costs news."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.news.schedule import Because, NextPoll, Pace, Rules, as_backup, next_poll, was_missed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = NextPoll(NOW + timedelta(minutes=15), Because.RHYTHM)


def test_a_pushed_source_is_polled_every_six_hours() -> None:
    assert as_backup(SOON, NOW, Pace(), NOW + 5 * DAY, 0.5) == NextPoll(
        NOW + 6 * HOUR, Because.PUSHED
    )


@pytest.mark.parametrize("until", [None, NOW - HOUR, NOW, SOON.at])
def test_without_pushes_it_keeps_its_own_rhythm(until: datetime | None) -> None:
    assert as_backup(SOON, NOW, Pace(), until, 0.5) == SOON


def test_it_is_polled_when_the_lease_lapses() -> None:
    assert as_backup(SOON, NOW, Pace(), NOW + 2 * HOUR, 0.5).at == NOW + 2 * HOUR


def test_the_operator_may_choose_up_to_a_day() -> None:
    rules = Rules(backup=30 * DAY)

    assert as_backup(SOON, NOW, Pace(), NOW + 5 * DAY, 0.99, rules).at == NOW + DAY


def test_lost_pushes_must_not_let_articles_roll_out_of_the_feed() -> None:
    pace = Pace(timedelta(minutes=20), 9 * HOUR)

    assert as_backup(SOON, NOW, pace, NOW + 5 * DAY, 0.99).at == NOW + 3 * HOUR


def test_a_source_that_is_slower_by_itself_stays_so() -> None:
    slow = next_poll(NOW, Pace(30 * DAY), 0.99)

    assert as_backup(slow, NOW, Pace(30 * DAY), NOW + 5 * DAY, 0.1) == slow


def test_news_that_the_hub_left_out_counts_against_it() -> None:
    until = NOW + DAY

    assert was_missed(until, [NOW - HOUR], NOW)
    assert was_missed(until, [NOW - timedelta(minutes=1), None], NOW)


def test_a_hub_has_a_quarter_of_an_hour_and_nothing_new_is_no_miss() -> None:
    assert not was_missed(NOW + DAY, [NOW - timedelta(minutes=10)], NOW)
    assert not was_missed(NOW + DAY, [], NOW)


@pytest.mark.parametrize("until", [None, NOW, NOW - DAY])
def test_nothing_is_missed_where_nothing_is_relied_upon(until: datetime | None) -> None:
    assert not was_missed(until, [NOW - HOUR], NOW)
