"""One budget for everything that the bot sends to Discord.

discord.py reacts to the global limit but does not keep it: a thousand sends at once end in
thousands of refusals, and refusals are counted (10,000 in ten minutes ban the address). The pacer
stands in front: requests leave evenly, never more than `rate` in any window of one second.

Discord counts them when they arrive. Where the line stalls, many may arrive at once: answers that
come late tell of it, and hold back those that have not left yet.
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from statistics import median

from bot.delivery.outcomes import StopCause

RATE = 45.0
"""Requests a second. Discord allows 50, but 49 was seen refused: its windows are not ours."""
_WINDOW = 1.0
_CATCH_UP = 4
"""Requests that may leave at once when the loop woke up late."""
_CROWD = 3
"""Requests beyond the rate that may arrive within a second."""
_LATEST = 1.0
"""Seconds after which a request counts as arrived whose answer is still to come."""
_ANSWERS = 1_000
"""Answers that tell how long one takes as a rule."""
_FORGOTTEN = 60.0
"""Seconds after which no answer is expected."""
_SLOWEST = 20.0
_SLOWED_BY = 0.9
_RECOVERED_AFTER = 600.0

INVALID_WINDOW = 600.0
INVALID_LIMIT = 5_000
"""Half of what Discord allows: another process may share the address."""
_BAN_SHORTEST = 600.0
_BAN_LONGEST = 3_600.0
_UPKEEP_SHARE = 5
_SHORT_PAUSE = 5.0


class Priority(IntEnum):
    """Who goes first. Upkeep (edits, crossposts) gets a fifth at most while others wait."""

    OWN = 0
    POST = 1
    UPKEEP = 2


@dataclass(frozen=True, slots=True)
class Health:
    """What the pacer would tell an operator. `stopped_for`: seconds, infinite at a bad token."""

    sent: int
    waiting: int
    rate: float
    invalid: int
    stopped_for: float
    cause: StopCause | None


@dataclass(slots=True, eq=False)
class Permit:
    """One request that may leave: when it did, and when its answer came (seconds of the clock)."""

    left: float = math.inf
    answered: float = math.inf


class PausedError(Exception):
    """Nothing may be sent now; `seconds` until it may be tried again."""

    def __init__(self, seconds: float, cause: StopCause | None) -> None:
        super().__init__(f"sending is paused for {seconds:.0f} s ({cause or 'rate limit'})")
        self.seconds = seconds
        self.cause = cause


class Pacer:
    """Hands out permits to send. One for each bot token, shared by all who send with it.

    `clock` counts seconds and never goes back; `sleep` waits for some.
    """

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._full_rate = self._rate = rate
        self.clock = clock
        self._sleep = sleep
        self._left: deque[Permit] = deque()
        self._took: deque[float] = deque(maxlen=_ANSWERS)
        self._usual = math.inf
        self._due = -math.inf
        self._waiting: dict[Priority, deque[asyncio.Future[Permit]]] = {
            priority: deque() for priority in Priority
        }
        self._since_upkeep = 0
        self._pump: asyncio.Task[None] | None = None
        self._invalid: deque[float] = deque()
        self._stop_until = -math.inf
        self._stop_cause: StopCause | None = None
        self._ban = 0.0
        self._slowed_at = -math.inf
        self._sent = 0

    async def acquire(self, priority: Priority = Priority.POST) -> Permit:
        """Return when one request may leave. Raises PausedError when that is not soon.

        `note_answered` is to be told when the request was answered, `note_over` when it came to
        nothing.
        """
        self._refuse_when_stopped()
        permit: asyncio.Future[Permit] = asyncio.get_running_loop().create_future()
        self._waiting[priority].append(permit)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._run(), name="pacer")
        return await permit

    def note_answered(self, permit: Permit) -> None:
        """The request of this permit was answered."""
        self.note_over(permit)
        self._took.append(permit.answered - permit.left)
        # A slower answer than the median would take lateness for usual on a busy line, and let
        # requests crowd; a quicker one would slow down an uneven line.
        self._usual = median(self._took)

    def note_over(self, permit: Permit) -> None:
        """The request of this permit ended, perhaps without an answer."""
        permit.answered = self.clock()

    async def acquire_patiently(self) -> Permit:
        """A permit for a request of the bot's own, which no outbox would repeat: wait for the end
        of a pause instead. Raises PausedError where only a restart ends it."""
        while True:
            try:
                return await self.acquire(Priority.OWN)
            except PausedError as pause:
                if math.isinf(pause.seconds):
                    raise
                await self._sleep(pause.seconds)

    def slow_down(self, retry_after: float) -> None:
        """Discord says that the global limit is broken: wait, and go slower for ten minutes."""
        now = self.clock()
        if now >= self._stop_until:
            # Requests that were in flight together are refused together: slow down once for all.
            self._rate = max(_SLOWEST, self._rate * _SLOWED_BY)
            self._slowed_at = now
        self._stop(now + retry_after, None)

    def note_banned(self) -> float:
        """Cloudflare refuses the address: stop, longer at each time. Returns the seconds."""
        now = self.clock()
        if now >= self._stop_until:
            self._ban = min(max(2 * self._ban, _BAN_SHORTEST), _BAN_LONGEST)
            self._stop(now + self._ban, StopCause.CLOUDFLARE)
        return self._stop_until - now

    def note_bad_token(self) -> None:
        """The token is refused: nothing is sent until a restart."""
        self._stop(math.inf, StopCause.TOKEN)

    def note_invalid(self) -> None:
        """One more request that Discord counts as invalid."""
        now = self.clock()
        self._invalid.append(now)
        self._forget_invalid(now)
        if len(self._invalid) >= INVALID_LIMIT:
            oldest = self._invalid[len(self._invalid) - INVALID_LIMIT]
            self._stop(oldest + INVALID_WINDOW, StopCause.INVALID_REQUESTS)

    def note_success(self) -> None:
        """Discord took a request: whatever ban there was is over."""
        self._ban = 0.0

    def health(self) -> Health:
        """The state of the budget now."""
        now = self.clock()
        self._forget_invalid(now)
        stopped_for = max(0.0, self._stop_until - now)
        cause = self._stop_cause if stopped_for else None
        waiting = sum(map(len, self._waiting.values()))
        return Health(self._sent, waiting, self._rate, len(self._invalid), stopped_for, cause)

    def _stop(self, until: float, cause: StopCause | None) -> None:
        if until <= self._stop_until:
            return
        self._stop_until, self._stop_cause = until, cause
        if until - self.clock() > _SHORT_PAUSE:
            self._refuse_all()

    def _refuse_when_stopped(self) -> None:
        left = self._stop_until - self.clock()
        if left > _SHORT_PAUSE:
            raise PausedError(left, self._stop_cause)

    def _refuse_all(self) -> None:
        left = self._stop_until - self.clock()
        for line in self._waiting.values():
            while line:
                permit = line.popleft()
                if not permit.done():
                    permit.set_exception(PausedError(left, self._stop_cause))

    async def _run(self) -> None:
        while (line := self._line()) is not None:
            now = self.clock()
            delay = self._delay(now)
            if delay > 0:
                await self._sleep(delay)
            elif not (permit := line.popleft()).done():
                self._since_upkeep = (
                    0 if line is self._waiting[Priority.UPKEEP] else self._since_upkeep + 1
                )
                permit.set_result(self._depart(now))

    def _delay(self, now: float) -> float:
        """Seconds until the next request may leave: even spacing, and a hard cap a window."""
        if now - self._slowed_at > _RECOVERED_AFTER:
            self._rate = self._full_rate
        wait = max(self._stop_until - now, self._due - now)
        most = max(1, int(self._rate * _WINDOW))
        if len(self._left) >= most:
            wait = max(wait, self._left[-most].left + _WINDOW - now)
        return max(wait, self._until_uncrowded(most + _CROWD, now))

    def _until_uncrowded(self, most: int, now: float) -> float:
        """Seconds until fewer than `most` of the requests may have arrived within a second.

        At most the space between two requests: an answer may tell more meanwhile.
        """
        arrivals = sorted((self._arrival(permit, now) for permit in self._left), reverse=True)
        if len(arrivals) < most:
            return 0.0
        return min(arrivals[most - 1] + _WINDOW - now, _WINDOW / self._rate)

    def _arrival(self, permit: Permit, now: float) -> float:
        """When a request may have arrived: as much later than it left as its answer is late."""
        if math.isinf(permit.answered):
            return max(permit.left, min(now - self._usual, permit.left + _LATEST))
        return max(permit.left, permit.answered - self._usual)

    def _depart(self, now: float) -> Permit:
        spacing = _WINDOW / self._rate
        self._due = max(self._due, now - _CATCH_UP * spacing) + spacing
        permit = Permit(now)
        self._left = deque(each for each in self._left if self._matters(each, now))
        self._left.append(permit)
        self._sent += 1
        return permit

    def _matters(self, permit: Permit, now: float) -> bool:
        """Whether a request may count yet: its arrival is not long past, or not known."""
        is_open = math.isinf(permit.answered) and permit.left > now - _FORGOTTEN
        return is_open or self._arrival(permit, now) > now - _WINDOW

    def _line(self) -> deque[asyncio.Future[Permit]] | None:
        """The queue whose turn it is."""
        upkeep = self._waiting[Priority.UPKEEP]
        if upkeep and self._since_upkeep >= _UPKEEP_SHARE - 1:
            return upkeep
        return next((self._waiting[each] for each in Priority if self._waiting[each]), None)

    def _forget_invalid(self, now: float) -> None:
        while self._invalid and self._invalid[0] <= now - INVALID_WINDOW:
            self._invalid.popleft()
