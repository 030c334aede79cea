"""What a post is made of: the announcement and everything that a reader needs beside it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.news.model import Announcement, Show, Standing, When

MENTIONS_A_POST = 50
"""Members mentioned in one message; the rest go into further parts (Discord allows 100 ids)."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who tells it: the outlet's name and the address of its article."""

    name: str
    link: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom one message pings: members by their own wish, roles by the server's."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what does not fit into one message; `parts` cuts it up."""
        if len(self.users) > MENTIONS_A_POST:
            raise ValueError(f"{len(self.users)} members in one post, at most {MENTIONS_A_POST}")

    def __bool__(self) -> bool:
        return bool(self.users or self.roles)


NOBODY = Mentions()


@dataclass(frozen=True, slots=True)
class Telling:
    """One announcement, ready to be put into words.

    `outlets` begins with the one that is told; `headline` and `image` are its article's, and
    `published` its time. `when` is the announced date or window, `announcement.value` the same in
    canonical text or, where it is none, a network or a role. `standing` is what became of it since.
    `instant` is when a premiere of which a reminder tells begins, where that is known.
    """

    show: Show
    announcement: Announcement
    outlets: tuple[Outlet, ...] = ()
    headline: str = ""
    image: str = ""
    published: datetime | None = None
    when: When | None = field(default=None)
    standing: Standing = Standing.STANDS
    instant: datetime | None = None

    @property
    def presentable(self) -> "Telling":
        """What may be shown: of news that an admin struck no outlet, headline or image."""
        if self.standing is not Standing.STRUCK:
            return self
        return replace(self, outlets=(), headline="", image="")


def parts(users: tuple[int, ...], roles: tuple[int, ...] = ()) -> tuple[Mentions, ...]:
    """Everybody who is to be mentioned, cut into as many messages as that takes.

    The first part, which carries the news, is there even when it mentions nobody.
    """
    unique = tuple(dict.fromkeys(users))
    first = Mentions(unique[:MENTIONS_A_POST], tuple(dict.fromkeys(roles)))
    rest = range(MENTIONS_A_POST, len(unique), MENTIONS_A_POST)
    return (first, *(Mentions(unique[at : at + MENTIONS_A_POST]) for at in rest))
