"""Read Discord's refusals: a status and a code in, a typed outcome out. Pure.

The table follows Discord's list of JSON error codes. What it does not name fails that payload
only: a code that Discord invents tomorrow must not stop a destination.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.delivery.outcomes import (
    Answer,
    Doubt,
    Failed,
    Failure,
    Held,
    Hold,
    Refusal,
    Refused,
    Remedy,
    Scope,
    Stop,
    StopCause,
    Told,
    Uncertain,
    Wait,
)

_DM_PAUSE = 600.0
_TROUBLE_PAUSE = 60.0
_WRITE_PAUSE = 60.0
CLOUDFLARE_PAUSE = 600.0
_DETAIL_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that is no success, as far as it matters.

    `code` is Discord's JSON code (0 where there is none), `detail` its message, `scope` the
    X-RateLimit-Scope of a 429, `from_discord` whether the body is Discord's JSON and not the page
    of something in between.
    """

    status: int
    code: int = 0
    detail: str = ""
    retry_after: float | None = None
    scope: str = ""
    from_discord: bool = True


HOLDS: Mapping[int, Hold] = {
    50001: Hold.MISSING_ACCESS,
    50013: Hold.MISSING_PERMISSION,
    10003: Hold.CHANNEL_GONE,
    10004: Hold.SERVER_GONE,
    50008: Hold.WRONG_CHANNEL,
    50024: Hold.WRONG_CHANNEL,
    40058: Hold.FORUM,
    40067: Hold.TAG_NEEDED,
    50083: Hold.THREAD_ARCHIVED,
    160005: Hold.THREAD_LOCKED,
    160006: Hold.TOO_MANY_THREADS,
    160007: Hold.TOO_MANY_THREADS,
}

REFUSALS: Mapping[int, Refusal] = {
    50007: Refusal.CANNOT_DM,
    50278: Refusal.NO_MUTUAL_SERVER,
    50009: Refusal.NOT_VERIFIED,
}

FAILURES: Mapping[int, tuple[Failure, Remedy | None]] = {
    50035: (Failure.INVALID, Remedy.PLAIN),
    50006: (Failure.EMPTY, Remedy.PLAIN),
    40005: (Failure.TOO_LARGE, Remedy.PLAIN),
    200000: (Failure.AUTOMOD, Remedy.PLAIN),
    200001: (Failure.AUTOMOD, Remedy.PLAIN),
    240000: (Failure.HARMFUL_LINK, Remedy.PLAIN),
    10011: (Failure.ROLE_GONE, Remedy.NO_ROLE),
    10015: (Failure.WEBHOOK_GONE, None),
    160002: (Failure.NO_HISTORY, Remedy.NO_REFERENCE),
    30007: (Failure.LIMIT_REACHED, None),
    30013: (Failure.LIMIT_REACHED, None),
    30032: (Failure.LIMIT_REACHED, None),
    30034: (Failure.LIMIT_REACHED, None),
    30038: (Failure.LIMIT_REACHED, None),
    10062: (Failure.INTERACTION_OVER, None),
    40060: (Failure.INTERACTION_OVER, None),
}

WAITS: Mapping[int, tuple[Scope, float]] = {
    20016: (Scope.CHANNEL, _WRITE_PAUSE),
    20022: (Scope.WRITE, _WRITE_PAUSE),
    20028: (Scope.WRITE, _WRITE_PAUSE),
    20029: (Scope.WRITE, _WRITE_PAUSE),
    30046: (Scope.WRITE, _WRITE_PAUSE),
    40003: (Scope.DMS, _DM_PAUSE),
    40004: (Scope.GLOBAL, _TROUBLE_PAUSE),
    40006: (Scope.GLOBAL, _TROUBLE_PAUSE),
}

_MESSAGE_GONE = 10008
_OVERLOADED = frozenset({110000, 130000})
_SCOPES = {"shared": Scope.SHARED, "global": Scope.GLOBAL}


def outcome_of(reply: Reply) -> Answer:
    """What an answer that is no success asks for."""
    if reply.status == 401:
        return Stop(StopCause.TOKEN, None)
    if reply.status >= 500 or reply.code in _OVERLOADED or reply.status == 408:
        return Uncertain(Doubt.SERVER_ERROR, f"{reply.status} {reply.code}")
    if not reply.from_discord and reply.status in {403, 429}:
        return Stop(StopCause.CLOUDFLARE, CLOUDFLARE_PAUSE)
    if not reply.from_discord or reply.status < 400:
        return Uncertain(Doubt.UNREADABLE_ANSWER, f"{reply.status}")
    if reply.code in WAITS:
        scope, pause = WAITS[reply.code]
        return Wait(pause if reply.retry_after is None else reply.retry_after, scope)
    if reply.status == 429:
        scope = _SCOPES.get(reply.scope, Scope.CHANNEL)
        return Wait(_TROUBLE_PAUSE if reply.retry_after is None else reply.retry_after, scope)
    return _refusal(reply)


def _refusal(reply: Reply) -> Answer:
    code = reply.code
    if code == _MESSAGE_GONE:
        return Told()
    if code in HOLDS:
        return Held(HOLDS[code], code)
    if code in REFUSALS:
        return Refused(REFUSALS[code], code)
    reason, remedy = FAILURES.get(code, (Failure.UNKNOWN, None))
    return Failed(reason, code, reply.detail[:_DETAIL_LIMIT], remedy)


def counts_as_invalid(status: int, scope: str) -> bool:
    """Whether Discord counts the answer towards the 10,000 invalid requests of ten minutes."""
    return status in {401, 403} or (status == 429 and scope != "shared")
