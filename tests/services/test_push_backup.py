"""Polls of a source whose news is pushed: when they slow down, and when they must not."""

from datetime import timedelta

from bot.services.pushing import Renewed
from bot.storage import pushes
from tests.services.pushed import DAY, HOUR, RENEWED, START, TRAILER, World


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
