"""What messages with buttons leave behind in the bot's memory.

    python -m tests.bench.bench_views [--messages 50000] [--peers 5000]

Posts with buttons go through the real sender and discord.py to the stand-in, to 2,000 channels in
turn, as fast as they go. Printed: this process's memory after the first 5,000 and after all, and
what discord.py keeps of their views. Beside it: `channel.send(view=…)`, as peers do.
"""

import argparse
import asyncio
import gc
import secrets
import time
from random import Random

import discord
from discord.http import Route

from bot.delivery.marks import new_mark
from bot.delivery.outcomes import Sent
from bot.delivery.pacing import Pacer
from bot.delivery.rendering import render
from bot.delivery.sending import ClientRest, Sender
from bot.delivery.telling import NOBODY
from bot.delivery.wire import delivery_trace
from bot.settings import DATA
from bot.words import load_words
from tests.bench.bench_burst import memory_of
from tests.delivery.test_rendering import telling
from tests.standin.process import StandInProcess

CHANNELS = 2_000
AT_ONCE = 40
WARM = 5_000
UNLIMITED = ("--open", "--global-limit", "1000000", "--bucket-limit", "1000000")


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--peers", type=int, default=5_000)
    options = parser.parse_args()
    asyncio.run(views(options.messages, options.peers))


async def views(messages: int, peers: int) -> None:
    pacer = Pacer(1e9, time.monotonic)
    async with StandInProcess(*UNLIMITED) as standin:
        Route.BASE = standin.api
        trace = delivery_trace(pacer)
        client = discord.Client(intents=discord.Intents.none(), http_trace=trace)
        await client.login("token")
        sender = Sender(ClientRest(client), pacer)
        await _post(sender, 0, WARM)
        before = _settled()
        started = time.monotonic()
        await _post(sender, WARM, messages)
        after, seconds = _settled(), time.monotonic() - started
        print(f"after {WARM}: {before:.1f} MiB, after {messages}: {after:.1f} MiB")
        print(f"ratio {after / before:.3f} (within 0.95 and 1.05), {seconds:.0f} s")
        print(f"views kept by discord.py: {_kept(client)}")
        if peers:
            await _peers(client, peers)
        await sender.close()
        await client.close()


async def _post(sender: Sender, first: int, last: int) -> None:
    """Post the messages of these numbers, each with its own mark, some at once."""
    words, random = load_words(DATA / "locale"), Random(first)
    numbers = iter(range(first, last))

    async def work() -> None:
        for number in numbers:
            mark = new_mark(random)
            payload = render(telling(season=number), NOBODY, mark, words)
            sent = await sender.post(1000 + number % CHANNELS, payload, secrets.token_hex(8), mark)
            assert isinstance(sent, Sent), sent

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _peers(client: discord.Client, messages: int) -> None:
    await _send(client, 500)
    before = _settled()
    await _send(client, messages)
    grown = (_settled() - before) * 2**20 / messages
    kept = _kept(client)
    print(f"beside it, channel.send(view=…): {grown:.0f} bytes a message, {kept} views kept")


async def _send(client: discord.Client, messages: int) -> None:
    for number in range(messages):
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Subscribe me", custom_id=f"follow:{number}"))
        view.add_item(discord.ui.Button(label="Mute", custom_id=f"mute:{number}"))
        channel = client.get_partial_messageable(1000 + number % CHANNELS)
        await channel.send("**Show** is renewed", view=view)


def _kept(client: discord.Client) -> int:
    """Messages whose buttons discord.py waits for."""
    return len(client._connection._view_store._synced_message_views)


def _settled() -> float:
    gc.collect()
    return memory_of("self")


if __name__ == "__main__":
    main()
