"""What is new in a feed: nothing repeats, nothing is lost, nothing marks everything as new."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.model import Article
from bot.news.newness import Entry, Sifted, lookup_keys, sift, unseen, with_marks

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAST = NOW - timedelta(minutes=15)


def entry(
    guid: str = "", link: str = "", title: str = "Title", age: timedelta | None = timedelta()
) -> Entry:
    """An entry with the keys that the parser gives it."""
    published = None if age is None else NOW - age
    keys = [f"g:{guid}"] * bool(guid) + [f"l:{link}"] * bool(link)
    keys += [f"t:{title}{published}"] * (published is not None)
    keys.append(f"x:{guid}|{link}|{title}")
    return Entry(tuple(keys), Article(guid or link or keys[-1], title, published=published))


class Source:
    """A source as the store remembers it, polled with one document after another."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.last_success: datetime | None = None

    def poll(self, *document: Entry, now: datetime = NOW) -> Sifted:
        entries = with_marks(document)
        known = self.known & lookup_keys(entries)
        sifted = sift(entries, known, now=now, last_success=self.last_success)
        self.known |= {key for one in entries for key in one.keys}
        self.last_success = now
        return sifted


def titles(entries: Sequence[Entry]) -> list[str]:
    return [entry.article.title for entry in entries]


def followed(*document: Entry) -> Source:
    """A source whose first poll, a quarter of an hour ago, showed `document`."""
    source = Source()
    source.poll(*document, now=LAST)
    return source


ONE = entry("1", "a", "One", timedelta(hours=3))
TWO = entry("2", "b", "Two", timedelta(hours=2))
NEW = entry("3", "c", "New", timedelta(minutes=5))


def test_the_first_poll_is_a_silent_baseline() -> None:
    sifted = Source().poll(ONE, TWO)

    assert sifted.told == ()
    assert titles(sifted.quiet) == ["One", "Two"]


def test_a_new_entry_is_told_once() -> None:
    source = followed(ONE, TWO)

    assert titles(source.poll(NEW, TWO, ONE).told) == ["New"]
    assert source.poll(NEW, TWO, ONE) == Sifted()


@pytest.mark.parametrize(
    "again",
    [
        entry("2", "b", "Two", timedelta(minutes=1)),
        entry("2", "b", "Two, now with a correction", timedelta(hours=2)),
        entry("2", "moved", "Two", timedelta(hours=2)),
        entry("https-2", "b", "Two", timedelta(hours=2)),
        entry("https-2", "b", "Two, corrected", timedelta(minutes=1)),
        entry("https-2", "moved", "Two", timedelta(hours=2)),
        entry("", "b", "Two", None),
    ],
    ids=["date", "title", "link", "guid", "guid, title, date", "guid, link", "guid and date gone"],
)
def test_a_known_article_stays_known(again: Entry) -> None:
    assert followed(ONE, TWO).poll(again, ONE) == Sifted()


def test_order_says_nothing() -> None:
    source = followed(ONE, TWO)

    assert titles(source.poll(ONE, NEW, TWO).told) == ["New"]


def test_an_entry_known_by_its_guid_is_later_known_by_its_new_link_alone() -> None:
    source = followed(TWO)
    source.poll(entry("2", "moved", "Two"))

    assert source.poll(entry("other", "moved", "Two, edited", None)) == Sifted()


def test_a_feed_that_shrinks_and_grows_again_repeats_nothing() -> None:
    source = followed(ONE, TWO)
    source.poll(TWO)
    source.poll()

    assert source.poll(ONE, TWO) == Sifted()


def test_after_an_empty_feed_a_new_entry_is_told() -> None:
    source = followed(ONE)
    source.poll()

    assert titles(source.poll(NEW, ONE).told) == ["New"]


def test_entries_come_oldest_first_whatever_the_document_does() -> None:
    late = entry("9", title="Late", age=timedelta(minutes=1))
    early = entry("8", title="Early", age=timedelta(minutes=9))

    assert titles(followed(ONE).poll(late, early, ONE).told) == ["Early", "Late"]
    assert titles(followed(ONE).poll(ONE, early, late).told) == ["Early", "Late"]


# --- guids and links that identify nothing -------------------------------------------------------


def test_a_guid_that_two_entries_share_loses_neither() -> None:
    source = followed(ONE)
    twins = entry("same", "x", "Xenia"), entry("same", "y", "Yvonne")

    sifted = source.poll(*twins, ONE)

    assert sorted(titles(sifted.told)) == ["Xenia", "Yvonne"]
    assert len({one.article.id for one in sifted.told}) == 2
    assert source.poll(*twins, ONE) == Sifted()


def test_a_guid_known_to_be_shared_hides_no_later_entry() -> None:
    source = followed(entry("same", "x", "Xenia"), entry("same", "y", "Yvonne"))

    sifted = source.poll(entry("same", "z", "Zoe"))

    assert titles(sifted.told) == ["Zoe"]
    assert sifted.told[0].article.id != "same"


def test_a_link_that_all_entries_share_hides_none() -> None:
    source = followed(entry("1", "front", "One"), entry("2", "front", "Two"))

    assert titles(source.poll(entry("3", "front", "Three")).told) == ["Three"]


def test_an_entry_listed_twice_is_one() -> None:
    assert titles(followed(ONE).poll(NEW, NEW, ONE).told) == ["New"]


# --- old, undated, from the future ---------------------------------------------------------------


def test_after_two_days_away_what_is_old_only_feeds_the_ledger() -> None:
    source = Source()
    source.poll(ONE, now=NOW - timedelta(days=4))
    old = entry("o", title="Old", age=timedelta(hours=49))
    fresh = entry("f", title="Fresh", age=timedelta(hours=47))

    sifted = source.poll(fresh, old)

    assert titles(sifted.told) == ["Fresh"]
    assert titles(sifted.quiet) == ["Old"]


def test_an_undated_entry_is_told() -> None:
    assert titles(followed(ONE).poll(entry("u", title="Undated", age=None), ONE).told) == [
        "Undated"
    ]


def test_a_date_in_the_future_becomes_now() -> None:
    ahead = entry("a", title="Ahead", age=-timedelta(days=30))
    soon = entry("s", title="Soon", age=-timedelta(minutes=30))

    told = {
        one.article.title: one.article.published for one in followed(ONE).poll(ahead, soon).told
    }

    assert told == {"Ahead": NOW, "Soon": NOW + timedelta(minutes=30)}


# --- a feed that changes all its identities ------------------------------------------------------


def generation(
    name: str, count: int = 10, *, newest: timedelta = timedelta(hours=1)
) -> list[Entry]:
    return [
        entry(f"{name}{n}", f"{name}/{n}", f"{name} {n}", newest + timedelta(hours=n))
        for n in range(count)
    ]


def test_a_feed_with_all_new_identities_is_rebased_silently() -> None:
    source = followed(*generation("old"))

    sifted = source.poll(*generation("new"))

    assert sifted.rebased
    assert sifted.told == ()
    assert len(sifted.quiet) == 10


def test_what_came_since_the_last_poll_is_told_even_then() -> None:
    source = followed(*generation("old"))

    sifted = source.poll(NEW, *generation("new"))

    assert sifted.rebased
    assert titles(sifted.told) == ["New"]


def test_a_feed_that_was_busy_while_we_were_away_is_not_rebased() -> None:
    source = Source()
    source.poll(*generation("old"), now=NOW - timedelta(hours=20))

    sifted = source.poll(*generation("new"))

    assert not sifted.rebased
    assert len(sifted.told) == 10


def test_a_few_late_entries_are_no_new_identities() -> None:
    source = followed(*generation("old"))

    sifted = source.poll(*generation("late", 3), *generation("old"))

    assert not sifted.rebased
    assert len(sifted.told) == 3


# --- whatever comes ------------------------------------------------------------------------------

entries = st.builds(
    entry,
    st.sampled_from(["", "1", "2", "3"]),
    st.sampled_from(["", "a", "b", "c"]),
    st.sampled_from(["One", "Two", "Three"]),
    st.sampled_from([None, timedelta(minutes=1), timedelta(hours=3)]),
)


@given(st.lists(st.lists(entries, max_size=6), max_size=6))
def test_whatever_a_feed_does_a_document_shown_twice_brings_nothing(
    documents: list[list[Entry]],
) -> None:
    source = followed()
    for document in documents:
        source.poll(*document)
        assert source.poll(*document) == Sifted()


@given(st.lists(entries, max_size=8))
def test_ids_of_new_entries_are_unique(document: list[Entry]) -> None:
    new = unseen(with_marks(document), frozenset())

    assert len({one.article.id for one in new}) == len(new)
