"""Names and shows that are searched beside the shows proper: cheap to add, and bounded."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable

from bot.catalogue.search import ShowSearch
from bot.news.model import Show
from bot.news.text import words_of
from bot.news.titles import title_words

GENERATION = 300  # shows; two generations are kept, so that none is forgotten one by one
_LAST = "\U0010ffff"


class Offers:
    """Shows that the catalogue has and nobody follows, the last found. They are not read."""

    def __init__(self) -> None:
        self._young = ShowSearch()
        self._old = ShowSearch()

    def get(self, key: str) -> Show | None:
        """The show of a key, if it was found of late."""
        return self._young.get(key) or self._old.get(key)

    def add(self, show: Show) -> None:
        """Offer a show."""
        if self._young.get(show.key) == show:
            return
        if len(self._young) >= GENERATION:
            self._old, self._young = self._young, ShowSearch()
        self._young.add(show)

    def exact(self, text: str) -> tuple[Show, ...]:
        """Every show that is called so."""
        return each_once((*self._young.exact(text), *self._old.exact(text)))

    def suggest(self, text: str, limit: int) -> tuple[Show, ...]:
        """Shows whose name comes near a text, the likeliest first; none for no text."""
        if not words_of(text):
            return ()
        found = (*self._young.suggest(text, limit), *self._old.suggest(text, limit))
        return each_once(found)[:limit]


class FurtherNames:
    """The names that the catalogue has for shows: found whole, or by their beginning."""

    def __init__(self) -> None:
        self._of: dict[str, frozenset[str]] = {}
        self._keys: defaultdict[str, set[str]] = defaultdict(set)
        self._sorted: list[str] = []

    def put(self, key: str, names: Iterable[str]) -> None:
        """The names of a show, in place of those it had."""
        folded = frozenset(filter(None, map(_folded, names)))
        for name in self._of.pop(key, frozenset()) - folded:
            self._keys[name].discard(key)
        self._of[key] = folded
        for name in folded:
            if name not in self._keys:
                insort(self._sorted, name)
            self._keys[name].add(key)

    def exact(self, text: str) -> tuple[str, ...]:
        """The keys of the shows that are called so."""
        return tuple(sorted(self._keys.get(_folded(text), ())))

    def beginning(self, text: str, limit: int) -> tuple[str, ...]:
        """The keys of the shows that have a name which begins so; none for no text."""
        typed = _folded(text)
        if not typed:
            return ()
        first = bisect_left(self._sorted, typed)
        last = min(bisect_left(self._sorted, typed + _LAST), first + limit)
        keys = (key for name in self._sorted[first:last] for key in sorted(self._keys[name]))
        return tuple(dict.fromkeys(keys))[:limit]


def _folded(name: str) -> str:
    return "".join(title_words(name)[0])


def each_once(shows: Iterable[Show]) -> tuple[Show, ...]:
    """The shows in their order, the first of each key."""
    first: dict[str, Show] = {}
    for show in shows:
        first.setdefault(show.key, show)
    return tuple(first.values())
