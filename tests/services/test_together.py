"""Doing together: what is asked for while a batch is done makes the next batch."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.services.together import Together


class Doubling:
    """Doubles numbers, batch by batch, when it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.let_go = asyncio.Event()

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        await self.let_go.wait()
        if 13 in numbers:
            raise ValueError("unlucky")
        return [2 * number for number in numbers]


async def asking(together: Together[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    """Tasks that ask for these, as far as they come by themselves."""
    tasks = [asyncio.create_task(together(number)) for number in numbers]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_whoever_asks_alone_waits_for_nobody() -> None:
    do = Doubling()
    do.let_go.set()
    assert await Together(do)(4) == 8
    assert do.batches == [[4]]


async def test_what_gathers_meanwhile_is_done_together_and_everybody_gets_their_own_answer() -> (
    None
):
    do = Doubling()
    tasks = await asking(Together(do), 1, 2, 3)
    do.let_go.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6]
    assert do.batches == [[1], [2, 3]]


async def test_a_failure_is_told_to_those_of_its_batch_and_to_no_others() -> None:
    do = Doubling()
    tasks = await asking(Together(do), 1, 13, 2)
    do.let_go.set()
    first, *failed = await asyncio.gather(*tasks, return_exceptions=True)
    assert first == 2
    assert [type(each) for each in failed] == [ValueError, ValueError]


async def test_what_nobody_waits_for_any_more_is_not_done() -> None:
    do = Doubling()
    tasks = await asking(Together(do), 1, 2, 3)
    tasks[1].cancel()
    do.let_go.set()
    assert list(await asyncio.gather(tasks[0], tasks[2])) == [2, 6]
    assert do.batches == [[1], [3]]


async def test_a_batch_that_is_cancelled_keeps_nobody_waiting_and_the_next_one_is_done() -> None:
    do = Doubling()
    together = Together(do)
    first, second = await asking(together, 1, 2)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    do.let_go.set()
    assert await second == 4
    assert do.batches == [[1], [2]]
