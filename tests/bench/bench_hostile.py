"""What hostile feeds cost: `python -m tests.bench.bench_hostile`.

Each trick of the tests' hostile server is polled at full limits, the server in a process of its
own. Printed for each: what came of it, seconds, how late the loop was at worst, and by how many
megabytes the bot's process and its parser had grown.
"""

import argparse
import asyncio
import gzip
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

from bot.feeds.answers import Fetched, FetchRequest
from bot.feeds.fetch import Fetcher, FetchLimits
from bot.feeds.guard import AddressGuard, parse_allowed
from bot.feeds.parse import FeedParser, ParsedFeed
from tests.bench.bench_polling import Lag
from tests.feeds.server import Reply, redirect, response, rss, serving
from tests.feeds.test_hostile import BOMB, COMMENTS, drip, endless, endless_header, reset

CHANNEL = b"<rss version='2.0'><channel>"
NESTED = b"<item><title>x</title><description>" + b"&lt;div&gt;" * 9_000 + b"</description></item>"
SECONDS = 6.0  # of one request, so that the drip ends


def replies() -> dict[str, bytes | Reply]:
    """Every trick by its path."""
    return {
        "/sound": response(rss(*map(str, range(50)))),
        "/drip": drip,
        "/endless": endless,
        "/header": endless_header,
        "/reset": reset,
        "/gzip-bomb": response(gzip.compress(bytes(300 * 2**20)), "Content-Encoding: gzip"),
        "/eight-megabytes": response(CHANNEL + b"<item><title>x</title></item>" * 280_000),
        "/billion-laughs": response(BOMB.encode()),
        "/comments": response(COMMENTS.encode()),
        "/unclosed": response(CHANNEL + b"<item>" * 60_000),
        "/nested": response(CHANNEL + NESTED * 60 + b"</channel></rss>"),
        "/loop": redirect("/loop"),
        "/metadata": redirect("http://169.254.169.254/latest/meta-data/"),
        "/too-short": response(b"<rss>", length=5_000),
    }


async def serve() -> None:
    """Serve until the process is ended; prints the port when ready."""
    async with serving() as server:
        server.replies.update(replies())
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


@contextmanager
def harm() -> Iterator[int]:
    """Run the server beside this process; gives its port."""
    command = [sys.executable, "-m", "tests.bench.bench_hostile", "--serve"]
    with Popen(command, stdout=PIPE, stderr=DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def megabytes() -> float:
    """Memory of this process and of all that descend from it (not of the server)."""
    pages, family = 0, {os.getpid()}
    for status in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parts[2])):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            command = (status.parent / "cmdline").read_text()
        except OSError:
            continue
        number = int(status.parts[2])
        if number in family or (int(fields[1]) in family and "--serve" not in command):
            family.add(number)
            pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def poll(fetcher: Fetcher, parser: FeedParser, url: str) -> str:
    """What comes of one address, in a word."""
    async with fetcher.exchange(FetchRequest(url)) as answer:
        if not isinstance(answer, Fetched):
            return str(getattr(answer, "reason", "not modified"))
        feed = await parser.parse(answer.body, answer.url, answer.content_type)
        if isinstance(feed, ParsedFeed):
            return f"{len(feed.entries)} articles"
        return str(feed.reason)


async def contend(port: int) -> None:
    """Poll every trick, the sound feed after each."""
    paths = tuple(replies())
    limits = FetchLimits(total=SECONDS, spacing=0.0)
    guard = AddressGuard(parse_allowed(f"127.0.0.1:{port}"))
    async with Fetcher("bench", guard, limits) as fetcher, FeedParser() as parser:
        sound = f"http://127.0.0.1:{port}/sound"
        for _ in range(3):
            await poll(fetcher, parser, sound)
        before = megabytes()
        sys.stdout.write(
            f"{'trick':18} {'came of it':16} {'s':>6} {'lag ms':>7} {'MB':>6}  after\n"
        )
        for path in paths:
            lag, started = Lag(), time.perf_counter()
            result = await poll(fetcher, parser, f"http://127.0.0.1:{port}{path}")
            spent, late = time.perf_counter() - started, lag.stop()[2]
            grown = megabytes() - before
            after = await poll(fetcher, parser, sound)
            sys.stdout.write(
                f"{path:18} {result:16} {spent:6.2f} {late:7.1f} {grown:6.1f}  {after}\n"
            )


def main() -> int:
    """Run the bench, or the server for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true")
    if parser.parse_args().serve:
        asyncio.run(serve())
        return 0
    with harm() as port:
        asyncio.run(contend(port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
