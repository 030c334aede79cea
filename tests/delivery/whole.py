"""The parts of a whole run: an outlet with a feed, and the bot's own process."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path

from aiohttp import web

from tests.standin.process import ROOT, StandInProcess


class Outlet:
    """A feed on 127.0.0.1 that publishes what it is told, the newest first."""

    def __init__(self, name: str = "The Screen Ledger") -> None:
        self.name = name
        self.items: list[str] = []
        self.headlines: set[str] = set()
        self.port = 0
        self._read = asyncio.Condition()
        self._times = 0

    async def is_read(self, *, again: int = 0, within: float = 60.0) -> None:
        """Return when the feed was asked for at all, or so many times more from now."""
        goal = self._times + again if again else 1
        async with self._read, asyncio.timeout(within):
            await self._read.wait_for(lambda: self._times >= goal)

    def publish(self, *headlines: str) -> None:
        for headline in headlines:
            number = len(self.items)
            self.headlines.add(headline)
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
        channel = f"<channel><title>{self.name}</title>{''.join(self.items)}</channel>"
        text = f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'
        return web.Response(text=text, content_type="application/rss+xml")

    @property
    def url(self) -> str:
        """The address of its feed."""
        return f"http://127.0.0.1:{self.port}/feed.xml"

    def address(self, number: int) -> str:
        return f"http://127.0.0.1:{self.port}/{number}"

    @asynccontextmanager
    async def on_air(self) -> AsyncIterator["Outlet"]:
        app = web.Application()
        app.router.add_get("/feed.xml", self.feed)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        yield self
        await runner.cleanup()


def environment(
    folder: Path, outlet: Outlet, standin: StandInProcess, *others: Outlet
) -> dict[str, str]:
    """The settings of a bot that reads these outlets and talks to this stand-in."""
    outlets = (outlet, *others)
    sources = folder / "sources.toml"
    sources.write_text(
        "".join(
            f'[[source]]\nname = "{each.name}"\ntrust = "trade"\nlanguage = "en"\n'
            f'url = "{each.url}"\n'
            for each in outlets
        )
    )
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DISCORD_TOKEN": "token",
        "CONTACT": "tests@example.org",
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'greenlit.sqlite3'}",
        "SOURCES_FILE": str(sources),
        "POLL_FLOOR": "1",
        "FEED_ALLOW_NETWORKS": ", ".join(f"127.0.0.1/32:{each.port}" for each in outlets),
        "CATALOGUE_URL": "off",
        "DISCORD_API_URL": standin.api,
        "DISCORD_GATEWAY_URL": standin.gateway,
    }


@asynccontextmanager
async def bot(
    environment: dict[str, str], folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
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


async def follow(standin: StandInProcess, guild: int, channel: int, show: str) -> None:
    """An admin subscribes the channel to a show, and the bot has said that it did."""
    options = [
        {"name": "show", "type": 3, "value": show},
        {"name": "for", "type": 3, "value": "channel"},
    ]
    data = {"id": "1", "name": "subscribe", "type": 1, "options": options}
    used = await standin.order("interaction", {"guild": guild, "channel": channel, "data": data})
    assert used["seconds"] < 3
    await standin.until("followup", used["token"])
