"""Real discord.py, logged in to the stand-in over sockets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic

import discord
import pytest
from discord.http import Route

from bot.delivery.marks import new_mark
from bot.delivery.pacing import RATE, Pacer
from bot.delivery.sending import ClientRest, Sender
from bot.delivery.wire import delivery_trace
from bot.words import Words, load_words
from tests.standin import Channel, Guild, StandIn, World

GUILD, NEWS = 100, 200
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Line:
    """A bot on the line: the stand-in, the sender and its pacer."""

    standin: StandIn
    sender: Sender
    pacer: Pacer
    client: discord.Client

    @property
    def world(self) -> World:
        return self.standin.world

    @property
    def channel(self) -> Channel:
        return self.world.channels[NEWS]

    def posted(self, channel: int = NEWS) -> list[str]:
        """The contents of every message that ever stood in the channel."""
        return [str(each.payload["content"]) for each in self.world.posts(channel)]


@pytest.fixture(scope="session")
def words() -> Words:
    return load_words(ROOT / "data" / "locale")


@pytest.fixture
def rate() -> float:
    return RATE


@pytest.fixture
async def line(monkeypatch: pytest.MonkeyPatch, rate: float) -> AsyncIterator[Line]:
    async with StandIn() as standin:
        standin.world.add_guild(Guild(GUILD), Channel(NEWS))
        monkeypatch.setattr(Route, "BASE", standin.api)
        pacer = Pacer(rate, monotonic)
        client = discord.Client(
            intents=discord.Intents(guilds=True),
            http_trace=delivery_trace(pacer),
            max_ratelimit_timeout=30,
        )
        await client.login("token")
        sender = Sender(ClientRest(client), pacer, deadline=5.0)
        yield Line(standin, sender, pacer, client)
        await sender.close()
        await client.close()


@pytest.fixture
def mark() -> str:
    return new_mark(Random(7))
