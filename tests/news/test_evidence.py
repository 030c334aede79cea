"""What speaks for a title, sign by sign."""

import pytest

from bot.news.claims import Reader
from bot.news.context import Context
from bot.news.events import find_events
from bot.news.evidence import Evidence
from bot.news.halves import is_joined
from bot.news.model import Article, Event, Show
from bot.news.page import Page
from bot.news.parts import Part, recognise
from bot.news.standing import Standing
from bot.news.surroundings import Surroundings
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

SHOWS = [
    Show("moor", "The Moor"),
    Show("quiz", "Quizzing!"),
    Show("who", "Who Rows?"),
    Show("1899", "1899"),
    Show("ferry", "Night Ferry"),
    Show("shield", "Agents of the S.H.I.E.L.D. Line", ("S.H.I.E.L.D.",)),
    Show("seasons", "The Four Seasons"),
    Show("bench", "Park Bench Stories"),
]
INDEX = TitleIndex(SHOWS)
READER = Reader(INDEX, LEXICONS)
ENGLISH = LEXICONS[0]


def part_of(headline: str) -> Part:
    page = Page(Article("a", headline))
    return recognise(page.title, Context(page, INDEX, ENGLISH))


def signs(headline: str, link: str = "") -> set[str]:
    names = READER.explain(Article("a", headline, link=link)).names
    return {sign for name in names for sign in name.reasons}


@pytest.mark.parametrize(
    ("headline", "link", "sign", "is_there"),
    [
        ("'The Moor' | Official Teaser | HBO", "", "herald", True),
        ("'The Moor' | Official Trailer | HBO", "", "herald", True),
        ("'The Moor' | Official Statement | HBO", "", "herald", False),
        ("'The Moor' (HBO drama) is back", "", "apposition", True),
        ("'The Moor' (a drama) is back", "", "apposition", False),
        ("'1899' ends at Netflix", "https://x.example/1899-ends-at-netflix", "address", True),
        ("BBC has axed 'The Moor' again", "", "fate", True),
        ("Ada Byron to leave The Moor role behind", "", "fate", False),
        ("Ada Byron to leave The Moor for good", "", "fate", True),
        ("ABC renews S.H.I.E.L.D. for season 3", "", "other initials", False),
    ],
)
def test_a_sign_is_seen_or_not(headline: str, link: str, sign: str, is_there: bool) -> None:
    assert (sign in signs(headline, link)) is is_there


def test_an_auxiliary_stands_between_a_network_and_what_it_did() -> None:
    def strength(headline: str) -> float:
        (name,) = READER.explain(Article("a", headline)).names
        return name.strength

    by_network = strength("BBC has axed 'The Moor' again")
    assert by_network == strength("BBC axed 'The Moor' again")
    assert by_network > strength("BBC presenter axed 'The Moor' again")


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Quizzing! names Ada Byron", "SHOW names ada byron "),
        ("Quizzing! | names Ada Byron", "SHOW ! names ada byron "),
        ("'The Moor'! names Ada Byron", "SHOW ! names ada byron "),
        ("'Who Rows?' names Ada Byron", "SHOW names ada byron "),
        ("Is it over for 'Who Rows?' ABC cancels", "is it over for SHOW ? NETWORK cancels "),
    ],
)
def test_a_title_keeps_its_own_mark_alone(headline: str, text: str) -> None:
    assert part_of(headline).scene.text == text


def standing(headline: str) -> Standing:
    page = Page(Article("a", headline))
    context = Context(page, INDEX, ENGLISH)
    around = Surroundings(page.title, (), (), frozenset(), context, ENGLISH)
    mention = max(INDEX.find(page.title), key=lambda m: m.last - m.first)
    return Standing(around, mention, headline=page.title.is_headline_case)


@pytest.mark.parametrize(
    ("headline", "is_half"),
    [
        ("Kingdom of the Night Ferry", True),
        ("Kingdom of The Moor", True),
        ("Ratings of Night Ferry", False),
        ("Ada Byron of The Moor", False),
        ("Kingdom, of the Night Ferry", False),
        ("Kingdom of 'The Moor'", False),
    ],
)
def test_a_longer_title_ends_with_a_title(headline: str, is_half: bool) -> None:
    assert is_joined(standing(headline), frozenset()) is is_half


@pytest.mark.parametrize(
    ("headline", "after"), [("Quizzing! sails", "sails"), ("The Moor! sails", "")]
)
def test_the_word_behind_a_title_may_stand_behind_its_mark(headline: str, after: str) -> None:
    assert standing(headline).after == after


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("fox-mainstay-renewed-four-seasons", []),
        ("the-four-seasons-renewed-by-fox", ["seasons"]),
        ("park-bench-stories-renewed-four-seasons", ["bench"]),
    ],
)
def test_so_many_seasons_in_an_address_are_no_show(slug: str, told: list[str]) -> None:
    headline = "Fox renews a long-running mainstay for four more seasons"
    claims = READER.read(Article("a", headline, link=f"https://x.example/tv/{slug}"))
    assert [claim.show.key for claim in claims if claim.show] == told


def test_a_number_that_leads_an_address_tells_more_than_a_word_of_speech() -> None:
    page = Page(Article("a", "'1899' ends", link="https://x.example/1899-ends-at-netflix"))
    context = Context(page, INDEX, ENGLISH)
    around = Surroundings(page.title, (), (), frozenset(), context, ENGLISH)
    (mention,) = INDEX.find(page.title)
    assert (
        Evidence(around, mention, headline=False, mentioned=frozenset()).weights()["address"] == 1
    )


def test_some_patterns_are_looked_for_by_other_than_their_choicest_words() -> None:
    assert any(pattern.anchors != pattern.choicest for _, pattern in ENGLISH.events)


@pytest.mark.parametrize(
    ("headline", "events"),
    [
        ("'What a review of my life': Ada Byron quits Night Ferry", {Event.EXITS}),
        ("Ada Byron quits Night Ferry: 'What a review of my life'", {Event.EXITS}),
        ("Review: Ada Byron quits Night Ferry: 'What a review of my life'", set()),
        ("Ada Byron quits Night Ferry: 'It was but a film to me'", {Event.EXITS}),
        ("'Viewers react to it': viewers react - Night Ferry cancelled", set()),
        ("'A review: Ada Byron quits Night Ferry'", set()),
    ],
)
def test_what_somebody_is_quoted_with_weighs_nothing_beside_it(
    headline: str, events: set[Event]
) -> None:
    assert {claim.event for claim in READER.read(Article("a", headline))} == events


def test_an_event_within_a_quotation_is_no_event_beside_it() -> None:
    part = part_of("Ada Byron weeps: 'Night Ferry was cancelled by ABC'")
    reaches = [s.reach for s in find_events(part, ENGLISH) if s.event is Event.CANCELLED]
    assert {(reach.speech, reach.silence) for reach in reaches} == {(0, 0)}
    assert part.scene.speech == (len("ada byron weeps "), len(part.scene.text))
