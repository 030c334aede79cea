"""When something is tried again that Discord did not answer with a yes or a no."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.delivery.outcomes import Stop, Uncertain, Wait

TRY_AGAIN = timedelta(hours=1)  # where Discord refuses and an admin may mend it
_POSTS = (5, 15, 60, 300, 900)  # seconds after each attempt whose fate is unknown
_UPKEEP = (15, 60, 300, 900)


def after_post(attempts: int) -> timedelta:
    """How long a post rests after so many attempts whose fate is unknown."""
    return timedelta(seconds=_POSTS[min(attempts, len(_POSTS) - 1)])


def after_upkeep(attempts: int) -> timedelta:
    """The same for edits, publications and events, which nobody waits for."""
    return timedelta(seconds=_UPKEEP[min(attempts, len(_UPKEEP) - 1)])


@dataclass(frozen=True, slots=True)
class Later:
    """When upkeep is tried again, and why; `is_sure` that this attempt came to nothing."""

    reason: str
    due: datetime
    is_sure: bool = True


def later(answer: Wait | Stop | Uncertain, attempts: int, now: datetime) -> Later:
    """When upkeep is tried again that Discord put off, or of which nobody knows what became."""
    match answer:
        case Wait(seconds):
            return Later("waiting", now + timedelta(seconds=seconds))
        case Stop(cause, seconds):
            pause = TRY_AGAIN if seconds is None else timedelta(seconds=seconds)
            return Later(cause, now + pause)
        case Uncertain(reason):
            return Later(reason, now + after_upkeep(attempts), is_sure=False)
        case _:
            assert_never(answer)
