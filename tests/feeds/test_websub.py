"""WebSub by the Recommendation: what a feed says, what is asked for, what is believed."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from bot.feeds.extract import read_feed
from bot.feeds.feed import ParsedFeed
from bot.feeds.websub import (
    LEASE,
    Intent,
    Mode,
    granted_lease,
    hub_and_topic,
    is_signed,
    read_intent,
    renewal,
    subscription_form,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = "https://desk.example/feed"
SECRET = "a secret of ours"
BODY = b"<rss version='2.0'/>"


def signature(method: str, body: bytes = BODY, secret: str = SECRET) -> str:
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


# --- section 3: who pushes -----------------------------------------------------------------------


def test_a_feed_names_its_hub_and_its_topic_itself() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Desk</title>
        <link rel="hub" href="https://hub.example/"/><link rel="self" href="/atom"/>
        <entry><title>News</title><id>1</id></entry></feed>"""
    feed = read_feed(body, FEED)
    assert isinstance(feed, ParsedFeed)

    found = hub_and_topic(feed.hubs, feed.topic, "", FEED)

    assert found == ("https://hub.example/", "https://desk.example/atom")


def test_link_headers_come_before_the_document() -> None:
    header = '<https://first.example/hub>; rel="hub", </canonical>; title="it"; rel=self'

    found = hub_and_topic(("https://hub.example/",), "https://desk.example/atom", header, FEED)

    assert found == ("https://first.example/hub", "https://desk.example/canonical")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "<https://desk.example/wp-json/>; rel='https://api.example/'",
        "<>; rel=hub",
        "<javascript:alert(1)>; rel=hub",
        "https://hub.example/; rel=hub",
        "<https://hub.example/>",
        '<https://a@hub.example/>; rel="hub"',
        "<" * 5_000,
    ],
)
def test_a_header_that_names_no_hub_is_passed_over(header: str) -> None:
    assert hub_and_topic((), "", header, FEED) == ("", "")


def test_one_link_header_may_carry_two_relations() -> None:
    header = '<https://desk.example/feed>; rel="self alternate", <https://h.example/>; REL="HUB"'

    assert hub_and_topic((), "", header, FEED) == ("https://h.example/", FEED)


def test_a_hub_without_a_topic_is_asked_for_the_address_that_was_polled() -> None:
    assert hub_and_topic(("https://hub.example/",), "", "", FEED) == ("https://hub.example/", FEED)


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("http://hub.example/", "https://hub.example/"),
        ("http://hub.example:80/a?b=c", "https://hub.example/a?b=c"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ("https://hub.example/", "https://hub.example/"),
    ],
)
def test_a_hub_is_asked_by_https_for_the_request_carries_a_secret(named: str, asked: str) -> None:
    assert hub_and_topic((named,), "", "", FEED)[0] == asked


def test_a_video_channel_is_pushed_although_its_feed_names_no_hub() -> None:
    url = "https://www.youtube.com/feeds/videos.xml?channel_id=UCaaaaaaaaaaaaaaaaaaaaaa"
    own_link = "http://www.youtube.com/feeds/videos.xml?channel_id=UCaaaaaaaaaaaaaaaaaaaaaa"

    hub, topic = hub_and_topic((), own_link, "", url)

    assert hub == "https://pubsubhubbub.appspot.com/subscribe"
    assert topic == (
        "https://www.youtube.com/xml/feeds/videos.xml?channel_id=UCaaaaaaaaaaaaaaaaaaaaaa"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/feeds/videos.xml?playlist_id=PLaaaa",
        "https://www.youtube.com/feeds/videos.xml",
        "https://youtube.example/feeds/videos.xml?channel_id=UCaaaa",
        "https://www.youtube.com/watch?v=aaaa&channel_id=UCaaaa",
    ],
)
def test_other_addresses_are_no_video_channels(url: str) -> None:
    assert hub_and_topic((), "", "", url) == ("", "")


# --- section 5.1: asking -------------------------------------------------------------------------


def test_a_subscription_names_topic_callback_secret_and_lease() -> None:
    body = subscription_form("https://desk.example/?a=1&b=ü", "https://bot.example/x", SECRET)

    assert parse_qs(body.decode("ascii")) == {
        "hub.mode": ["subscribe"],
        "hub.topic": ["https://desk.example/?a=1&b=ü"],
        "hub.callback": ["https://bot.example/x"],
        "hub.secret": [SECRET],
        "hub.lease_seconds": ["864000"],
        "hub.verify": ["async"],
    }


# --- section 5.3: what the hub asks back ---------------------------------------------------------


def test_an_intent_is_read_from_the_query() -> None:
    query = {
        "hub.mode": "subscribe",
        "hub.topic": FEED,
        "hub.challenge": "abc",
        "hub.lease_seconds": "3600",
        "more": "is ignored",
    }

    assert read_intent(query) == Intent(Mode.SUBSCRIBE, FEED, "abc", timedelta(hours=1))


def test_a_denial_needs_no_challenge() -> None:
    query = {"hub.mode": "denied", "hub.topic": FEED, "hub.reason": "no"}

    assert read_intent(query) == Intent(Mode.DENIED, FEED)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.topic": FEED},
        {"hub.mode": "subscribe", "hub.challenge": "abc"},
        {"hub.mode": "publish", "hub.topic": FEED, "hub.challenge": "abc"},
        {"hub.mode": "SUBSCRIBE", "hub.topic": FEED, "hub.challenge": "abc"},
        {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "a" * 1_001},
    ],
)
def test_a_query_that_asks_nothing_is_no_intent(query: dict[str, str]) -> None:
    assert read_intent(query) is None


@pytest.mark.parametrize(
    ("told", "granted"),
    [
        ("3600", timedelta(hours=1)),
        ("1", timedelta(seconds=1)),
        ("864000", LEASE),
        ("31536000", LEASE),
        ("999999999999999999", LEASE),
        ("", LEASE),
        ("0", LEASE),
        ("-5", LEASE),
        ("a day", LEASE),
        ("²", LEASE),
    ],
)
def test_a_hubs_shorter_lease_is_honoured_and_none_is_longer_than_ours(
    told: str, granted: timedelta
) -> None:
    query = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "abc"}
    intent = read_intent(query | {"hub.lease_seconds": told})

    assert intent is not None
    assert granted_lease(intent) == granted


@pytest.mark.parametrize("chance", [0.0, 0.3, 0.999])
@pytest.mark.parametrize("lease", [timedelta(hours=1), timedelta(days=5), LEASE])
def test_a_lease_is_renewed_at_seventy_to_eighty_per_cent(chance: float, lease: timedelta) -> None:
    share = (renewal(NOW, lease, chance) - NOW) / lease

    assert 0.7 <= share <= 0.8


def test_a_lease_of_a_second_is_not_renewed_every_second() -> None:
    assert renewal(NOW, timedelta(seconds=1), 0.5) == NOW + timedelta(minutes=10)


# --- section 7.1: what is believed ---------------------------------------------------------------


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_each_method_of_the_recommendation_is_taken(method: str) -> None:
    assert is_signed(signature(method), SECRET, BODY)
    assert is_signed(f" {signature(method).upper()} ", SECRET, BODY)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256",
        "sha256=",
        "=",
        signature("sha256")[:-1],
        signature("sha256") + "0",
        signature("sha256", b"another body"),
        signature("sha256", secret="another secret"),
        signature("sha1").replace("sha1", "sha256"),
        signature("md5"),
        "new=" + signature("sha256").partition("=")[2],
        "sha256=ä" + signature("sha256")[8:],
    ],
)
def test_everything_else_is_not_signed(header: str) -> None:
    assert not is_signed(header, SECRET, BODY)
