"""Headlines that tell several fates: each goes to its own show, with its own season and network."""

import pytest

from bot.news.claims import Reader
from bot.news.model import Article, Show
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

SHOWS = [
    Show("tlo", "The Long Orchard"),
    Show("ferry", "Night Ferry"),
    Show("kiln", "Kiln Lane"),
    Show("ash", "Dead Reckoners: Ash"),
    Show("port", "Dead Reckoners: Port Royal"),
]
READER = Reader(TitleIndex(SHOWS), LEXICONS)


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        (
            "NBC Cancels The Long Orchard, Renews Night Ferry for Season 6",
            {("tlo", "cancelled", None), ("ferry", "renewed", 6)},
        ),
        (
            "Night Ferry Renewed for Season 5, Kiln Lane Canceled",
            {("ferry", "renewed", 5), ("kiln", "cancelled", None)},
        ),
        (
            "NBC renews Night Ferry for season 3 as Kiln Lane is cancelled",
            {("ferry", "renewed", 3), ("kiln", "cancelled", None)},
        ),
        # The index does not know all that is told of.
        (
            "NBC Cancels The Long Orchard, Renews Marlow & Finch for Season 6",
            {("tlo", "cancelled", None)},
        ),
        ("NBC Renews Marlow for Season 6, Cancels Night Ferry", {("ferry", "cancelled", None)}),
        (
            "Night Ferry Canceled, Marlow Renewed for Season 3 at NBC",
            {("ferry", "cancelled", None)},
        ),
        ("Marlow Canceled at NBC, Night Ferry Renewed", {("ferry", "renewed", None)}),
        # Marks within a title, and lists.
        (
            "Dead Reckoners: Ash canceled, Dead Reckoners: Port Royal renewed for season 3",
            {("ash", "cancelled", None), ("port", "renewed", 3)},
        ),
        (
            "The Long Orchard canceled and Night Ferry and Kiln Lane renewed at CBS",
            {("tlo", "cancelled", None), ("ferry", "renewed", None), ("kiln", "renewed", None)},
        ),
        (
            "CBS cancels The Long Orchard, Night Ferry and Kiln Lane renewed",
            {("tlo", "cancelled", None), ("ferry", "renewed", None), ("kiln", "renewed", None)},
        ),
        # One show, of which both is told.
        (
            "Night Ferry Canceled by NBC, Revived at Netflix Thanks to Ada Byron",
            {("ferry", "renewed", None)},
        ),
        ("Night Ferry cancelled by Fox, revived at NBC", {("ferry", "renewed", None)}),
        ("Night Ferry renewed for season 3, sets March premiere", {("ferry", "renewed", 3)}),
    ],
)
def test_each_fate_is_its_own_shows(headline: str, told: set[tuple[str, str, int | None]]) -> None:
    claims = READER.read(Article("a", headline))
    assert {(c.show.key, c.event.label, c.season) for c in claims if c.show} == told


def test_shows_are_listed_with_their_seasons() -> None:
    headline = "NBC renews Night Ferry for season 3, Kiln Lane for season 6 and The Long Orchard"
    claims = READER.read(Article("a", headline))
    assert {(c.show.key, c.season) for c in claims if c.show} >= {("ferry", 3), ("kiln", 6)}


def test_episodes_are_counted_of_the_show_that_they_stand_with() -> None:
    claims = READER.read(Article("a", "NBC orders 8-episode Night Ferry, renews Kiln Lane"))
    assert {c.show.key: c.value for c in claims if c.show} == {"ferry": "8 episodes", "kiln": "NBC"}


def test_the_network_is_the_one_that_stands_with_the_fate() -> None:
    (claim,) = READER.read(Article("a", "Night Ferry cancelled by Fox, picked up by NBC"))
    assert claim.value == "NBC"
