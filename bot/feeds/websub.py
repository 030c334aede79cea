"""WebSub as a subscriber speaks it (W3C Recommendation of 23 January 2018). Pure: no I/O.

    feed names a hub (3)                       -> hub_and_topic
    we ask the hub to push the topic (5.1)     -> subscription_form
    the hub asks whether we meant it (5.3)     -> read_intent, granted_lease
    the hub posts news, signed (7, 7.1)        -> is_signed
    we ask again before the lease ends (5.3.1) -> renewal

https://www.w3.org/TR/2018/REC-websub-20180123/
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.feeds.links import web_link

LEASE = timedelta(days=10)  # "a good default" (8.2); a longer one is renewed as if it were this
RENEW_SHARE = 0.8
RENEW_SOONEST = timedelta(minutes=10)  # a hub that grants a second is not asked every second
CHALLENGE_LIMIT = 1_000

# Section 7.1.1. Most hubs still sign with SHA-1; an HMAC with it is not known to be forged.
ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")

# A channel's feed names no hub, its documentation does, with a topic that is not the feed's address
# (https://developers.google.com/youtube/v3/guides/push_notifications).
VIDEO_HOSTS = frozenset({"www.youtube.com", "youtube.com"})
VIDEO_HUB = "https://pubsubhubbub.appspot.com/subscribe"
VIDEO_TOPIC = "https://www.youtube.com/xml/feeds/videos.xml"

_LINK = re.compile(r"<([^<>]{1,2000})>([^<>]{0,500})")
_REL = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)


class Mode(StrEnum):
    """What a hub asks at our callback (5.2, 5.3)."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Intent:
    """A hub's question whether we meant it, or its word that it will not push. `lease` may lack."""

    mode: Mode
    topic: str
    challenge: str = ""
    lease: timedelta | None = None


def hub_and_topic(
    hubs: Sequence[str], own_link: str, link_header: str, url: str
) -> tuple[str, str]:
    """Where to subscribe to a feed that came from `url`, and to what; two "" where nobody pushes.

    Link headers come before the document's own links (section 3). `own_link` is its rel=self.
    """
    named = _link_header(link_header, url)
    hub = next(iter(named.get("hub", [])), "") or next(iter(hubs), "")
    if hub:
        return _favoured(hub), next(iter(named.get("self", [])), "") or own_link or url
    return _video_channel(url)


def subscription_form(topic: str, callback: str, secret: str, lease: timedelta = LEASE) -> bytes:
    """The body of a subscription request (5.1), `application/x-www-form-urlencoded`."""
    form = {
        "hub.mode": Mode.SUBSCRIBE.value,
        "hub.topic": topic,
        "hub.callback": callback,
        "hub.secret": secret,
        "hub.lease_seconds": str(int(lease.total_seconds())),
        # Hubs that still speak PubSubHubbub 0.3 require it; others ignore what they do not know.
        "hub.verify": "async",
    }
    return urlencode(form).encode("ascii")


def read_intent(query: Mapping[str, str]) -> Intent | None:
    """The intent to be verified (5.3) or the refusal (5.2) in a callback's query, else None."""
    mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
    challenge = query.get("hub.challenge", "")
    if mode not in set(Mode) or not topic:
        return None
    if mode != Mode.DENIED and not 0 < len(challenge) <= CHALLENGE_LIMIT:
        return None
    return Intent(Mode(mode), topic, challenge, _lease(query.get("hub.lease_seconds", "")))


def granted_lease(intent: Intent) -> timedelta:
    """How long a confirmed subscription holds: the hub's word, ours where it gives none (5.3).

    Longer than LEASE does not count, so that a hub that fell silent is asked again.
    """
    return min(intent.lease or LEASE, LEASE)


def renewal(now: datetime, lease: timedelta, chance: float) -> datetime:
    """When to ask again: at 70 to 80 % of the lease. `chance` is a random number in [0, 1)."""
    return now + max(lease * (RENEW_SHARE - 0.1 * chance), RENEW_SOONEST)


def is_signed(header: str, secret: str, body: bytes) -> bool:
    """Whether `X-Hub-Signature: method=hex` is the HMAC of a body under our secret (7.1, 7.1.2).

    False for no header, an unknown method and a signature of the wrong length as well.
    """
    method, _, signature = header.strip().partition("=")
    method = method.strip().lower()
    if method not in ALGORITHMS:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    given = signature.strip().lower()
    return given.isascii() and hmac.compare_digest(expected, given)


def _lease(text: str) -> timedelta | None:
    seconds = int(text[:9]) if text.isascii() and text.isdigit() else 0
    return timedelta(seconds=seconds) if seconds else None


def _favoured(hub: str) -> str:
    """The hub by https, even if it is named by http (8.2): the request carries a secret.

    A hub at a port of its own stays as it is: only an operator's exception reaches it.
    """
    parts = urlsplit(hub)
    if parts.scheme == "http" and parts.port in {None, 80}:
        return parts._replace(scheme="https", netloc=parts.netloc.removesuffix(":80")).geturl()
    return hub


def _video_channel(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    if parts.hostname not in VIDEO_HOSTS or parts.path != "/feeds/videos.xml":
        return "", ""
    channel = parse_qs(parts.query).get("channel_id", [""])[0]
    if not channel:
        return "", ""
    return VIDEO_HUB, f"{VIDEO_TOPIC}?{urlencode({'channel_id': channel})}"


def _link_header(header: str, url: str) -> dict[str, list[str]]:
    """The addresses of Link headers (RFC 8288), by their relations."""
    found: dict[str, list[str]] = {}
    for target, parameters in _LINK.findall(header):
        relation = _REL.search(";" + parameters.lstrip(" ;"))
        address = web_link(target, url)
        if relation is None or not address:
            continue
        for name in (relation[1] or relation[2] or "").lower().split():
            found.setdefault(name, []).append(address)
    return found
