"""Which entries of a feed are new: decided by the set of keys known, never by order or date.

An entry has several keys (its guid, its link, its title with its date); one that is known makes
the entry known. So a bumped date, an edited title, a changed guid under the same link, a feed that
shrinks or is reordered repeats nothing. A key that two entries of one document share (a guid used
twice, a link to the front page) is no identity: it is marked, the mark is stored as a key too, and
from then on the others decide.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.news.model import Article

MARK = "!"
STALE_AFTER = timedelta(hours=48)
REBASE_SHARE = 0.6
REBASE_ENTRIES = 5
REBASE_SLACK = timedelta(hours=3)  # a slow cache shows new entries hours late
FUTURE_SLACK = timedelta(hours=1)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with the keys by which it is known again, the strongest first.

    All keys are to be stored when the article is. The last one covers guid, link and title at
    once, so it always tells two entries apart.
    """

    keys: tuple[str, ...]
    article: Article


@dataclass(frozen=True, slots=True)
class Sifted:
    """The new entries of a poll, oldest first. `rebased` tells that a feed changed its identities.

    `told` is news; `quiet` only feeds the ledger. The keys of both are to be stored, and those that
    a known entry has gained as well: it may be known by its new link alone tomorrow.
    """

    told: tuple[Entry, ...] = ()
    quiet: tuple[Entry, ...] = ()
    rebased: bool = False


def with_marks(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries of one document, each key that several of them share turned into a mark.

    Entries alike in guid, link and title are one entry: the first is kept. An article whose own
    identity is shared takes its last key for one.
    """
    distinct: dict[str, Entry] = {}
    for entry in entries:
        distinct.setdefault(entry.keys[-1], entry)
    counts = Counter(key for entry in distinct.values() for key in entry.keys)
    ids = Counter(entry.article.id for entry in distinct.values())
    return tuple(_marked(entry, counts, ids) for entry in distinct.values())


def _marked(entry: Entry, counts: Counter[str], ids: Counter[str]) -> Entry:
    keys = tuple(MARK + key if counts[key] > 1 else key for key in entry.keys)
    article = entry.article
    if ids[article.id] > 1:
        article = replace(article, id=entry.keys[-1])
    return Entry(keys, article)


def lookup_keys(entries: Iterable[Entry]) -> frozenset[str]:
    """Every key to ask the store about before `sift`: the entries' own and their marks."""
    keys = {key.removeprefix(MARK) for entry in entries for key in entry.keys}
    return frozenset(keys | {MARK + key for key in keys})


def unseen(entries: Iterable[Entry], known: Collection[str]) -> tuple[Entry, ...]:
    """The entries of which no valid key is known. A key is valid until a mark says otherwise."""
    return tuple(
        _own_identity(entry, known)
        for entry in entries
        if not any(_is_valid(key, known) and key in known for key in entry.keys)
    )


def sift(
    entries: Sequence[Entry],
    known: Collection[str],
    *,
    now: datetime,
    last_success: datetime | None,
    stale_after: timedelta = STALE_AFTER,
) -> Sifted:
    """Part the new entries of a document into news and what only feeds the ledger.

    `last_success` is the time of the source's last poll that brought a document or a 304, None
    before its first: then everything is the baseline and nothing is told. Entries older than
    `stale_after` are quiet. When most of a document is new although it is dated before the last
    success, the feed has changed its identities: those entries are quiet, later ones are told.
    """
    new = sorted(
        (_not_in_the_future(entry, now) for entry in reversed(unseen(entries, known))),
        key=lambda entry: entry.article.published or now,
    )
    if last_success is None:
        return Sifted(quiet=tuple(new))
    rebased = _is_rebased(new, len(entries), last_success)
    quiet_before = max(now - stale_after, last_success if rebased else _BEGINNING)
    told = tuple(entry for entry in new if _is_news(entry, quiet_before, undated=not rebased))
    return Sifted(told, tuple(entry for entry in new if entry not in told), rebased)


def _is_valid(key: str, known: Collection[str]) -> bool:
    return not key.startswith(MARK) and MARK + key not in known


def _own_identity(entry: Entry, known: Collection[str]) -> Entry:
    if all(_is_valid(key, known) or key.startswith(MARK) for key in entry.keys):
        return entry
    return Entry(entry.keys, replace(entry.article, id=entry.keys[-1]))


def _not_in_the_future(entry: Entry, now: datetime) -> Entry:
    published = entry.article.published
    if published is None or published <= now + FUTURE_SLACK:
        return entry
    return Entry(entry.keys, replace(entry.article, published=now))


def _is_rebased(new: Sequence[Entry], size: int, last_success: datetime) -> bool:
    if len(new) < REBASE_ENTRIES or len(new) < REBASE_SHARE * size:
        return False
    # An entry without a date is no sign: a feed may be undated and lively.
    dates = [entry.article.published for entry in new if entry.article.published is not None]
    return sum(date <= last_success - REBASE_SLACK for date in dates) > len(new) / 2


def _is_news(entry: Entry, quiet_before: datetime, *, undated: bool) -> bool:
    published = entry.article.published
    return undated if published is None else published > quiet_before
