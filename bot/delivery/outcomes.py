"""What became of a request to Discord: one frozen type for each treatment it asks for.

The caller handles an `Outcome` with `match` and `assert_never`. Nothing here is an exception:
Discord saying no is an ordinary day.
"""

from dataclasses import dataclass
from enum import StrEnum, auto


class Scope(StrEnum):
    """Whom a wait concerns."""

    CHANNEL = auto()
    """This destination's bucket: others may go on."""
    SHARED = auto()
    """A limit of the resource itself, not counted against us: back into the queue."""
    GLOBAL = auto()
    """Everything that the bot sends."""
    DMS = auto()
    """Opening direct messages; channels may go on."""
    WRITE = auto()
    """A write limit of this channel or server (announcements, old messages)."""


class Hold(StrEnum):
    """Why a destination cannot be posted to until somebody mends it."""

    MISSING_ACCESS = auto()
    MISSING_PERMISSION = auto()
    CHANNEL_GONE = auto()
    SERVER_GONE = auto()
    WRONG_CHANNEL = auto()
    FORUM = auto()
    FORUM_UNREADABLE = auto()
    """Whether a forum's post was made cannot be found out."""
    TAG_NEEDED = auto()
    THREAD_ARCHIVED = auto()
    THREAD_LOCKED = auto()
    TOO_MANY_THREADS = auto()


class Failure(StrEnum):
    """Why Discord will never take this payload, whatever the destination's state."""

    INVALID = auto()
    EMPTY = auto()
    TOO_LARGE = auto()
    AUTOMOD = auto()
    HARMFUL_LINK = auto()
    ROLE_GONE = auto()
    WEBHOOK_GONE = auto()
    NO_HISTORY = auto()
    """A reply, where the bot may not read what it replies to."""
    LIMIT_REACHED = auto()
    INTERACTION_OVER = auto()
    FORUM_POST_GONE = auto()
    """A forum's post was taken away, and so was the one made in its place."""
    UNKNOWN = auto()


class Remedy(StrEnum):
    """What may be sent in place of a payload that failed."""

    PLAIN = auto()
    """Our own words alone, once (`render_plain_fallback`)."""
    NO_ROLE = auto()
    NO_REFERENCE = auto()


class Refusal(StrEnum):
    """Why a member cannot be written to."""

    CANNOT_DM = auto()
    NO_MUTUAL_SERVER = auto()
    NOT_VERIFIED = auto()


class Doubt(StrEnum):
    """Why it is not known whether Discord took the message."""

    SERVER_ERROR = auto()
    CONNECTION = auto()
    TIMEOUT = auto()
    UNREADABLE_ANSWER = auto()


class StopCause(StrEnum):
    """Why the bot must send nothing at all."""

    TOKEN = auto()
    CLOUDFLARE = auto()
    INVALID_REQUESTS = auto()


@dataclass(frozen=True, slots=True)
class Sent:
    """Discord has the message. `shown` is the fingerprint of what it shows (see `showing`).

    `lost_embed` says that Discord dropped the embed, which it does in silence where the permission
    Embed Links is missing. `replied` says that it stands as a reply, `lost_reference` that it was
    to be one and what it answers was deleted.
    """

    message_id: int
    shown: str
    lost_embed: bool = False
    replied: bool = False
    lost_reference: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """The message was there and somebody deleted it since: done, never to be posted again."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing was posted. Try the same request again after `seconds`."""

    seconds: float
    scope: Scope


@dataclass(frozen=True, slots=True)
class Held:
    """The destination refuses; it is told to the admins, and nothing is deleted."""

    reason: Hold
    code: int


@dataclass(frozen=True, slots=True)
class Failed:
    """This payload is refused for good; the destination's next one may go."""

    reason: Failure
    code: int
    detail: str = ""
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Direct messages to this member are not possible."""

    reason: Refusal
    code: int


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Discord may have posted it. Look first, then send again with the same nonce and payload."""

    reason: Doubt
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Collision:
    """Discord answered with a message that is not ours: another channel or another mark."""

    message_id: int
    channel_id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """Send nothing to Discord for `seconds`, or until a restart where that is None."""

    cause: StopCause
    seconds: float | None


Answer = Wait | Held | Failed | Refused | Uncertain | Told | Stop
"""What an answer that is no success means."""

Outcome = Sent | Collision | Answer
"""What became of a post."""
