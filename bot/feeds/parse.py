"""Parsing in a process of its own, which can be killed.

A hostile feed can hold feedparser for half a minute; a thread cannot be stopped, and holds the
interpreter's lock as well. pebble kills the worker when its time is over and starts another one.
"""

import asyncio
import logging
import multiprocessing
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.feeds import worker
from bot.feeds.feed import Entry, ParsedFeed, ParseFailed, ParseReason

__all__ = ["Entry", "FeedParser", "ParseFailed", "ParseReason", "ParsedFeed"]

T = TypeVar("T")

log = logging.getLogger(__name__)

PARSE_SECONDS = 5.0
# A worker is replaced now and then, so that one huge feed does not keep its memory for good.
TASKS_A_WORKER = 2_000


def _context() -> multiprocessing.context.BaseContext:
    """Fresh processes only: a fork of a process with threads and an event loop can lock up."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([worker.__name__])
    return context


class FeedParser:
    """Parses bodies in `workers` processes. Use as `async with FeedParser() as parser`."""

    def __init__(self, workers: int = 1, seconds: float = PARSE_SECONDS) -> None:
        self._seconds = seconds
        self._workers = workers
        self._pool = _new_pool(workers)

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(_start, self._pool)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(_stop, self._pool)

    async def parse(
        self, body: bytes, url: str, content_type: str = ""
    ) -> ParsedFeed | ParseFailed:
        """The feed in a body; a worker over the time limit is killed, and another one goes on."""
        result = await self._run(worker.parse, body, url, content_type)
        if isinstance(result, ParseFailed):
            extra = {"url": url, "reason": result.key, "detail": result.detail}
            log.info("no feed in an answer", extra=extra)
        return result

    async def feed_links(self, body: bytes, url: str, content_type: str = "") -> tuple[str, ...]:
        """The addresses of feeds that a page names; none for a page that cannot be read."""
        links = await self._run(worker.feed_links, body, url, content_type)
        return () if isinstance(links, ParseFailed) else links

    async def _run(
        self, task: Callable[[bytes, str, str], T], body: bytes, url: str, content_type: str
    ) -> T | ParseFailed:
        pool = self._pool
        try:
            future = pool.schedule(task, args=(body, url, content_type), timeout=self._seconds)
            return await asyncio.wrap_future(future)
        except TimeoutError:
            log.warning("parsing took too long", extra={"url": url, "bytes": len(body)})
            return ParseFailed(ParseReason.TOO_SLOW)
        except ProcessExpired as error:
            log.warning("the parser died", extra={"url": url, "exit_code": error.exitcode})
            return ParseFailed(ParseReason.CRASHED)
        except (BrokenProcessPool, RuntimeError):
            log.exception("the parsing pool broke, starting another one")
            await self._replace_pool(pool)
            return ParseFailed(ParseReason.CRASHED)

    async def _replace_pool(self, broken: ProcessPool) -> None:
        if self._pool is not broken:
            return
        self._pool = _new_pool(self._workers)
        await asyncio.to_thread(_start, self._pool)
        await asyncio.to_thread(_stop, broken)


def _new_pool(workers: int) -> ProcessPool:
    return ProcessPool(
        max_workers=workers,
        max_tasks=TASKS_A_WORKER,
        initializer=worker.prepare,
        context=_context(),
    )


def _start(pool: ProcessPool) -> None:
    # Asking for its state starts the pool's processes, which the first parse would do on the loop.
    if not pool.active:
        raise RuntimeError("the parsing processes did not start")


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
