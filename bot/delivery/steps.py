"""The steps beside a post: edit it, delete it, publish it, make a forum's post, reopen a thread.

Each is one request with an outcome of its own, and each may be repeated: an edit and a reopening
change nothing the second time, publishing twice is refused, and a forum's post is looked for first
(`find_thread`), because making one has no nonce.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from discord.http import Route

from bot.delivery.escaping import plain
from bot.delivery.outcomes import Answer, Doubt, Failed, Told, Uncertain
from bot.delivery.pacing import Priority
from bot.delivery.sending import Sender, snowflake
from bot.delivery.showing import shown_by
from bot.delivery.wire import Body

_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_NO_NONCE = frozenset({"nonce", "enforce_nonce", "message_reference"})
_NOTHING: Mapping[str, object] = {"content": "", "embeds": [], "components": []}
_ALREADY_PUBLISHED = 40033
_THREAD_NAME = 100


@dataclass(frozen=True, slots=True)
class Edited:
    """The message shows now what `shown` is the fingerprint of."""

    shown: str


@dataclass(frozen=True, slots=True)
class Published:
    """The followers of the announcement channel have the message."""


@dataclass(frozen=True, slots=True)
class ThreadMade:
    """The forum has the post. Its first message has the thread's id."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """The thread takes messages again."""


async def edit(
    sender: Sender,
    channel_id: int,
    message_id: int,
    payload: Mapping[str, object],
    *,
    wanted: Callable[[], bool] = lambda: True,
) -> Edited | Answer:
    """Let a message show another payload. Told says that somebody deleted it.

    `wanted` is asked in the line before the request, as for a post.
    """
    route = Route("PATCH", _MESSAGE, channel_id=channel_id, message_id=message_id)
    # Discord keeps what a PATCH does not name, so everything that can be shown is named.
    body = {**_NOTHING} | {key: value for key, value in payload.items() if key not in _NO_NONCE}
    answer = await sender.call(route, Priority.UPKEEP, wanted, json=body)
    match answer:
        case Body(dict() as message):
            return Edited(shown_by({**message, "edited_timestamp": None}, body))
        case Body():
            return Uncertain(Doubt.UNREADABLE_ANSWER, "no message")
        case _:
            return answer


async def delete(
    sender: Sender, channel_id: int, message_id: int, *, wanted: Callable[[], bool] = lambda: True
) -> Told | Answer:
    """Delete a message of ours. Told says that it is there no more, whoever deleted it.

    `wanted` is asked in the line before the request, as for a post.
    """
    route = Route("DELETE", _MESSAGE, channel_id=channel_id, message_id=message_id)
    answer = await sender.call(route, Priority.UPKEEP, wanted)
    return Told() if isinstance(answer, Body) else answer


async def publish(sender: Sender, channel_id: int, message_id: int) -> Published | Answer:
    """Publish a message of an announcement channel; Wait when its ten of the hour are used up."""
    path = f"{_MESSAGE}/crosspost"
    route = Route("POST", path, channel_id=channel_id, message_id=message_id)
    answer = await sender.call(route, Priority.UPKEEP)
    match answer:
        case Body():
            return Published()
        case Failed(code=code) if code == _ALREADY_PUBLISHED:
            return Published()
        case _:
            return answer


async def make_thread(
    sender: Sender,
    forum_id: int,
    name: str,
    payload: Mapping[str, object],
    tags: Sequence[int] = (),
) -> ThreadMade | Answer:
    """Make a post in a forum. Uncertain must be settled by `find_thread` before a second try."""
    route = Route("POST", "/channels/{channel_id}/threads", channel_id=forum_id)
    message = {key: value for key, value in payload.items() if key not in _NO_NONCE}
    body = {
        "name": plain(name, _THREAD_NAME) or "…",
        "message": message,
        "applied_tags": [str(tag) for tag in tags],
        "auto_archive_duration": 10_080,
    }
    answer = await sender.call(route, Priority.POST, json=body)
    match answer:
        case Body(data):
            thread = snowflake(data, "id")
            return ThreadMade(thread) if thread else Uncertain(Doubt.UNREADABLE_ANSWER, "no thread")
        case _:
            return answer


async def reopen(sender: Sender, thread_id: int) -> Reopened | Answer:
    """Open an archived thread. A locked one is Held: only its moderators can unlock it."""
    route = Route("PATCH", "/channels/{channel_id}", channel_id=thread_id)
    answer = await sender.call(route, Priority.POST, json={"archived": False})
    return Reopened() if isinstance(answer, Body) else answer
