"""Shows by what somebody types: suggestions while typing, and the shows that a text names exactly.

A show is never guessed: `suggest` offers for a person to choose from, `exact` returns every show
that goes by the name, and more than one means that the person must be asked.

Texts are compared without case, accents, punctuation, spaces and leading article, so "911" finds
"9-1-1" and "senor" finds "Señor".
"""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from enum import IntEnum, auto
from heapq import nsmallest

from bot.news.model import Show
from bot.news.text import words_of
from bot.news.titles import title_words

LABEL_LIMIT = 100  # Discord's limit for an autocomplete choice's name
SUGGESTION_LIMIT = 25  # Discord's limit for the choices of one answer
# Below four letters nearly everything is one typing error away from something.
SHORTEST_WITH_TYPO = 4
LIKENESS = 0.75
LIKELIEST = 24
_LAST = "\U0010ffff"


class _Match(IntEnum):
    """How a show fits what was typed, best first."""

    TITLE = auto()
    ALIAS = auto()
    TITLE_START = auto()
    WORD_START = auto()
    ALIAS_START = auto()
    ALIAS_WORD = auto()
    ALL_WORDS = auto()
    INSIDE = auto()


def label(show: Show) -> str:
    """The show told from its namesakes, "Ghosts (2021, CBS)", in at most 100 characters."""
    known = ", ".join(str(fact) for fact in (show.year, show.network) if fact)
    tail = f" ({known})" if known else ""
    if len(show.title) + len(tail) <= LABEL_LIMIT:
        return show.title + tail
    room = max(LABEL_LIMIT - len(tail) - 1, LABEL_LIMIT // 2)
    return f"{show.title[:room].rstrip()}…{tail}"[:LABEL_LIMIT]


class ShowSearch:
    """Shows ready to be searched. With 10,000 of them a search takes a few milliseconds at most."""

    def __init__(self, shows: Iterable[Show] = ()) -> None:
        self._shows: dict[str, Show] = {}
        self._order: dict[str, tuple[str, int, str]] = {}
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._texts: dict[str, str] = {}
        self._starts: list[tuple[str, _Match, str]] = []
        self._words: list[tuple[str, str]] = []
        self._trigrams: defaultdict[str, set[str]] = defaultdict(set)
        self._newest: tuple[Show, ...] = ()
        for show in shows:
            self._take(show)
        self._starts.sort()
        self._words.sort()

    def __len__(self) -> int:
        return len(self._shows)

    def get(self, key: str) -> Show | None:
        """The show of that key, or None."""
        return self._shows.get(key)

    def add(self, show: Show) -> None:
        """Take in a show, in place of the one of the same key."""
        if show.key in self._shows:
            self._forget(show.key)
        starts, words = self._starts, self._words
        self._starts, self._words = [], []
        self._take(show)
        for start in self._starts:
            insort(starts, start)
        for word in self._words:
            insort(words, word)
        self._starts, self._words = starts, words

    def remove(self, key: str) -> None:
        """Forget the show of that key, if it is here."""
        if key in self._shows:
            self._newest = ()
            self._forget(key)

    def exact(self, text: str) -> tuple[Show, ...]:
        """Every show whose title, alias or label the text is: none, one, or several namesakes."""
        keys = self._names.get(_folded(text), ())
        return tuple(self._shows[key] for key in sorted(keys, key=self._order.__getitem__))

    def suggest(self, text: str, limit: int = SUGGESTION_LIMIT) -> tuple[Show, ...]:
        """At most `limit` shows for a text that is being typed, the likeliest first.

        An empty text gets the newest series. Where nothing begins with the text or holds it, shows
        whose name is a small typing error away are offered.
        """
        if not words_of(text):
            return self._by_age()[:limit]
        found = self._fitting(text, limit)
        keys = nsmallest(limit, found, key=lambda key: (found[key], self._order[key]))
        return tuple(self._shows[key] for key in keys or self._alike(text, limit))

    def _take(self, show: Show) -> None:
        key = show.key
        self._newest = ()
        self._shows[key] = show
        self._order[key] = (_folded(show.title), -(show.year or 0), key)
        names = (show.title, *show.aliases)
        self._texts[key] = "\n".join(_joined(name) for name in names)
        self._words.extend(
            (word, key) for word in {w for n in (*names, label(show)) for w in words_of(n)}
        )
        for name in (*names, label(show)):
            self._names[_folded(name)].add(key)
        for name in names:
            for trigram in _trigrams(_folded(name)):
                self._trigrams[trigram].add(key)
        self._starts.extend((start, match, key) for start, match in _starts(show))

    def _forget(self, key: str) -> None:
        self._starts = [start for start in self._starts if start[2] != key]
        self._words = [word for word in self._words if word[1] != key]
        for index in (self._names, self._trigrams):
            for keys in index.values():
                keys.discard(key)
        for table in (self._shows, self._order, self._texts):
            del table[key]

    def _by_age(self) -> tuple[Show, ...]:
        if not self._newest:
            self._newest = tuple(
                sorted(self._shows.values(), key=lambda s: (-(s.year or 0), self._order[s.key]))
            )
        return self._newest

    def _fitting(self, text: str, limit: int) -> dict[str, tuple[_Match, bool]]:
        """Shows with how they fit; the flag puts those that lack the typed article behind."""
        found: dict[str, tuple[_Match, bool]] = {}
        for typed, lacks_article in {_joined(text): False, _folded(text): True}.items():
            for match, key in self._beginning(typed):
                rank = (match, lacks_article)
                found[key] = min(rank, found.get(key, rank))
        words = words_of(text)
        if len(found) < limit and len(words) > 1:
            for key in self._with_words(words):
                found.setdefault(key, (_Match.ALL_WORDS, False))
        if len(found) < limit:
            typed = _folded(text)
            for key, names in self._texts.items():
                if typed in names:
                    found.setdefault(key, (_Match.INSIDE, False))
        return found

    def _beginning(self, typed: str) -> Iterator[tuple[_Match, str]]:
        first = bisect_left(self._starts, (typed,))
        last = bisect_left(self._starts, (typed + _LAST,))
        for start, match, key in self._starts[first:last]:
            yield _whole(match) if start == typed else match, key

    def _with_words(self, words: list[str]) -> set[str]:
        """The shows of whose words each typed one begins some."""
        sets = []
        for word in words:
            first, last = (bisect_left(self._words, (end,)) for end in (word, word + _LAST))
            sets.append({key for _, key in self._words[first:last]})
        return set.intersection(*sets)

    def _alike(self, text: str, limit: int) -> list[str]:
        typed = _folded(text)
        if len(typed) < SHORTEST_WITH_TYPO:
            return []
        shared = Counter(
            key for trigram in _trigrams(typed) for key in self._trigrams.get(trigram, ())
        )
        likeliest = nsmallest(LIKELIEST, shared, key=lambda key: (-shared[key], self._order[key]))
        likeness = {key: _likeness(typed, self._texts[key]) for key in likeliest}
        close = [key for key in likeliest if likeness[key] >= LIKENESS]
        return sorted(close, key=lambda key: (-likeness[key], self._order[key]))[:limit]


def _joined(text: str) -> str:
    return "".join(words_of(text)) or text.strip().casefold()


def _folded(text: str) -> str:
    """The same without a leading article."""
    return "".join(title_words(text)[0]) or text.strip().casefold()


def _starts(show: Show) -> Iterator[tuple[str, _Match]]:
    """Every place at which typing a name of the show can begin: the name, and each of its words."""
    yield from _name_starts(show.title, _Match.TITLE_START, _Match.WORD_START)
    for name in (*show.aliases, label(show)):
        yield from _name_starts(name, _Match.ALIAS_START, _Match.ALIAS_WORD)


def _name_starts(name: str, whole: _Match, part: _Match) -> Iterator[tuple[str, _Match]]:
    words = words_of(name)
    bare = len(words) - len(title_words(name)[0])
    for first in range(len(words)):
        yield "".join(words[first:]), whole if first <= bare else part


def _whole(match: _Match) -> _Match:
    """What a beginning is when the text ends where the name does."""
    match match:
        case _Match.TITLE_START:
            return _Match.TITLE
        case _Match.ALIAS_START:
            return _Match.ALIAS
        case _:
            return match


def _trigrams(text: str) -> set[str]:
    padded = f" {text} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _likeness(typed: str, names: str) -> float:
    """How like the typed text is to a name or to as much of it as was typed, from 0 to 1."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(typed)
    best = 0.0
    for name in names.split("\n"):
        for part in {name, name[: len(typed)]}:
            matcher.set_seq1(part)
            if matcher.real_quick_ratio() > best:
                best = max(best, matcher.ratio())
    return best
