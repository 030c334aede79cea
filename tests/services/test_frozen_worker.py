"""A worker that freezes after the check of its lease, and wakes when another one has sent.

Nothing can be checked later than in that line, so this is what remains of the promise: within the
memory that Discord has for nonces nobody sees it, after it there is one message more.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from bot.delivery.outcomes import Outcome, Scope, Wait
from bot.delivery.sending import Sender
from bot.storage.database import Database
from tests.services.channels import HARBOR, House, open_house

LEASE = 121.0  # seconds, just over


class Freezing(Sender):
    """Asks whether the post is still wanted, and then sleeps until it is thawed."""

    def freeze(self) -> None:
        self.frozen, self.thaw = asyncio.Event(), asyncio.Event()

    async def post(
        self,
        channel_id: int,
        payload: Mapping[str, object],
        nonce: str,
        mark: str,
        *,
        wanted: Callable[[], bool] = lambda: True,
    ) -> Outcome:
        if not self.checked_late and not wanted():
            return Wait(0.0, Scope.CHANNEL)
        self.frozen.set()
        await self.thaw.wait()
        if self.checked_late and not wanted():
            return Wait(0.0, Scope.CHANNEL)
        return await super().post(channel_id, payload, nonce, mark)

    checked_late = False
    """Whether it freezes before the check, as anything but the last line before the request."""


@pytest.fixture
async def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with open_house(database, monkeypatch) as opened:
        await opened.follow(HARBOR)
        yield opened


@asynccontextmanager
async def asleep(house: House, *, checked_late: bool = False) -> AsyncIterator[None]:
    """A worker is asleep within its attempt to post; it wakes at the end of the block."""
    sender = house.delivering._sender
    sender.__class__ = Freezing
    assert isinstance(sender, Freezing)
    sender.checked_late = checked_late
    sender.freeze()
    await house.publish()
    working = asyncio.create_task(house.deliver())
    await sender.frozen.wait()
    yield
    sender.thaw.set()
    await working


async def other_sends(house: House) -> None:
    """The lease lapses, and another worker looks, finds nothing and sends."""
    house.time.pass_by(seconds=LEASE)
    await house.restarted().deliver()


async def test_within_discords_memory_for_nonces_it_makes_no_second_message(house: House) -> None:
    async with asleep(house):
        await other_sends(house)
        house.time.pass_by(seconds=house.standin.world.nonce_seconds - 1)

    assert len(house.posted()) == 1
    assert await house.states("posts") == ["sent"]


async def test_after_it_there_is_exactly_one_more(house: House) -> None:
    async with asleep(house):
        await other_sends(house)
        house.time.pass_by(seconds=house.standin.world.nonce_seconds + 1)
    await house.restarted().deliver()

    assert len(house.posted()) == 2, "the known remainder: one for each worker that slept so long"
    assert await house.states("posts") == ["sent"]


async def test_frozen_anywhere_before_the_check_it_makes_none_and_undoes_nothing(
    house: House,
) -> None:
    async with asleep(house, checked_late=True):
        await other_sends(house)
        house.time.pass_by(seconds=house.standin.world.nonce_seconds + 1)
    await house.restarted().deliver()

    assert len(house.posted()) == 1
    assert await house.states("posts") == ["sent"]


async def test_one_that_wakes_while_the_other_sends_is_the_same_message(house: House) -> None:
    house.standin.world.nonce_seconds = 1.0
    async with asleep(house):
        house.time.pass_by(seconds=LEASE)
        other = house.restarted()
        sending = asyncio.create_task(other.deliver())
        await house.standin.world.until(1, "message")
    await sending

    assert len(house.posted()) == 1
    assert await house.states("posts") == ["sent"]
