"""A channel that is closed to the bot and opened again, over real sockets from feed to Discord."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.delivery.whole import Outlet, bot, environment, follow
from tests.standin.process import StandInProcess
from tests.standin.world import ALL, SEND

GUILD, NEWS, OFFICE = 1 << 23, 200, 201
WORLD = {
    "guilds": [
        {"id": GUILD, "system_channel": OFFICE, "channels": [{"id": NEWS}, {"id": OFFICE}]},
    ]
}
HEADLINES = (
    "Hightown renewed for season 4",
    "Hightown Season 4 trailer released",
    "Virgin River renewed for season 8",
    "Virgin River Season 8 trailer released",
)


@pytest.fixture
async def outlet() -> AsyncIterator[Outlet]:
    async with Outlet().on_air() as one:
        yield one


@pytest.fixture
async def standin() -> AsyncIterator[StandInProcess]:
    async with StandInProcess(world=WORLD) as running:
        yield running


async def test_what_was_held_comes_in_one_message_after_the_repair(
    standin: StandInProcess, outlet: Outlet, tmp_path: Path
) -> None:
    async with bot(environment(tmp_path, outlet, standin), tmp_path):
        await standin.until("message", "/subscribe")
        for show in ("Hightown", "Virgin River"):
            await follow(standin, GUILD, NEWS, show)
        await outlet.is_read()
        await standin.order(f"channel/{NEWS}", {"allow": ALL & ~SEND})
        outlet.publish(*HEADLINES)
        await standin.until("message", f"I cannot post in <#{NEWS}> yet")
        closed = await standin.posted(NEWS)

        await standin.order(f"channel/{NEWS}", {"allow": ALL})
        await standin.until("message", "While I could not post here")
        await standin.until("message", f"News reaches <#{NEWS}> again")
    opened = await standin.posted(NEWS)
    told = await standin.posted(OFFICE)

    assert closed == []
    assert opened == ["While I could not post here, 4 things happened"]
    assert [line for line in told if "**Send Messages**" in line] == told[1:-1]
    assert len(told) == 3, "the greeting, the trouble once, its mending once"
