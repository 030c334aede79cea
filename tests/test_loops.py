"""Loops go on whatever their bodies raise, begin at once when woken, and end when cancelled."""

import asyncio
from collections.abc import Callable  # noqa: TC003 - an attribute of Body is declared with it
from datetime import UTC, datetime

import pytest

from bot.loops import LONGEST_REST, Loop

NOW = datetime(2027, 3, 1, tzinfo=UTC)
NEVER = 3600.0  # no test waits so long


class Body:
    """A loop's body that counts its turns and fails when told to."""

    def __init__(self) -> None:
        self.turns: list[datetime] = []
        self.failure: BaseException | None = None
        self.turned = asyncio.Condition()
        self.on_turn: Callable[[], None] = lambda: None

    async def __call__(self, now: datetime) -> None:
        self.turns.append(now)
        self.on_turn()
        async with self.turned:
            self.turned.notify_all()
        if self.failure is not None:
            raise self.failure

    async def times(self, number: int) -> None:
        """Return once there were so many turns."""
        async with asyncio.timeout(5), self.turned:
            await self.turned.wait_for(lambda: len(self.turns) >= number)


@pytest.fixture
async def body() -> Body:
    return Body()


async def test_the_body_has_the_clocks_time(body: Body) -> None:
    task = asyncio.create_task(Loop("one", body, NEVER).run(lambda: NOW))
    await body.times(1)
    assert body.turns == [NOW]
    await end(task)


async def test_it_runs_again_and_again(body: Body) -> None:
    task = asyncio.create_task(Loop("one", body, 0.0).run(lambda: NOW))
    await body.times(5)
    await end(task)


async def test_it_begins_at_once_when_it_is_woken(body: Body) -> None:
    loop = Loop("one", body, NEVER)
    task = asyncio.create_task(loop.run(lambda: NOW))
    await body.times(1)
    loop.wake()
    await body.times(2)
    await end(task)


async def test_what_wakes_it_during_its_turn_is_not_missed(body: Body) -> None:
    loop = Loop("one", body, NEVER)
    body.on_turn = lambda: loop.wake() if len(body.turns) == 1 else None
    task = asyncio.create_task(loop.run(lambda: NOW))
    await body.times(2)
    await end(task)


async def test_an_exception_is_logged_and_the_loop_goes_on(
    body: Body, caplog: pytest.LogCaptureFixture
) -> None:
    loop = Loop("one", body, NEVER)
    body.failure = OSError("disk full")
    task = asyncio.create_task(loop.run(lambda: NOW))
    await body.times(1)
    loop.wake()
    await body.times(2)
    assert "disk full" in caplog.text
    body.failure = None
    loop.wake()
    await body.times(3)
    await loop.turn(lambda: NOW)
    assert loop.failures == 0
    await end(task)


async def test_a_clock_that_fails_does_not_end_it_either(body: Body) -> None:
    loop = Loop("one", body, 1.0)

    def clock() -> datetime:
        raise RuntimeError("no time")

    await loop.turn(clock)
    assert loop.failures == 1


async def test_it_rests_longer_while_it_fails_a_minute_at_most(body: Body) -> None:
    loop = Loop("one", body, 1.0)
    body.failure = OSError()
    rests = []
    for _ in range(8):
        rests.append(loop.rest)
        await loop.turn(lambda: NOW)
    assert rests == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_REST, LONGEST_REST]
    body.failure = None
    await loop.turn(lambda: NOW)
    assert loop.rest == 1.0
    assert Loop("slow", body, NEVER, failures=5).rest == NEVER


async def test_it_ends_when_it_is_cancelled(body: Body) -> None:
    body.failure = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await Loop("one", body, NEVER).run(lambda: NOW)


async def end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
