"""A hub and a desk over real sockets: a feed to be polled, subscriptions to it, signed pushes."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

FORM = "application/x-www-form-urlencoded"


@dataclass
class Hub:
    """Keeps what it was asked. `status` and `headers` are its answer to a subscription.

    It asks back by itself while `asks_back`, and grants `lease`; `silent` lets a request hang;
    `moves` sends who asks at a path elsewhere.
    """

    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    moves: dict[str, tuple[int, str]] = field(default_factory=dict)
    asks_back: bool = True
    lease: str = "864000"
    silent: bool = False
    feed: bytes = b""
    feed_headers: dict[str, str] = field(default_factory=dict)
    forms: list[dict[str, str]] = field(default_factory=list)
    asked_at: list[str] = field(default_factory=list)
    port: int = 0
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    _session: aiohttp.ClientSession | None = None
    _asking: list[asyncio.Task[tuple[int, bytes]]] = field(default_factory=list)

    def url(self, path: str = "/hub", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Hub"]:
        app = web.Application()
        app.router.add_get("/feed", self._feed)
        app.router.add_post("/{path:.*}", self._subscription)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            async with aiohttp.ClientSession() as self._session:
                yield self
        finally:
            await runner.cleanup()

    async def asked_back(self) -> list[tuple[int, bytes]]:
        """What the subscriber answered to every question so far."""
        return list(await asyncio.gather(*self._asking))

    async def ask(self, form: dict[str, str], **changed: str) -> tuple[int, bytes]:
        """Ask at a callback; the answer's status and body."""
        query = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "a challenge",
            "hub.lease_seconds": self.lease,
        }
        query |= {f"hub.{name}": value for name, value in changed.items()}
        assert self._session is not None
        async with self._session.get(form["hub.callback"], params=query) as answer:
            return answer.status, await answer.read()

    async def push(
        self,
        body: bytes,
        form: dict[str, str] | None = None,
        *,
        method: str = "sha1",
        secret: str | None = None,
        signed: bool = True,
    ) -> int:
        """Push to a subscriber, the last one by default; the answer's status."""
        form = form or self.forms[-1]
        key = form["hub.secret"] if secret is None else secret
        digest = hmac.new(key.encode(), body, getattr(hashlib, method)).hexdigest()
        headers = {"Content-Type": "application/rss+xml"}
        if signed:
            headers["X-Hub-Signature"] = f"{method}={digest}"
        assert self._session is not None
        async with self._session.post(form["hub.callback"], data=body, headers=headers) as answer:
            return answer.status

    async def _feed(self, request: web.Request) -> web.Response:
        return web.Response(
            body=self.feed, content_type="application/rss+xml", headers=self.feed_headers
        )

    async def _subscription(self, request: web.Request) -> web.Response:
        assert request.content_type == FORM
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append(form)
        self.asked_at.append(request.path)
        self.was_asked.set()
        if request.path in self.moves:
            status, target = self.moves[request.path]
            return web.Response(status=status, headers={"Location": target})
        if self.silent:
            await asyncio.Event().wait()
        if self.status == 202 and self.asks_back:
            self._asking.append(asyncio.ensure_future(self.ask(form)))
        return web.Response(status=self.status, headers=self.headers)


def rss(*items: tuple[str, str], hub: str = "", topic: str = "") -> bytes:
    """A feed of (title, date) items that names a hub and its topic."""
    links = "".join(
        f'<atom:link rel="{rel}" href="{href}"/>'
        for rel, href in (("hub", hub), ("self", topic))
        if href
    )
    entries = "".join(
        f"<item><title>{title}</title><guid>tag:desk.example,{title}</guid>"
        f"<pubDate>{date}</pubDate></item>"
        for title, date in items
    )
    head = f"<title>Desk</title>{links}"
    return (
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'>"
        f"<channel>{head}{entries}</channel></rss>"
    ).encode()
