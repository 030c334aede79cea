"""Which titles of a headline are believed."""

import pytest

from bot.news.claims import Reader
from bot.news.model import Article, Show
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

SHOWS = [Show("tlo", "The Long Orchard", ("TLO", "Tamlyn")), Show("kiln", "Kiln")]
READER = Reader(TitleIndex(SHOWS), LEXICONS)


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("Ada Marchetti Leaves Her Show in Tearful TLO Reunion Trailer", ["tlo"]),
        ("Ada Marchetti Leaves Her Show in Tearful Tamlyn Quist Trailer", []),
        ("ADA MARCHETTI LEAVES HER SHOW IN TEARFUL TAMLYN QUIST TRAILER", []),
    ],
)
def test_initials_are_no_half_of_a_name(headline: str, told: list[str]) -> None:
    claims = READER.read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told
