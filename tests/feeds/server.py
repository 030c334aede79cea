"""A web server over real sockets that answers exactly the bytes a test gives it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """What the bot asked: the path and its headers, names in lower case."""

    path: str
    headers: dict[str, str]


@dataclass
class Server:
    """Answers by path: bytes, or a coroutine that writes as badly as it likes."""

    port: int = 0
    replies: dict[str, bytes | Reply] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    in_flight: int = 0
    most_in_flight: int = 0

    def url(self, path: str = "/feed", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def on(self, path: str, reply: bytes | Reply) -> str:
        """Answer `path` so from now on; gives its address."""
        self.replies[path] = reply
        return self.url(path)

    def reply_to(self, path: str) -> bytes | Reply:
        """What a path is answered."""
        return self.replies.get(path, response(b"", status="404 Not Found"))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._converse(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        await asyncio.wait([task])

    async def stop(self) -> None:
        """End every conversation that is still open."""
        tasks = tuple(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._read_and_answer(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _read_and_answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            pairs = (line.partition(":") for line in head[1:] if line)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            self.requests.append(Request(path, headers))
            await self._answer(path, writer)

    async def _answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            reply = self.reply_to(path)
            if isinstance(reply, bytes):
                writer.write(reply)
                await writer.drain()
            else:
                await reply(writer)
        finally:
            self.in_flight -= 1


@asynccontextmanager
async def serving(
    context: ssl.SSLContext | None = None, server: Server | None = None
) -> AsyncIterator[Server]:
    """A server on a free port of 127.0.0.1; with `context` it speaks TLS."""
    server = server or Server()
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        try:
            yield server
        finally:
            await server.stop()


def response(
    body: bytes, *headers: str, status: str = "200 OK", length: int | None = None
) -> bytes:
    """A whole HTTP/1.1 answer that ends the connection."""
    lines = [f"HTTP/1.1 {status}", *headers, "Connection: close"]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def redirect(target: str, status: str = "302 Found") -> bytes:
    """A redirect to `target`."""
    return response(b"", f"Location: {target}", status=status)


def rss(*titles: str) -> bytes:
    """A small RSS 2.0 feed with an item for each title."""
    items = "".join(
        f"<item><title>{title}</title><guid>tag:example.org,{number}</guid></item>"
        for number, title in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>Desk</title>{items}</channel></rss>".encode()
