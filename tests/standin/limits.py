"""Discord's limits: the global one, the bucket of each channel, and the invalid requests."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

GLOBAL_LIMIT, GLOBAL_WINDOW = 50, 1.0
BUCKET_LIMIT, BUCKET_WINDOW = 5, 5.0


@dataclass
class Window:
    """At most `limit` requests in any stretch of `seconds`."""

    limit: int
    seconds: float
    taken: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed; 0 when it is."""
        while self.taken and self.taken[0] <= now - self.seconds:
            self.taken.popleft()
        if len(self.taken) < self.limit:
            return 0.0
        return self.taken[0] + self.seconds - now

    def take(self, now: float) -> None:
        self.taken.append(now)

    def remaining(self) -> int:
        return self.limit - len(self.taken)

    def reset_after(self, now: float) -> float:
        return self.taken[0] + self.seconds - now if self.taken else self.seconds


@dataclass
class Limits:
    """All limits of one bot. `busiest` is the most requests that one second ever saw."""

    global_window: Window = field(default_factory=lambda: Window(GLOBAL_LIMIT, GLOBAL_WINDOW))
    bucket_limit: int = BUCKET_LIMIT
    bucket_seconds: float = BUCKET_WINDOW
    buckets: dict[str, Window] = field(default_factory=dict)
    crossposts: dict[str, Window] = field(default_factory=lambda: defaultdict(_crossposts))
    busiest: int = 0

    def bucket(self, key: str) -> Window:
        return self.buckets.setdefault(key, Window(self.bucket_limit, self.bucket_seconds))

    def take_global(self, now: float) -> float:
        wait = self.global_window.wait(now)
        if not wait:
            self.global_window.take(now)
            self.busiest = max(self.busiest, len(self.global_window.taken))
        return wait


def _crossposts() -> Window:
    return Window(10, 3600.0)
