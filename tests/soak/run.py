"""A run: an outlet publishes, the bot is killed at random instants, Discord fails at random.

outlet (here) -> bot (killed) -> stand-in (its own process, never killed) -> verdict (here)
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from random import Random

from bot.catalogue.shipped import load_catalogue
from bot.news.model import Show
from bot.news.routing import Target
from bot.services.subscribing import Subscribing, Wish
from bot.settings import DATA
from bot.storage.database import open_database
from tests.delivery.whole import Outlet, bot, environment
from tests.standin.judging import Verdict, article_of, judge, read_log
from tests.standin.process import StandInProcess
from tests.standin.world import ALL, ANNOUNCEMENT, HISTORY

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
QUIET = 12.0  # seconds without a further message: nothing more will come


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard a run is. The same plan replays the same run, as far as processes can."""

    kills: int
    faults: float
    seed: int
    channels: int = 200


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to.

    A post that is missing is `unknown` in a channel whose history the bot may not read, where it
    could not find out whether the post had arrived; anywhere else it is lost.
    """

    kills: int
    announcements: int
    unknown: int
    verdict: Verdict

    @property
    def lost(self) -> int:
        """How many posts are missing where the bot could have known."""
        return self.verdict.lost - self.unknown

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost, doubled, out of order or told by nobody."""
        verdict = self.verdict
        return not (self.lost or verdict.doubled or verdict.misordered or verdict.strange)


@dataclass(slots=True)
class Run:
    """One run in a folder of its own. `published` has the show of each article, in order."""

    plan: Plan
    folder: Path
    kills: int = 0
    published: list[str] = field(default_factory=list)

    async def play(self) -> Result:
        """Kill as often as planned, let the bot finish in peace, and judge."""
        random = Random(self.plan.seed)
        followers, world = _world(self.plan, random)
        log = self.folder / "discord.jsonl"
        faulty = ("--faults", str(self.plan.faults), "--seed", str(self.plan.seed))
        discord = StandInProcess(*faulty, world=world, log=log)
        async with Outlet().on_air() as outlet, discord:
            settings = environment(self.folder, outlet, discord)
            await _subscribe(settings["DATABASE_URL"], followers)
            outlet.publish("The first puzzle of the week")
            async with bot(settings, self.folder):
                await outlet.is_read()
                await outlet.is_read(again=1)  # the first time is in the ledger now
            await self._kill_often(random, settings, outlet, discord)
            await discord.order("faults", {"share": 0.0, "forget": True})
            owed = self._owed(outlet, followers)
            async with bot(settings, self.folder):
                await _until_quiet(discord, sum(map(len, owed.values())))
        rows = read_log(log, article_of)
        silent = _without_history(world)
        missing = {(c, key) for c, keys in owed.items() for key in keys} - set(rows)
        unknown = sum(channel in silent for channel, _ in missing)
        return Result(self.kills, len(self.published), unknown, judge(rows, owed))

    def _owed(self, outlet: Outlet, followers: Mapping[str, list[int]]) -> dict[int, list[str]]:
        """For each channel the addresses of the articles that are owed to it, in order."""
        owed: dict[int, list[str]] = {}
        for number, show in enumerate(self.published, start=1):
            for channel in followers[show]:
                owed.setdefault(channel, []).append(outlet.address(number))
        return owed

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
                for show, headline in islice(news, random.choice((0, 1, 1, 2))):
                    self.published.append(show)
                    outlet.publish(headline)
                await _unless_ended(process, random.uniform(0.2, LONGEST_LIFE))
            self.kills += 1
            if random.random() < 0.2:
                await _unless_ended(None, DOWN)


async def _until_quiet(discord: StandInProcess, owed: int) -> None:
    """Return once all is there, or nothing came for QUIET seconds."""
    while True:
        messages = await discord.ask("messages")
        if sum(article_of(message["payload"]) is not None for message in messages) >= owed:
            return
        more = len(messages) + 1
        answer = await discord.ask("wait", event="message", count=more, timeout=QUIET)
        if not answer["happened"]:
            return


async def _unless_ended(process: asyncio.subprocess.Process | None, seconds: float) -> None:
    """Let time pass; a bot that ends by itself is a failure of the run."""
    ended = process.wait() if process else asyncio.Event().wait()
    with suppress(TimeoutError):
        await asyncio.wait_for(ended, seconds)
        raise AssertionError("the bot ended by itself")


def _news(random: Random) -> Iterator[tuple[str, str]]:
    """Shows and headlines without end: each show in turn, a season further every time."""
    shows = random.sample(SHOWS, len(SHOWS))
    for number, show in enumerate(cycle(shows)):
        yield show, f"‘{show}’ Renewed for Season {2 + number // len(shows)}"


def _world(plan: Plan, random: Random) -> tuple[dict[str, list[int]], dict]:
    """Who follows which show, and the servers for the stand-in."""
    followers: dict[str, list[int]] = {show: [] for show in SHOWS}
    guilds = []
    for first in range(0, plan.channels, CHANNELS_A_GUILD):
        guild = (first // CHANNELS_A_GUILD + 1) << 23
        ids = [guild + 1 + n for n in range(min(CHANNELS_A_GUILD, plan.channels - first))]
        # The last channel of a server keeps its history to itself; the first has followers.
        channels = [{"id": i, "allow": ALL & ~HISTORY if i == ids[-1] else ALL} for i in ids]
        channels[0]["type"] = ANNOUNCEMENT
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
