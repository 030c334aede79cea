"""The stand-in as a whole: REST, gateway and a door for whoever gives it orders."""

import random
import time
from pathlib import Path
from typing import Self

from aiohttp import web

from tests.standin.control import Control
from tests.standin.faults import Fault, Faults
from tests.standin.gateway import Gateway
from tests.standin.limits import BUCKET_LIMIT, GLOBAL_LIMIT, GLOBAL_WINDOW, Limits, Window
from tests.standin.rest import PREFIX, Clock, Rest
from tests.standin.schema import Schema
from tests.standin.world import World


class StandIn:
    """A running stand-in. Use it as an async context manager."""

    def __init__(
        self,
        *,
        log: Path | None = None,
        nonce_seconds: float = 300.0,
        fault_share: float = 0.0,
        seed: int = 0,
        open_world: bool = False,
        openapi: Path | None = None,
        global_limit: int = GLOBAL_LIMIT,
        bucket_limit: int = BUCKET_LIMIT,
        clock: Clock = time.monotonic,
        now: Clock = time.time,
    ) -> None:
        file = None if log is None else log.open("a", encoding="utf-8")
        self.world = World(now, nonce_seconds, log=file, open_world=open_world)
        self.limits = Limits(Window(global_limit, GLOBAL_WINDOW), bucket_limit)
        self.faults = Faults(share=fault_share, random=random.Random(seed))
        self.rest = Rest(self.world, self.limits, self.faults, clock)
        self.rest.schema = None if openapi is None else Schema(openapi)
        self.gateway = Gateway(self.world)
        self._runner: web.AppRunner | None = None
        self.address = ""

    @property
    def api(self) -> str:
        return f"http://{self.address}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self.address}/gateway"

    def fail(self, *faults: Fault) -> None:
        """Misbehave at the next requests that the faults concern, in this order."""
        self.faults.ordered.extend(faults)

    async def start(self, port: int = 0) -> Self:
        app = web.Application(client_max_size=32 * 1024**2)
        app.add_routes(self.rest.routes())
        app.add_routes(
            [web.get("/gateway", self.gateway.handle), web.get("/gateway/", self.gateway.handle)]
        )
        app.add_routes(
            Control(self.world, self.limits, self.faults, self.rest, self.gateway).routes()
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, bound = self._runner.addresses[0][:2]
        self.address = f"{host}:{bound}"
        self.rest.gateway_address = self.gateway.address = self.gateway_url
        return self

    async def stop(self) -> None:
        await self.gateway.close_all(1001)
        if self._runner is not None:
            await self._runner.cleanup()
        if self.world.log is not None:
            self.world.log.close()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
