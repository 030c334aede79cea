"""Every refusal that Discord's list of codes has for a notifier is read as what it asks for."""

import pytest

from bot.delivery.answers import Reply, counts_as_invalid, outcome_of
from bot.delivery.outcomes import (
    Answer,
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

WRITE, GLOBAL = Scope.WRITE, Scope.GLOBAL

# By Discord's code: the status with which it comes, and what is made of it.
CODES = {
    50001: (403, Hold.MISSING_ACCESS),
    50013: (403, Hold.MISSING_PERMISSION),
    10003: (404, Hold.CHANNEL_GONE),
    10004: (404, Hold.SERVER_GONE),
    50008: (400, Hold.WRONG_CHANNEL),
    50024: (400, Hold.WRONG_CHANNEL),
    40058: (400, Hold.FORUM),
    40067: (400, Hold.TAG_NEEDED),
    50083: (400, Hold.THREAD_ARCHIVED),
    160005: (403, Hold.THREAD_LOCKED),
    160006: (400, Hold.TOO_MANY_THREADS),
    160007: (400, Hold.TOO_MANY_THREADS),
    50007: (403, Refusal.CANNOT_DM),
    50278: (403, Refusal.NO_MUTUAL_SERVER),
    50009: (403, Refusal.NOT_VERIFIED),
    10011: (404, (Failure.ROLE_GONE, Remedy.NO_ROLE)),
    10015: (404, (Failure.WEBHOOK_GONE, None)),
    10062: (404, (Failure.INTERACTION_OVER, None)),
    40060: (400, (Failure.INTERACTION_OVER, None)),
    50035: (400, (Failure.INVALID, Remedy.PLAIN)),
    50006: (400, (Failure.EMPTY, Remedy.PLAIN)),
    40005: (413, (Failure.TOO_LARGE, Remedy.PLAIN)),
    160002: (400, (Failure.NO_HISTORY, Remedy.NO_REFERENCE)),
    200000: (400, (Failure.AUTOMOD, Remedy.PLAIN)),
    200001: (400, (Failure.AUTOMOD, Remedy.PLAIN)),
    240000: (400, (Failure.HARMFUL_LINK, Remedy.PLAIN)),
    30007: (400, (Failure.LIMIT_REACHED, None)),
    30013: (400, (Failure.LIMIT_REACHED, None)),
    30032: (400, (Failure.LIMIT_REACHED, None)),
    30034: (400, (Failure.LIMIT_REACHED, None)),
    30038: (400, (Failure.LIMIT_REACHED, None)),
    20016: (400, Scope.CHANNEL),
    20022: (429, WRITE),
    20028: (429, WRITE),
    20029: (429, WRITE),
    30046: (429, WRITE),
    40003: (400, Scope.DMS),
    40004: (403, GLOBAL),
    40006: (403, GLOBAL),
}


def made_of(answer: Answer) -> object:
    match answer:
        case Held(reason) | Refused(reason):
            return reason
        case Failed(reason, remedy=remedy):
            return reason, remedy
        case Wait(_, scope):
            return scope
        case _:
            return answer


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_asks_for_its_own_treatment(code: int) -> None:
    status, expected = CODES[code]

    assert made_of(outcome_of(Reply(status, code))) == expected


def test_a_message_that_is_gone_was_told() -> None:
    assert outcome_of(Reply(404, 10008)) == Told()


@pytest.mark.parametrize("code", [20016, 20022, 20028, 20029, 30046, 40003, 40004, 40006])
def test_a_wait_lasts_as_long_as_discord_says_and_else_a_while(code: int) -> None:
    told, untold = (outcome_of(Reply(429, code, retry_after=after)) for after in (2.5, None))

    assert isinstance(told, Wait)
    assert isinstance(untold, Wait)
    assert told.seconds == 2.5
    assert untold.seconds >= 60


@pytest.mark.parametrize("code", [0, 110000, 130000])
@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520, 521, 522, 523, 524])
def test_trouble_at_discord_leaves_it_open_whether_the_message_was_taken(
    status: int, code: int
) -> None:
    assert isinstance(outcome_of(Reply(status, code)), Uncertain)


@pytest.mark.parametrize("code", [110000, 130000])
def test_an_overloaded_discord_leaves_it_open_whatever_its_status(code: int) -> None:
    assert isinstance(outcome_of(Reply(400, code)), Uncertain)


def test_a_bad_token_stops_everything() -> None:
    assert outcome_of(Reply(401)) == Stop(StopCause.TOKEN, None)


@pytest.mark.parametrize("status", [403, 429])
def test_a_page_that_is_not_discords_is_cloudflares(status: int) -> None:
    answer = outcome_of(Reply(status, from_discord=False))

    assert isinstance(answer, Stop)
    assert answer.cause is StopCause.CLOUDFLARE


@pytest.mark.parametrize(
    ("said", "scope"),
    [("", Scope.CHANNEL), ("user", Scope.CHANNEL), ("shared", Scope.SHARED), ("global", GLOBAL)],
)
def test_a_rate_limit_concerns_its_scope(said: str, scope: Scope) -> None:
    assert outcome_of(Reply(429, retry_after=3.0, scope=said)) == Wait(3.0, scope)


@pytest.mark.parametrize(
    ("status", "scope", "counts"),
    [
        (401, "", True),
        (403, "", True),
        (429, "user", True),
        (429, "global", True),
        (429, "shared", False),
        (400, "", False),
        (404, "", False),
        (500, "", False),
    ],
)
def test_what_discord_counts_as_invalid(status: int, scope: str, counts: bool) -> None:
    assert counts_as_invalid(status, scope) is counts
