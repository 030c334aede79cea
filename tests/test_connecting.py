"""A network that is down at the start is waited for; a refused token is not."""

import aiohttp
import discord
import pytest

from bot.connecting import LONGEST_REST, patiently


class Steps:
    """Fails with the given errors, one after another, then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.rests: list[float] = []

    async def step(self) -> None:
        if self.errors:
            raise self.errors.pop(0)

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)


async def test_it_tries_again_and_rests_longer_each_time() -> None:
    # discord.py gives the constructor of this one no types
    not_found = discord.GatewayNotFound()  # type: ignore[no-untyped-call]
    steps = Steps(OSError(), aiohttp.ClientConnectionError(), not_found)

    await patiently("login", steps.step, steps.rest)

    assert steps.rests == [1.0, 2.0, 4.0]


async def test_it_never_rests_longer_than_a_minute() -> None:
    steps = Steps(*(OSError() for _ in range(12)))

    await patiently("login", steps.step, steps.rest)

    assert max(steps.rests) == LONGEST_REST


async def test_a_refused_token_is_not_tried_again() -> None:
    steps = Steps(discord.LoginFailure("no"))

    with pytest.raises(discord.LoginFailure):
        await patiently("login", steps.step, steps.rest)

    assert steps.rests == []
