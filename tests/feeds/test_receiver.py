"""The receiver over real sockets: what hubs are told, and how little strangers are."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.feeds.receiver import AT_ONCE, Inbox, PortUnusableError, Push, Receiver, Welcome
from bot.feeds.websub import Intent, Mode

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOPIC = "https://desk.example/feed"
KNOWN = "0123456789abcdef"
LIMIT = 10_000
ASKED = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "<script>", "other": "x"}


@dataclass
class Subscriber:
    """Knows one subscription, and keeps what it is handed."""

    inbox: Inbox = field(default_factory=Inbox)
    welcome: Welcome = Welcome.YES
    intents: list[Intent] = field(default_factory=list)
    met: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def confirm(self, token: str, intent: Intent, now: datetime) -> bool:
        self.intents.append(intent)
        return token == KNOWN and intent.topic == TOPIC and now == NOW

    async def expects(self, token: str, now: datetime) -> Welcome:
        self.met.release()
        return self.welcome if token == KNOWN else Welcome.UNKNOWN

    def keep(self, push: Push) -> bool:
        return self.inbox.put(push)


@pytest.fixture
def subscriber() -> Subscriber:
    return Subscriber()


@pytest.fixture
async def receiver(subscriber: Subscriber) -> AsyncIterator[Receiver]:
    async with Receiver(subscriber, lambda: NOW, body_limit=LIMIT) as receiver:
        yield receiver


@pytest.fixture
async def hub(receiver: Receiver) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{receiver.port}") as session:
        yield session


# --- verification of intent ----------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/websub", "/a/b"])
async def test_a_challenge_is_echoed_in_a_form_that_no_browser_runs(
    hub: aiohttp.ClientSession, subscriber: Subscriber, prefix: str
) -> None:
    query = ASKED | {"hub.lease_seconds": "3600"}
    async with hub.get(f"{prefix}/{KNOWN}", params=query) as answer:
        assert (answer.status, await answer.read()) == (200, b"<script>")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    assert subscriber.intents == [
        Intent(Mode.SUBSCRIBE, TOPIC, "<script>", timedelta(hours=1)),
    ]


@pytest.mark.parametrize(
    ("token", "query"),
    [
        (KNOWN, ASKED | {"hub.topic": "https://other.example/feed"}),
        (KNOWN, ASKED | {"hub.mode": "publish"}),
        (KNOWN, {"hub.mode": "subscribe", "hub.topic": TOPIC}),
        (KNOWN, {}),
        ("f" * 16, ASKED),
        ("", ASKED),
    ],
)
async def test_whatever_we_did_not_ask_for_is_not_found(
    hub: aiohttp.ClientSession, token: str, query: dict[str, str]
) -> None:
    async with hub.get(f"/{token}", params=query) as answer:
        assert answer.status == 404
        assert await answer.read() == b""


async def test_a_denial_is_taken_note_of(
    hub: aiohttp.ClientSession, subscriber: Subscriber
) -> None:
    query = {"hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": "<b>no</b>"}
    async with hub.get(f"/{KNOWN}", params=query) as answer:
        assert (answer.status, await answer.read()) == (200, b"")

    assert subscriber.intents == [Intent(Mode.DENIED, TOPIC)]


# --- content -------------------------------------------------------------------------------------


async def test_a_push_is_kept_whole_and_answered_at_once(
    hub: aiohttp.ClientSession, subscriber: Subscriber
) -> None:
    headers = {"X-Hub-Signature": "sha1=abc", "Content-Type": "application/atom+xml"}
    async with hub.post(f"/websub/{KNOWN}", data=b"<feed/>", headers=headers) as answer:
        assert (answer.status, await answer.read()) == (202, b"")

    assert subscriber.inbox.take() == Push(KNOWN, "sha1=abc", "application/atom+xml", b"<feed/>")
    assert subscriber.inbox.take() is None


async def test_an_answer_does_not_depend_on_the_signature(hub: aiohttp.ClientSession) -> None:
    for headers in ({}, {"X-Hub-Signature": "sha1=00"}, {"X-Hub-Signature": "nonsense"}):
        async with hub.post(f"/{KNOWN}", data=b"x", headers=headers) as answer:
            assert answer.status == 202


@pytest.mark.parametrize(
    ("welcome", "token", "status"),
    [(Welcome.GONE, KNOWN, 410), (Welcome.UNKNOWN, KNOWN, 404), (Welcome.YES, "f" * 16, 404)],
)
async def test_what_is_not_expected_is_not_kept(
    hub: aiohttp.ClientSession, subscriber: Subscriber, welcome: Welcome, token: str, status: int
) -> None:
    subscriber.welcome = welcome
    async with hub.post(f"/{token}", data=b"x") as answer:
        assert (answer.status, await answer.read()) == (status, b"")

    assert subscriber.inbox.take() is None


async def test_a_body_at_the_limit_is_kept_and_a_longer_one_is_not(
    hub: aiohttp.ClientSession, subscriber: Subscriber
) -> None:
    async with hub.post(f"/{KNOWN}", data=b"x" * LIMIT) as answer:
        assert answer.status == 202
    async with hub.post(f"/{KNOWN}", data=b"x" * (LIMIT + 1)) as answer:
        assert answer.status == 413

    kept = subscriber.inbox.take()
    assert kept is not None
    assert len(kept.body) == LIMIT
    assert subscriber.inbox.take() is None


async def test_a_body_that_swells_when_unpacked_is_not_kept(
    hub: aiohttp.ClientSession, subscriber: Subscriber
) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    headers = {"Content-Encoding": "gzip"}
    async with hub.post(f"/{KNOWN}", data=bomb, headers=headers) as answer:
        assert answer.status == 413

    assert subscriber.inbox.take() is None


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_packed_as_it_says_is_not_kept(
    hub: aiohttp.ClientSession,
    subscriber: Subscriber,
    encoding: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    headers = {"Content-Encoding": encoding}
    async with hub.post(f"/{KNOWN}", data=b"\xff" * 50, headers=headers) as answer:
        assert answer.status == 400

    assert subscriber.inbox.take() is None
    assert not caplog.records


@pytest.mark.parametrize("line", [b"nonsense", b"GET / HTTP/9.9", b"\x16\x03\x01\x02", b"G\0T / X"])
async def test_what_is_no_request_is_turned_away(
    receiver: Receiver, line: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
    writer.write(line + b"\r\n\r\n")

    answer = await reader.read()

    writer.close()
    await writer.wait_closed()
    assert b" 400 " in answer.splitlines()[0]
    assert not caplog.records


async def test_a_body_that_drips_is_cut_off(subscriber: Subscriber) -> None:
    async with Receiver(subscriber, lambda: NOW, read_seconds=0.05) as receiver:
        reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        writer.write(f"POST /{KNOWN} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc".encode())

        status = await reader.readline()

        writer.close()
        await writer.wait_closed()
    assert b" 408 " in status
    assert subscriber.inbox.take() is None


async def test_no_more_than_a_few_bodies_are_read_at_once(
    receiver: Receiver, hub: aiohttp.ClientSession, subscriber: Subscriber
) -> None:
    head = f"POST /{KNOWN} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc".encode()
    lines = [await asyncio.open_connection("127.0.0.1", receiver.port) for _ in range(AT_ONCE)]
    for _, writer in lines:
        writer.write(head)
        await subscriber.met.acquire()

    async with hub.post(f"/{KNOWN}", data=b"x") as answer:
        assert answer.status == 503

    for reader, writer in lines:
        writer.write(b"defghi")
        assert b" 202 " in await reader.readline()
        writer.close()
        await writer.wait_closed()
    async with hub.post(f"/{KNOWN}", data=b"x") as answer:
        assert answer.status == 202


async def test_a_hub_that_hangs_up_leaves_nothing_behind(
    receiver: Receiver,
    hub: aiohttp.ClientSession,
    subscriber: Subscriber,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for _ in range(10):
        _, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
        writer.write(f"POST /{KNOWN} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with hub.post(f"/{KNOWN}", data=b"whole") as answer:
        assert answer.status == 202
    kept = subscriber.inbox.take()
    assert kept is not None
    assert kept.body == b"whole"
    assert not caplog.records


async def test_with_the_inbox_full_a_hub_is_asked_to_come_again(
    hub: aiohttp.ClientSession, subscriber: Subscriber
) -> None:
    subscriber.inbox = Inbox(most=1)
    statuses = []
    for _ in range(2):
        async with hub.post(f"/{KNOWN}", data=b"x") as answer:
            statuses.append((answer.status, answer.headers.get("Retry-After")))

    assert statuses == [(202, None), (503, "60")]


def test_the_inbox_is_bounded_in_bytes_and_has_room_again_when_emptied() -> None:
    inbox = Inbox(most=10, most_bytes=10)
    push = Push(KNOWN, "", "", b"123456")

    assert inbox.put(push)
    assert not inbox.put(push)
    assert inbox.take() == push
    assert inbox.put(push)


# --- strangers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"])
async def test_nothing_else_is_offered(hub: aiohttp.ClientSession, method: str) -> None:
    async with hub.request(method, f"/{KNOWN}") as answer:
        assert answer.status == 404
        assert await answer.read() == b""


async def test_a_failure_of_ours_is_logged_and_not_told(
    hub: aiohttp.ClientSession,
    subscriber: Subscriber,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(token: str, now: datetime) -> Welcome:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(subscriber, "expects", fail)
    async with hub.post(f"/{KNOWN}", data=b"x") as answer:
        assert (answer.status, await answer.read()) == (500, b"")

    assert [record.message for record in caplog.records] == ["a hub's request failed"]


async def test_a_stranger_does_not_learn_what_runs_here(hub: aiohttp.ClientSession) -> None:
    async with hub.get("/") as answer:
        told = {name.lower() for name in answer.headers}

    assert told <= {"content-length", "content-type", "date"}


async def test_a_port_that_is_taken_is_told_with_the_remedy(
    receiver: Receiver, subscriber: Subscriber
) -> None:
    with pytest.raises(PortUnusableError, match="Set WEBSUB_PORT to another one"):
        async with Receiver(subscriber, lambda: NOW, port=receiver.port):
            pass
