"""The whole bot as a process, the stand-in as another: subscribed, fed, killed, started again."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path

import pytest
from aiohttp import web

from tests.standin.process import ROOT, StandInProcess

GUILD, NEWS = 1 << 23, 200
WORLD = {"guilds": [{"id": GUILD, "system_channel": NEWS, "channels": [{"id": NEWS}]}]}
RENEWED = "**Hightown** is renewed for season 4 — The Screen Ledger"
TRAILER = "**Hightown** season 4: the trailer is out — The Screen Ledger"


class Outlet:
    """A feed on 127.0.0.1 that publishes what it is told, the newest first."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.port = 0
        self._read = asyncio.Condition()
        self._times = 0

    async def is_read(self, *, again: int = 0) -> None:
        """Return when the feed was asked for at all, or so many times more from now."""
        goal = self._times + again if again else 1
        async with self._read, asyncio.timeout(20):
            await self._read.wait_for(lambda: self._times >= goal)

    def publish(self, *headlines: str) -> None:
        for headline in headlines:
            number = len(self.items)
            self.items.insert(
                0,
                f"<item><title>{headline}</title><guid>g{number}</guid>"
                f"<link>http://127.0.0.1:{self.port}/{number}</link>"
                f"<pubDate>{formatdate()}</pubDate></item>",
            )

    async def feed(self, request: web.Request) -> web.Response:
        async with self._read:
            self._times += 1
            self._read.notify_all()
        channel = f"<channel><title>The Screen Ledger</title>{''.join(self.items)}</channel>"
        text = f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'
        return web.Response(text=text, content_type="application/rss+xml")


@pytest.fixture
async def outlet():
    app, one = web.Application(), Outlet()
    app.router.add_get("/feed.xml", one.feed)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.port = runner.addresses[0][1]
    yield one
    await runner.cleanup()


@pytest.fixture
async def standin():
    async with StandInProcess(world=WORLD) as running:
        yield running


@pytest.fixture
def environment(tmp_path, outlet, standin):
    sources = tmp_path / "sources.toml"
    sources.write_text(
        '[[source]]\nname = "The Screen Ledger"\ntrust = "trade"\nlanguage = "en"\n'
        f'url = "http://127.0.0.1:{outlet.port}/feed.xml"\n'
    )
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DISCORD_TOKEN": "token",
        "CONTACT": "tests@example.org",
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'greenlit.sqlite3'}",
        "SOURCES_FILE": str(sources),
        "POLL_FLOOR": "1",
        "FEED_ALLOW_NETWORKS": f"127.0.0.1/32:{outlet.port}",
        "DISCORD_API_URL": standin.api,
        "DISCORD_GATEWAY_URL": standin.gateway,
    }


@asynccontextmanager
async def bot(environment: dict[str, str], folder: Path):
    """The bot's process; killed with SIGKILL at the end of the block."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env=environment,
        cwd=folder,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGKILL)
        await running.wait()


async def follow(standin: StandInProcess, show: str) -> None:
    """An admin subscribes the channel to a show, and the bot has said that it did."""
    options = [
        {"name": "show", "type": 3, "value": show},
        {"name": "for", "type": 3, "value": "channel"},
    ]
    data = {"id": "1", "name": "subscribe", "type": 1, "options": options}
    used = await standin.order("interaction", {"guild": GUILD, "channel": NEWS, "data": data})
    assert used["seconds"] < 3
    await standin.until("followup", show)


async def news(standin: StandInProcess) -> list[str]:
    return [line for line in await standin.posted(NEWS) if "The Screen Ledger" in line]


async def test_what_was_polled_before_a_kill_is_posted_once_and_in_order_after_it(
    standin, outlet, environment, tmp_path
):
    async with bot(environment, tmp_path):
        await standin.until("message", "/subscribe")
        await follow(standin, "Hightown")
        await outlet.is_read()
        # The first post must wait, with the second behind it; the next poll shows that it is noted.
        limit = {"act": "limit", "scope": "shared", "retry_after": 8}
        await standin.order("faults", {"faults": [limit]})
        outlet.publish("Hightown renewed for season 4", "Hightown Season 4 trailer released")
        await standin.until("limited")
        await outlet.is_read(again=1)
    before = await news(standin)

    async with bot(environment, tmp_path):
        await standin.until("message", TRAILER)
    after = await news(standin)

    assert before == []
    assert after == [RENEWED, TRAILER]
