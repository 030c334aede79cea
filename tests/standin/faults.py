"""What the stand-in is told to do wrong."""

import asyncio
from dataclasses import asdict, dataclass, field
from enum import StrEnum, auto
from random import Random


class Act(StrEnum):
    """How a request goes wrong."""

    STATUS = auto()
    """Answer `status` with `code`; a message is stored first where `stored` says so."""
    RESET = auto()
    """Cut the connection, before or after the message is stored."""
    LIMIT = auto()
    """429 of `scope`, with `retry_after`."""
    CLOUDFLARE = auto()
    """A page of HTML without Via, as Cloudflare answers a banned address."""
    LATE = auto()
    """Answer after `seconds`."""
    VANISH = auto()
    """Store the message, delete it as a moderator would, then cut the connection."""
    GARBLED = auto()
    """Store the message and answer with something that is no JSON."""
    WRONG_CHANNEL = auto()
    """Store the message and answer with one of another channel."""


@dataclass
class Fault:
    """One misbehaviour, for the next `times` requests that it concerns."""

    act: Act
    method: str = "POST"
    path: str = "/messages"
    """A part of the path."""
    times: int = 1
    status: int = 500
    code: int = 0
    stored: bool = False
    scope: str = "user"
    retry_after: float = 0.1
    seconds: float = 0.0
    via: bool = True

    def concerns(self, method: str, path: str) -> bool:
        return self.times > 0 and method == self.method and self.path in path


RANDOM_FAULTS = (
    Fault(Act.STATUS, status=500),
    Fault(Act.STATUS, status=500, stored=True),
    Fault(Act.STATUS, status=502, stored=True),
    Fault(Act.STATUS, status=503),
    Fault(Act.STATUS, status=503, stored=True),
    Fault(Act.STATUS, status=520, stored=True),
    Fault(Act.RESET),
    Fault(Act.RESET, stored=True),
    Fault(Act.LIMIT, scope="user", retry_after=0.05),
    Fault(Act.LIMIT, scope="shared", retry_after=0.2),
    Fault(Act.LATE, seconds=0.3),
)


@dataclass
class Faults:
    """The faults to come: those that were ordered, then a share of all requests at random."""

    ordered: list[Fault] = field(default_factory=list)
    share: float = 0.0
    random: Random = field(default_factory=Random)
    menu: tuple[Fault, ...] = RANDOM_FAULTS
    made: int = 0
    struck: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a fault has happened, for a test that must act then."""

    def next(self, method: str, path: str) -> Fault | None:
        for fault in self.ordered:
            if fault.concerns(method, path):
                fault.times -= 1
                self.made += 1
                self.struck.set()
                return fault
        concerned = "/messages" in path or path.endswith("/threads")
        if self.share and concerned and self.random.random() < self.share:
            self.made += 1
            return self.random.choice(self.menu)
        return None


def fault_from(data: dict[str, object]) -> Fault:
    """A fault from its JSON."""
    fault = Fault(Act(str(data["act"])))
    known = asdict(fault)
    for key, value in data.items():
        if key in known and key != "act":
            setattr(fault, key, value)
    return fault
