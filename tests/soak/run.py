"""A run: an outlet publishes, the bot is killed at random instants, Discord fails at random.

outlet (here) -> bot (killed) -> stand-in (its own process, never killed) -> verdict (here)
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from random import Random

from bot.catalogue.shipped import load_catalogue
from bot.news.model import Show
from bot.news.routing import Target
from bot.services.subscribing import Subscribing, Wish
from bot.settings import DATA
from bot.storage.database import open_database
from tests.delivery.whole import Outlet, bot, environment
from tests.soak.judging import News, Verdict, judge
from tests.standin.process import StandInProcess
from tests.standin.world import ALL, HISTORY

SHOWS = (
    "Hightown",
    "Firefly Lane",
    "Godfather of Harlem",
    "All of Us Are Dead",
    "Virgin River",
    "Slow Horses",
    "Bridgerton",
    "Abbott Elementary",
)
SHOWS_A_CHANNEL = 2
CHANNELS_A_GUILD = 10
NONCE_WINDOWS = (300.0, 1.0, 0.0)  # seconds; one after another, a third of the kills each
LONGEST_LIFE = 4.0  # seconds between a start and its kill
DOWN = 1.5  # seconds that the bot stays down now and then: longer than the second window
QUIET = 20.0  # seconds without a further message: nothing more will come


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard a run is. The same plan replays the same run, as far as processes can."""

    kills: int
    faults: float
    seed: int
    channels: int = 200


@dataclass(slots=True)
class Run:
    """One run in a folder of its own."""

    plan: Plan
    folder: Path
    kills: int = 0
    published: list[News] = field(default_factory=list)

    async def play(self) -> Verdict:
        """Kill as often as planned, let the bot finish in peace, and judge."""
        random = Random(self.plan.seed)
        followers, world = _world(self.plan, random)
        faulty = ("--faults", str(self.plan.faults), "--seed", str(self.plan.seed))
        async with Outlet().on_air() as outlet, StandInProcess(*faulty, world=world) as discord:
            settings = environment(self.folder, outlet, discord)
            await _subscribe(settings["DATABASE_URL"], followers)
            outlet.publish("The first puzzle of the week")
            async with bot(settings, self.folder):
                await outlet.is_read(again=2)  # the second time, the first is in the ledger
            await self._kill_often(random, settings, outlet, discord)
            await discord.order("faults", {"share": 0.0, "forget": True})
            async with bot(settings, self.folder):
                posted = await self._when_quiet(discord, followers)
        return judge(self.published, followers, posted, _without_history(world))

    async def _kill_often(
        self,
        random: Random,
        settings: Mapping[str, str],
        outlet: Outlet,
        discord: StandInProcess,
    ) -> None:
        news = _news(random)
        for number in range(self.plan.kills):
            window = NONCE_WINDOWS[number * len(NONCE_WINDOWS) // self.plan.kills]
            await discord.order("world", {"nonce_seconds": window})
            async with bot(dict(settings), self.folder) as process:
                for _ in range(random.choice((0, 1, 1, 2))):
                    self.published.append(next(news))
                    outlet.publish(self.published[-1].headline)
                await _unless_ended(process, random.uniform(0.2, LONGEST_LIFE))
            self.kills += 1
            if random.random() < 0.2:
                await _unless_ended(None, DOWN)

    async def _when_quiet(
        self, discord: StandInProcess, followers: Mapping[str, list[int]]
    ) -> dict[int, list[str]]:
        """The contents of every channel, once all is there or nothing came for QUIET seconds."""
        owed = sum(len(followers[news.show]) for news in self.published)
        known = 0
        while True:
            posted = await _posted(discord)
            arrived = sum(text.startswith("**") for texts in posted.values() for text in texts)
            if arrived >= owed:
                return posted
            answer = await discord.ask(
                "wait", event="message", count=_messages(posted) + 1, timeout=QUIET
            )
            if not answer["happened"] and arrived == known:
                return posted
            known = arrived


async def _posted(discord: StandInProcess) -> dict[int, list[str]]:
    posted: dict[int, list[str]] = {}
    for message in await discord.ask("messages"):
        posted.setdefault(message["channel"], []).append(str(message["payload"]["content"]))
    return posted


def _messages(posted: Mapping[int, list[str]]) -> int:
    return sum(map(len, posted.values()))


async def _unless_ended(process: asyncio.subprocess.Process | None, seconds: float) -> None:
    """Let time pass; a bot that ends by itself is a failure of the run."""
    ended = process.wait() if process else asyncio.Event().wait()
    with suppress(TimeoutError):
        await asyncio.wait_for(ended, seconds)
        raise AssertionError("the bot ended by itself")


def _news(random: Random) -> Iterator[News]:
    shows = random.sample(SHOWS, len(SHOWS))
    for number, show in zip(count(), cycle(shows), strict=False):
        yield News(number, show, 2 + number // len(shows))


def _world(plan: Plan, random: Random) -> tuple[dict[str, list[int]], dict]:
    """Who follows which show, and the servers for the stand-in."""
    followers: dict[str, list[int]] = {show: [] for show in SHOWS}
    guilds = []
    for first in range(0, plan.channels, CHANNELS_A_GUILD):
        guild = (first // CHANNELS_A_GUILD + 1) << 23
        ids = [guild + 1 + n for n in range(min(CHANNELS_A_GUILD, plan.channels - first))]
        # The last channel of a server keeps its history to itself.
        channels = [{"id": i, "allow": ALL & ~HISTORY if i == ids[-1] else ALL} for i in ids]
        guilds.append({"id": guild, "channels": channels})
        for channel in ids:
            for show in random.sample(SHOWS, SHOWS_A_CHANNEL):
                followers[show].append(channel)
    return followers, {"guilds": guilds}


def _without_history(world: dict) -> frozenset[int]:
    channels = (channel for guild in world["guilds"] for channel in guild["channels"])
    return frozenset(channel["id"] for channel in channels if channel["allow"] != ALL)


async def _subscribe(url: str, followers: Mapping[str, list[int]]) -> None:
    """Write the subscriptions down, as the commands would, before the bot is started."""
    shows = {show.title: show for show in load_catalogue(DATA / "catalogue.toml")}
    database = await open_database(url)
    subscribing = Subscribing(database)
    now = datetime.now(UTC)
    for title, channels in followers.items():
        for channel in channels:
            wish = _wish(shows[title], channel)
            await subscribing.subscribe(wish, by=1, now=now)
    await database.close()


def _wish(show: Show, channel: int) -> Wish:
    return Wish(show, channel >> 23 << 23, Target.CHANNEL, channel)
