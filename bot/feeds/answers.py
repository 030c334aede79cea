"""What a fetch can answer: a body, nothing new, or a failure that says why."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum, auto


class FetchReason(StrEnum):
    """Why a fetch brought nothing. Each has its words in the catalogue: `feeds.failed.<reason>`."""

    BAD_ADDRESS = auto()
    REFUSED_ADDRESS = auto()
    DNS = auto()
    CONNECT = auto()
    TLS = auto()
    RESET = auto()
    TIMEOUT = auto()
    BAD_ANSWER = auto()
    TOO_LARGE = auto()
    REDIRECT_LOOP = auto()
    BOT_WALL = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()
    GONE = auto()
    RATE_LIMITED = auto()
    HOST_RESTING = auto()
    UNAVAILABLE = auto()
    HTTP_STATUS = auto()
    NO_FEED = auto()


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """An address to ask, with the validators of its last answer, verbatim ("" for none)."""

    url: str
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""


@dataclass(frozen=True, slots=True)
class CacheHints:
    """How long the answer stays fresh by its own word; None where it does not say."""

    fresh_for: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What to remember of an answer. `url` is where it came from after redirects.

    `permanent_url` is set when every hop said "moved for good" (301, 308), else "".
    Save the validators only together with the items of the body: a crash in between loses them.
    """

    url: str
    permanent_url: str = ""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    cache: CacheHints = CacheHints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched(Receipt):
    """An answer with a body."""

    body: bytes = field(repr=False)
    content_type: str = ""
    links: str = ""  # its Link headers (RFC 8288), bounded


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified(Receipt):
    """Nothing new: a 304, or a 200 with the very body that is known already."""


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """Nothing came. `status` is the HTTP status, 0 when there was none.

    `retry_after` is the pause in seconds that the other side asked for, None when it did not.
    `detail` is short and safe to show: never a body, a header or a name inside our network.
    """

    reason: FetchReason
    status: int = 0
    retry_after: float | None = None
    detail: str = ""

    @property
    def key(self) -> str:
        """The id of its words in the message catalogue; they take the field `detail`."""
        return f"feeds.failed.{self.reason}"

    @property
    def was_asked(self) -> bool:
        """Whether the source itself was asked: a resting host says nothing about the source."""
        return self.reason is not FetchReason.HOST_RESTING


FetchResult = Fetched | NotModified | FetchFailed
