"""One announcement is owed to ten thousand channels, and one more outlet stands behind it.

    python -m tests.bench.bench_enqueue [--channels 10000]

Printed: the seconds of each transaction, on a fresh SQLite file with the real schema.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import update

from bot.services.delivering import mark_maker
from bot.storage import edits, owing
from bot.storage.database import open_database
from bot.storage.outbox import State, due_posts
from bot.storage.schema import posts
from tests.storage.rows import NOW, add_announcement, to_channel

A_GUILD = 100


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(enqueue(options.channels, Path(folder)))


async def enqueue(channels: int, folder: Path) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'greenlit.sqlite3'}")
    routes = [to_channel(each, each // A_GUILD + 1) for each in range(1, channels + 1)]
    new_mark = mark_maker(Random(1), "instance")
    for name in ("to new destinations", "to known ones"):
        async with database.write() as connection:
            announcement = await add_announcement(connection, season=len(name))
        started = time.perf_counter()
        async with database.write() as connection:
            owed = await owing.enqueue(connection, announcement, routes, new_mark, NOW)
        print(f"{owed} deliveries {name}: {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    async with database.read() as connection:
        found = await due_posts(connection, NOW, 1000)
    print(
        f"the first {len(found)} of {channels} destinations: {time.perf_counter() - started:.2f} s"
    )
    async with database.write() as connection:
        row = {"state": State.SENT, "sent": NOW, "channel_id": 1, "message_id": 1, "payload": {}}
        await connection.execute(update(posts).values(**row))
    for name in ("owed for the first time", "owed again"):
        started = time.perf_counter()
        async with database.write() as connection:
            await edits.owe(connection, [announcement], NOW)
        print(f"{channels} edits {name}: {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    async with database.read() as connection:
        behind = await edits.due_edits(connection, NOW + timedelta(hours=1), 20)
    print(f"the first {len(behind)} of them: {time.perf_counter() - started:.3f} s")
    await database.close()


if __name__ == "__main__":
    main()
