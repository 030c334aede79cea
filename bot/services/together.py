"""Doing at once what several tasks ask for at the same time: one transaction instead of many."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """While one batch is done the next one gathers; whoever asks alone waits for nobody.

    `do` takes what was asked for and gives an answer for each, in the same order. What it raises,
    everybody of that batch is told. Where one of them is cancelled while it does the batch, all
    are: nobody knows how far it came.
    """

    def __init__(self, do: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._do = do
        self._doing = asyncio.Lock()
        self._asked: list[tuple[T, asyncio.Future[R]]] = []

    async def __call__(self, item: T) -> R:
        """Have one thing done, perhaps together with others."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._asked.append((item, answer))
        try:
            async with self._doing:
                if not answer.done():
                    await self._do_batch()
            return await answer
        except asyncio.CancelledError:
            answer.cancel()
            raise

    async def _do_batch(self) -> None:
        batch = [(item, answer) for item, answer in self._asked if not answer.done()]
        self._asked = []
        try:
            done = await self._do([item for item, _ in batch])
        except asyncio.CancelledError:
            for _, answer in batch:
                answer.cancel()
            raise
        except Exception as error:
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for (_, answer), result in zip(batch, done, strict=True):
                if not answer.done():
                    answer.set_result(result)
