"""What went wrong, in our own words: statuses and aiohttp's errors as `FetchFailed`."""

from collections.abc import Mapping

import aiohttp

from bot.feeds.answers import FetchFailed, FetchReason
from bot.feeds.feed import ParseFailed
from bot.feeds.guard import RefusedAddressError
from bot.news.schedule import Trouble

# Walls name themselves in a header; the page behind it ("Just a moment…") is never read.
WALL_HEADERS = {
    "cf-mitigated": ("challenge",),
    "x-amzn-waf-action": ("challenge", "captcha"),
    "x-datadome": (),
}
STATUS_REASONS = {
    401: FetchReason.FORBIDDEN,
    402: FetchReason.FORBIDDEN,
    403: FetchReason.FORBIDDEN,
    404: FetchReason.NOT_FOUND,
    410: FetchReason.GONE,
    429: FetchReason.RATE_LIMITED,
    451: FetchReason.FORBIDDEN,
    503: FetchReason.UNAVAILABLE,
}
TROUBLES = {
    FetchReason.BAD_ADDRESS: Trouble.REFUSED,
    FetchReason.REFUSED_ADDRESS: Trouble.REFUSED,
    FetchReason.BOT_WALL: Trouble.REFUSED,
    FetchReason.FORBIDDEN: Trouble.REFUSED,
    FetchReason.GONE: Trouble.GONE,
    FetchReason.RATE_LIMITED: Trouble.RATE_LIMITED,
    FetchReason.HOST_RESTING: Trouble.RESTING,
}


def from_status(status: int, headers: Mapping[str, str], retry_after: float | None) -> FetchFailed:
    """The failure that a status without a feed stands for."""
    reason = STATUS_REASONS.get(status, FetchReason.HTTP_STATUS)
    if _is_wall(headers):
        reason = FetchReason.BOT_WALL
    return FetchFailed(reason, status, retry_after, str(status))


def from_error(error: Exception) -> FetchFailed:
    """The failure that an exception of aiohttp or of a socket stands for."""
    return FetchFailed(_reason(error))


def trouble_of(failure: FetchFailed | ParseFailed) -> Trouble:
    """What sort of failure it is for the schedule. A body that cannot be read may be a bad day."""
    if isinstance(failure, ParseFailed):
        return Trouble.PASSING
    return TROUBLES.get(failure.reason, Trouble.PASSING)


def _is_wall(headers: Mapping[str, str]) -> bool:
    for name, values in WALL_HEADERS.items():
        value = headers.get(name)
        if value is not None and (not values or value.strip().lower() in values):
            return True
    return False


def _reason(error: Exception) -> FetchReason:
    match error:
        case TimeoutError():
            return FetchReason.TIMEOUT
        case aiohttp.ClientSSLError():
            return FetchReason.TLS
        case aiohttp.ClientConnectorDNSError():
            return FetchReason.DNS
        case aiohttp.ClientConnectorError():
            return FetchReason.REFUSED_ADDRESS if _was_refused(error) else FetchReason.CONNECT
        case aiohttp.ClientPayloadError() if isinstance(
            error.__cause__, aiohttp.http_exceptions.ContentEncodingError
        ):
            return FetchReason.BAD_ANSWER
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError() | OSError():
            return FetchReason.RESET
        case aiohttp.InvalidURL() | ValueError():
            return FetchReason.BAD_ADDRESS
        case _:
            return FetchReason.BAD_ANSWER


def _was_refused(error: aiohttp.ClientConnectorError) -> bool:
    # Of several addresses, some refused and some dead, only a summary of their texts is left.
    refusal = RefusedAddressError()
    return isinstance(error.os_error, RefusedAddressError) or str(refusal) in str(error.os_error)
