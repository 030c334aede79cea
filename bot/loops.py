"""The loops that keep the bot at work: poll, deliver, tell admins, keep house.

Only the composition root starts them. A loop's body is a service that takes the time; what it
raises is logged, and the loop goes on: a failure must not end the bot's hearing or its voice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Loop:
    """One body, run every `every` seconds of real time, or at once when it is woken."""

    name: str
    body: Callable[[datetime], Awaitable[object]]
    every: float
    failures: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Run the body as soon as it may."""
        self._wake.set()

    async def run(self, clock: Clock) -> None:
        """Run until cancelled."""
        while True:
            self._wake.clear()
            await self.turn(clock())
            try:
                await asyncio.wait_for(self._wake.wait(), self.every)
            except TimeoutError:
                continue

    async def turn(self, now: datetime) -> None:
        """Run the body once; what it raises is logged and counted."""
        try:
            await self.body(now)
        except Exception:
            self.failures += 1
            log.exception("loop failed", extra={"loop": self.name, "failures": self.failures})
        else:
            self.failures = 0
