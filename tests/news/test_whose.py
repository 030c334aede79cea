"""Whose news it is: a show's, or that of somebody who is of it."""

import re
from datetime import UTC, datetime

import pytest

from bot.news.claims import Reader
from bot.news.model import Article, Show
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SHOWS = [Show("ferry", "Night Ferry"), Show("weir", "The Weir"), Show("weirs", "The Weirs")]
READER = Reader(TitleIndex(SHOWS), LEXICONS)


def read(headline: str) -> list[tuple[str, str, str]]:
    claims = READER.read(Article("a", headline, published=NOW))
    return [(c.show.key, c.event.label, c.value or c.subject) for c in claims if c.show]


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        (
            "Night Ferry star Ada Byron won't be back for season 2",
            [("ferry", "exits", "Ada Byron")],
        ),
        ("Night Ferry won't be back for season 2", [("ferry", "cancelled", "")]),
        ("Night Ferry's Abi returns to the harbour next week", []),
        ("Night Ferry returns to the harbour next week", [("ferry", "dated", "2026-03")]),
        # What has a title, and is none of a show.
        ("Night Ferry's Ada Byron exits ITV thriller 'Ash And Bone'", []),
        ("Night Ferry's Ada Byron exits", [("ferry", "exits", "Ada Byron")]),
        # A role is taken from one show to another.
        ("Ada Byron to reprise Weirs role in Night Ferry", [("ferry", "returns", "Ada Byron")]),
        ("Ada Byron signs on as Night Ferry judge", [("ferry", "joins", "Ada Byron")]),
    ],
)
def test_persons_have_fates_of_their_own(headline: str, told: list[tuple[str, str, str]]) -> None:
    assert read(headline) == told


def test_a_possessive_is_of_the_show_without_it() -> None:
    assert read("The Weir's season 3 trailer is here")[0][:2] == ("weir", "trailer")
    assert read("The Weirs season 3 trailer is here")[0][:2] == ("weirs", "trailer")


@pytest.mark.parametrize(
    ("headline", "value"),
    [
        ("Night Ferry premiere delayed from May 5 to June 9", "2026-06-09"),
        ("Night Ferry premieres on Friday, March 27", "2026-03-27"),
        ("Night Ferry returns next Friday, March 20", "2026-03-20"),
        ("Night Ferry returns on Friday", "2026-03-13"),
    ],
)
def test_the_day_is_the_one_to_come(headline: str, value: str) -> None:
    ((_, _, told),) = read(headline)
    assert told == value


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("Moving on: 'Night Ferry' star Ada Byron to exit", {"ferry"}),
        # A list may set one of its shows in quotation marks alone.
        ("NBC renews 'Night Ferry' and Moving", {"ferry", "moving"}),
    ],
)
def test_a_word_beside_a_quoted_title_is_a_word(headline: str, told: set[str]) -> None:
    shows = [Show("ferry", "Night Ferry"), Show("moving", "Moving")]
    link = "https://outlet.example/" + re.sub(r"\W+", "-", headline.lower())
    claims = Reader(TitleIndex(shows), LEXICONS).read(Article("a", headline, link=link))
    assert {claim.show.key for claim in claims if claim.show} == told


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("ada-byron-quits-night-ferry-in-surprise-move", [("ferry", "exits", "Ada Byron")]),
        ("ada-byron-and-the-night-ferry-home", []),
    ],
)
def test_an_address_names_what_its_verb_is_about(
    slug: str, told: list[tuple[str, str, str]]
) -> None:
    headline = "Ada Byron QUITS as star of ITV show in surprise career move"
    article = Article("a", headline, link=f"https://outlet.example/tv/{slug}", published=NOW)
    claims = READER.read(article)
    assert [(c.show.key, c.event.label, c.subject) for c in claims if c.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("HBO's finance drama sets season 4 premiere date", [("desk", "dated", 4)]),
        ("HBO's finance drama sets season 3 premiere date", []),
    ],
)
def test_an_address_is_believed_where_it_has_the_headlines_season(
    headline: str, told: list[tuple[str, str, int]]
) -> None:
    link = "https://outlet.example/desk-season-4-premiere-date-hbo/"
    reader = Reader(TitleIndex([Show("desk", "Desk")]), LEXICONS)
    claims = reader.read(Article("a", headline, link=link, published=NOW))
    assert [(c.show.key, c.event.label, c.season) for c in claims if c.show] == told


def test_plain_words_amid_an_address_name_no_show() -> None:
    link = "https://outlet.example/spiders-hit-tv-show-renewed-for-two-more-seasons/"
    headline = "That spider's hit series is renewed for two more seasons"
    reader = Reader(TitleIndex([Show("tv", "The TV Show")]), LEXICONS)
    assert [c.show for c in reader.read(Article("a", headline, link=link)) if c.show] == []
