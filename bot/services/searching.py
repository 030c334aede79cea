"""Finding a show by what somebody types: at once in what is known, then in the catalogue online.

While somebody types, the network is asked only after a pause, for the last keystroke, and within
PATIENCE in all. What it finds is remembered; when it cannot be reached nobody waits for it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.catalogue.offers import each_once
from bot.catalogue.port import Catalogue, CatalogueFailed
from bot.news.model import Show
from bot.news.series import Series
from bot.news.text import words_of
from bot.services.library import Found, Library, Unclear
from bot.services.recognising import Recognising
from bot.storage.catalogue import series_id_in

PATIENCE = 1.5  # seconds from a keystroke to its answer
PAUSE = 0.3  # in typing, before the network is asked
MARGIN = 0.2  # for the way to Discord
SHORTEST = 3  # letters; two find everything
REMEMBERED = timedelta(days=1)
MOST_REMEMBERED = 2000
NEAR = 5

Hold = Callable[[asyncio.Event, float], Awaitable[bool]]


async def hold(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event for some seconds; whether it came."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


class Searching:
    """Finds shows for people. `clock` is the time in UTC; `pause` waits for an event, at most."""

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        recognising: Recognising,
        clock: Callable[[], datetime],
        pause: Hold = hold,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._recognising = recognising
        self._clock = clock
        self._pause = pause
        self._typing: dict[int, asyncio.Event] = {}
        self._remembered: dict[str, tuple[datetime, tuple[int, ...]]] = {}
        self._fresh: deque[tuple[str, tuple[Series, ...]]] = deque(maxlen=500)

    async def suggest(self, user_id: int, text: str, limit: int) -> tuple[Show, ...]:
        """Shows for a text that a member is typing, the likeliest first."""
        key = search_key(text)
        is_asked_about = await self._is_last_keystroke(user_id, self._is_news(key))
        if is_asked_about:
            await self._ask(text, key, PATIENCE - PAUSE - MARGIN)
        return self._merged(text, key, limit)

    async def resolve(self, text: str) -> Found | Unclear:
        """The show that a person means; the network is asked where nothing known is called so."""
        known = self._library.resolve(text)
        if isinstance(known, Found) or known.is_name:
            return known
        series_id = series_id_in(text)
        if series_id is not None:
            return await self._by_id(series_id) or known
        key = search_key(text)
        if self._is_news(key):
            await self._ask(text, key, PATIENCE - MARGIN)
        again = self._library.resolve(text)
        if isinstance(again, Found) or again.is_name:
            return again
        return Unclear(self._merged(text, key, NEAR))

    def remember(self, key: str, found: Sequence[int], at: datetime) -> None:
        """What a text found, as it was written down before."""
        self._remembered[key] = (at, tuple(found))
        if len(self._remembered) > MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]

    def take(self) -> tuple[tuple[str, tuple[Series, ...]], ...]:
        """What was found online since the last time, by text."""
        fresh = tuple(self._fresh)
        self._fresh.clear()
        return fresh

    async def _is_last_keystroke(self, user_id: int, is_worth_it: bool) -> bool:
        """Wait for a pause in typing; the keystroke before this one waits no longer."""
        before = self._typing.pop(user_id, None)
        if before is not None:
            before.set()
        if not is_worth_it:
            return False
        again = self._typing[user_id] = asyncio.Event()
        try:
            return not await self._pause(again, PAUSE)
        finally:
            if self._typing.get(user_id) is again:
                del self._typing[user_id]

    def _is_news(self, key: str) -> bool:
        if len(key) < SHORTEST or not self._catalogue.is_ready():
            return False
        at, ids = self._remembered.get(key, (None, ()))
        # What was found may have been forgotten sooner than that it was.
        is_whole = all(self._recognising.show_by_id(each) for each in ids)
        return at is None or at + REMEMBERED <= self._clock() or not is_whole

    async def _ask(self, text: str, key: str, within: float) -> None:
        found = await self._catalogue.search(text, within)
        if isinstance(found, CatalogueFailed):
            return
        for one in found:
            self._recognising.show_of(one, found)
        self._remembered.pop(key, None)
        self.remember(key, [one.id for one in found], self._clock())
        self._fresh.append((key, found))

    async def _by_id(self, series_id: int) -> Found | None:
        """A show whose key outlived the memory of it."""
        detail = await self._catalogue.detail(series_id, PATIENCE - MARGIN)
        if isinstance(detail, CatalogueFailed):
            return None
        self._fresh.append(("", (detail,)))
        return Found(self._recognising.show_of(detail, [detail]))

    def _merged(self, text: str, key: str, limit: int) -> tuple[Show, ...]:
        """What is known, then what the network found besides; what it finds is offered by now."""
        _, ids = self._remembered.get(key, (None, ()))
        online = filter(None, map(self._recognising.show_by_id, ids))
        return each_once((*self._library.suggest(text, limit), *online))[:limit]


def search_key(text: str) -> str:
    """The text under which a search is remembered: case, accents and marks make no difference."""
    return " ".join(words_of(text))[:100]
