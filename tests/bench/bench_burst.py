"""One announcement for ten thousand channels.

    python -m tests.bench.bench_burst [--channels 10000] [--peers 1000]

The whole bot runs as a process against the stand-in for Discord, which enforces 50 requests a
second and each channel's bucket. Printed: how much of the budget was used from the poll that found
the article to the last message, the processor's time for each message (which tells something on a
busy machine, too), refusals (429), the bot's memory, and how soon a slash command was answered
meanwhile. Beside it, on the same stand-in: discord.py's `channel.send` for --peers channels at
once, as peers do.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import discord
from discord.http import Route

from bot.catalogue.shipped import load_catalogue
from bot.news.model import ALL_KINDS
from bot.news.routing import Target
from bot.settings import DATA
from bot.storage import guilds, schema
from bot.storage.database import open_database
from bot.storage.rows import insert_new
from bot.storage.shows import ensure_show
from tests.delivery.whole import Outlet, bot, environment
from tests.standin.process import StandInProcess
from tests.standin.world import Json

BUDGET = 45.0  # requests a second
SHOW = "Hightown"
A_GUILD = 100
EVERY = 1.0  # seconds between two slash commands


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=10_000)
    parser.add_argument("--peers", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(burst(options.channels, options.peers, Path(folder)))


async def burst(channels: int, peers: int, folder: Path) -> None:
    world, ids = _world(channels)
    log = folder / "discord.jsonl"
    async with Outlet().on_air() as outlet, StandInProcess(world=world, log=log) as standin:
        settings = environment(folder, outlet, standin)
        await _subscribe(settings["DATABASE_URL"], ids)
        outlet.publish("The puzzle of the week")
        async with bot(settings, folder) as process:
            await outlet.is_read(again=2)
            before, used = memory_of(process.pid), cpu_of(process.pid)
            outlet.publish(f"‘{SHOW}’ Renewed for Season 4")
            await outlet.is_read(again=1)
            started = time.time()
            owed = channels + len(world["guilds"])  # the bot greets each server once
            answers, peak = await _until_all(standin, process.pid, owed, ids[0])
            used = cpu_of(process.pid) - used
        sent = [t for t, text in _messages(log) if text.startswith(f"**{SHOW}**")]
        stats = await standin.ask("stats")
        seconds = max(sent) - started
        print(f"channels {channels}, messages {len(sent)}, {seconds:.1f} s")
        print(f"budget used {len(sent) / seconds / BUDGET:.3f} of {BUDGET:.0f} a second")
        each = used / len(sent) * 1e3
        print(f"processor ms a message {each:.1f} (the budget leaves {1e3 / BUDGET:.1f})")
        print(f"busiest second {stats['busiest_second']}, refused {stats['refused']}")
        print(f"memory MiB before {before:.0f}, at most {peak:.0f}")
        p99 = statistics.quantiles(answers, n=100)[98] if len(answers) > 1 else answers[0]
        median = statistics.median(answers)
        print(f"slash command ms: median {median * 1e3:.0f}, p99 {p99 * 1e3:.0f}, n {len(answers)}")
        if peers:
            await _peers(standin, ids[:peers], stats)


async def _until_all(
    standin: StandInProcess, pid: int, owed: int, channel: int
) -> tuple[list[float], float]:
    """Use a command every second until all messages are there; answers' seconds, peak memory."""
    answers: list[float] = []
    peak = 0.0
    data = {"id": "1", "name": "help", "type": 1}
    guild = channel >> 23 << 23
    deadline = time.monotonic() + owed / BUDGET * 2 + 60
    while (await standin.ask("stats"))["messages"] < owed and time.monotonic() < deadline:
        order = {"guild": guild, "channel": channel, "data": data}
        answer = await standin.order("interaction", order)
        answers.append(answer["seconds"] if answer["seconds"] is not None else 3.0)
        peak = max(peak, memory_of(pid))
        await asyncio.sleep(EVERY)
    return answers, peak


async def _peers(standin: StandInProcess, ids: Sequence[int], before: Json) -> None:
    rest, Route.BASE = Route.BASE, standin.api
    client = discord.Client(intents=discord.Intents.none())
    started = time.monotonic()
    try:
        async with client:
            await client.login("token")
            sends = (client.get_partial_messageable(i).send("peer") for i in ids)
            ended = await asyncio.gather(*sends, return_exceptions=True)
    finally:
        Route.BASE = rest
    after = await standin.ask("stats")
    lost = sum(isinstance(each, BaseException) for each in ended)
    print(
        f"beside it, channel.send for {len(ids)} at once: {time.monotonic() - started:.1f} s, "
        f"refused {_total(after['refused']) - _total(before['refused'])}, lost {lost}"
    )


def _total(refused: object) -> int:
    return sum(refused.values()) if isinstance(refused, dict) else int(str(refused))


def _world(channels: int) -> tuple[Json, list[int]]:
    made, ids = [], []
    for first in range(0, channels, A_GUILD):
        guild = (first // A_GUILD + 1) << 23
        inside = [guild + 1 + n for n in range(min(A_GUILD, channels - first))]
        made.append({"id": guild, "channels": [{"id": each} for each in inside]})
        ids += inside
    return {"guilds": made}, ids


async def _subscribe(url: str, ids: Sequence[int]) -> None:
    show = next(s for s in load_catalogue(DATA / "catalogue.toml") if s.title == SHOW)
    database, now = await open_database(url), datetime.now(UTC)
    async with database.write() as connection:
        for guild in {each >> 23 << 23 for each in ids}:
            await guilds.ensure_guild(connection, guild, now)
        row = {"show_id": await ensure_show(connection, show), "target": Target.CHANNEL}
        row |= {"kinds": tuple(sorted(ALL_KINDS)), "muted": False, "created": now, "created_by": 1}
        rows = [row | {"guild_id": each >> 23 << 23, "target_id": each} for each in ids]
        await insert_new(connection, schema.subscriptions, rows)
    await database.close()


def memory_of(pid: int | str) -> float:
    """Resident memory of a process, MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _messages(log: Path) -> list[tuple[float, str]]:
    events = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    return [(e["t"], str(e["payload"].get("content"))) for e in events if e["event"] == "message"]


if __name__ == "__main__":
    main()
