"""The whole bot as a process, the stand-in as another: subscribed, fed, killed, started again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.delivery.whole import Outlet, bot, environment, follow
from tests.standin.process import StandInProcess

GUILD, NEWS = 1 << 23, 200
WORLD = {"guilds": [{"id": GUILD, "system_channel": NEWS, "channels": [{"id": NEWS}]}]}
RENEWED = "**Hightown** is renewed for season 4 — The Screen Ledger"
TRAILER = "**Hightown** season 4: the trailer is out — The Screen Ledger"


@pytest.fixture
async def outlet() -> AsyncIterator[Outlet]:
    async with Outlet().on_air() as one:
        yield one


@pytest.fixture
async def standin() -> AsyncIterator[StandInProcess]:
    async with StandInProcess(world=WORLD) as running:
        yield running


async def news(standin: StandInProcess) -> list[str]:
    return [line for line in await standin.posted(NEWS) if "The Screen Ledger" in line]


async def test_what_was_polled_before_a_kill_is_posted_once_and_in_order_after_it(
    standin: StandInProcess, outlet: Outlet, tmp_path: Path
) -> None:
    settings = environment(tmp_path, outlet, standin)
    async with bot(settings, tmp_path):
        await standin.until("message", "/subscribe")
        await follow(standin, GUILD, NEWS, "Hightown")
        await outlet.is_read()
        # The first post must wait, with the second behind it; the next poll shows that it is noted.
        limit = {"act": "limit", "scope": "shared", "retry_after": 8}
        await standin.order("faults", {"faults": [limit]})
        outlet.publish("Hightown renewed for season 4", "Hightown Season 4 trailer released")
        await standin.until("limited")
        await outlet.is_read(again=1)
    before = await news(standin)

    async with bot(settings, tmp_path):
        await standin.until("message", TRAILER)
    after = await news(standin)

    assert before == []
    assert after == [RENEWED, TRAILER]
