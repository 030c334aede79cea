"""Real discord.py connects to the stand-in, in this process and in one of its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.standin import Channel, Guild, StandIn
from tests.standin.process import StandInProcess
from tests.standin.world import ALL, EMBED, HISTORY

GUILD, NEWS = 1 << 23, 200


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    """discord.py waits five seconds before it identifies again."""


@asynccontextmanager
async def connected(
    monkeypatch: pytest.MonkeyPatch, api: str, gateway: str
) -> AsyncIterator[discord.AutoShardedClient]:
    monkeypatch.setattr(Route, "BASE", api)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(gateway))
    client = discord.AutoShardedClient(
        intents=discord.Intents(guilds=True),
        member_cache_flags=discord.MemberCacheFlags.none(),
        guild_ready_timeout=0.1,
    )
    monkeypatch.setattr(client, "before_identify_hook", _at_once)
    await client.login("token")
    connection = asyncio.create_task(client.connect())
    try:
        async with asyncio.timeout(10):
            await client.wait_until_ready()
        yield client
    finally:
        await client.close()
        await asyncio.gather(connection, return_exceptions=True)


async def test_the_bot_sees_its_servers_channels_and_permissions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with StandIn() as standin:
        standin.world.add_guild(Guild(GUILD), Channel(NEWS, allow=ALL & ~EMBED))
        async with connected(monkeypatch, standin.api, standin.gateway_url) as client:
            channel = client.get_guild(GUILD).get_channel(NEWS)
            permissions = channel.permissions_for(channel.guild.me)

    assert permissions.send_messages
    assert not permissions.embed_links


async def test_a_lost_connection_is_resumed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with StandIn() as standin:
        standin.world.add_guild(Guild(GUILD), Channel(NEWS))
        async with connected(monkeypatch, standin.api, standin.gateway_url) as client:
            resumed = asyncio.ensure_future(client.wait_for("shard_resumed", timeout=10))
            await asyncio.sleep(0)
            await standin.gateway.close_all(4000)
            await resumed

    assert standin.gateway.identifies == 1
    assert standin.gateway.resumes == 1


async def test_an_invalidated_session_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async with StandIn() as standin:
        standin.world.add_guild(Guild(GUILD), Channel(NEWS))
        async with connected(monkeypatch, standin.api, standin.gateway_url) as client:
            again = asyncio.ensure_future(client.wait_for("shard_ready", timeout=10))
            await asyncio.sleep(0)
            await standin.gateway.invalidate(resumable=False)
            await again

    assert standin.gateway.identifies == 2


async def test_a_withdrawn_permission_reaches_the_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    async with StandIn() as standin:
        standin.world.add_guild(Guild(GUILD), Channel(NEWS))
        async with connected(monkeypatch, standin.api, standin.gateway_url) as client:
            changed = asyncio.ensure_future(client.wait_for("guild_channel_update", timeout=10))
            await asyncio.sleep(0)
            async with aiohttp.ClientSession() as session:
                url = f"http://{standin.address}/control/channel/{NEWS}"
                await (await session.post(url, json={"allow": ALL & ~HISTORY})).read()
            _, channel = await changed

    assert not channel.permissions_for(channel.guild.me).read_message_history


async def test_the_stand_in_runs_as_a_process_and_keeps_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.jsonl"
    world = {"guilds": [{"id": GUILD, "channels": [{"id": NEWS}]}]}
    async with StandInProcess(world=world, log=log) as standin:
        async with connected(monkeypatch, standin.api, standin.gateway) as client:
            await client.get_channel(NEWS).send("news", nonce="n1")
            await client.get_channel(NEWS).send("news", nonce="n1")
        posted = await standin.posted(NEWS)

    assert posted == ["news"]
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [each["event"] for each in events] == ["message", "repeated"]
