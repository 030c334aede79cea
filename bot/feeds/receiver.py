"""Where hubs call: a small web server that confirms subscriptions and takes pushes in.

A subscription has an address of its own that nobody can guess; at every other one there is
nothing, and nothing is said about why. A push is taken in and answered at once: its signature is
looked at later, so the answer tells nobody whether it fitted (WebSub, 7.1.2).

TLS ends before it, at the operator's own web server.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from types import TracebackType
from typing import Protocol, Self

from aiohttp import web

from bot.feeds.websub import Intent, Mode, read_intent

BODY_LIMIT = 8 * 1024 * 1024
READ_SECONDS = 30.0
AT_ONCE = 4  # bodies that are being read
WAITING = 64  # pushes that were answered and not yet looked at,
WAITING_BYTES = 16 * 1024 * 1024  # and how long they may be together

# What is no HTTP at all: anybody may write it into our log by the thousand, and it tells nothing.
_unheard = logging.getLogger(f"{__name__}.protocol")
_unheard.setLevel(logging.CRITICAL)

log = logging.getLogger(__name__)

SAFE = {"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Push:
    """What a hub posted to the address that ends with `token`. Nothing of it has been checked."""

    token: str
    signature: str
    content_type: str
    body: bytes = field(repr=False)


class PortUnusableError(Exception):
    """The port cannot be listened at; the message says what to do."""

    def __init__(self, port: int, cause: OSError) -> None:
        super().__init__(
            f"Nothing can listen at port {port} ({cause.strerror}). "
            "Set WEBSUB_PORT to another one, and lead your web server there."
        )


class Welcome(Enum):
    """Whether a push to an address is expected: yes, no more, or never heard of."""

    YES = auto()
    GONE = auto()
    UNKNOWN = auto()


class Subscriber(Protocol):
    """Who knows the subscriptions."""

    async def confirm(self, token: str, intent: Intent, now: datetime) -> bool:
        """Whether a hub's intent is ours; it is written down before this returns."""

    async def expects(self, token: str, now: datetime) -> Welcome:
        """Whether a push to an address is expected."""

    def keep(self, push: Push) -> bool:
        """Put a push aside to be looked at; False when there is no room for it."""


class Inbox:
    """Pushes that were answered and wait to be looked at. It is bounded: a hub comes again."""

    def __init__(self, most: int = WAITING, most_bytes: int = WAITING_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._pushes: deque[Push] = deque()
        self._bytes = 0

    def put(self, push: Push) -> bool:
        """Keep a push; False when there is no room for it."""
        if len(self._pushes) >= self._most or self._bytes + len(push.body) > self._most_bytes:
            return False
        self._pushes.append(push)
        self._bytes += len(push.body)
        return True

    def take(self) -> Push | None:
        """The push that waits longest, None when none does."""
        if not self._pushes:
            return None
        push = self._pushes.popleft()
        self._bytes -= len(push.body)
        return push


class Receiver:
    """The server. Use as `async with Receiver(...) as receiver`; port 0 takes a free one."""

    def __init__(
        self,
        subscriber: Subscriber,
        clock: Callable[[], datetime],
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        body_limit: int = BODY_LIMIT,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._subscriber = subscriber
        self._clock = clock
        self._host = host
        self.port = port
        self._body_limit = body_limit
        self._read_seconds = read_seconds
        self._reading = 0
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=self._body_limit)
        application.router.add_route("*", "/{path:.*}", self._answer)
        application.on_response_prepare.append(_say_no_more)
        runner = web.AppRunner(application, access_log=None, logger=_unheard, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self.port).start()
        except OSError as error:
            await runner.cleanup()
            raise PortUnusableError(self.port, error) from error
        self._runner = runner
        self.port = runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            return await self._by_method(request)
        except Exception:
            log.exception("a hub's request failed")
            return web.Response(status=500)

    async def _by_method(self, request: web.Request) -> web.Response:
        # A proxy in front may keep the public address's path or cut it off: the token ends it.
        token = request.path.rpartition("/")[2]
        match request.method:
            case "GET":
                return await self._verify(token, request)
            case "POST":
                return await self._take(token, request)
            case _:
                return web.Response(status=404)

    async def _verify(self, token: str, request: web.Request) -> web.Response:
        intent = read_intent(request.query)
        if intent is None or not await self._subscriber.confirm(token, intent, self._clock()):
            return web.Response(status=404)
        # A refusal is taken note of, and has no challenge to echo.
        text = "" if intent.mode is Mode.DENIED else intent.challenge
        return web.Response(body=text.encode(), headers=SAFE)

    async def _take(self, token: str, request: web.Request) -> web.Response:
        match await self._subscriber.expects(token, self._clock()):
            case Welcome.UNKNOWN:
                return web.Response(status=404)
            case Welcome.GONE:
                return web.Response(status=410)
            case Welcome.YES:
                return await self._keep(token, request)

    async def _keep(self, token: str, request: web.Request) -> web.Response:
        if self._reading >= AT_ONCE:
            return _later()
        with self._one_more():
            body = await self._read(request)
        if isinstance(body, web.Response):
            return body
        signature = request.headers.get("X-Hub-Signature", "")
        push = Push(token, signature, request.headers.get("Content-Type", ""), body)
        return web.Response(status=202) if self._subscriber.keep(push) else _later()

    async def _read(self, request: web.Request) -> bytes | web.Response:
        try:
            async with asyncio.timeout(self._read_seconds):
                return await request.read()
        except TimeoutError:
            return web.Response(status=408)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except (OSError, web.RequestPayloadError):  # cut off, or not packed as it says
            return web.Response(status=400)

    @contextmanager
    def _one_more(self) -> Iterator[None]:
        self._reading += 1
        try:
            yield
        finally:
            self._reading -= 1


def _later() -> web.Response:
    return web.Response(status=503, headers={"Retry-After": "60"})


async def _say_no_more(request: web.Request, response: web.StreamResponse) -> None:
    """A stranger does not learn what runs here."""
    response.headers.pop("Server", None)
