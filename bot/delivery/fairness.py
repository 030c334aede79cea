"""In which order waiting posts go out when there are more than the budget takes.

Servers take turns, so that the burst of one never delays the first message of another. Within a
turn what pings people goes before what does not. Edits and publishing come last, with a fifth of
the places while anything else waits.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

UPKEEP_SHARE = 5
"""One place in so many goes to upkeep while posts wait."""


class Urgency(IntEnum):
    """How much a waiting step matters to a reader, the most first."""

    MENTION = 0
    POST = 1
    DIGEST = 2
    UPKEEP = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """The head of a destination's line. `server` is any key: a guild, or a member for his own."""

    id: int
    server: int
    urgency: Urgency


def fair_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Everything that waits, in the order in which it should go out.

    Ids are in the order of commitment; an older one goes first where nothing else decides.
    """
    everything = sorted(waiting, key=lambda each: (each.urgency, each.id))
    posts = [each for each in everything if each.urgency is not Urgency.UPKEEP]
    upkeep = [each for each in everything if each.urgency is Urgency.UPKEEP]
    return list(_merged(_in_turns(posts), _in_turns(upkeep)))


def _in_turns(waiting: list[Waiting]) -> Iterator[Waiting]:
    had: Counter[int] = Counter()
    placed: list[tuple[int, Urgency, int, Waiting]] = []
    for each in waiting:
        placed.append((had[each.server], each.urgency, each.id, each))
        had[each.server] += 1
    placed.sort(key=lambda place: place[:3])
    return (place[3] for place in placed)


def _merged(posts: Iterator[Waiting], upkeep: Iterator[Waiting]) -> Iterator[Waiting]:
    while batch := list(islice(posts, UPKEEP_SHARE - 1)):
        yield from batch
        yield from islice(upkeep, 1)
    yield from upkeep
