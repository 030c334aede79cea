"""Subscribing at hubs over real sockets: one that is kind, and others that are not."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.feeds.answers import FetchFailed, FetchReason
from bot.feeds.guard import AddressGuard, parse_allowed
from bot.feeds.hub import HubClient
from bot.services.pushing import Renewed
from bot.storage.schema import sources as sources_table
from tests.services.pushed import DAY, HOUR, LIMITS, RENEWED, START, TRAILER, World

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
    await world.hub.was_asked.wait()

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
