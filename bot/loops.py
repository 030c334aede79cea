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

LONGEST_REST = 60.0  # seconds between two turns of a loop that keeps failing


@dataclass(slots=True)
class Loop:
    """One body, run every `every` seconds of real time, or at once when it is woken.

    While it fails it rests longer each time, a minute at most: a full disk is no reason for a line
    in the log every second.
    """

    name: str
    body: Callable[[datetime], Awaitable[object]]
    every: float
    failures: int = 0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Run the body as soon as it may."""
        self._wake.set()

    @property
    def rest(self) -> float:
        """The seconds until the next turn, if nothing wakes it."""
        return max(self.every, min(self.every * 2.0 ** min(self.failures, 10), LONGEST_REST))

    async def run(self, clock: Clock) -> None:
        """Run until cancelled."""
        while True:
            self._wake.clear()
            await self.turn(clock)
            try:
                await asyncio.wait_for(self._wake.wait(), self.rest)
            except TimeoutError:
                continue

    async def turn(self, clock: Clock) -> None:
        """Run the body once; what it raises is logged and counted."""
        try:
            await self.body(clock())
        except Exception:
            self.failures += 1
            log.exception("loop failed", extra={"loop": self.name, "failures": self.failures})
        else:
            self.failures = 0
