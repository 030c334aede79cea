"""Polling a thousand feeds: `python -m tests.bench.bench_polling [--feeds 1000] [--rounds 3]`.

A cold round, in which every feed is new, then warm rounds in which nine of ten answer 304 and the
tenth has one new item. Articles are committed to an SQLite file by each of the three:

    greenlit  the bot's own polling service: parse in a process, read, weigh, one transaction
    bare      aiohttp and feedparser (both slow options off) inline, INSERT through aiosqlite
    reader    reader.update_feeds(workers=1), of the library of that name

Each runs in a process of its own against the same farm of feeds. Figures are medians of the warm
rounds; lag is how much later than asked a sleep of 5 ms came back.
"""

import argparse
import asyncio
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.bench.feed_farm import EVERY, ITEMS, farming, feed_url

CONTESTANTS = ("greenlit", "bare", "reader")
AT_ONCE = 50
PROBE = 0.005


@dataclass
class Round:
    """What one round cost. Seconds, milliseconds of lag, articles in the database at its end."""

    wall: float
    cpu: float
    lag: tuple[float, float, float]
    articles: int


Poll = Callable[[], Awaitable[int]]


class Lag:
    """Watches the loop: how late does a short sleep come back?"""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._task = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(PROBE)
            self.samples.append((time.perf_counter() - before - PROBE) * 1000)

    def stop(self) -> tuple[float, float, float]:
        """The median, the 99th percentile and the maximum, in milliseconds."""
        self._task.cancel()
        ordered = sorted(self.samples) or [0.0]
        return (
            statistics.median(ordered),
            ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
            ordered[-1],
        )


def cpu_seconds() -> float:
    """Processor time of this process and of its children, those still running included."""
    own = os.times()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.user + own.system + ended.ru_utime + ended.ru_stime + _running_children()


def _running_children() -> float:
    tick, total = os.sysconf("SC_CLK_TCK"), 0.0
    family = {os.getpid()}
    for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parts[2])):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) in family:
            family.add(int(stat.parts[2]))
            total += (int(fields[11]) + int(fields[12])) / tick
    return total


async def measured(poll: Poll) -> Round:
    """Run one round and count."""
    lag, cpu, wall = Lag(), cpu_seconds(), time.perf_counter()
    articles = await poll()
    return Round(time.perf_counter() - wall, cpu_seconds() - cpu, lag.stop(), articles)


async def all_rounds(poll: Poll, port: int, rounds: int) -> list[Round]:
    """The cold round, then the warm ones."""
    done = [await measured(poll)]
    for _ in range(rounds):
        await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/advance")
        done.append(await measured(poll))
    return done


# --- the contestants -----------------------------------------------------------------------------


async def greenlit(port: int, feeds: int, rounds: int, folder: Path) -> list[Round]:
    """The bot's polling service, with the shipped catalogue to read by."""
    from sqlalchemy import func, select

    from bot.app import build, spare_the_collector
    from bot.feeds.fetch import FetchLimits
    from bot.settings import Settings
    from bot.storage.schema import articles

    listing = "".join(
        f'[[source]]\nname = "Outlet {feed}"\nurl = "{feed_url(port, feed)}"\n'
        'trust = "press"\nlanguage = "en"\n'
        for feed in range(feeds)
    )
    (folder / "sources.toml").write_text(listing)
    settings = Settings.from_env(
        {
            "DISCORD_TOKEN": "",
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/greenlit.sqlite3",
            "SOURCES_FILE": str(folder / "sources.toml"),
            "FEED_ALLOW_NETWORKS": f"127.0.0.0/8:{port}",
            "CONTACT": "bench@greenlit.example",
            "CATALOGUE_URL": "off",
        }
    )
    now = datetime.now(UTC)
    limits = FetchLimits(spacing=0.0)
    async with build(settings, clock=lambda: now, random=Random(1), limits=limits) as bot:
        spare_the_collector()

        async def poll() -> int:
            nonlocal now
            now += timedelta(days=1)
            while (await bot.services.polling.poll_due(now)).polled:
                pass
            async with bot.database.read() as connection:
                return await connection.scalar(select(func.count()).select_from(articles)) or 0

        return await all_rounds(poll, port, rounds)


async def bare(port: int, feeds: int, rounds: int, folder: Path) -> list[Round]:
    """The plainest loop that commits articles."""
    import aiohttp
    import aiosqlite
    import feedparser

    etags: dict[int, str] = {}
    gate, writing = asyncio.Semaphore(AT_ONCE), asyncio.Lock()
    async with aiohttp.ClientSession() as session, aiosqlite.connect(folder / "bare.db") as base:
        await base.execute("PRAGMA journal_mode=WAL")
        await base.execute("CREATE TABLE a (id TEXT PRIMARY KEY, title, summary, link, date)")

        async def one(feed: int) -> None:
            headers = {"If-None-Match": etags[feed]} if feed in etags else {}
            async with gate, session.get(feed_url(port, feed), headers=headers) as response:
                if response.status == 304:
                    return
                body = await response.read()
            etags[feed] = response.headers["ETag"]
            parsed = feedparser.parse(
                io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False
            )
            rows = [(e.id, e.title, e.summary, e.link, e.published) for e in parsed.entries]
            async with writing:
                await base.executemany("INSERT OR IGNORE INTO a VALUES (?, ?, ?, ?, ?)", rows)
                await base.commit()

        async def poll() -> int:
            await asyncio.gather(*(one(feed) for feed in range(feeds)))
            [[count]] = await base.execute_fetchall("SELECT count(*) FROM a")
            return int(count)

        return await all_rounds(poll, port, rounds)


async def reader(port: int, feeds: int, rounds: int, folder: Path) -> list[Round]:
    """The library `reader`; its call blocks, so there is no loop to lag."""
    os.environ["READER_NO_VENDORED_FEEDPARSER"] = "1"
    from reader import make_reader

    store = make_reader(str(folder / "reader.db"))
    for feed in range(feeds):
        store.add_feed(feed_url(port, feed))

    async def poll() -> int:
        store.update_feeds(scheduled=False, workers=1)
        return int(store.get_entry_counts().total)

    done = await all_rounds(poll, port, rounds)
    store.close()
    return done


# --- the report ----------------------------------------------------------------------------------


def contest(name: str, feeds: int, rounds: int) -> dict[str, object]:
    """Run one contestant in a fresh process against a fresh farm."""
    with farming() as port:
        command = [sys.executable, "-m", "tests.bench.bench_polling", "--only", name]
        command += ["--port", str(port), "--feeds", str(feeds), "--rounds", str(rounds)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.stderr.write(answer.stderr[-2000:])
        return {}
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def run_one(name: str, port: int, feeds: int, rounds: int) -> int:
    """What a contestant's process does: its figures as one line of JSON."""
    play = {"greenlit": greenlit, "bare": bare, "reader": reader}[name]
    with tempfile.TemporaryDirectory() as folder:
        done = asyncio.run(play(port, feeds, rounds, Path(folder)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {"rounds": [asdict(one) for one in done], "memory": memory}
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def summary(name: str, feeds: int, result: dict[str, Any]) -> dict[str, float]:
    """The medians of a contestant's warm rounds, printed as a line."""
    rounds = [Round(**one) for one in result["rounds"]]
    cold, warm = rounds[0], rounds[1:]
    # Every tenth feed gains an item in a round; a contestant that lost one would be no contestant.
    expected = feeds * ITEMS + sum(
        len(range(-n % EVERY, feeds, EVERY)) for n in range(1, len(rounds))
    )
    speed = feeds / statistics.median(one.wall for one in warm)
    cpu = statistics.median(one.cpu for one in warm)
    lag = [statistics.median(one.lag[n] for one in warm) for n in range(3)]
    worst = max(one.lag[2] for one in rounds)
    sys.stdout.write(
        f"{name:9} {feeds:6} {feeds / cold.wall:7.0f} {speed:7.0f} {cpu:7.2f} "
        f"{lag[0]:6.1f} {lag[1]:6.1f} {lag[2]:6.1f} {worst:7.1f} {result['memory']:7.0f} "
        f"{rounds[-1].articles - expected:6}\n"
    )
    return {"speed": speed, "cpu": cpu / feeds}


def main() -> int:
    """Run the contest, or one contestant for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=int, default=0, help="also greenlit with so many feeds")
    parser.add_argument("--only", choices=CONTESTANTS)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    if options.only and options.port:
        return run_one(options.only, options.port, options.feeds, options.rounds)
    sys.stdout.write(
        "            feeds    cold    warm  cpu s   lag warm p50/p99/max   worst   MB  lost\n"
    )
    found = {}
    for name in (options.only,) if options.only else CONTESTANTS:
        if result := contest(name, options.feeds, options.rounds):
            found[name] = summary(name, options.feeds, result)
    for other in set(found) - {"greenlit"}:
        ratio = found["greenlit"]["speed"] / found[other]["speed"]
        sys.stdout.write(f"greenlit is {ratio:.2f} times as fast as {other}, warm\n")
    if options.large and (result := contest("greenlit", options.large, options.rounds)):
        large = summary("greenlit", options.large, result)
        sys.stdout.write(f"cost a feed: {large['cpu'] / found['greenlit']['cpu']:.2f} times\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
