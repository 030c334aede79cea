"""Which show a series of the catalogue is: one that is known under another key, or a new one."""

from collections.abc import Sequence

from bot.catalogue.matching import match
from bot.catalogue.shipped import KEY_PREFIX
from bot.news.model import Show
from bot.news.series import Series
from bot.services.library import Library
from bot.storage.catalogue import SERIES_PREFIX


class Recognising:
    """Knows which shows series are. Who calls `take` writes down what it recognised by itself."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._keys: dict[int, str] = {}
        self._series: dict[str, int] = {}
        self._new: dict[str, int] = {}

    def learn(self, series_id: int, key: str) -> None:
        """A series is the show of that key."""
        self._keys[series_id] = key
        self._series[key] = series_id

    def take(self) -> dict[str, int]:
        """The shows that were recognised since the last time, each with its series."""
        new, self._new = self._new, {}
        return new

    def show_by_id(self, series_id: int) -> Show | None:
        """The show that a series is, of those that are known or offered."""
        return self._library.get(self._keys.get(series_id, f"{SERIES_PREFIX}{series_id}"))

    def show_of(self, one: Series, found: Sequence[Series]) -> Show:
        """The show that a series is, of those that one search found. A new one is offered."""
        known = self._library.get(self._keys.get(one.id, ""))
        if known is not None:
            return known
        for show in self._library.exact(one.title):
            is_free = show.key.startswith(KEY_PREFIX) and show.key not in self._series
            if is_free and match(show, found) is one:
                self.learn(one.id, show.key)
                self._new[show.key] = one.id
                return show
        show = new_show(one)
        self._library.offer(show)
        return self._library.get(show.key) or show


def new_show(one: Series) -> Show:
    """The show of a series that is none of ours."""
    return Show(f"{SERIES_PREFIX}{one.id}", one.title, (), one.year, one.home)
