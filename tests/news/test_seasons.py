"""Season numbers."""

import pytest

from bot.news.seasons import find_seasons
from bot.news.text import Line
from tests.lexicons import ENGLISH, SPANISH


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Season 2", 2),
        ("season two", 2),
        ("the second season", 2),
        ("a sophomore season", 2),
        ("its 14th season", 14),
        ("S03 trailer", 3),
        ("S1E4", 1),
        ("Season IV", 4),
        ("series three", 3),
        ("third and final season", 3),
        ("season 4's premiere", 4),
        ("2x05 opens the doors", 2),
        ("the S.2 opener", 2),
        ("renewed for series 3, weeks after its finale", 3),
        ("renewed for season 3 weeks after its finale", 3),
        ("renewed for seasons 3 & 4", 3),
        ("seasons three through five", 3),
    ],
)
def test_a_season_is_read_in_words_digits_and_roman(text: str, number: int) -> None:
    assert [s.number for s in find_seasons(Line.of(text), ENGLISH.seasons)] == [number]


@pytest.mark.parametrize(
    "text",
    [
        "after four seasons",
        "all 3 seasons, 24 episodes",
        "a 27x40 poster",
        "season of change",
        "Season 2024",
        "season 0",
        "the first season since 2019",
        "cancels the series 3 days before its finale",
    ],
)
def test_a_count_a_year_and_a_turn_of_phrase_are_no_season(text: str) -> None:
    assert not [s for s in find_seasons(Line.of(text), ENGLISH.seasons) if s.number]


def test_the_final_season_is_one_without_a_number() -> None:
    (season,) = find_seasons(Line.of("the final season"), ENGLISH.seasons)
    assert season.is_final
    assert season.number is None


def test_spanish_counts_as_well() -> None:
    (season,) = find_seasons(Line.of("una segunda temporada"), SPANISH.seasons)
    assert season.number == 2
