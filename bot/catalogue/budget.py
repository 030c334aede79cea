"""How often a catalogue may be asked, and for how long it is left in peace after it failed."""

from collections import deque
from collections.abc import Callable

Clock = Callable[[], float]
_LEAST = 0.001  # seconds: less might not move the clock


class CallBudget:
    """At most `most` calls within any `window` seconds. `clock` is monotonic seconds."""

    def __init__(self, most: int, window: float, clock: Clock) -> None:
        self._most = most
        self._window = window
        self._clock = clock
        self._calls: deque[float] = deque()

    def wait(self, spare: int = 0) -> float:
        """Seconds until a further call may be made that leaves `spare` ones for others; 0: now."""
        now = self._clock()
        while self._calls and self._calls[0] <= now - self._window:
            self._calls.popleft()
        room = self._most - spare - len(self._calls)
        return 0.0 if room > 0 else max(self._calls[-room] + self._window - now, _LEAST)

    def take(self) -> None:
        """A call is made now."""
        self._calls.append(self._clock())


class Circuit:
    """Open after a failure: for `first` seconds, twice as long each time, `longest` at most.

    Then one caller may try; the others wait for what comes of it, `trial` seconds at most.
    """

    def __init__(
        self, clock: Clock, first: float = 30.0, longest: float = 900.0, trial: float = 10.0
    ) -> None:
        self._clock = clock
        self._first = first
        self._longest = longest
        self._trial = trial
        self._failures = 0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether nobody may ask now."""
        return self._failures > 0 and self._clock() < self._until

    def admits(self) -> bool:
        """Whether the caller may ask now, and does."""
        if self.is_open:
            return False
        if self._failures:
            self._until = self._clock() + self._trial
        return True

    def failed(self, rest: float | None = None) -> None:
        """A call failed; `rest` is the pause that the other side asked for."""
        usual = min(self._first * 2.0 ** min(self._failures, 16), self._longest)
        self._failures += 1
        self._until = self._clock() + (usual if rest is None else min(rest, self._longest))

    def succeeded(self) -> None:
        """A call was answered."""
        self._failures = 0
