"""The stand-in is as strict as Discord: else what is proved against it proves nothing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord.http import HTTPClient, Route

from tests.standin import Channel, Guild, StandIn
from tests.standin.errors import RefusedError
from tests.standin.payloads import check_message
from tests.standin.world import ALL, HISTORY, Json

NEWS = 200


@pytest.fixture
async def standin() -> AsyncIterator[StandIn]:
    async with StandIn() as running:
        running.world.add_guild(Guild(100), Channel(NEWS))
        yield running


@pytest.fixture
async def http(standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HTTPClient]:
    monkeypatch.setattr(Route, "BASE", standin.api)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login("token")
        yield client.http


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"content": "x", "nonce": "n" * 26},
        {"embeds": [{"title": "x" * 257}]},
        {"embeds": [{"description": "x" * 4097}]},
        {"embeds": [{"fields": [{"name": "x", "value": ""}]}]},
        {"embeds": [{"fields": [{"name": "x", "value": "y" * 1025}]}]},
        {"embeds": [{"fields": [{"name": "x", "value": "y"}] * 26}]},
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 4000}]},
        {"embeds": [{"title": "x"}] * 11},
        {"embeds": [{"title": "x", "url": "javascript:1"}]},
        {"content": "x", "components": [{"type": 1, "components": []}]},
        {"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 1}]}]},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        {"content": "x", "allowed_mentions": {"users": [str(n) for n in range(101)]}},
    ],
)
def test_a_payload_beyond_the_limits_is_refused(body: Json) -> None:
    with pytest.raises(RefusedError) as refused:
        check_message(body)

    assert refused.value.code == 50035


def test_an_empty_message_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        check_message({"content": "  "})

    assert refused.value.code == 50006


async def test_more_than_fifty_requests_in_a_second_are_refused(standin: StandIn) -> None:
    standin.world.open_world = True
    headers = {"Authorization": "Bot token"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def ask(number: int) -> tuple[int, str, str]:
            async with session.get(f"{standin.api}/channels/{number}") as response:
                headers = response.headers
                return response.status, headers.get("Via", ""), headers["Content-Type"]

        answers = Counter(await asyncio.gather(*(ask(number) for number in range(80))))

    assert answers == {
        (200, "1.1 google", "application/json"): 50,
        (429, "1.1 google", "application/json"): 30,
    }


async def test_a_nonce_is_remembered_only_as_long_as_it_is_told_to(
    standin: StandIn, http: HTTPClient
) -> None:
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=NEWS)
    body = {"content": "x", "nonce": "n", "enforce_nonce": True}
    first = await http.request(route, json=body)
    second = await http.request(route, json=body)
    standin.world.nonce_seconds = -1
    third = await http.request(route, json=body)

    assert first["id"] == second["id"] != third["id"]


async def test_without_the_permission_history_is_empty_and_no_error(
    standin: StandIn, http: HTTPClient
) -> None:
    await http.send_message(NEWS, params=discord.http.handle_message_parameters(content="x"))
    standin.world.channels[NEWS].allow = ALL & ~HISTORY

    assert await http.logs_from(NEWS, 10) == []
