"""Pushing over real sockets: a hub that is kind, one that is not, and what is relied upon."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.feeds.answers import FetchFailed, FetchReason
from bot.feeds.fetch import Fetcher, FetchLimits
from bot.feeds.guard import AddressGuard, parse_allowed
from bot.feeds.hub import HubClient
from bot.feeds.parse import FeedParser
from bot.feeds.receiver import Push, Receiver, Welcome
from bot.feeds.websub import Intent
from bot.lexicons import load_lexicons
from bot.news.model import Event, Show, Trust
from bot.news.schedule import Rules
from bot.services.delivering import mark_maker
from bot.services.library import Library
from bot.services.noting import NewsDesk, Noted
from bot.services.polling import Polling
from bot.services.pushing import Ignored, Pushing, Renewed
from bot.services.timetable import Timetable
from bot.settings import DATA
from bot.storage import pushes, sources
from bot.storage.database import Database, open_database
from bot.storage.schema import articles
from bot.storage.schema import pushes as pushes_table
from bot.storage.schema import sources as sources_table
from bot.storage.sources import SourceRow
from tests.services.hub import Hub, rss

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIMITS = FetchLimits(total=5.0, connect=2.0, read=5.0, spacing=0.0)
SHOWS = (Show("copper-valley", "Copper Valley"),)
RENEWED = "Copper Valley renewed for season 3"
TRAILER = "Copper Valley season 3 trailer released"


class Door:
    """The receiver's subscriber, there before it: its address goes into what it subscribes to."""

    pushing: Pushing

    async def confirm(self, token: str, intent: Intent, now: datetime) -> bool:
        return await self.pushing.confirm(token, intent, now)

    async def expects(self, token: str, now: datetime) -> Welcome:
        return await self.pushing.expects(token, now)

    def keep(self, push: Push) -> bool:
        return self.pushing.keep(push)


@dataclass
class World:
    """A desk whose news is pushed, and the services that hear it. Time passes by hand."""

    hub: Hub
    database: Database
    polling: Polling
    hubs: HubClient
    parser: FeedParser
    door: Door
    base: str
    random: Random = field(default_factory=lambda: Random(2))
    now: datetime = START

    @property
    def pushing(self) -> Pushing:
        return self.door.pushing

    def set_up(self, **changed: Any) -> None:
        """Put the service together as the composition root does, with these parts changed."""
        parts = {"hubs": self.hubs, "base": self.base} | changed
        self.door.pushing = Pushing(
            self.database, parts["hubs"], self.parser, self.polling, parts["base"], self.random
        )

    def entry(self, title: str, ago: timedelta = timedelta(minutes=1)) -> tuple[str, str]:
        return title, format_datetime(self.now - ago)

    def document(self, *titles: str, **links: str) -> bytes:
        """The feed with these entries; it names the hub unless it is told otherwise."""
        links = {"hub": self.hub.url(), "topic": self.hub.url("/topic")} | links
        return rss(*(self.entry(title) for title in titles), **links)

    async def publish(self, *titles: str, **links: str) -> None:
        """Change the feed, without telling anybody."""
        self.hub.feed = self.document(*titles, **links)

    async def poll(self) -> Noted:
        noted = await self.polling.poll(await self.source(), self.now)
        assert isinstance(noted, Noted)
        return noted

    async def subscribed(self) -> dict[str, str]:
        """Poll, subscribe, and let the hub ask back."""
        await self.poll()
        await self.renew()
        return self.hub.forms[-1]

    async def renew(self) -> Renewed:
        renewed = await self.pushing.renew_due(self.now)
        await self.hub.asked_back()
        return renewed

    async def pushed(self, *titles: str, **how: Any) -> Noted:
        """Let the hub push a part of the feed, and take it in."""
        assert await self.hub.push(self.document(*titles), **how) == 202
        return await self.pushing.take_due(self.now)

    async def source(self, source_id: int = 1) -> SourceRow:
        async with self.database.read() as connection:
            found = await sources.get_source(connection, source_id)
        assert found is not None
        return found

    async def push(self) -> Any:
        async with self.database.read() as connection:
            return (await connection.execute(select(pushes_table))).one()

    async def titles(self, source_id: int = 1) -> list[str]:
        query = select(articles.c.title).where(articles.c.source_id == source_id)
        async with self.database.read() as connection:
            return sorted(await connection.scalars(query))

    async def list_sources(self, *urls: str) -> None:
        specs = [(f"Desk {n}", url, Trust.TRADE, "en") for n, url in enumerate(urls)]
        async with self.database.write() as connection:
            await sources.put_shared(connection, specs, [START] * len(specs))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(Hub().open())
        database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite3'}")
        stack.push_async_callback(database.close)
        guard = AddressGuard(parse_allowed(f"127.0.0.1/32:{hub.port}"))
        fetcher = await stack.enter_async_context(Fetcher("Greenlit", guard, LIMITS))
        hubs = HubClient("Greenlit", guard, LIMITS, clock=lambda: world.now.timestamp())
        await stack.enter_async_context(hubs)
        parser = await stack.enter_async_context(FeedParser())
        polling = Polling(
            database,
            fetcher,
            parser,
            Library(SHOWS, load_lexicons(DATA / "lexicon")),
            NewsDesk(mark_maker(Random(1), "instance")),
            Timetable(Rules(), lambda: 0.5),
        )
        door = Door()
        receiver = Receiver(door, lambda: world.now)
        await stack.enter_async_context(receiver)
        base = f"http://127.0.0.1:{receiver.port}/websub"
        world = World(hub, database, polling, hubs, parser, door, base)
        world.set_up()
        await world.list_sources(hub.url("/feed"))
        await world.publish()
        yield world


# --- subscribing ---------------------------------------------------------------------------------


async def test_a_hub_that_a_feed_names_is_asked_and_confirms(world: World) -> None:
    await world.poll()

    assert await world.renew() == Renewed(1, 0)

    (form,) = world.hub.forms
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == world.hub.url("/topic")
    assert await world.hub.asked_back() == [(200, b"a challenge")]
    row = await world.push()
    assert (row.state, row.lease_until) == ("live", START + 10 * DAY)
    assert START + 7 * DAY <= row.renew_at <= START + 8 * DAY


async def test_the_callback_and_the_secret_cannot_be_guessed(world: World) -> None:
    form = await world.subscribed()

    token = form["hub.callback"].rpartition("/")[2]
    assert len(bytes.fromhex(token)) == len(bytes.fromhex(form["hub.secret"])) == 32
    assert token != form["hub.secret"]


async def test_a_hub_in_a_link_header_is_asked(world: World) -> None:
    await world.publish(hub="", topic="")
    world.hub.feed_headers = {"Link": f'<{world.hub.url("/other")}>; rel="hub", </self>; rel=self'}

    form = await world.subscribed()

    assert world.hub.asked_at == ["/other"]
    assert form["hub.topic"] == world.hub.url("/self")


async def test_a_source_without_a_hub_is_left_alone(world: World) -> None:
    await world.publish(hub="", topic="")
    await world.poll()

    assert await world.renew() == Renewed(0, 0)


async def test_a_hub_is_not_asked_again_while_the_lease_is_young(world: World) -> None:
    await world.subscribed()
    world.now += 6 * DAY

    assert await world.renew() == Renewed(0, 0)


async def test_a_hub_that_asks_back_before_it_answers_is_understood(world: World) -> None:
    await world.poll()
    renewing = asyncio.ensure_future(world.pushing.renew_due(world.now))
    world.hub.silent = True
    while not world.hub.forms:
        await asyncio.wait([renewing], timeout=0.01)

    assert await world.hub.ask(world.hub.forms[0]) == (200, b"a challenge")

    renewing.cancel()
    assert (await world.push()).state == "live"


@pytest.mark.parametrize(
    "changed",
    [{"topic": "https://other.example/feed"}, {"mode": "unsubscribe"}, {"mode": "nonsense"}],
)
async def test_what_we_did_not_ask_for_is_not_confirmed(
    world: World, changed: dict[str, str]
) -> None:
    form = await world.subscribed()
    before = await world.push()

    assert await world.hub.ask(form, **changed) == (404, b"")

    assert await world.push() == before


async def test_a_hub_that_asks_back_a_day_late_is_not_believed(world: World) -> None:
    world.hub.asks_back = False
    form = await world.subscribed()
    world.now += DAY

    assert await world.hub.ask(form) == (404, b"")


async def test_another_topic_is_another_subscription_and_ends_the_first(world: World) -> None:
    old = await world.subscribed()
    await world.publish("Anything", topic=world.hub.url("/moved"))

    new = await world.subscribed()

    assert new["hub.topic"] == world.hub.url("/moved")
    assert new["hub.callback"] != old["hub.callback"]
    assert new["hub.secret"] != old["hub.secret"]
    assert await world.hub.push(b"<rss/>", old) == 404


async def test_another_public_address_is_another_subscription(world: World) -> None:
    old = await world.subscribed()
    world.set_up(base=world.base.replace("/websub", "/moved"))

    await world.renew()

    assert len(world.hub.forms) == 2
    assert "/moved/" in world.hub.forms[1]["hub.callback"]
    assert world.hub.forms[1]["hub.secret"] != old["hub.secret"]


# --- what is pushed ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha512"])
async def test_a_signed_push_is_noted_as_a_poll_would(world: World, method: str) -> None:
    await world.subscribed()

    noted = await world.pushed(RENEWED, method=method)

    assert noted.articles == 1
    (announcement,) = noted.announcements
    assert (announcement.key.event, announcement.key.season) == (Event.RENEWED, 3)
    await world.publish(RENEWED)
    assert await world.poll() == Noted()


async def test_a_push_wakes_who_takes_it_in(world: World) -> None:
    woken: list[bool] = []
    world.pushing.wake = lambda: woken.append(True)
    await world.subscribed()

    await world.hub.push(world.document(RENEWED))

    assert woken == [True]


@pytest.mark.parametrize("how", [{"secret": "guessed"}, {"signed": False}, {"secret": ""}])
async def test_a_push_that_is_not_signed_by_the_hub_is_answered_and_ignored(
    world: World, how: dict[str, Any]
) -> None:
    await world.subscribed()

    noted = await world.pushed(RENEWED, **how)

    assert noted == Noted()
    assert await world.titles() == []
    assert (await world.source()).pushed_until is None


async def test_what_is_known_already_is_not_told_again(world: World) -> None:
    await world.publish("Old news")
    await world.subscribed()
    await world.pushed(RENEWED, "Old news")

    again = await world.pushed(RENEWED, "Old news")

    assert again == Noted()
    assert await world.titles() == [RENEWED, "Old news"]


async def test_a_push_and_a_poll_at_once_note_an_article_once(world: World) -> None:
    form = await world.subscribed()
    await world.publish(RENEWED)
    await world.hub.push(world.document(RENEWED), form)

    polled, taken = await asyncio.gather(world.poll(), world.pushing.take_due(world.now))

    assert polled.articles + taken.articles == 1
    assert len(polled.announcements + taken.announcements) == 1


async def test_a_push_counts_for_the_source_of_its_address_whatever_it_says(world: World) -> None:
    await world.list_sources(world.hub.url("/feed"), world.hub.url("/feed?second"))
    first = await world.subscribed()
    await world.polling.poll(await world.source(2), world.now)
    await world.renew()
    second = world.hub.forms[-1]

    await world.hub.push(world.document(RENEWED, topic=world.hub.url("/feed")), second)
    await world.pushing.take_due(world.now)

    assert first["hub.callback"] != second["hub.callback"]
    assert (await world.titles(1), await world.titles(2)) == ([], [RENEWED])


async def test_a_secret_of_one_source_signs_nothing_for_another(world: World) -> None:
    await world.list_sources(world.hub.url("/feed"), world.hub.url("/feed?second"))
    first = await world.subscribed()
    await world.polling.poll(await world.source(2), world.now)
    await world.renew()

    await world.hub.push(world.document(RENEWED), first, secret=world.hub.forms[-1]["hub.secret"])
    await world.pushing.take_due(world.now)

    assert await world.titles(1) == []


@pytest.mark.parametrize("body", [b"", b"<html><title>Oops</title></html>", b"\x00\xff" * 100])
async def test_a_push_that_is_no_feed_changes_nothing(world: World, body: bytes) -> None:
    await world.subscribed()
    await world.hub.push(body)

    assert await world.pushing.take_due(world.now) == Noted()
    assert (await world.source()).pushed_until is None


async def test_a_push_says_nothing_of_the_rhythm(world: World) -> None:
    await world.publish("One", "Two", "Three")
    await world.subscribed()
    before = await world.source()

    await world.pushed(RENEWED)

    after = await world.source()
    assert replace(after, pushed_until=None) == before


async def test_a_push_for_a_source_that_nobody_hears_ends_the_subscription(world: World) -> None:
    form = await world.subscribed()
    await world.list_sources("https://elsewhere.example/feed")

    assert await world.hub.push(b"<rss/>", form) == 410
    token = form["hub.callback"].rpartition("/")[2]
    late = Push(token, "", "", b"<rss/>")
    assert await world.pushing.take_in(late, world.now) is Ignored.UNEXPECTED


async def test_a_hub_that_was_not_confirmed_cannot_push(world: World) -> None:
    world.hub.asks_back = False
    form = await world.subscribed()

    assert await world.hub.push(world.document(RENEWED), form) == 404


# --- polls as a backup ---------------------------------------------------------------------------


async def test_polls_slow_down_once_a_push_has_come(world: World) -> None:
    await world.publish("One", "Two", "Three")
    await world.subscribed()
    world.now += HOUR
    await world.poll()
    own_rhythm = (await world.source()).next_poll - world.now

    await world.pushed(RENEWED)
    await world.poll()

    assert own_rhythm < HOUR
    assert (await world.source()).next_poll == world.now + 6 * HOUR


async def test_when_the_lease_lapses_the_source_is_polled_at_its_own_rhythm(world: World) -> None:
    world.hub.lease = "86400"
    form = await world.subscribed()
    await world.pushed(RENEWED)
    world.now = START + DAY - HOUR
    await world.poll()

    assert (await world.source()).next_poll == START + DAY

    world.now = START + DAY
    await world.publish("One", "Two", RENEWED)
    assert (await world.poll()).articles == 2
    assert (await world.source()).next_poll < world.now + 3 * HOUR
    assert await world.hub.push(world.document(TRAILER), form) == 410


async def test_a_lease_is_renewed_at_the_same_address_and_relied_upon_further(
    world: World,
) -> None:
    first = await world.subscribed()
    await world.pushed(RENEWED)
    world.now = START + 8 * DAY

    assert await world.renew() == Renewed(1, 0)

    assert world.hub.forms[1] == first
    assert (await world.push()).lease_until == world.now + 10 * DAY
    assert (await world.source()).pushed_until == world.now + 10 * DAY
    assert (await world.pushed(TRAILER)).articles == 1


async def test_a_shorter_lease_is_honoured(world: World) -> None:
    world.hub.lease = "3600"
    await world.subscribed()

    row = await world.push()
    assert row.lease_until == START + HOUR
    assert START + 0.7 * HOUR <= row.renew_at <= START + 0.8 * HOUR


async def test_a_renewal_that_fails_leaves_the_lease_as_it_is(world: World) -> None:
    await world.subscribed()
    await world.pushed(RENEWED)
    world.now = START + 8 * DAY
    world.hub.status = 500

    assert await world.renew() == Renewed(1, 1)

    assert (await world.push()).lease_until == START + 10 * DAY
    assert (await world.pushed(TRAILER)).articles == 1


async def test_a_hub_that_leaves_news_out_is_no_longer_relied_upon(world: World) -> None:
    await world.subscribed()
    await world.pushed(RENEWED)
    await world.publish(RENEWED, TRAILER)
    world.now += HOUR

    await world.poll()

    assert (await world.source()).pushed_until is None
    assert (await world.source()).next_poll < world.now + 3 * HOUR
    await world.pushed("A push under the same lease")
    assert (await world.source()).pushed_until is None
    world.now = START + 8 * DAY
    await world.renew()
    await world.pushed("A push under the next lease")
    assert (await world.source()).pushed_until == world.now + 10 * DAY


async def test_a_poll_that_is_quicker_than_the_hub_is_no_miss(world: World) -> None:
    await world.subscribed()
    await world.pushed(RENEWED)
    await world.publish(RENEWED, TRAILER)
    world.now += timedelta(minutes=5)

    assert (await world.poll()).articles == 1

    assert (await world.source()).pushed_until == START + 10 * DAY


async def test_switched_off_every_source_is_polled_at_its_own_rhythm(world: World) -> None:
    await world.subscribed()
    await world.pushed(RENEWED)
    await world.poll()

    async with world.database.write() as connection:
        await pushes.rely_on_none(connection, world.now)

    source = await world.source()
    assert (source.pushed_until, source.next_poll) == (None, world.now)


# --- hubs that will not --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503, 302, 301])
async def test_a_hub_that_refuses_is_asked_ever_more_rarely(world: World, status: int) -> None:
    world.hub.status = status
    world.hub.headers = {"Location": world.hub.url("/else")} if status < 400 else {}
    await world.poll()
    pauses = []
    for _ in range(9):
        assert await world.renew() == Renewed(1, 1)
        due = (await world.push()).renew_at
        pauses.append((due - world.now) / HOUR)
        world.now = due - timedelta(seconds=1)
        assert await world.renew() == Renewed(0, 0)
        world.now = due

    assert [round(pause / 1.1) for pause in pauses[:4]] == [1, 2, 4, 7]
    assert 168 <= pauses[-1] <= 168 * 1.1
    assert set(world.hub.asked_at) == {"/hub"}
    assert (await world.source()).failures == 0


async def test_a_hub_says_when_to_come_again(world: World) -> None:
    world.hub.status = 503
    world.hub.headers = {"Retry-After": "20000"}
    await world.poll()
    await world.renew()

    assert (await world.push()).renew_at == START + timedelta(seconds=20000)


async def test_a_hub_that_never_asks_back_counts_as_one_that_refuses(world: World) -> None:
    world.hub.asks_back = False
    await world.subscribed()
    world.now += 1.1 * HOUR
    assert await world.renew() == Renewed(1, 0)

    row = await world.push()
    assert row.lease_until is None
    assert row.renew_at >= world.now + 2 * HOUR


async def test_a_hub_that_denies_ends_the_reliance_and_is_left_alone(world: World) -> None:
    form = await world.subscribed()
    await world.pushed(RENEWED)
    await world.poll()
    world.now += HOUR

    assert await world.hub.ask(form, mode="denied", reason="no") == (200, b"")

    source = await world.source()
    assert (source.pushed_until, source.next_poll) == (None, world.now)
    assert await world.hub.ask(form) == (404, b"")
    assert await world.hub.push(world.document(TRAILER), form) == 404
    world.now += 29 * DAY
    assert await world.renew() == Renewed(0, 0)
    world.now += DAY
    assert await world.renew() == Renewed(1, 0)
    assert (await world.push()).state == "live"


async def test_a_slow_hub_holds_up_nobody(world: World) -> None:
    await world.subscribed()
    await world.list_sources(world.hub.url("/feed"), world.hub.url("/feed?second"))
    await world.polling.poll(await world.source(2), world.now)
    world.hub.silent = True
    limits = replace(LIMITS, total=0.2)
    guard = AddressGuard(parse_allowed(f"127.0.0.1/32:{world.hub.port}"))
    async with HubClient("Greenlit", guard, limits) as hubs:
        world.set_up(hubs=hubs)
        renewing = asyncio.ensure_future(world.pushing.renew_due(world.now))

        noted = await world.pushed(RENEWED, form=world.hub.forms[0])

        assert noted.articles == 1
        assert await renewing == Renewed(1, 1)


@pytest.mark.parametrize("status", [307, 308])
async def test_a_hub_may_send_us_to_another_one(world: World, status: int) -> None:
    world.hub.moves["/hub"] = status, "/better"

    await world.subscribed()

    assert world.hub.asked_at == ["/hub", "/better"]
    assert (await world.push()).state == "live"


async def test_a_hub_may_not_send_us_round_for_ever(world: World) -> None:
    world.hub.moves = {"/hub": (307, "/other"), "/other": (307, "/hub")}
    await world.poll()

    assert await world.renew() == Renewed(1, 1)

    assert len(world.hub.asked_at) == LIMITS.redirects + 1


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.2:{port}/hub",
        "http://127.0.0.1:1/hub",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{port}/hub",
        "http://[::ffff:127.0.0.2]:{port}/hub",
        "http://10.0.0.1/",
        "http://user:word@127.0.0.1:{port}/hub",
        "file:///etc/hostname",
        "ftp://127.0.0.1/",
    ],
)
async def test_no_hub_leads_us_to_a_private_address(world: World, address: str) -> None:
    target = address.format(port=world.hub.port)
    world.hub.moves["/hub"] = 307, target
    await world.poll()

    assert await world.renew() == Renewed(1, 1)

    assert world.hub.asked_at == ["/hub"]


async def test_no_name_leads_us_to_a_private_address(world: World) -> None:
    guard = AddressGuard(parse_allowed(f"192.0.2.1/32:{world.hub.port}"))
    async with HubClient("Greenlit", guard, LIMITS) as hubs:
        answer = await hubs.post(world.hub.url(host="localhost"), b"")

    assert answer == FetchFailed(FetchReason.REFUSED_ADDRESS)
    assert world.hub.forms == []


async def test_a_hub_at_a_private_address_is_not_asked(world: World) -> None:
    await world.publish(hub=f"http://127.0.0.2:{world.hub.port}/hub")
    await world.poll()

    assert await world.renew() == Renewed(1, 1)

    assert world.hub.forms == []


async def test_a_source_is_not_subscribed_once_nobody_hears_it(world: World) -> None:
    await world.poll()
    async with world.database.write() as connection:
        await connection.execute(update(sources_table).values(active=False))

    assert await world.renew() == Renewed(0, 0)
