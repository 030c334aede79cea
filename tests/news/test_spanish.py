"""A second language, by data alone."""

import pytest

from bot.news.claims import Reader
from bot.news.model import Article, Event, Show
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

READER = Reader(
    TitleIndex(Show(t, t) for t in ("Hightown", "La Balanza", "Noche de Sal")), LEXICONS
)


@pytest.mark.parametrize(
    ("title", "show", "event", "season"),
    [
        ("Netflix renueva 'La Balanza' por una tercera temporada", "La Balanza", Event.RENEWED, 3),
        ("HBO cancela 'Noche de Sal' tras una temporada", "Noche de Sal", Event.CANCELLED, None),
        ("'Noche de Sal' ya tiene fecha de estreno en Movistar", "Noche de Sal", Event.DATED, None),
        ("Primer tráiler de la serie 'La Balanza'", "La Balanza", Event.TRAILER, None),
        ("Lucía Ferrer se une al reparto de 'Hightown'", "Hightown", Event.JOINS, None),
        (
            "Comienza el rodaje de la segunda temporada de 'La Balanza'",
            "La Balanza",
            Event.PRODUCTION,
            2,
        ),
        ("Se retrasa el estreno de la serie 'Noche de Sal'", "Noche de Sal", Event.MOVED, None),
    ],
)
def test_spanish_news_is_read(title: str, show: str, event: Event, season: int | None) -> None:
    claim = READER.read(Article("a", title))[0]
    assert claim.show is not None
    assert (claim.show.title, claim.event, claim.season) == (show, event, season)


@pytest.mark.parametrize(
    "title",
    [
        "¿Habrá una segunda temporada de 'La Balanza'?",
        "Por qué 'Hightown' merece una cuarta temporada",
        "Crítica de 'Noche de Sal': así es la nueva serie de HBO",
        "Las 10 mejores series como 'La Balanza'",
    ],
)
def test_spanish_questions_reviews_and_lists_are_not(title: str) -> None:
    assert READER.read(Article("a", title)) == ()


def test_a_spanish_reading_says_its_language() -> None:
    assert (
        READER.explain(Article("a", "Netflix renueva la serie 'La Balanza' en España")).language
        == "es"
    )


def test_a_spanish_name_makes_no_english_headline_spanish() -> None:
    claims = READER.read(
        Article("a", "HBO cancels Hightown after two seasons, Ada de la Cruz says")
    )
    assert [claim.event for claim in claims] == [Event.CANCELLED]
