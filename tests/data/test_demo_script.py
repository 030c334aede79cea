"""The demo's news is read as the script says that it must be."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalogue.shipped import load_catalogue
from bot.demo.script import Format, Item, Told, load_script
from bot.news.claims import Reader
from bot.news.model import OUTLET_TRUSTS, Article, Certainty, Claim
from bot.news.titles import TitleIndex
from tests.lexicons import LEXICONS

DATA = Path(__file__).parents[2] / "data"
SHOWS = load_catalogue(DATA / "catalogue.toml")
# Days on which a date some months ahead falls into this year and into the next, and a leap day.
DAYS = [datetime(2026, 11, 22, 18, tzinfo=UTC), datetime(2028, 2, 29, 6, tzinfo=UTC)]
SCRIPT = load_script(DATA / "demo" / "script.toml", DAYS[0].date())
SEVEN = {
    "All of Us Are Dead",
    "Bodyguard",
    "Dexter: New Blood",
    "Firefly Lane",
    "Godfather of Harlem",
    "Hightown",
    "Maggie",
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(TitleIndex(SHOWS), LEXICONS)


def article(item: Item, now: datetime) -> Article:
    (name,) = [outlet.name for outlet in SCRIPT.outlets if outlet.key == item.outlet]
    link = f"http://127.0.0.1:9/{item.outlet}/{item.path}"
    return Article(item.guid, item.title, item.summary, link, name, now, item.categories)


def items_of(now: datetime) -> tuple[Item, ...]:
    return load_script(DATA / "demo" / "script.toml", now.date()).items


def told(claims: Iterable[Claim]) -> list[Claim]:
    """The claims that reach a channel."""
    return [c for c in claims if c.certainty is not Certainty.RUMOUR and not c.event.is_quiet]


on_each_day = pytest.mark.parametrize("now", DAYS, ids=lambda day: day.date().isoformat())
each_item = pytest.mark.parametrize(
    "number", range(len(SCRIPT.items)), ids=lambda number: SCRIPT.items[number].path
)


@on_each_day
@each_item
def test_an_item_tells_what_the_script_says_and_nothing_else(
    reader: Reader, number: int, now: datetime
) -> None:
    item = items_of(now)[number]
    expect = item.expect
    news = [
        (c.show.title if c.show else "", c.event, c.season, c.certainty)
        for c in told(reader.read(article(item, now)))
    ]
    if expect is None or expect.told is Told.NEVER:
        assert news == []
    else:
        assert news == [(expect.show, expect.event, expect.season, expect.certainty)]


@pytest.mark.parametrize(
    "item",
    [item for item in SCRIPT.items if item.expect and item.expect.told is Told.NEVER],
    ids=lambda item: item.path,
)
def test_what_is_told_nobody_is_read_all_the_same(reader: Reader, item: Item) -> None:
    claim = reader.read(article(item, DAYS[0]))[0]
    expect = item.expect
    assert (claim.show.title, claim.event, claim.season, claim.certainty) == (
        expect.show,
        expect.event,
        expect.season,
        expect.certainty,
    )


def test_each_of_the_seven_shows_has_news() -> None:
    assert set(SCRIPT.shows) == SEVEN


def test_a_renewal_is_told_by_three_outlets() -> None:
    tellers = {
        i.outlet for i in SCRIPT.items if i.expect and i.expect.show == "Godfather of Harlem"
    }
    assert len(tellers) == 3


def test_every_kind_of_happening_is_shown() -> None:
    told = [item.expect.told for item in SCRIPT.items if item.expect]
    assert set(told) == set(Told)
    kinds = {item.expect.event.kind for item in SCRIPT.items if item.expect}
    assert len(kinds) == 3


def test_the_outlets_have_every_format_and_every_trust() -> None:
    assert {outlet.format for outlet in SCRIPT.outlets} == set(Format)
    assert {outlet.trust for outlet in SCRIPT.outlets} == set(OUTLET_TRUSTS)


def test_the_old_items_tell_of_no_show(reader: Reader) -> None:
    for outlet in SCRIPT.outlets:
        old = article(outlet.old, DAYS[0] - timedelta(days=30))
        assert reader.read(old) == ()


def test_pictures_are_small_and_all_used() -> None:
    folder = DATA / "demo" / "images"
    files = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert set(files) == {item.image for item in SCRIPT.items} - {""}
    assert max(files.values()) <= 15_000
