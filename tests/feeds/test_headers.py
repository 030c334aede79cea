"""What servers say about time, and which hosts share a turn."""

from datetime import UTC, datetime, timedelta

import pytest
from yarl import URL

from bot.feeds.headers import cache_hints, http_date, retry_after
from bot.feeds.hosts import HostBudget, host_key
from tests.feeds.conftest import Time

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = "Sun, 22 Nov 2026 12:30:00 GMT"


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, 10),
        ({"Cache-Control": 'public, Max-Age="600"'}, 10),
        ({"Cache-Control": "max-age=600", "Age": "300"}, 5),
        ({"Cache-Control": "max-age=600", "Age": "9000"}, 0),
        ({"Cache-Control": "max-age=600, no-cache"}, None),
        ({"Cache-Control": "no-store"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Expires": LATER}, 30),
        ({"Expires": LATER, "Date": "Sun, 22 Nov 2026 12:20:00 GMT"}, 10),
        ({"Expires": LATER, "Cache-Control": "max-age=60"}, 1),
        ({"Expires": "0"}, None),
        ({"Expires": "Sun, 22 Nov 2020 12:30:00 GMT"}, 0),
    ],
)
def test_how_long_an_answer_stays_fresh(headers: dict[str, str], minutes: int | None) -> None:
    expected = None if minutes is None else timedelta(minutes=minutes)

    assert cache_hints(headers, NOW).fresh_for == expected


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("120", 120),
        (" 120 ", 120),
        ("0", 60),
        ("99999999999999999999", 86_400),
        ("-5", None),
        ("١٢٠", None),
        (LATER, 1800),
        ("Sun, 22 Nov 2020 12:30:00 GMT", 60),
        ("Sun, 99 Nov 2026 12:30:00 GMT", None),
    ],
)
def test_how_long_to_wait(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_a_date_without_a_zone_is_utc() -> None:
    assert http_date("Sun, 22 Nov 2026 12:00:00") == NOW


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.com/feed", "example.com"),
        ("https://feeds.example.co.uk/tv", "example.co.uk"),
        ("https://Example.COM./", "example.com"),
        ("https://a.blogspot.com/", "a.blogspot.com"),
        ("http://127.0.0.1:8080/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://localhost/", "localhost"),
    ],
)
def test_names_of_one_owner_share_a_turn(url: str, key: str) -> None:
    assert host_key(URL(url)) == key


async def test_a_rest_ends_and_the_longer_of_two_holds() -> None:
    time = Time()
    budget = HostBudget(0.0, time, time.pause)

    budget.rest("example.com", 60)
    budget.rest("example.com", 30)

    assert budget.resting("example.com") == 60
    assert budget.resting("example.org") == 0
    time.now += 61
    assert budget.resting("example.com") == 0


async def test_a_turn_that_fails_is_given_back() -> None:
    time = Time()
    budget = HostBudget(2.0, time, time.pause)

    with pytest.raises(RuntimeError):
        async with budget.turn("example.com"):
            raise RuntimeError
    async with budget.turn("example.com"):
        pass

    assert time.pauses == [2.0]
