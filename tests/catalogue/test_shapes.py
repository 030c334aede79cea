"""TVmaze's JSON as our types: whatever comes, nothing raises and everything is bounded."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.shapes import read_detail, read_found, read_updates
from bot.catalogue.tvmaze import typed
from bot.news.model import When
from bot.news.series import SeriesStatus
from tests.catalogue.maze import aka, member, named, season, show

KEYS = (
    *show(1, "x"),
    *season(1),
    *member("x", "y"),
    *named("x"),
    *("show", "_embedded", "seasons", "cast", "akas", "nextepisode", "airstamp", "airtime", "code"),
    *("medium", "imdb", "thetvdb", "1"),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.sampled_from(
        ["2027-04-09", "2027-00-00", "9999-99-99", "0000-01-01", "2027-04-10T02:00:00+00:00"]
    ),
    st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "https://[", "tt1"]),
    st.sampled_from(["https://x.example/\x00", "//x", "http://a@b", "<b>", "\ud800", "1" * 5000]),
)
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), inner, max_size=8),
    ),
    max_leaves=40,
)
PATHS = [
    ("name",),
    ("network",),
    ("network", "country"),
    ("webChannel",),
    ("image",),
    ("externals", "imdb"),
    ("updated",),
    ("premiered",),
    ("_embedded",),
    ("_embedded", "seasons"),
    ("_embedded", "seasons", 0),
    ("_embedded", "seasons", 0, "number"),
    ("_embedded", "seasons", 0, "premiereDate"),
    ("_embedded", "cast", 0, "person"),
    ("_embedded", "akas", 0, "country"),
    ("_embedded", "nextepisode"),
    ("_embedded", "nextepisode", "airstamp"),
]


def whole() -> dict[str, Any]:
    """A show with all that can be embedded."""
    coming = {"season": 2, "number": 1, "airtime": "21:00", "airstamp": "2027-04-10T02:00:00+00:00"}
    embedded = {
        "seasons": [season(1, "2024-05-02")],
        "cast": [member("Ada", "Mara")],
        "akas": [aka("Bahía", "ES")],
        "nextepisode": coming,
    }
    return show(1, "Lantern Bay") | {"_embedded": embedded}


def texts(value: object) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


@given(ANY_JSON)
def test_any_json_is_read_or_refused(value: object) -> None:
    for read in (read_found, read_detail, read_updates):
        read(value)
        read([{"show": value}])


@given(st.sampled_from(PATHS), ANY_JSON)
def test_a_field_of_any_type_spoils_that_field_alone(
    path: tuple[str | int, ...], value: object
) -> None:
    document = whole()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    detail = read_detail(document)

    if detail is None:
        assert path == ("name",)
        return
    for text in texts(asdict(detail)):
        text.encode("utf-8")
        assert "\x00" not in text
        assert len(text) <= 2000


@given(st.one_of(st.binary(max_size=200), ANY_JSON.map(lambda value: json.dumps(value).encode())))
def test_any_body_is_an_answer_or_a_failure(body: bytes) -> None:
    for read in (read_found, read_detail, read_updates):
        answer = typed(body, read)
        assert answer is not None


def test_lists_are_bounded() -> None:
    many = whole()
    many["_embedded"] = {
        "seasons": [season(number) for number in range(1, 1000)],
        "cast": [member(f"Person {number}", "X") for number in range(1000)],
        "akas": [aka(f"Name {number}") for number in range(1000)],
    }

    detail = read_detail(many)

    assert detail is not None
    assert (len(detail.seasons), len(detail.cast), len(detail.akas)) == (200, 30, 40)
    assert len(read_found([{"show": show(n, "X")} for n in range(1, 500)]) or ()) == 25


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("2027-04-09", "2027-04-09"),
        ("2027-04-00", "2027-04"),
        ("2027-00-00", "2027"),
        ("2027", "2027"),
        ("2027 spring", None),
        ("0000-00-00", None),
        ("2027-13-01", None),
        ("", None),
        (None, None),
        (2027, None),
    ],
)
def test_a_premiere_is_known_as_far_as_it_is_said(said: object, known: str | None) -> None:
    document = whole()
    document["_embedded"]["seasons"][0]["premiereDate"] = said

    detail = read_detail(document)

    assert detail is not None
    assert detail.seasons[0].premiere == (When.parse(known) if known else None)


def test_html_becomes_plain_text() -> None:
    document = whole()
    document["name"] = "Tom &amp; <i>Ada</i>"
    document["summary"] = "<p>One<br>two</p><script>x()</script><p>three\u202e</p>"

    detail = read_detail(document)

    assert detail is not None
    assert detail.title == "Tom & Ada"
    assert detail.summary == "One two three"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://user@evil.example/", "x", 3])
def test_only_web_addresses_are_kept(address: object) -> None:
    document = whole() | {"url": address, "image": {"medium": address, "original": address}}

    detail = read_detail(document)

    assert detail is not None
    assert (detail.url, detail.image) == ("", "")


def test_an_episode_without_an_hour_is_not_timed() -> None:
    document = whole()
    document["_embedded"]["nextepisode"]["airtime"] = ""

    detail = read_detail(document)

    assert detail is not None
    assert detail.next_episode is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Running", SeriesStatus.RUNNING),
        ("To Be Determined", SeriesStatus.UNDECIDED),
        ("Paused", SeriesStatus.UNKNOWN),
        (None, SeriesStatus.UNKNOWN),
    ],
)
def test_a_status_is_one_that_we_know(said: object, status: SeriesStatus) -> None:
    detail = read_detail(whole() | {"status": said})

    assert detail is not None
    assert detail.status is status
