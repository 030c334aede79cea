"""Reading: which show, which event, and why."""

from datetime import UTC, datetime

import pytest

from bot.news.claims import Reader
from bot.news.model import Article, Certainty, Claim, Event, Precision, Show
from bot.news.reading import Outcome
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

TITLES = (
    "Dexter", "Dexter: New Blood", "Ted Lasso", "Friends", "You", "From", "Kiln", "Night Ferry",
    "Marrow Creek", "Marrow Creek: Origins", "Quiet Hours", "Hightown",
)  # fmt: skip
READER = Reader(TitleIndex(Show(t, t) for t in TITLES), LEXICONS)


def read(title: str, summary: str = "", **fields: object) -> list[Claim]:
    return list(READER.read(Article("a", title, summary, **fields)))  # type: ignore[arg-type]


def only(title: str, summary: str = "", **fields: object) -> Claim:
    (claim,) = read(title, summary, **fields)
    return claim


def shown(claim: Claim) -> str:
    return claim.show.title if claim.show else ""


def test_the_longest_title_wins() -> None:
    assert shown(only("'Dexter: New Blood' renewed for season 2")) == "Dexter: New Blood"


def test_a_show_named_beside_the_news_is_not_its_subject() -> None:
    assert shown(only("The Friends star joins Ted Lasso")) == "Ted Lasso"


def test_a_star_who_leaves_leaves_the_show_named() -> None:
    claim = only("'Night Ferry' star Ada Holm exits the series")
    assert (shown(claim), claim.event) == ("Night Ferry", Event.EXITS)


@pytest.mark.parametrize(
    "title",
    ["What You Renewed at the Library", "Letters From Renewed Friends", "Potters Fire Kiln"],
)
def test_common_words_are_not_shows(title: str) -> None:
    assert read(title) == []


def test_evidence_makes_a_common_word_a_show() -> None:
    link = "https://screens.example/from-season-5-renewed/"
    assert shown(only("From Renewed for Season 5", categories=("TV", "From"), link=link)) == "From"


def test_a_hidden_name_is_resolved_from_summary_category_and_address() -> None:
    claim = only(
        "Hulu's Hit Pottery Drama Renewed for Season 2",
        categories=("TV News", "Kiln"),
        link="https://screens.example/kiln-renewed-season-2-hulu/",
    )
    assert shown(claim) == "Kiln"


def test_a_hidden_name_is_not_guessed() -> None:
    assert read("Hulu's Hit Pottery Drama Renewed for Season 2") == []


def test_a_prequel_is_not_its_parent() -> None:
    claim = only(
        "'Marrow Creek' Prequel Casts Its Sheriff", "Marrow Creek: Origins has found its star."
    )
    assert shown(claim) == "Marrow Creek: Origins"


def test_two_kinds_of_news_are_two_claims() -> None:
    claims = read("'Quiet Hours' season 2 gets March 3 premiere date and trailer")
    assert {c.event for c in claims} == {Event.DATED, Event.TRAILER}


def test_a_list_of_shows_shares_the_event() -> None:
    claims = read("CBS renews 'Kiln', 'Night Ferry' and 'Quiet Hours'")
    assert {shown(c) for c in claims} == {"Kiln", "Night Ferry", "Quiet Hours"}


def test_a_date_is_typed_and_canonical() -> None:
    published = datetime(2026, 11, 18, tzinfo=UTC)
    claim = only("'Quiet Hours' returns March 3 on CBS", published=published)
    assert claim.value == "2027-03-03"
    assert claim.when is not None
    assert claim.when.precision is Precision.DAY


def test_a_renewal_names_its_network() -> None:
    assert only("'Quiet Hours' renewed for season 3 at CBS").value == "CBS"


def test_a_casting_names_its_person() -> None:
    assert only("Ada Holm joins 'Quiet Hours' on CBS").subject == "Ada Holm"


def test_a_final_trailer_is_called_so() -> None:
    assert only("'Quiet Hours' season 2 final trailer is here").subject == "final trailer"


def test_every_claim_shows_its_words() -> None:
    assert only("Starz renews Hightown for season 4").evidence == ("renews", "Hightown")


@pytest.mark.parametrize(
    ("title", "certainty"),
    [
        ("Starz renews Hightown", Certainty.CONFIRMED),
        ("Starz reportedly renews Hightown", Certainty.REPORTED),
        ("Hightown might be renewed", Certainty.RUMOUR),
    ],
)
def test_the_certainty_is_the_articles(title: str, certainty: Certainty) -> None:
    assert only(title).certainty is certainty


def test_the_outlets_name_at_the_end_is_not_read() -> None:
    claim = only("Starz renews Hightown - Friends Weekly", source="Friends Weekly")
    assert shown(claim) == "Hightown"


def test_reading_keeps_nothing_between_articles() -> None:
    first = read("Starz renews Hightown")
    read("Hulu's Hit Pottery Drama Renewed for Season 2")
    assert read("Starz renews Hightown") == first


def test_an_explanation_says_what_was_weighed() -> None:
    reading = READER.explain(Article("a", "Why 'Hightown' Was Cancelled"))
    assert reading.claims == ()
    assert [name.mention.show.title for name in reading.names] == ["Hightown"]
    assert "question" in {weight.name for weight in reading.weights}
    assert {verdict.outcome for verdict in reading.verdicts} <= {Outcome.NO_NEWS}


def test_an_explanation_tells_the_same_claims() -> None:
    article = Article("a", "Starz renews Hightown for season 4")
    assert READER.explain(article).claims == READER.read(article)
