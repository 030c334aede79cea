"""What becomes of a post, with real discord.py over sockets to the stand-in."""

import asyncio
from math import inf
from typing import Any

import pytest

from bot.delivery.answers import FAILURES, HOLDS, REFUSALS
from bot.delivery.outcomes import (
    Collision,
    Doubt,
    Failed,
    Failure,
    Held,
    Hold,
    Outcome,
    Refusal,
    Refused,
    Scope,
    Sent,
    Stop,
    StopCause,
    Told,
    Uncertain,
    Wait,
)
from bot.delivery.sending import DmOpened
from bot.delivery.showing import showing
from bot.delivery.steps import edit
from tests.delivery.conftest import GUILD, NEWS, Line
from tests.standin import Channel, Fault
from tests.standin.errors import STATUS_OF_CODE
from tests.standin.faults import Act
from tests.standin.world import ALL, EMBED, SEND, VIEW


def payload(mark: str, content: str = "news") -> dict[str, object]:
    button = {"type": 2, "style": 2, "label": "Mute", "custom_id": f"gl:mute:{mark}"}
    return {
        "content": content,
        "embeds": [{"title": "A show", "description": " what happened "}],
        "components": [{"type": 1, "components": [button]}],
        "allowed_mentions": {"parse": []},
    }


async def send(
    line: Line, mark: str, nonce: str = "n1", content: str = "news", **options: Any
) -> Outcome:
    return await line.sender.post(NEWS, payload(mark, content), nonce, mark, **options)


async def test_a_post_that_discord_takes_is_sent_with_its_id_and_what_it_shows(
    line: Line, mark: str
) -> None:
    outcome = await send(line, mark)

    [message] = line.world.posts(NEWS)
    assert outcome == Sent(message.id, showing(payload(mark)))
    assert message.payload["enforce_nonce"] is True


async def test_the_fifth_post_of_a_channel_is_reported_before_its_bucket_is_slept_out(
    line: Line, mark: str
) -> None:
    """discord.py returns from the call that took the last token only when the bucket is full."""
    outcomes = [await send(line, mark, nonce=f"n{i}") for i in range(5)]

    assert all(isinstance(outcome, Sent) for outcome in outcomes)
    assert line.sender.resting == 1


async def test_a_second_send_with_the_same_nonce_gives_the_first_message(
    line: Line, mark: str
) -> None:
    first = await send(line, mark)
    second = await send(line, mark)

    assert second == first
    assert line.posted() == ["news"]


async def test_a_reset_after_the_message_was_stored_is_settled_by_the_nonce(
    line: Line, mark: str
) -> None:
    line.standin.fail(Fault(Act.RESET, stored=True))

    assert await send(line, mark) == Uncertain(Doubt.CONNECTION, "ServerDisconnectedError")
    assert isinstance(await send(line, mark), Sent)
    assert line.posted() == ["news"]


async def test_a_reset_before_the_message_was_stored_looks_the_same_and_loses_nothing(
    line: Line, mark: str
) -> None:
    line.standin.fail(Fault(Act.RESET))

    assert isinstance(await send(line, mark), Uncertain)
    assert isinstance(await send(line, mark), Sent)
    assert line.posted() == ["news"]


async def test_once_the_nonce_is_forgotten_a_second_send_would_double(
    line: Line, mark: str
) -> None:
    """Why no code may depend on the nonce alone: the outbox looks for the mark first."""
    line.world.nonce_seconds = -1.0
    line.standin.fail(Fault(Act.RESET, stored=True))

    await send(line, mark)
    await send(line, mark)

    assert line.posted() == ["news", "news"]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 521, 522, 523, 524])
@pytest.mark.parametrize("stored", [False, True])
async def test_trouble_at_discord_is_uncertain_and_never_sent_again_by_the_library(
    line: Line, mark: str, status: int, stored: bool
) -> None:
    line.standin.fail(Fault(Act.STATUS, status=status, stored=stored, times=9))

    assert await send(line, mark) == Uncertain(Doubt.SERVER_ERROR, f"{status} 0")
    assert len(line.posted()) == int(stored)
    assert line.standin.faults.made == 1


async def test_an_overloaded_discord_is_uncertain(line: Line, mark: str) -> None:
    line.standin.fail(Fault(Act.STATUS, status=503, code=130000))

    assert await send(line, mark) == Uncertain(Doubt.SERVER_ERROR, "503 130000")


async def test_an_answer_that_does_not_come_in_time_is_uncertain(line: Line, mark: str) -> None:
    line.sender.deadline = 0.5
    line.standin.fail(Fault(Act.LATE, seconds=60))

    assert await send(line, mark) == Uncertain(Doubt.TIMEOUT)
    assert line.posted() == ["news"]


async def test_a_success_that_cannot_be_read_is_uncertain(line: Line, mark: str) -> None:
    line.standin.fail(Fault(Act.GARBLED))

    assert await send(line, mark) == Uncertain(Doubt.UNREADABLE_ANSWER, "no JSON")


async def test_a_discord_that_cannot_be_reached_got_nothing(line: Line, mark: str) -> None:
    await line.standin.stop()

    assert await send(line, mark) == Wait(5.0, Scope.GLOBAL)


async def test_a_lease_that_passed_while_waiting_sends_nothing(line: Line, mark: str) -> None:
    assert await send(line, mark, wanted=lambda: False) == Wait(0.0, Scope.CHANNEL)
    assert line.posted() == []


@pytest.mark.parametrize("code", sorted(HOLDS))
async def test_what_an_admin_can_mend_holds_the_destination(
    line: Line, mark: str, code: int
) -> None:
    line.standin.fail(Fault(Act.STATUS, status=STATUS_OF_CODE[code], code=code))

    assert await send(line, mark) == Held(HOLDS[code], code)


@pytest.mark.parametrize("code", sorted(REFUSALS))
async def test_a_member_who_takes_no_messages_is_refused(line: Line, mark: str, code: int) -> None:
    line.standin.fail(Fault(Act.STATUS, status=STATUS_OF_CODE[code], code=code))

    assert await send(line, mark) == Refused(REFUSALS[code], code)


@pytest.mark.parametrize("code", sorted(FAILURES))
async def test_a_payload_that_discord_will_never_take_fails_alone(
    line: Line, mark: str, code: int
) -> None:
    reason, remedy = FAILURES[code]
    line.standin.fail(Fault(Act.STATUS, status=STATUS_OF_CODE.get(code, 400), code=code))

    assert await send(line, mark) == Failed(reason, code, "told to fail", remedy)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 418])
async def test_a_code_that_nobody_knows_fails_that_delivery_only(
    line: Line, mark: str, status: int
) -> None:
    line.standin.fail(Fault(Act.STATUS, status=status, code=987654))

    assert await send(line, mark) == Failed(Failure.UNKNOWN, 987654, "told to fail")
    assert isinstance(await send(line, mark), Sent)


@pytest.mark.parametrize(
    ("code", "scope"),
    [
        (20016, Scope.CHANNEL),
        (20022, Scope.WRITE),
        (20028, Scope.WRITE),
        (20029, Scope.WRITE),
        (30046, Scope.WRITE),
        (40003, Scope.DMS),
        (40004, Scope.GLOBAL),
    ],
)
async def test_a_write_limit_waits_as_long_as_discord_says(
    line: Line, mark: str, code: int, scope: Scope
) -> None:
    line.standin.fail(Fault(Act.STATUS, status=429, code=code, retry_after=2.5))

    assert await send(line, mark) == Wait(2.5, scope)


@pytest.mark.parametrize(
    ("said", "scope"),
    [("user", Scope.CHANNEL), ("shared", Scope.SHARED), ("global", Scope.GLOBAL)],
)
async def test_a_rate_limit_is_handed_back_and_not_slept_on(
    line: Line, mark: str, said: str, scope: Scope
) -> None:
    line.standin.fail(Fault(Act.LIMIT, scope=said, retry_after=20.0))

    assert await send(line, mark) == Wait(20.0, scope)
    assert line.posted() == []


async def test_a_global_limit_pauses_everything_and_lowers_the_rate(line: Line, mark: str) -> None:
    line.standin.fail(Fault(Act.LIMIT, scope="global", retry_after=20.0))
    await send(line, mark)

    outcome = await send(line, mark, nonce="n2")

    assert isinstance(outcome, Wait)
    assert outcome.scope is Scope.GLOBAL
    assert line.pacer.health().rate == pytest.approx(40.5)
    assert line.standin.rest.requests == LOGIN + 1


async def test_a_shared_limit_is_no_invalid_request_and_a_users_is(line: Line, mark: str) -> None:
    line.standin.fail(Fault(Act.LIMIT, scope="shared"), Fault(Act.LIMIT, scope="user"))

    await send(line, mark)
    assert line.pacer.health().invalid == 0
    await send(line, mark)
    assert line.pacer.health().invalid == 1


@pytest.mark.parametrize("status", [429, 403])
async def test_cloudflares_page_stops_all_traffic(line: Line, mark: str, status: int) -> None:
    line.standin.fail(Fault(Act.CLOUDFLARE, status=status))

    outcome = await send(line, mark)
    assert isinstance(outcome, Stop)
    assert outcome.cause is StopCause.CLOUDFLARE
    assert outcome.seconds == pytest.approx(600, abs=1)
    assert isinstance(await send(line, mark), Stop)
    assert line.standin.rest.requests == LOGIN + 1


async def test_a_limit_without_via_is_cloudflares(line: Line, mark: str) -> None:
    line.standin.fail(Fault(Act.LIMIT, via=False))

    assert isinstance(await send(line, mark), Stop)


async def test_a_bad_token_stops_everything_until_a_restart(line: Line, mark: str) -> None:
    line.world.token = "another"

    assert await send(line, mark) == Stop(StopCause.TOKEN, None)
    assert line.pacer.health().stopped_for == inf
    assert await send(line, mark) == Stop(StopCause.TOKEN, None)
    assert line.standin.rest.requests == LOGIN + 1


async def test_a_page_of_something_in_between_is_no_answer_of_discords(
    line: Line, mark: str
) -> None:
    line.standin.fail(Fault(Act.CLOUDFLARE, status=400))

    assert await send(line, mark) == Uncertain(Doubt.UNREADABLE_ANSWER, "400")


async def test_a_message_that_was_deleted_while_in_doubt_was_told(line: Line, mark: str) -> None:
    line.standin.fail(Fault(Act.VANISH))

    assert isinstance(await send(line, mark), Uncertain)
    assert await send(line, mark) == Told()


async def test_an_answer_from_another_channel_is_a_collision(line: Line, mark: str) -> None:
    line.standin.fail(Fault(Act.WRONG_CHANNEL))

    [outcome] = [await send(line, mark)]
    assert outcome == Collision(line.world.posts(NEWS)[0].id, 4)


async def test_an_answer_with_another_mark_is_a_collision(line: Line, mark: str) -> None:
    """Two databases that share a token and, against all odds, a nonce."""
    await send(line, "b" * 16)

    assert isinstance(await send(line, mark), Collision)


async def test_discord_itself_names_what_is_missing(line: Line, mark: str) -> None:
    """The same outcomes, from the stand-in's own rules instead of ordered faults."""
    found = {}
    for case, channel in {
        "cannot see": Channel(NEWS, GUILD, allow=ALL & ~VIEW),
        "cannot send": Channel(NEWS, GUILD, allow=ALL & ~SEND),
        "forum": Channel(NEWS, GUILD, type=15),
        "locked": Channel(NEWS, GUILD, locked=True, type=11, parent=1),
    }.items():
        line.world.channels[NEWS] = channel
        outcome = await send(line, mark)
        found[case] = outcome.reason
    del line.world.channels[NEWS]
    found["gone"] = (await send(line, mark)).reason

    assert found == {
        "cannot see": Hold.MISSING_ACCESS,
        "cannot send": Hold.MISSING_PERMISSION,
        "forum": Hold.FORUM,
        "locked": Hold.THREAD_LOCKED,
        "gone": Hold.CHANNEL_GONE,
    }


async def test_an_embed_that_discord_dropped_is_noticed(line: Line, mark: str) -> None:
    line.channel.allow = ALL & ~EMBED

    outcome = await send(line, mark)

    assert isinstance(outcome, Sent)
    assert outcome.lost_embed
    assert outcome.shown != showing(payload(mark))


async def test_a_late_second_send_sees_what_an_edit_made_of_the_message(
    line: Line, mark: str
) -> None:
    sent = await send(line, mark)
    newer = payload(mark, "newer news")
    await edit(line.sender, NEWS, sent.message_id, newer)

    late = await send(line, mark)

    assert late == Sent(sent.message_id, showing(newer))


async def test_a_direct_message_is_opened_once_and_written_to(line: Line, mark: str) -> None:
    opened = await line.sender.open_dm(77)
    assert isinstance(opened, DmOpened)
    assert await line.sender.open_dm(77) == opened

    line.world.channels[opened.channel_id].refuse = 50007
    outcome = await line.sender.post(opened.channel_id, payload(mark), "n", mark)
    assert outcome == Refused(Refusal.CANNOT_DM, 50007)


async def test_opening_messages_too_fast_pauses_them_all(line: Line) -> None:
    line.standin.fail(Fault(Act.STATUS, path="/users/@me/channels", status=400, code=40003))

    asked = line.standin.rest.requests
    outcomes = [await line.sender.open_dm(77), await line.sender.open_dm(78)]

    assert [(type(each), each.scope) for each in outcomes] == [(Wait, Scope.DMS)] * 2
    assert outcomes[1].seconds == pytest.approx(600, abs=1)
    assert line.standin.rest.requests == asked + 1


async def test_a_cancelled_send_leaves_nothing_behind(line: Line, mark: str) -> None:
    line.standin.fail(Fault(Act.LATE, seconds=60))
    sending = asyncio.create_task(send(line, mark))
    await line.standin.faults.struck.wait()

    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await line.sender.close()

    assert line.sender.resting == 0


LOGIN = 2
"""Requests of a login: who am I, and which application."""
