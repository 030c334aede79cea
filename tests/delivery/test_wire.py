"""What the trace does with every request of the client, ours or not."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.delivery.answers import Reply
from bot.delivery.outcomes import StopCause
from bot.delivery.pacing import PausedError
from bot.delivery.wire import delivery_trace, read_reply
from tests.delivery.conftest import Line
from tests.standin import Fault
from tests.standin.faults import Act

AS_THE_BOT = {"Authorization": "Bot token"}


@pytest.fixture
async def session(line: Line) -> AsyncIterator[aiohttp.ClientSession]:
    """Requests of the client that the sender knows nothing of."""
    async with aiohttp.ClientSession(trace_configs=[delivery_trace(line.pacer)]) as open_session:
        yield open_session


async def test_the_bots_own_requests_take_from_the_same_budget(
    line: Line, session: aiohttp.ClientSession
) -> None:
    before = line.pacer.health().sent
    await session.get(f"{line.standin.api}/users/@me", headers=AS_THE_BOT)

    assert line.pacer.health().sent == before + 1


async def test_interactions_never_wait_behind_deliveries(
    line: Line, session: aiohttp.ClientSession
) -> None:
    before = line.pacer.health().sent
    line.pacer.note_bad_token()
    url = f"{line.standin.api}/interactions/1/token/callback"
    answered = await session.post(url, json={"type": 5})

    assert answered.status == 204
    assert line.pacer.health().sent == before


async def test_a_global_limit_of_another_request_pauses_the_posts_too(
    line: Line, session: aiohttp.ClientSession
) -> None:
    line.standin.fail(Fault(Act.LIMIT, "GET", "/users", scope="global", retry_after=30))
    await session.get(f"{line.standin.api}/users/@me", headers=AS_THE_BOT)

    with pytest.raises(PausedError):
        await line.pacer.acquire()


async def test_cloudflares_page_to_another_request_stops_the_posts_too(
    line: Line, session: aiohttp.ClientSession
) -> None:
    line.standin.fail(Fault(Act.CLOUDFLARE, "GET", "/users", status=429))
    await session.get(f"{line.standin.api}/users/@me", headers=AS_THE_BOT)

    assert line.pacer.health().cause is StopCause.CLOUDFLARE


async def test_refusals_of_other_requests_count_as_invalid(
    line: Line, session: aiohttp.ClientSession
) -> None:
    await session.get(f"{line.standin.api}/users/@me", headers={"Authorization": "Bot bad"})

    assert line.pacer.health().invalid == 1


@pytest.mark.parametrize(
    ("headers", "body", "reply"),
    [
        ({}, b"<html>", Reply(429, from_discord=False)),
        ({}, b'{"retry_after": 2}', Reply(429, retry_after=2.0, from_discord=False)),
        ({"Via": "1"}, b'{"retry_after": 2.5}', Reply(429, retry_after=2.5)),
        ({"Via": "1", "Retry-After": "7"}, b"{}", Reply(429, retry_after=7.0)),
        ({"Via": "1", "Retry-After": "soon"}, b"{}", Reply(429)),
        ({"Via": "1", "X-RateLimit-Scope": "shared"}, b"{}", Reply(429, scope="shared")),
        ({"Via": "1"}, b'{"global": true}', Reply(429, scope="global")),
        ({"Via": "1"}, b'{"code": "x", "message": "no"}', Reply(429, detail="no")),
        ({"Via": "1"}, b"[1]", Reply(429, from_discord=False)),
        ({"Via": "1"}, b"\xff\xfe", Reply(429, from_discord=False)),
    ],
)
def test_an_answer_is_read_however_odd_it_is(
    headers: dict[str, str], body: bytes, reply: Reply
) -> None:
    assert read_reply(429, headers, body) == reply
