"""A farm of feeds for benchmarks, in a process of its own: `python -m tests.bench.feed_farm`.

Every feed has a host of its own (127.x.y.z), an ETag, twenty-five items of some three kilobytes,
and answers 304 while nothing is new. `GET /advance` gives every tenth feed one more item.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from subprocess import PIPE, Popen

ITEMS = 25
EVERY = 10
PARAGRAPH = (
    "<p>The network has not said when the next season of this invented series begins, but the "
    'people who make it were <a href="https://outlet.example/tag/set">seen on the set</a> &amp; '
    "spoke of <em>ten</em> episodes.</p>\n"
)


class Farm:
    """The feeds and their state. `round` counts the advances."""

    def __init__(self) -> None:
        self.round = 0
        self.start = datetime.now(UTC) - timedelta(hours=ITEMS)

    def version(self, feed: int) -> int:
        """How many items a feed has gained."""
        return sum((feed + number) % EVERY == 0 for number in range(1, self.round + 1))

    def answer(self, path: str, etag: str) -> bytes:
        """The whole HTTP answer to a request."""
        if path == "/advance":
            self.round += 1
            return _response("200 OK", b"")
        feed = int(path.strip("/"))
        version = f'"{feed}-{self.version(feed)}"'
        if etag == version:
            return _response("304 Not Modified", b"", f"ETag: {version}")
        return _response("200 OK", self.body(feed), f"ETag: {version}")

    def body(self, feed: int) -> bytes:
        """The document of a feed, newest item first."""
        last = ITEMS + self.version(feed)
        items = "".join(self._item(feed, number) for number in range(last, last - ITEMS, -1))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>Outlet {feed}</title><link>https://outlet{feed}.example/</link>"
            f"{items}</channel></rss>"
        ).encode()

    def _item(self, feed: int, number: int) -> str:
        published = format_datetime(self.start + timedelta(minutes=number))
        link = f"https://outlet{feed}.example/{number}/"
        return (
            f"<item><title>Outlet {feed} has heard something, part {number}</title>"
            f"<link>{link}?utm_source=rss</link><guid>{link}</guid><pubDate>{published}</pubDate>"
            f"<category>TV</category><description><![CDATA[{PARAGRAPH}]]></description>"
            f"<content:encoded><![CDATA[{PARAGRAPH * 12}]]></content:encoded></item>"
        )


def _response(status: str, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, "Content-Type: application/rss+xml"]
    if body or status.startswith("200"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def serve(port: int) -> None:
    """Serve until the process is ended; prints the port when ready."""
    farm = Farm()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                found = [line[15:] for line in head if line.lower().startswith("if-none-match: ")]
                writer.write(farm.answer(head[0].split(" ")[1], found[0] if found else ""))
                await writer.drain()
        writer.close()

    listener = await asyncio.start_server(talk, "0.0.0.0", port, backlog=2048)
    sys.stdout.write(f"{listener.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with listener:
        await listener.serve_forever()


@contextmanager
def farming() -> Iterator[int]:
    """Run a farm beside this process; gives its port."""
    with Popen([sys.executable, "-m", "tests.bench.feed_farm"], stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def feed_url(port: int, feed: int) -> str:
    """The address of a feed, on a host of its own."""
    return f"http://127.{feed // 65536 + 1}.{feed // 256 % 256}.{feed % 256}:{port}/{feed}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args().port))
