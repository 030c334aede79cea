"""Look for a post whose fate is unknown, before anything is sent a second time.

Every post carries its mark in its buttons, so the channel itself says whether Discord took it. The
nonce covers a request that is still in flight, this covers an old one: together they hold for any
length of time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto

from discord.http import Route

from bot.delivery.outcomes import Answer, Held, Hold, Stop, Uncertain, Wait
from bot.delivery.pacing import Priority
from bot.delivery.sending import Sender, snowflake
from bot.delivery.showing import marks, showing
from bot.delivery.wire import Body

_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(minutes=5)
_PAGE = 100
_PAGES = 20
_THREADS_AT_MOST = 50


class Unread(StrEnum):
    """Why a look proves nothing."""

    EMPTY = auto()
    """Nothing is to be seen: without Read Message History every channel looks empty."""
    FORBIDDEN = auto()
    """A message that might be ours may not be read."""
    TOO_MUCH = auto()
    """More was written since than is looked through."""


@dataclass(frozen=True, slots=True)
class Found:
    """The post is there.

    `shown` is the fingerprint of what it shows; where it was never `edited` that is the payload
    with which it was sent. `message` is all that Discord gave of it.
    """

    message_id: int
    shown: str
    edited: bool = False
    message: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FoundThread:
    """The forum's post is there; its first message has the same id."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel was read from before the attempt until now, and the post is not in it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The look proves nothing either way."""

    reason: Unread


Message = Mapping[str, object]


async def find_mark(
    sender: Sender, channel_id: int, mark: str, since: datetime, *, may_be_empty: bool = False
) -> Found | Absent | Unreadable | Answer:
    """Look for a post among what was written since its first attempt.

    An empty channel proves nothing, because that is what Discord shows to a bot without Read
    Message History, unless `may_be_empty` says that the right is known (or is needless, as in a
    direct message). An Answer says that Discord would not let us look.
    """
    after = snowflake_at(since - _CLOCKS_DIFFER)
    seen = False
    for _ in range(_PAGES):
        page = await _page(sender, channel_id, after=after)
        if not isinstance(page, list):
            return page
        if (found := _with_mark(page, mark)) is not None:
            return found
        seen = seen or bool(page)
        if len(page) < _PAGE:
            return await _absent(sender, channel_id, proven=seen or may_be_empty)
        after = max(snowflake(message, "id") for message in page)
    return Unreadable(Unread.TOO_MUCH)


async def find_thread(
    sender: Sender, guild_id: int, forum_id: int, mark: str, since: datetime
) -> FoundThread | Absent | Unreadable | Answer:
    """Look for a forum's post by the mark of its first message, open ones first, then archived.

    Making a forum's post has no nonce, so this alone settles an attempt whose fate is unknown.
    """
    listed = await _threads(sender, guild_id, forum_id)
    if not isinstance(listed, list):
        return listed
    oldest = snowflake_at(since - _CLOCKS_DIFFER)
    recent = sorted((each for each in listed if each >= oldest), reverse=True)
    forbidden = False
    for thread_id in recent[:_THREADS_AT_MOST]:
        first = await _read(sender, _first_message(thread_id))
        match first:
            case Body(Mapping() as message) if mark in marks(message):
                return FoundThread(thread_id)
            case Wait() | Stop() | Uncertain():
                return first
            case Held(reason):
                forbidden = forbidden or reason is not Hold.CHANNEL_GONE
    if forbidden:
        return Unreadable(Unread.FORBIDDEN)
    return Unreadable(Unread.TOO_MUCH) if len(recent) > _THREADS_AT_MOST else Absent()


def snowflake_at(moment: datetime) -> int:
    """The lowest id that Discord gives at a moment."""
    return max(0, int((moment - _DISCORD_EPOCH).total_seconds() * 1000)) << 22


def _with_mark(page: list[Message], mark: str) -> Found | None:
    for message in page:
        if mark in marks(message):
            edited = bool(message.get("edited_timestamp"))
            return Found(snowflake(message, "id"), showing(message), edited, message)
    return None


async def _absent(sender: Sender, channel_id: int, *, proven: bool) -> Absent | Unreadable | Answer:
    if proven:
        return Absent()
    # Nothing since the attempt. Any older message shows that we may read at all.
    page = await _page(sender, channel_id)
    if not isinstance(page, list):
        return page
    return Absent() if page else Unreadable(Unread.EMPTY)


async def _page(
    sender: Sender, channel_id: int, after: int | None = None
) -> list[Message] | Answer:
    query = {"limit": _PAGE} if after is None else {"limit": _PAGE, "after": after}
    route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel_id)
    answer = await _read(sender, route, query)
    return list(_objects(answer.data)) if isinstance(answer, Body) else answer


async def _threads(sender: Sender, guild_id: int, forum_id: int) -> list[int] | Answer:
    found: list[int] = []
    active = Route("GET", "/guilds/{guild_id}/threads/active", guild_id=guild_id)
    archived = Route("GET", "/channels/{channel_id}/threads/archived/public", channel_id=forum_id)
    for route, query in ((active, {}), (archived, {"limit": _PAGE})):
        answer = await _read(sender, route, query)
        if not isinstance(answer, Body):
            return answer
        threads = answer.data.get("threads") if isinstance(answer.data, Mapping) else []
        found += [
            snowflake(thread, "id")
            for thread in _objects(threads)
            if snowflake(thread, "parent_id") == forum_id
        ]
    return found


def _first_message(thread_id: int) -> Route:
    path = "/channels/{channel_id}/messages/{message_id}"
    return Route("GET", path, channel_id=thread_id, message_id=thread_id)


async def _read(
    sender: Sender, route: Route, query: Mapping[str, int] | None = None
) -> Body | Answer:
    return await sender.call(route, Priority.POST, params=dict(query or {}))


def _objects(data: object) -> Iterator[Message]:
    yield from (
        (each for each in data if isinstance(each, Mapping)) if isinstance(data, list) else ()
    )
