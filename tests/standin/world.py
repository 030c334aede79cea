"""What the stand-in holds: servers, channels, messages, nonces, and a log that is never edited."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import IO, Any

EPOCH_MS = 1_420_070_400_000
VIEW, SEND, EMBED, HISTORY = 1 << 10, 1 << 11, 1 << 14, 1 << 16
MANAGE_MESSAGES, SEND_IN_THREADS, MANAGE_THREADS = 1 << 13, 1 << 38, 1 << 34
CREATE_EVENTS = 1 << 44
ALL = VIEW | SEND | EMBED | HISTORY | SEND_IN_THREADS
BOT_ID = 900_000_000_000_000_001
APPLICATION_ID = 900_000_000_000_000_002
TEXT, DM, ANNOUNCEMENT, PUBLIC_THREAD, FORUM = 0, 1, 5, 11, 15

Json = dict[str, Any]
"""An object of JSON, as anybody may send it."""


@dataclass
class Channel:
    """A channel, thread or direct message. `allow` holds the bot's permissions in it."""

    id: int
    guild: int | None = None
    name: str = "news"
    type: int = TEXT
    allow: int = ALL
    parent: int | None = None
    archived: bool = False
    locked: bool = False
    recipient: int | None = None
    refuse: int = 0
    """A code with which every post is refused (50007 for a member who takes no messages)."""


@dataclass
class ScheduledEvent:
    """An event in a server's calendar, with the body that Discord was given."""

    id: int
    body: Json
    deleted: bool = False
    ours: bool = True


@dataclass
class Guild:
    """A server. `allow` holds what the bot may do in all of it."""

    id: int
    name: str = "Couch Club"
    owner: int = 1
    system_channel: int | None = None
    allow: int = ALL
    events: dict[int, ScheduledEvent] = field(default_factory=dict)


@dataclass
class Message:
    id: int
    channel: int
    nonce: str
    payload: Json
    at: float
    deleted: bool = False
    crossposted: bool = False
    edits: int = 0


@dataclass
class World:
    """All state. `now` gives seconds since 1970, `nonce_seconds` how long a nonce is remembered."""

    now: Callable[[], float]
    nonce_seconds: float = 300.0
    token: str = "token"
    log: IO[str] | None = None
    open_world: bool = False
    """Whether a channel that nobody made is there, with all permissions."""
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    history: dict[int, list[int]] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    _watchers: list[asyncio.Future[None]] = field(default_factory=list)
    _nonces: dict[str, tuple[float, int]] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=count)

    def new_id(self) -> int:
        """A snowflake of now; ids of one millisecond differ by a counter."""
        return (int(self.now() * 1000) - EPOCH_MS) << 22 | next(self._ids) & 0x3FFFFF

    def add_guild(self, guild: Guild, *channels: Channel) -> Guild:
        self.guilds[guild.id] = guild
        for channel in channels:
            channel.guild = guild.id
            self.channels[channel.id] = channel
        return guild

    def build(self, data: Json) -> list[Guild]:
        """Add the servers of `{"guilds": [{…, "channels": [{…}]}]}`."""
        self.nonce_seconds = data.get("nonce_seconds", self.nonce_seconds)
        made = []
        for each in data.get("guilds", []):
            fields = {key: value for key, value in each.items() if key != "channels"}
            channels = (Channel(**channel) for channel in each.get("channels", []))
            made.append(self.add_guild(Guild(**fields), *channels))
        return made

    def channel(self, channel_id: int) -> Channel | None:
        found = self.channels.get(channel_id)
        if found is None and self.open_world:
            found = self.channels[channel_id] = Channel(channel_id)
        return found

    def known_nonce(self, nonce: str) -> Message | None:
        """The message that was posted with this nonce, as long as it is remembered."""
        at, message_id = self._nonces.get(nonce, (0.0, 0))
        if not message_id or self.now() - at > self.nonce_seconds:
            return None
        return self.messages[message_id]

    def store(self, channel: Channel, payload: Json, message_id: int | None = None) -> Message:
        nonce = str(payload.get("nonce") or "")
        shown = dict(payload)
        if not channel.allow & EMBED and channel.guild is not None:
            shown.pop("embeds", None)
        message = Message(message_id or self.new_id(), channel.id, nonce, shown, self.now())
        self.messages[message.id] = message
        self.history.setdefault(channel.id, []).append(message.id)
        if nonce and payload.get("enforce_nonce"):
            self._nonces[nonce] = (message.at, message.id)
        self.note("message", **asdict(message))
        return message

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.note("delete", id=message.id, channel=message.channel)

    def visible(self, channel: Channel) -> list[Message]:
        """What the bot can read back: nothing at all without Read Message History."""
        if not channel.allow & HISTORY and channel.guild is not None:
            return []
        stored = (self.messages[each] for each in self.history.get(channel.id, []))
        return [message for message in stored if not message.deleted]

    def note(self, event: str, **details: object) -> None:
        line = {"t": round(self.now(), 4), "event": event, **details}
        self.events.append(line)
        if self.log is not None:
            self.log.write(json.dumps(line) + "\n")
            self.log.flush()
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)
        self._watchers.clear()

    async def until(self, count: int, event: str, containing: str = "") -> None:
        """Return when `count` events of a name, with a word in them, have happened."""
        seen = hits = 0
        while True:
            hits += sum(_is_such(each, event, containing) for each in self.events[seen:])
            seen = len(self.events)
            if hits >= count:
                return
            watcher = asyncio.get_running_loop().create_future()
            self._watchers.append(watcher)
            await watcher

    def posts(self, channel_id: int | None = None) -> list[Message]:
        """Every message that ever stood in a channel, deleted or not, in order."""
        return [m for m in self.messages.values() if channel_id in (None, m.channel)]


def _is_such(entry: Json, event: str, containing: str) -> bool:
    if entry["event"] != event:
        return False
    return not containing or containing in json.dumps(entry, ensure_ascii=False)
