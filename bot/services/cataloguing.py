"""Keeping what the catalogue knows: matching shows once, fetching what changed, passing dates on.

what people found -> written down
updates list, once an hour -> what changed is stale
a few calls a turn: followed shows first, then shows with facts, then the shipped rest
"""

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.catalogue.matching import match, only_namesake
from bot.catalogue.port import Catalogue, CatalogueFailed, CatalogueReason, NoCatalogue, Span
from bot.catalogue.shipped import KEY_PREFIX
from bot.news.bare import BARE_PREFIX
from bot.news.model import Show
from bot.news.series import CatalogueDetail, Series
from bot.services.library import Library
from bot.services.premieres import CHECKED, Premieres, checked_at, history
from bot.services.recognising import Recognising
from bot.services.searching import REMEMBERED, Searching
from bot.storage import catalogue as cache
from bot.storage import cataloguing, merging, meta, shows
from bot.storage.database import Database

log = logging.getLogger(__name__)

CALLS = 3  # of one turn
AGED = timedelta(days=1)
UPDATES_EVERY = timedelta(hours=1)
OLDEST = timedelta(days=30)  # fetched again even if the updates list never named it
TRY_AGAIN = timedelta(days=30)  # a show that the catalogue did not have
TRY_TITLE_AGAIN = timedelta(days=3)  # one that a person follows by its bare title
LOOK_AGAIN = timedelta(minutes=10)  # for shows that were not matched yet
FORGET = timedelta(days=30)
KEPT = 3000  # series in the cache that nobody follows
OFFERED = 300  # of these, taken into memory at the start
PATIENCE = 1.2  # seconds for each call of somebody who waits for a card

# What is wrong with one series is no reason to leave the others.
ITS_OWN = frozenset(
    {CatalogueReason.NOT_FOUND, CatalogueReason.TOO_LARGE, CatalogueReason.UNREADABLE}
)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a turn did: series fetched, shows matched or looked for in vain, premieres passed on.

    `failure` is why it ended before its calls were used up.
    """

    fetched: int = 0
    matched: int = 0
    premieres: int = 0
    failure: CatalogueFailed | None = None


BecameOne = Callable[[AsyncConnection, Show], Awaitable[None]]


async def nobody_minds(_connection: AsyncConnection, _show: Show) -> None:
    """Where nothing was written down that two shows could share."""


@dataclass(frozen=True, slots=True)
class _Linked:
    """The key of the show that a series is; `merged` is the key of one that became it, or ""."""

    key: str
    series_id: int
    merged: str = ""


class Cataloguing:
    """Keeps the catalogue's cache. `wake` asks for a turn soon.

    `became_one` hears of a show that another turned out to be, in the same transaction.
    """

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        library: Library,
        recognising: Recognising,
        searching: Searching,
        premieres: Premieres,
        *,
        became_one: BecameOne = nobody_minds,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._library = library
        self._recognising = recognising
        self._searching = searching
        self._premieres = premieres
        self._became_one = became_one
        self.wake = wake
        self._unmatched: deque[Show] = deque()
        self._looked: datetime | None = None

    @property
    def is_on(self) -> bool:
        """Whether there is a catalogue to ask."""
        return not isinstance(self._catalogue, NoCatalogue)

    async def load(self, now: datetime) -> None:
        """Take into memory what was known at the last stop."""
        async with self._database.read() as connection:
            links = await cataloguing.links(connection)
            names = await cataloguing.names_of(connection)
            found = await cataloguing.known_series(connection, OFFERED)
            searches = await cataloguing.searches(connection, now - REMEMBERED)
        for key, (series_id, _) in links.items():
            if series_id is not None:
                self._recognising.learn(series_id, key)
        for key, known in names.items():
            show = self._library.get(key)
            if show is not None and (known.titles or known.cast):
                self._library.put(show, known.titles, known.cast)
        for one in found:
            self._recognising.show_of(one, [one])
        for text, (at, ids) in searches.items():
            self._searching.remember(text, ids, at)

    def welcome(self, show: Show) -> None:
        """Somebody follows a show: read of it from now on, and learn of it soon."""
        self._library.add(show)
        self._unmatched.clear()
        self._looked = None
        self.wake()

    async def refresh_due(self, now: datetime) -> Refreshed:
        """Write down what was found, pass on what is due, and ask for what is missing."""
        await self._write_found(now)
        failure = await self._read_updates(now) if self.is_on else None
        done = Refreshed(premieres=await self._premieres.pass_on(now))
        if not self.is_on:
            return done
        for _ in range(CALLS):
            if failure is not None:
                log.info("catalogue gave nothing", extra={"reason": failure.reason})
                return replace(done, failure=failure)
            step = await self._step(now)
            if isinstance(step, CatalogueFailed):
                failure = step
            elif step == Refreshed():
                break
            else:
                done = _sum(done, step)
        return done

    async def tidy_due(self, now: datetime) -> None:
        """Forget what nobody has wanted for long."""
        async with self._database.write() as connection:
            await cataloguing.forget_unused(connection, now - FORGET, KEPT)

    async def look_up(self, show: Show, now: datetime) -> CatalogueDetail | None:
        """What the catalogue knows of a show: from the cache, else asked for while somebody waits.

        None where it knows none or does not answer at once. A show that is only looked at is not
        refreshed, and forgotten in time.
        """
        async with self._database.read() as connection:
            known = await cache.detail_of(connection, show.key)
            series_id = await cache.series_id_of(connection, show.key)
            tried = show.key in await cataloguing.links(connection)
        if not self._catalogue.is_ready() or (known and not self._has_aged(show, known, now)):
            return known
        if series_id is None and not tried and show.key in self._library:
            found = await self._match(show, now, PATIENCE)
            series_id = found if isinstance(found, int) else None
        if series_id is None:
            return None
        detail = await self._catalogue.detail(series_id, PATIENCE)
        if isinstance(detail, CatalogueFailed):
            return known
        await self._store(show.key, detail, now)
        return replace(detail, fetched=now)

    def _has_aged(self, show: Show, known: CatalogueDetail, now: datetime) -> bool:
        """Whether a show that the loop does not refresh was fetched long ago."""
        is_old = known.fetched is not None and known.fetched + AGED <= now
        return is_old and show.key not in self._library

    async def _write_found(self, now: datetime) -> None:
        """Write down what people found while they typed, for which nobody could wait."""
        fresh, recognised = self._searching.take(), self._recognising.take()
        if not fresh and not recognised:
            return
        async with self._database.write() as connection:
            for text, found in fresh:
                await cataloguing.put_found(connection, found, now)
                if text:
                    await cataloguing.put_search(connection, text, [one.id for one in found], now)
            linked = [await self._link(connection, *pair, now) for pair in recognised.items()]
        for one in linked:
            self._learn(one)

    async def _read_updates(self, now: datetime) -> CatalogueFailed | None:
        async with self._database.read() as connection:
            checked = await checked_at(connection)
        if checked is not None and checked + UPDATES_EVERY > now:
            return None
        changes: Mapping[int, datetime] | CatalogueFailed = {}
        if checked is not None:
            changes = await self._catalogue.updates(_span(now - checked))
        if isinstance(changes, CatalogueFailed):
            return changes
        async with self._database.write() as connection:
            await cataloguing.mark_changed(connection, changes)
            await meta.put(connection, CHECKED, now.isoformat())
        return None

    async def _step(self, now: datetime) -> Refreshed | CatalogueFailed:
        """Fetch the next series, else match the next show; nothing done where all is well."""
        async with self._database.read() as connection:
            due = await cataloguing.due_series(connection, now, now - OLDEST, 1)
        if due:
            return await self._fetch(*due[0], now)
        show = await self._next_unmatched(now)
        if show is None:
            return Refreshed()
        series_id = cache.series_id_in(show.key)
        if series_id is not None:
            done = await self._fetch(series_id, show.key, now)
        else:
            found = await self._match(show, now)
            done = found if isinstance(found, CatalogueFailed) else Refreshed(matched=1)
        if isinstance(done, CatalogueFailed):
            self._unmatched.appendleft(show)
        return done

    async def _fetch(self, series_id: int, key: str, now: datetime) -> Refreshed | CatalogueFailed:
        detail = await self._catalogue.detail(series_id)
        if not isinstance(detail, CatalogueFailed):
            return Refreshed(fetched=1, premieres=await self._store(key, detail, now))
        if detail.reason not in ITS_OWN:
            return detail
        async with self._database.write() as connection:
            await cataloguing.put_failure(connection, series_id, now)
            if series_id not in (await cataloguing.owners(connection, [series_id])):
                await cataloguing.link(connection, key, None, now)
        return Refreshed(fetched=1)

    async def _next_unmatched(self, now: datetime) -> Show | None:
        """The next show that was not looked for yet: followed ones, then the shipped."""
        if not self._unmatched and (self._looked is None or self._looked + LOOK_AGAIN <= now):
            self._looked = now
            async with self._database.read() as connection:
                tried = await cataloguing.links(connection)
                wanted = await cataloguing.wanted_shows(connection)
            for show in wanted:
                self._library.add(show)  # another process may have taken it in
            candidates = {show.key: show for show in (*wanted, *self._library.shows)}
            self._unmatched.extend(
                show for show in candidates.values() if _is_to_match(show, tried, now)
            )
        return self._unmatched.popleft() if self._unmatched else None

    async def _match(
        self, show: Show, now: datetime, within: float | None = None
    ) -> int | CatalogueFailed | None:
        """Find the series of a show and remember it, or that there is none."""
        found = await self._catalogue.search(show.title, within)
        if isinstance(found, CatalogueFailed):
            return found
        is_bare = show.key.startswith(BARE_PREFIX)
        chosen = only_namesake(show.title, found) if is_bare else match(show, found)
        async with self._database.write() as connection:
            if chosen is None:
                await cataloguing.link(connection, show.key, None, now)
                return None
            await cataloguing.put_found(connection, [chosen], now)
            linked = await self._link(connection, show.key, chosen.id, now)
        self._learn(linked)
        return chosen.id

    async def _link(
        self, connection: AsyncConnection, key: str, series_id: int, now: datetime
    ) -> _Linked:
        """A show is a series. Where another show is the same series, the two become one."""
        rival = (await cataloguing.owners(connection, [series_id])).get(series_id, key)
        winner, loser = (key, rival) if key.startswith(KEY_PREFIX) else (rival, key)
        show = self._library.get(winner)
        if rival == key or show is None:
            winner, loser = key, ""
        elif loser.startswith(KEY_PREFIX):
            # Two shipped shows, each its own: neither is guessed away.
            await cataloguing.link(connection, key, None, now)
            return _Linked(rival, series_id)
        else:
            await merging.merge_show(connection, loser, show)
            await self._became_one(connection, show)
        if rival != key:
            await cataloguing.unlink(connection, rival)
        await cataloguing.link(connection, winner, series_id, now)
        return _Linked(winner, series_id, loser)

    def _learn(self, linked: _Linked) -> None:
        """Take into memory what was written down."""
        show = self._library.get(linked.key)
        if linked.merged and show is not None:
            self._library.move(linked.merged, show)
        self._recognising.learn(linked.series_id, linked.key)

    async def _store(self, key: str, detail: CatalogueDetail, now: datetime) -> int:
        """Keep a series, pass its new dates on, and let the reader learn its names."""
        async with self._database.write() as connection:
            await cataloguing.put_detail(connection, detail, now, history(now))
            if key not in self._library:
                return 0
            linked = await self._link(connection, key, detail.id, now)
            show = self._library.get(linked.key)
            described = None if show is None else _described(show, detail)
            if described is not None and described != show:
                await shows.describe(connection, described)
            passed_on = await self._premieres.hand_over(connection, now)
        self._learn(linked)
        if described is not None:
            cast = tuple(member.person for member in detail.cast)
            self._library.put(described, _names(described, detail), cast)
        return passed_on


def _is_to_match(
    show: Show, tried: Mapping[str, tuple[int | None, datetime]], now: datetime
) -> bool:
    series_id, at = tried.get(show.key, (None, None))
    rest = TRY_TITLE_AGAIN if show.key.startswith(BARE_PREFIX) else TRY_AGAIN
    return series_id is None and (at is None or at + rest <= now)


def _described(show: Show, detail: Series) -> Show:
    """A show with what the catalogue says of it; the shipped list knows better."""
    if show.key.startswith(KEY_PREFIX):
        return show
    return replace(show, title=detail.title, year=detail.year, network=detail.home)


def _names(show: Show, detail: CatalogueDetail) -> tuple[str, ...]:
    names = (detail.title, *(aka.name for aka in detail.akas))
    return tuple(name for name in dict.fromkeys(names) if name != show.title)


def _span(since: timedelta) -> Span:
    """The shortest list of updates that holds all since then, with an hour to spare."""
    if since < timedelta(hours=23):
        return Span.DAY
    return Span.WEEK if since < timedelta(days=6, hours=23) else Span.MONTH


def _sum(one: Refreshed, other: Refreshed) -> Refreshed:
    return Refreshed(
        one.fetched + other.fetched,
        one.matched + other.matched,
        one.premieres + other.premieres,
        other.failure,
    )
