"""Two shows of one name: told apart by network, year and cast, or not told at all."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.news.claims import Reader
from bot.news.model import Article, Show
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

OLD = Show("old", "Harbor", year=1994, network="ABC")
BRITISH = Show("british", "Harbor", year=2019, network="BBC One")
AMERICAN = Show("american", "Harbor", year=2021, network="CBS")


def shows_of(
    headline: str, *shows: Show, summary: str = "", year: int = 2026, link: str = ""
) -> list[str]:
    published = datetime(year, 5, 4, tzinfo=UTC)
    article = Article("1", headline, summary, link, published=published)
    claims = Reader(TitleIndex(shows), LEXICONS).read(article)
    return [claim.show.key for claim in claims if claim.show]


@pytest.mark.parametrize(
    ("headline", "summary", "expected"),
    [
        ("CBS Renews ‘Harbor’ for Season 6", "", ["american"]),
        ("‘Harbor’ Renewed by the BBC for Season 6", "", ["british"]),
        ("‘Harbor’ Renewed for Season 6", "CBS ordered ten episodes.", ["american"]),
        ("‘Harbor’ (2019) Renewed for Season 6", "", ["british"]),
        ("‘Harbor’ Renewed for Season 6", "", []),
        ("‘Harbor’ Renewed for Season 6 at Hulu", "", []),
    ],
)
def test_network_and_year_tell_namesakes_apart(
    headline: str, summary: str, expected: list[str]
) -> None:
    assert shows_of(headline, OLD, BRITISH, AMERICAN, summary=summary) == expected


@pytest.mark.parametrize(
    ("headline", "summary", "expected"),
    [
        ("Ned Ross Exits ‘Harbor’ After Season 6", "", ["british"]),
        ("‘Harbor’ Renewed for Season 6", "Ned Ross is to return.", ["british"]),
        ("‘Harbor’ Renewed for Season 6", "Ada Byron is to return.", []),
        ("‘Harbor’ Renewed for Season 6", "Ned Ross leaves CBS.", ["british"]),
    ],
)
def test_the_cast_tells_namesakes_apart(headline: str, summary: str, expected: list[str]) -> None:
    british = replace(BRITISH, cast=("Mary Somerville", "Ned Ross"))
    american = replace(AMERICAN, cast=("Grace Hopper",))
    assert shows_of(headline, OLD, british, american, summary=summary) == expected


def test_a_show_that_cannot_have_that_season_yet_is_not_meant() -> None:
    young = Show("young", "Harbor", year=2026, network="Hulu")
    assert shows_of("‘Harbor’ Renewed for Season 9", OLD, young) == ["old"]


def test_a_show_of_the_future_is_not_meant() -> None:
    later = Show("later", "Harbor", year=2021)
    assert shows_of("‘Harbor’ Renewed for Season 3", OLD, later, year=1996) == ["old"]


def test_a_show_called_so_goes_before_one_that_is_also_called_so() -> None:
    other = Show("other", "Harbor Nights", aliases=("Harbor",))
    assert shows_of("‘Harbor’ Renewed for Season 3", OLD, other) == ["old"]


def test_an_article_tells_two_names_apart() -> None:
    led = Show("led", "The Harbor", year=1990)
    assert shows_of("‘The Harbor’ Renewed for Season 3", led, AMERICAN) == ["led"]
    assert shows_of("‘Harbor’ Renewed for Season 3", led, AMERICAN) == ["american"]


def test_nothing_is_told_of_namesakes_of_one_network() -> None:
    twin = Show("twin", "Harbor", year=2023, network="CBS")
    assert shows_of("CBS Renews ‘Harbor’ for Season 3", AMERICAN, twin) == []
