"""A small web server on 127.0.0.1 with the demo's outlets: feeds that grow, articles, pictures.

Feeds answer conditional requests (ETag, Last-Modified, 304) as outlets do. Nothing is published
by itself: `publish_next` puts the script's next item out, `publish_extra` the caller's own feeds.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.demo.feedxml import CONTENT_TYPES, Published, feed_xml
from bot.demo.script import Format, Item, Outlet, Script
from bot.feeds.registry import SourceSpec
from bot.news.model import Trust

HOST = "127.0.0.1"
AGE_OF_OLD_ITEMS = timedelta(days=30)
EXTRA_OLD = Item("", "An old item of no interest", "It stood here before.", "before", "before")


@dataclass(frozen=True, slots=True)
class _Document:
    """What a feed's address answers at present."""

    body: bytes
    content_type: str
    changed: datetime

    @property
    def headers(self) -> dict[str, str]:
        return {
            "ETag": f'"{sha256(self.body).hexdigest()[:20]}"',
            "Last-Modified": format_datetime(self.changed, usegmt=True),
            "Cache-Control": "no-cache",
        }


class FeedServer:
    """The demo's outlets on a free port of 127.0.0.1; an asynchronous context manager.

    `clock` gives the time of a publication (aware UTC). `pictures` is the folder of the items'
    images. Each file of `extra` is a feed of the caller's: its address serves a feed with one old
    item until `publish_extra`, then the file's bytes as they are.
    """

    def __init__(
        self,
        script: Script,
        pictures: Path,
        clock: Callable[[], datetime],
        extra: Sequence[Path] = (),
    ) -> None:
        self._script = script
        self.pictures = pictures
        self._clock = clock
        self._left = list(script.items)
        self._entries: dict[str, list[tuple[Item, datetime]]] = {}
        self._feeds: dict[str, _Document] = {}
        self._extra = {f"extra-{n}": path for n, path in enumerate(extra, start=1)}
        self._runner: web.AppRunner | None = None
        self.address = ""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; `address` and `sources` are known from here on."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/{feed}/feed.xml", self._serve_feed),
                web.static("/pictures", self.pictures),
                web.get("/{outlet}/", self._serve_home),
                web.get("/{outlet}/{path:.+}", self._serve_article),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.address = f"http://{HOST}:{port}"
        self._open_feeds()

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def sources(self) -> tuple[SourceSpec, ...]:
        """Every feed of the server, the caller's last, as a sources file would list it."""
        own = [
            SourceSpec(o.name, self.feed(o.key), o.trust, o.language) for o in self._script.outlets
        ]
        stems = [path.stem for path in self._extra.values()]
        extra = [
            SourceSpec(
                path.stem if stems.count(path.stem) == 1 else f"{path.stem} ({key})",
                self.feed(key),
                Trust.PRESS,
                "en",
            )
            for key, path in self._extra.items()
        ]
        return (*own, *extra)

    @property
    def extra(self) -> frozenset[str]:
        """The addresses of the caller's feeds."""
        return frozenset(self.feed(key) for key in self._extra)

    @property
    def shows(self) -> tuple[str, ...]:
        """The titles of the shows that the script tells of."""
        return self._script.shows

    @property
    def left(self) -> int:
        """How many items of the script are still to be published."""
        return len(self._left)

    def feed(self, key: str) -> str:
        """The address of an outlet's feed."""
        return f"{self.address}/{key}/feed.xml"

    def link(self, item: Item) -> str:
        """The address of an item's page."""
        return f"{self.address}/{item.outlet}/{item.path}"

    def publish_next(self, preferred: Collection[str] = ()) -> Item | None:
        """Put the next item into its outlet's feed and return it; None when none is left.

        Items of the shows whose titles are `preferred` come first, in the script's order.
        """
        if not self._left:
            return None
        wanted = (item for item in self._left if item.expect and item.expect.show in preferred)
        item = next(wanted, self._left[0])
        self._left.remove(item)
        self._put(item, self._clock())
        return item

    def publish_extra(self) -> None:
        """Serve the caller's feeds as they are from now on. Raises OSError for one that is gone."""
        for key, path in self._extra.items():
            self._feeds[key] = _Document(path.read_bytes(), "application/xml", self._clock())

    def _open_feeds(self) -> None:
        before = self._clock() - AGE_OF_OLD_ITEMS
        for outlet in self._script.outlets:
            self._entries[outlet.key] = []
            self._put(outlet.old, before)
        for key in self._extra:
            outlet = Outlet(key, key, Trust.PRESS, "en", Format.RSS, EXTRA_OLD)
            self._feeds[key] = self._document(outlet, [(EXTRA_OLD, before)])

    def _put(self, item: Item, at: datetime) -> None:
        # A feed's dates have no fractions of a second.
        self._entries[item.outlet].append((item, at.astimezone(UTC).replace(microsecond=0)))
        outlet = next(o for o in self._script.outlets if o.key == item.outlet)
        self._feeds[item.outlet] = self._document(outlet, self._entries[item.outlet])

    def _document(self, outlet: Outlet, entries: Sequence[tuple[Item, datetime]]) -> _Document:
        published = [self._published(item, at) for item, at in entries]
        home = f"{self.address}/{outlet.key}/"
        body = feed_xml(outlet, home, self.feed(outlet.key), published)
        return _Document(body, CONTENT_TYPES[outlet.format], published[-1].at)

    def _published(self, item: Item, at: datetime) -> Published:
        image = f"{self.address}/pictures/{item.image}" if item.image else ""
        return Published(
            item.title, item.summary, self.link(item), item.guid, item.categories, image, at
        )

    async def _serve_feed(self, request: web.Request) -> web.Response:
        document = self._feeds.get(request.match_info["feed"])
        if document is None:
            raise web.HTTPNotFound
        headers = document.headers
        if _is_known(request, headers["ETag"], document.changed):
            return web.Response(status=304, headers=headers)
        return web.Response(body=document.body, content_type=document.content_type, headers=headers)

    async def _serve_home(self, request: web.Request) -> web.Response:
        key = request.match_info["outlet"]
        items = [item for item, _ in self._entries.get(key, ())]
        if not items:
            raise web.HTTPNotFound
        links = "".join(
            f'<li><a href="{escape(self.link(item))}">{escape(item.title)}</a></li>'
            for item in reversed(items)
        )
        return self._page(key, f"<ul>{links}</ul>")

    async def _serve_article(self, request: web.Request) -> web.Response:
        key, path = request.match_info["outlet"], request.match_info["path"]
        for item, at in self._entries.get(key, ()):
            if item.path == path:
                text = f"<h2>{escape(item.title)}</h2><p>{at:%d %B %Y, %H:%M} UTC</p>"
                return self._page(key, f"{text}<p>{escape(item.summary)}</p>")
        raise web.HTTPNotFound

    def _page(self, key: str, body: str) -> web.Response:
        outlet = next(o for o in self._script.outlets if o.key == key)
        feed = (
            f'<link rel="alternate" type="{CONTENT_TYPES[outlet.format]}"'
            f' title="{escape(outlet.name)}" href="{escape(self.feed(key))}">'
        )
        html = (
            f'<!doctype html><html lang="{escape(outlet.language)}"><meta charset="utf-8">'
            f"<title>{escape(outlet.name)}</title>{feed}<h1>{escape(outlet.name)}</h1>{body}</html>"
        )
        return web.Response(text=html, content_type="text/html")


def _is_known(request: web.Request, etag: str, changed: datetime) -> bool:
    """Whether the asker has this document already; the tag decides where it is sent (RFC 9110)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    since = request.if_modified_since
    return since is not None and changed <= since
