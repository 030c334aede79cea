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


@pytest.mark.parametrize(
    ("headline", "slug", "told"),
    [
        (
            "A hit pottery drama is renewed for season 3",
            "the-long-orchard-renewed-for-season-3",
            ["tlo"],
        ),
        (
            "Good news for fans: hit pottery drama renewed for season 3",
            "good-news-for-fans-hit-pottery-drama-renewed-for-season-3",
            [],
        ),
        (
            "Second chance for a cancelled pottery drama: Netflix renews it",
            "second-chance-for-cancelled-pottery-drama-netflix-renews-it",
            [],
        ),
    ],
)
def test_an_address_that_begins_with_common_words_names_no_show_by_them(
    headline: str, slug: str, told: list[str]
) -> None:
    shows = [*SHOWS, Show("news", "Good News"), Show("chance", "Second Chance")]
    reader = Reader(TitleIndex(shows), LEXICONS)
    claims = reader.read(Article("a", headline, link=f"https://example.org/tv/{slug}"))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "italics", "told"),
    [
        ("Exclusive trailer: why we wait for The House", ("The House",), ["house"]),
        ("Exclusive trailer: why we wait for The House", (), []),
        ("Exclusive trailer: why we wait for The House", ("wait",), []),
        ("Ada Quill, trailer park owner, leaves the house", ("the house",), []),
    ],
)
def test_italics_set_a_title_apart(
    headline: str, italics: tuple[str, ...], told: list[str]
) -> None:
    reader = Reader(TitleIndex([Show("house", "House", ("The House",))]), LEXICONS)
    claims = reader.read(Article("a", headline, italics=italics))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "summary", "told"),
    [
        ("Hulu drops Ada Quill's Quarry trailer", "", ["quarry"]),
        ("Hulu drops Quarry trailer", "A pit owner (Ada Quill) digs on.", ["quarry"]),
        ("Hulu drops Ned Quill's Quarry trailer", "", []),
        ("Hulu drops Quill's Quarry trailer", "", []),
        ("Hulu drops Mara's Quarry trailer", "", []),
        # A word as common as this one needs more than an actor beside it.
        ("Hulu drops Ada Quill's House trailer", "", []),
        ("Ada Quill exits House after two years", "", ["house"]),
    ],
)
def test_one_of_its_cast_tells_a_show_from_a_word(
    headline: str, summary: str, told: list[str]
) -> None:
    cast = ("Ada Quill", "Mara")
    index = TitleIndex([Show("quarry", "Quarry", cast=cast), Show("house", "House", cast=cast)])
    claims = Reader(index, LEXICONS).read(Article("a", headline, summary))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("NBC cancels Quiz, Valentine and more", ["quiz", "valentine"]),
        ("NBC cancels Quiz & Kiln", ["quiz", "kiln"]),
        ("Cancelled by NBC chiefs: Quiz, Valentine", []),  # a comma alone lists nothing
        ("Cancelled: Quiz and Valentine", []),  # two words, and no network
        ("Ada Byron, late of NBC, axed Quiz and Valentine", []),  # no network does it
        ("Cancelled: The Long Orchard, Quiz and Valentine", ["tlo", "quiz", "valentine"]),
        ("NBC cancels Kiln, In the Quiz and Valentine", ["kiln", "within", "valentine"]),
    ],
)
def test_shows_are_listed_with_shows(headline: str, told: list[str]) -> None:
    shows = [*SHOWS, Show("quiz", "Quiz"), Show("within", "In the Quiz")]
    shows.append(Show("valentine", "Valentine"))
    claims = Reader(TitleIndex(shows), LEXICONS).read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize("title", ["iMonster", "eKiln", "Kiln"])
def test_a_capital_further_on_is_one_as_well(title: str) -> None:
    reader = Reader(TitleIndex([Show("it", title)]), LEXICONS)
    told = reader.read(Article("a", f"{title} season 2 cancelled at NBC"))
    assert [claim.show.key for claim in told if claim.show] == ["it"]


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("CSI Veteran Actor Ada Byron Announces She's Leaving the Show", ["csi"]),
        ("DEA Veteran Ada Byron Announces She's Leaving the Show", []),  # an authority
        ("Csi Veteran Actor Ada Byron Announces She's Leaving the Show", []),
    ],
)
def test_rare_initials_name_a_show(headline: str, told: list[str]) -> None:
    reader = Reader(TitleIndex([Show("csi", "CSI"), Show("dea", "DEA")]), LEXICONS)
    claims = reader.read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("HouseMates' Ada Byron quits after ten years", ["minds"]),
        ("Housemates' Ada Byron quits after ten years", []),  # of any
        ("H.E.A.T. star exits ahead of season 7", ["heat"]),  # its last dot ends no sentence
    ],
)
def test_a_show_is_known_by_how_it_is_written(headline: str, told: list[str]) -> None:
    shows = [Show("minds", "HouseMates"), Show("heat", "H.E.A.T.")]
    claims = Reader(TitleIndex(shows), LEXICONS).read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("Bodies has now been renewed", ["bodies"]),
        ("Bodies was renewed in spirit by its fans", []),
        ("Last Train's Ada Byron To Leave Next Christmas", ["train"]),
        ("Last Train's Driver To Leave Next Christmas", []),
    ],
)
def test_common_words_are_a_title_by_their_fate_or_by_whom_they_own(
    headline: str, told: list[str]
) -> None:
    shows = [Show("bodies", "Bodies"), Show("train", "Last Train")]
    claims = Reader(TitleIndex(shows), LEXICONS).read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("The Moor (HBO miniseries) - full trailer", ["moor"]),
        ("The Moor (in my garden) - full trailer", []),
        ("The Moor TV series casts Ada Byron", ["moor"]),
        ("Tin TV series casts Ada Byron in Wales", []),
        ("Tin TV casts Ada Byron for season 2", ["tin"]),
    ],
)
def test_what_stands_behind_a_title_says_what_it_is(headline: str, told: list[str]) -> None:
    reader = Reader(TitleIndex([Show("moor", "The Moor"), Show("tin", "Tin TV")]), LEXICONS)
    claims = reader.read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("ABC orders 'S.H.I.E.L.D.' with Ada Byron", []),
        ("ABC orders 'The Shield' with Ada Byron", ["shield"]),
        ("CBS renews 'S.W.A.T.' for season 3", ["swat"]),
    ],
)
def test_initials_are_no_word(headline: str, told: list[str]) -> None:
    shows = [Show("shield", "The Shield"), Show("swat", "S.W.A.T.")]
    claims = Reader(TitleIndex(shows), LEXICONS).read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("Quizzing! names Ada Byron as its new host", ["quiz"]),
        ("Moor! names Ada Byron as its new host", []),
        ("Everybody loves Quizzing! Ada Byron names her host", []),
    ],
)
def test_a_mark_may_be_the_titles_own(headline: str, told: list[str]) -> None:
    shows = [Show("quiz", "Quizzing!"), Show("moor", "The Moor")]
    claims = Reader(TitleIndex(shows), LEXICONS).read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("BBC is bringing back Moor for a second season", ["moor"]),
        ("Ada Byron is bringing back Moor for a second season", []),
        ("BBC's Ada Byron is bringing back Moor for a second season", []),
        ("BBC Is Bringing Back Moor for a Second Season", []),
        ("BBC is now again to our great joy bringing back Moor for a second season", []),
    ],
)
def test_what_a_network_begins_a_sentence_with_is_a_show(headline: str, told: list[str]) -> None:
    claims = Reader(TitleIndex([Show("moor", "Moor")]), LEXICONS).read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("Trailer for Kingdom of the Night Watch is out: a series", []),
        ("Trailer for The Night Watch is out: a series", ["watch"]),
        ("Season 2 of Night Watch gets a trailer", ["watch"]),
    ],
)
def test_what_ends_a_longer_title_is_none(headline: str, told: list[str]) -> None:
    shows = [Show("watch", "The Night Watch")]
    claims = Reader(TitleIndex(shows), LEXICONS).read(Article("a", headline))
    assert [claim.show.key for claim in claims if claim.show] == told
