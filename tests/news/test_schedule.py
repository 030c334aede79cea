"""When a source is asked again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.schedule import (
    Advice,
    Because,
    Failure,
    Move,
    Pace,
    Rules,
    Trouble,
    first_poll,
    is_settled,
    next_poll,
    pace_of,
    was_told,
    watch_move,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MIDDLE = 0.5  # the jitter that changes nothing
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def wait(pace: Pace, jitter: float = MIDDLE, **options: Any) -> timedelta:
    return next_poll(NOW, pace, jitter, **options).at - NOW


# --- rhythm --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "expected", "because"),
    [
        (timedelta(), 5 * MINUTE, Because.FLOOR),
        (8 * MINUTE, 5 * MINUTE, Because.FLOOR),
        (40 * MINUTE, 10 * MINUTE, Because.RHYTHM),
        (4 * HOUR, HOUR, Because.RHYTHM),
        (7 * DAY, 6 * HOUR, Because.RHYTHM),
        (None, HOUR, Because.UNKNOWN_RHYTHM),
    ],
)
def test_the_interval_follows_how_often_a_source_publishes(
    gap: timedelta | None, expected: timedelta, because: Because
) -> None:
    poll = next_poll(NOW, Pace(gap), MIDDLE)

    assert abs(poll.at - NOW - expected) <= expected * 0.06
    assert poll.because is because


def test_the_pace_is_the_mean_gap_of_the_last_week() -> None:
    dates = [NOW - n * HOUR for n in range(1, 11)] + [NOW - 30 * DAY]

    pace = pace_of([None, *dates], NOW)

    assert pace.gap == HOUR
    assert pace.window == 30 * DAY - HOUR


def test_a_source_that_falls_silent_slows_down() -> None:
    dates = [NOW - n * HOUR for n in range(1, 11)]

    gaps = [pace_of(dates, NOW + n * DAY).gap for n in (0, 1, 3, 30)]

    assert None not in gaps
    assert gaps == sorted(gap for gap in gaps if gap is not None)


@pytest.mark.parametrize("count", [0, 1])
def test_one_article_is_no_rhythm(count: int) -> None:
    assert pace_of([NOW - MINUTE] * count, NOW).window is None


def test_a_feed_of_one_instant_shows_no_window() -> None:
    assert pace_of([NOW - HOUR] * 20, NOW).window is None


def test_dates_in_the_future_count_for_nothing() -> None:
    assert pace_of([NOW + DAY] * 9, NOW) == Pace()


# --- the source's own word -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("advice", "expected"),
    [
        (Advice(), 10 * MINUTE),
        (Advice(fresh_for=30 * MINUTE), 30 * MINUTE),
        (Advice(fresh_for=MINUTE), 10 * MINUTE),
        (Advice(ttl=HOUR), HOUR),
        (Advice(ttl=HOUR, fresh_for=90 * MINUTE), 90 * MINUTE),
        (Advice(fresh_for=DAY), 2 * HOUR),
        (Advice(ttl=365 * DAY), 2 * HOUR),
        (Advice(update_period=HOUR), 10 * MINUTE),
    ],
    ids=[
        "none",
        "max-age",
        "short max-age",
        "ttl",
        "the longer",
        "a day",
        "a year",
        "sy, outranked",
    ],
)
def test_hints_lengthen_the_interval_by_two_hours_at_most(
    advice: Advice, expected: timedelta
) -> None:
    assert wait(Pace(gap=40 * MINUTE), advice=advice) == expected


def test_a_stated_period_stands_in_for_a_rhythm_not_seen_yet() -> None:
    assert wait(Pace(), advice=Advice(update_period=30 * MINUTE)) == 30 * MINUTE
    assert wait(Pace(), advice=Advice(update_period=30 * DAY)) == 2 * HOUR


def test_a_third_of_the_window_is_never_exceeded() -> None:
    pace = Pace(gap=DAY, window=3 * HOUR)

    for jitter in (0.0, 0.5, 0.999):
        assert wait(pace, jitter, advice=Advice(fresh_for=2 * HOUR)) <= HOUR
    assert next_poll(NOW, pace, MIDDLE).because is Because.WINDOW


def test_the_floor_holds_whatever_the_window_says() -> None:
    assert wait(Pace(gap=HOUR, window=MINUTE), 0.0) == 5 * MINUTE


def test_the_operator_sets_the_floor() -> None:
    rules = Rules(floor=timedelta(seconds=1))

    assert wait(Pace(gap=timedelta()), 0.0, rules=rules) == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("skip", "expected"),
    [
        (frozenset({13}), 48 * MINUTE),
        (frozenset({12}), 60 * MINUTE),
        (frozenset({12, 13}), 120 * MINUTE),
        (frozenset(range(24)), 168 * MINUTE),
    ],
    ids=["another hour", "this hour", "two hours", "all: two hours more at most"],
)
def test_hours_to_skip_are_skipped(skip: frozenset[int], expected: timedelta) -> None:
    assert wait(Pace(gap=192 * MINUTE), advice=Advice(skip_hours=skip)) == expected


# --- failures ------------------------------------------------------------------------------------


def test_a_failure_doubles_the_wait_up_to_a_day() -> None:
    waits = [
        wait(Pace(gap=40 * MINUTE), 0.0, failure=Failure(Trouble.PASSING, n)) for n in range(1, 12)
    ]

    assert waits[:4] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert waits[-1] == DAY


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (Failure(Trouble.RATE_LIMITED), 4 * HOUR),
        (Failure(Trouble.RATE_LIMITED, 2), 8 * HOUR),
        (Failure(Trouble.RATE_LIMITED, 1, 20 * MINUTE), 20 * MINUTE),
        (Failure(Trouble.RATE_LIMITED, 3, MINUTE), 40 * MINUTE),
        (Failure(Trouble.PASSING, 1, 30 * MINUTE), 30 * MINUTE),
        (Failure(Trouble.REFUSED), 4 * HOUR),
        (Failure(Trouble.REFUSED, 50), DAY),
        (Failure(Trouble.GONE), 7 * DAY),
        (Failure(Trouble.RESTING, 0, 15 * MINUTE), 15 * MINUTE),
    ],
)
def test_a_failure_waits_by_its_sort(failure: Failure, expected: timedelta) -> None:
    assert wait(Pace(gap=40 * MINUTE), 0.0, failure=failure) == expected


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 10**6), st.sampled_from(list(Trouble)))
def test_after_a_failure_nobody_comes_too_early(
    jitter: float, count: int, trouble: Trouble
) -> None:
    asked = timedelta(minutes=42)

    waited = wait(Pace(gap=40 * MINUTE), jitter, failure=Failure(trouble, count, asked))

    assert asked <= waited <= 8 * DAY


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Trouble.PASSING, [3]),
        (Trouble.RATE_LIMITED, [3]),
        (Trouble.REFUSED, [1]),
        (Trouble.GONE, [1]),
        (Trouble.RESTING, []),
    ],
)
def test_a_failure_is_told_once_and_so_is_its_end(trouble: Trouble, told: list[int]) -> None:
    assert [n for n in range(9) if was_told(trouble, n)] == list(range(told[0], 9) if told else [])


# --- chance --------------------------------------------------------------------------------------


def test_jitter_is_a_tenth_either_way() -> None:
    waits = [wait(Pace(gap=4 * HOUR), jitter) for jitter in (0.0, 0.5, 1.0)]

    assert waits == [54 * MINUTE, 60 * MINUTE, 66 * MINUTE]


@given(
    st.floats(0, 1, exclude_max=True),
    st.one_of(st.none(), st.timedeltas(timedelta(), timedelta(days=900))),
    st.one_of(st.none(), st.timedeltas(timedelta(seconds=1), timedelta(days=900))),
    st.one_of(st.none(), st.timedeltas(timedelta(), timedelta(days=900))),
    st.frozensets(st.integers(0, 23)),
)
def test_the_interval_stays_between_floor_and_ceiling(
    jitter: float,
    gap: timedelta | None,
    window: timedelta | None,
    hint: timedelta | None,
    skip: frozenset[int],
) -> None:
    waited = wait(Pace(gap, window), jitter, advice=Advice(fresh_for=hint, skip_hours=skip))

    assert 5 * MINUTE <= waited <= 6 * HOUR * 1.1 + 2 * HOUR


def test_overdue_sources_are_spread_at_the_start() -> None:
    within = 2 * MINUTE

    assert first_poll(NOW - DAY, NOW, 0.0, within) == NOW
    assert first_poll(NOW - DAY, NOW, 0.5, within) == NOW + MINUTE
    assert first_poll(NOW + HOUR, NOW, 0.5, within) == NOW + HOUR


# --- moved for good ------------------------------------------------------------------------------


def test_a_new_address_is_adopted_after_it_held_for_a_day() -> None:
    first = watch_move(None, "https://new.example/", NOW)
    assert first == Move("https://new.example/", NOW)
    still = watch_move(first, "https://new.example/", NOW + DAY)
    assert still == first

    assert not is_settled(first, NOW + 23 * HOUR)
    assert is_settled(first, NOW + DAY)


def test_a_move_that_wavers_starts_anew() -> None:
    first = watch_move(None, "https://hotel.example/", NOW)

    assert watch_move(first, "", NOW + HOUR) is None
    other = watch_move(first, "https://other.example/", NOW + HOUR)
    assert other == Move("https://other.example/", NOW + HOUR)
