"""How fast direct messages may be opened: Discord quarantines bots that open many at once.

It publishes no number, so this is a choice: ten at once, then one in three seconds. Only opening is
counted; writing into an open channel is an ordinary post.
"""

from collections.abc import Callable

BURST = 10
SECONDS_EACH = 3.0


class Openings:
    """A bucket that says how long to wait instead of waiting: whoever asks holds a lease."""

    def __init__(
        self, clock: Callable[[], float], burst: int = BURST, seconds_each: float = SECONDS_EACH
    ) -> None:
        self._clock = clock
        self._slack = (burst - 1) * seconds_each
        self._each = seconds_each
        self._full_at = clock()

    def take(self) -> float:
        """0 when one may be opened now, else the seconds until it may be asked again."""
        now = self._clock()
        wait = self._full_at - self._slack - now
        if wait > 0:
            return wait
        self._full_at = max(self._full_at, now) + self._each
        return 0.0

    def pause(self, seconds: float) -> None:
        """Discord says that it was too fast: nothing is opened for so long, then one by one."""
        self._full_at = max(self._full_at, self._clock() + seconds + self._slack)
