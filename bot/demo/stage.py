"""The demo's stage: the unchanged bot in a simulated Discord, with a server and its people.

    FeedServer (127.0.0.1) -> the bot's own polling -> its own delivery -> simcord's Discord

simcord owns what the bot starts, so the bot's loops and everything else of the demo run outside
its scope. Its clock starts in the past and stands still: it is moved to the real time first, and
then with it.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle, UserHandle
from yarl import URL

from bot.app import Greenlit, build
from bot.demo.feedserver import HOST, FeedServer
from bot.demo.script import Script
from bot.feeds.fetch import FetchLimits
from bot.feeds.guard import parse_allowed
from bot.feeds.registry import SourceSpec
from bot.settings import DATA, Settings
from bot.storage import sources

BOT = "Greenlit"
SERVER = "Couch Club"
NEWS = "tv-news"
ADMIN, MEMBERS = "ada", ("mia", "noor")
POLL_FLOOR = 1  # seconds: a newcomer does not wait
AWAY = timedelta(days=3)


def real_time() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Stage:
    """The server of the demo, with the bot in it."""

    greenlit: Greenlit
    feeds: FeedServer
    env: simcord.Env
    guild: GuildHandle
    news: ChannelHandle
    admin: MemberActor
    members: dict[str, MemberActor]
    users: dict[str, UserHandle] = field(default_factory=dict)

    def channels(self) -> dict[str, ChannelHandle]:
        """Every channel in which something may stand: `#name` of the server, `dm:name`."""
        shown = {f"#{name}": channel for name, channel in self.guild.channels.items()}
        opened = self.env.backend.dm_channels
        return shown | {
            f"dm:{name}": user.dm_channel for name, user in self.users.items() if user.id in opened
        }

    def move_clock(self) -> None:
        """Let the simulated time catch up with the real one."""
        behind = (real_time() - self.env.now()).total_seconds()
        self.env.backend.advance_clock(max(0.0, behind))

    async def publish_extra(self) -> None:
        """Publish the caller's feeds, as if the bot had last asked for them some days ago."""
        now = self.env.now()
        async with self.greenlit.database.write() as connection:
            for source in await sources.sources_of(connection, self.guild.id):
                if source.url in self.feeds.extra:
                    values = {"succeeded": now - AWAY, "next_poll": now}
                    await sources.record_poll(connection, source.id, **values)
        self.feeds.publish_extra()

    async def poll_all(self, now: datetime | None = None) -> None:
        """Ask every outlet at once, whatever the timetable says."""
        services = self.greenlit.services
        heard = await services.sourcing.list_for(self.guild.id)
        await asyncio.gather(*(services.polling.poll(s, now or self.env.now()) for s in heard))


@asynccontextmanager
async def set_stage(script: Script, extra: Sequence[Path] = ()) -> AsyncIterator[Stage]:
    """Start the outlets, the bot and its Discord; at the end nothing of them is left.

    `extra` are feeds of the caller's. Every outlet has been asked once, so that what it publishes
    from now on is news.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="greenlit-demo-")))
        pictures = DATA / "demo" / "images"
        feeds = await stack.enter_async_context(FeedServer(script, pictures, real_time, extra))
        clock = _LateClock()
        greenlit = await stack.enter_async_context(
            build(
                _settings(folder, feeds),
                clock=clock,
                limits=FetchLimits(spacing=0),
                shard_count=1,
            )
        )
        env = await stack.enter_async_context(simcord.run(greenlit.bot, check_errors=False))
        clock.env = env
        env.backend.bot_user.name = BOT
        await env.advance_time((real_time() - env.now()).total_seconds())
        stage = await _furnish(greenlit, feeds, env)
        # As if the bot had been away for some days: whatever an outlet publishes now is newer.
        await stage.poll_all(env.now() - AWAY)
        yield stage


class _LateClock:
    """simcord's clock, once simcord is there."""

    env: simcord.Env | None = None

    def __call__(self) -> datetime:
        return self.env.now() if self.env else real_time()


def _settings(folder: Path, feeds: FeedServer) -> Settings:
    listed = folder / "sources.toml"
    listed.write_text(_sources_file(feeds.sources), encoding="utf-8")
    return Settings(
        database_url=f"sqlite+aiosqlite:///{folder / 'demo.sqlite3'}",
        sources_file=listed,
        poll_floor=POLL_FLOOR,
        catalogue_url="",
        feed_allow_networks=parse_allowed(f"{HOST}/32:{URL(feeds.address).port}"),
    )


def _sources_file(sources: Sequence[SourceSpec]) -> str:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    return "\n".join(
        f"[[source]]\nname = {quoted(s.name)}\nurl = {quoted(s.url)}\n"
        f"trust = {quoted(s.trust)}\nlanguage = {quoted(s.language)}\n"
        for s in sources
    )


async def _furnish(greenlit: Greenlit, feeds: FeedServer, env: simcord.Env) -> Stage:
    owner = env.create_user(ADMIN, global_name=ADMIN.title())
    guild = env.create_guild(SERVER, owner=owner)
    news = guild.create_text_channel(NEWS, topic="What has changed for the series that we follow")
    guild.create_text_channel("trailers")
    admins = guild.create_role("Couch admins", permissions=discord.Permissions(manage_guild=True))
    users = {name: env.create_user(name, global_name=name.title()) for name in MEMBERS}
    members = {name: guild.add_member(user) for name, user in users.items()}
    admin = guild.add_member(owner, roles=[admins])
    await env.settle()
    users[ADMIN] = owner
    return Stage(greenlit, feeds, env, guild, news, admin, members, users)
