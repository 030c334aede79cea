"""How far filming is, how many episodes there are, and which video a trailer is."""

import pytest

from bot.news.claims import Reader
from bot.news.model import Article, Claim, Show
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

SHOW = Show("test:hightower-lane", "Hightower Lane")
READER = Reader(TitleIndex([SHOW]), LEXICONS)


def read(title: str, summary: str = "", link: str = "") -> Claim:
    (claim,) = READER.read(Article("1", title, summary, link))
    return claim


@pytest.mark.parametrize(
    ("title", "stage"),
    [
        ("'Hightower Lane' Season 3 Begins Filming in Leeds", "started"),
        ("'Hightower Lane' season 3 filming is underway", "started"),
        ("'Hightower Lane' halts production on season 3", "paused"),
        ("'Hightower Lane' Resumes Filming Season 3 After Break", "resumed"),
        ("'Hightower Lane' season 3 has officially wrapped filming", "wrapped"),
    ],
)
def test_a_headline_tells_how_far_filming_is(title: str, stage: str) -> None:
    assert read(title).subject == stage


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("'Hightower Lane' renewed for 8-episode second season", "8 episodes"),
        ("Northern renews 'Hightower Lane' for season 2 with ten episodes", "10 episodes"),
        ("'Hightower Lane' renewed for season 2 after 8 episodes", ""),
        ("'Hightower Lane' renewed for a second season", ""),
    ],
)
def test_a_renewal_may_say_how_many_episodes_there_will_be(title: str, value: str) -> None:
    assert read(title).value == value


@pytest.mark.parametrize(
    ("summary", "link", "value"),
    [
        ("", "https://www.youtube.com/watch?v=abcdefghijk", "youtube:abcdefghijk"),
        ("", "https://www.youtube.com/watch?app=x&v=abc-efg_ijk", "youtube:abc-efg_ijk"),
        (
            "Watch at https://youtu.be/abcdefghijk?t=1 now",
            "https://o.example/a",
            "youtube:abcdefghijk",
        ),
        ("", "https://www.youtube.com/watch?v=abcdefghijkl", ""),
        ("", "https://notyoutube.example/watch?v=abcdefghijk", ""),
        ("", "https://o.example/trailer", ""),
    ],
)
def test_a_trailer_is_known_by_its_video(summary: str, link: str, value: str) -> None:
    assert read("'Hightower Lane' season 2 trailer released", summary, link).value == value
