"""The stand-in in a process of its own, and a handle to give it orders."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.standin.world import Json

ROOT = Path(__file__).resolve().parents[2]


class StandInProcess:
    """Use it as an async context manager: it starts, takes orders and ends with the block."""

    def __init__(self, *arguments: str, world: Json | None = None, log: Path | None = None) -> None:
        self._arguments = [*arguments, *(("--log", str(log)) if log else ())]
        self._world = world

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.standin", *self._arguments),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        addresses = json.loads(await self._process.stdout.readline())
        self.api, self.gateway = addresses["api"], addresses["gateway"]
        self._control = addresses["control"]
        self._session = aiohttp.ClientSession()
        if self._world is not None:
            await self.order("world", self._world)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        self._process.terminate()
        await self._process.wait()

    async def order(self, what: str, body: Json) -> Json:
        """POST /control/{what}."""
        async with self._session.post(f"{self._control}/{what}", json=body) as response:
            answer: Json = await response.json()
            return answer

    async def ask(self, what: str, **query: object) -> Any:
        """GET /control/{what}."""
        asked = {key: str(value) for key, value in query.items()}
        async with self._session.get(f"{self._control}/{what}", params=asked) as response:
            return await response.json()

    async def until(
        self, event: str, containing: str = "", count: int = 1, within: float = 20.0
    ) -> None:
        """Wait until so many events with a word in them have happened; fail after `within` s."""
        query = {"event": event, "containing": containing, "count": count, "timeout": within}
        answer = await self.ask("wait", **query)
        if not answer["happened"]:
            raise AssertionError(f"no {count} events {event!r} containing {containing!r}")

    async def posted(self, channel: int) -> list[str]:
        """The contents of every message that ever stood in a channel, deleted ones too."""
        stored = await self.ask("messages")
        return [str(m["payload"]["content"]) for m in stored if m["channel"] == channel]
