"""A run: an outlet publishes, the bot is killed at random instants, Discord fails at random.

outlet, echo (here) -> bot (killed) -> stand-in (its own process, never killed) -> verdict (here)

The outlet first reports a renewal and then confirms it. The echo is an outlet that repeats what was
posted: it must cause edits and no post. Servers have an announcement channel, a forum, a channel
whose history the bot may not read, and a member who is mentioned.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from random import Random

from bot.catalogue.shipped import load_catalogue
from bot.news.model import Trust
from bot.news.routing import Target
from bot.services.guilds import Guilds
from bot.services.subscribing import Subscribing, Wish
from bot.settings import DATA
from bot.storage import sources
from bot.storage.database import open_database
from tests.delivery.whole import Outlet, bot, environment
from tests.standin.judging import Upkeep, Verdict, article_of, judge, read_log, read_upkeep
from tests.standin.process import StandInProcess
from tests.standin.world import ALL, ANNOUNCEMENT, FORUM, HISTORY, Json

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
LONGEST_LIFE = 3.0  # seconds between the first request for a feed and the kill
LONGEST_START = 30.0  # seconds, until a life counts as at work in any case
STILLBORN = 0.25  # of all lives end before that, within EARLY seconds of the start
EARLY = 2.0
DOWN = 1.5  # seconds that the bot stays down now and then: longer than the second window
QUIET = 60.0  # seconds without a further message: nothing more will come, however slow a start is
A_LIFE = 6  # messages at most that a brisk life lasts
ECHO_EVERY = 5  # kills
MEMBER = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """How hard a run is. The same plan replays the same run, as far as processes can."""

    kills: int
    faults: float
    seed: int
    channels: int = 200
    shows: int = len(SHOWS)
    brisk: bool = False
    """Each life ends after some messages, not seconds; every channel's history can be read."""


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
    upkeep: Upkeep

    @property
    def lost(self) -> int:
        """How many posts are missing where the bot could have known."""
        return self.verdict.lost - self.unknown

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost, doubled, out of order, told by nobody or edited to ping."""
        verdict = self.verdict
        wrong = self.lost or verdict.doubled or verdict.misordered or verdict.strange
        return not wrong and self.upkeep.is_clean


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
        async with Outlet().on_air() as outlet, Outlet("The Echo").on_air() as echo, discord:
            settings = environment(self.folder, outlet, discord, echo)
            for each in (outlet, echo):
                each.publish("The first puzzle of the week")
            await _prepare(settings["DATABASE_URL"], followers, world, (outlet, echo))
            await self._kill_often(random, settings, outlet, echo, discord)
            await discord.order("faults", {"share": 0.0, "forget": True})
            owed = self._owed(outlet, followers)
            async with bot(settings, self.folder):
                await _until_quiet(discord, sum(map(len, owed.values())))
        rows = read_log(log, article_of)
        silent = _without_history(world)
        missing = {(c, key) for c, keys in owed.items() for key in keys} - set(rows)
        unknown = sum(channel in silent for channel, _ in missing)
        verdict = judge(rows, owed)
        return Result(self.kills, len(self.published), unknown, verdict, read_upkeep(log))

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
        echo: Outlet,
        discord: StandInProcess,
    ) -> None:
        news = _news(self.plan, random)
        headlines: list[str] = []
        for number in range(self.plan.kills):
            window = NONCE_WINDOWS[number * len(NONCE_WINDOWS) // self.plan.kills]
            await discord.order("world", {"nonce_seconds": window})
            async with bot(dict(settings), self.folder) as process:
                for show, headline in islice(news, random.choice(self._burst)):
                    self.published.append(show)
                    headlines.append(headline)
                    outlet.publish(headline)
                await self._live(random, process, outlet, discord)
            self.kills += 1
            if number % ECHO_EVERY == 0:
                await _repeat(outlet, echo, headlines, discord)
            if random.random() < 0.2 and not self.plan.brisk:
                await _unless_ended(None, DOWN)

    @property
    def _burst(self) -> tuple[int, ...]:
        """How many announcements may come in a life."""
        return (2,) if self.plan.brisk else (0, 1, 1, 2)

    async def _live(
        self,
        random: Random,
        process: asyncio.subprocess.Process,
        outlet: Outlet,
        discord: StandInProcess,
    ) -> None:
        """Let the bot run until its kill: early, or at work, however long a start takes here."""
        early, seconds = random.random() < STILLBORN, random.random()
        messages = random.randint(1, A_LIFE)
        if self.plan.brisk:
            more = len(await discord.ask("messages")) + messages
            await discord.ask("wait", event="message", count=more, timeout=QUIET)
        elif early:
            await _unless_ended(process, seconds * EARLY)
        else:
            with suppress(TimeoutError):  # nothing to poll for so long: it lives and posts
                await outlet.is_read(again=1, within=LONGEST_START)
            await _unless_ended(process, seconds * LONGEST_LIFE)


async def _repeat(
    outlet: Outlet, echo: Outlet, headlines: list[str], discord: StandInProcess
) -> None:
    """Another outlet tells the same, once it stands somewhere: told earlier, it would be the news.

    A report is not repeated: its confirmation may be on its way.
    """
    stands = {article_of(message["payload"]) for message in await discord.ask("messages")}
    for number, headline in enumerate(headlines, start=1):
        told = outlet.address(number) in stands
        if told and "Reportedly" not in headline and f"Yes: {headline}" not in echo.headlines:
            echo.publish(f"Yes: {headline}")


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


def _news(plan: Plan, random: Random) -> Iterator[tuple[str, str]]:
    """Shows and headlines without end: each show in turn, a season further every time.

    What is renewed for an even season was reported before.
    """
    shows = random.sample(SHOWS[: plan.shows], plan.shows)
    for number, show in enumerate(cycle(shows)):
        season = 2 + number // len(shows)
        if season % 2 == 0:
            yield show, f"‘{show}’ Reportedly Renewed for Season {season}"
        yield show, f"‘{show}’ Renewed for Season {season}"


def _world(plan: Plan, random: Random) -> tuple[dict[str, list[int]], Json]:
    """Who follows which show, and the servers for the stand-in."""
    followers: dict[str, list[int]] = {show: [] for show in SHOWS}
    guilds = []
    for first in range(0, plan.channels, CHANNELS_A_GUILD):
        guild = (first // CHANNELS_A_GUILD + 1) << 23
        ids = [guild + 1 + n for n in range(min(CHANNELS_A_GUILD, plan.channels - first))]
        channels = [{"id": each} for each in ids]
        channels[0]["type"] = ANNOUNCEMENT
        channels[1]["type"] = FORUM
        if not plan.brisk:
            channels[-1]["allow"] = ALL & ~HISTORY
        guilds.append({"id": guild, "channels": channels})
        for channel in ids:
            for show in random.sample(SHOWS[: plan.shows], SHOWS_A_CHANNEL):
                followers[show].append(channel)
    return followers, {"guilds": guilds}


def _without_history(world: Json) -> frozenset[int]:
    channels = (channel for guild in world["guilds"] for channel in guild["channels"])
    return frozenset(channel["id"] for channel in channels if "allow" in channel)


async def _prepare(
    url: str, followers: Mapping[str, list[int]], world: Json, outlets: Sequence[Outlet]
) -> None:
    """Write down, before the bot is started, what is followed and that the outlets were heard."""
    shows = {show.title: show for show in load_catalogue(DATA / "catalogue.toml")}
    database = await open_database(url)
    subscribing = Subscribing(database)
    now = datetime.now(UTC)
    async with database.write() as connection:
        specs = [(outlet.name, outlet.url, Trust.TRADE, "en") for outlet in outlets]
        await sources.put_shared(connection, specs, [now] * len(specs))
        for source in await sources.sources_of(connection, 0):
            await sources.record_poll(connection, source.id, baseline=True, succeeded=now)
    first = {guild["id"]: guild["channels"][0]["id"] for guild in world["guilds"]}
    for guild, channel in first.items():
        await Guilds(database).set_news_channel(guild, channel, now)
    for title, channels in followers.items():
        for channel in channels:
            guild = channel >> 23 << 23
            wish = Wish(shows[title], guild, Target.CHANNEL, channel)
            await subscribing.subscribe(wish, by=1, now=now)
            if channel == first[guild]:
                wish = Wish(shows[title], guild, Target.MEMBER, MEMBER)
                await subscribing.subscribe(wish, by=MEMBER, now=now)
    await database.close()
