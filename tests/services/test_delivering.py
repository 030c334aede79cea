"""Delivering: every answer of Discord has its consequence, and no post is lost or made twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

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
    Remedy,
    Scope,
    Sent,
    Stop,
    StopCause,
    Told,
    Uncertain,
    Wait,
)
from bot.delivery.rendering import Payload, render
from bot.delivery.sending import LEASE
from bot.delivery.telling import Mentions, Telling
from bot.news.model import Article, Certainty
from bot.news.routing import Target
from bot.services import composing
from bot.services.noting import Reading
from bot.storage import outbox
from bot.storage.outbox import DuePost
from bot.storage.schema import EVERYBODY, deliveries, notices, posts
from tests.services.room import GUILD, NEWS, NOW, PASS, Room, renewed
from tests.storage.rows import add_source

STATE = (posts.c.state, posts.c.reason)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
async def room(room: Room) -> Room:
    """Two channels follow a show, and its renewal is owed to both."""
    await room.follow()
    await room.follow(target_id=200)
    await news_of(room)
    return room


async def news_of(room: Room, season: int = 3, *, outlet: str = "Outlet", **fields: Any) -> None:
    """An article about the show, noted as a poll would."""
    link = f"https://{outlet.lower()}.example/{season}"
    article = Article(link, "Lantern Bay is back", link=link)
    reading = Reading(article, (f"g:{link}",), (renewed(season, **fields),), silent=False)
    async with room.database.write() as connection:
        url = f"https://{outlet.lower()}.example/feed"
        source = await add_source(connection, url, outlet)
        await room.desk.note(connection, source, (EVERYBODY,), [reading], room.now)


async def test_what_is_owed_is_posted_and_remembered(room: Room) -> None:
    assert await room.deliver() == {"Sent": 2}
    assert {post.channel for post in room.sender.posted} == {NEWS, 200}
    columns = (posts.c.state, posts.c.channel_id, posts.c.message_id, posts.c.shown, posts.c.sent)
    assert await room.rows(*columns) == [
        ("sent", NEWS, 5100, "shown", NOW),
        ("sent", 200, 5200, "shown", NOW),
    ]
    assert await room.rows(deliveries.c.state) == ["sent", "sent"]
    assert await room.deliver() == {}


async def test_a_post_says_what_is_being_sent_before_it_is_sent(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = room.sender.post

    async def look(*arguments: Any, **more: Any) -> Any:
        if arguments[0] == NEWS:
            seen.append(await room.rows(posts.c.state, posts.c.payload, posts.c.attempted))
        return await real(*arguments, **more)

    monkeypatch.setattr(room.sender, "post", look)
    await room.deliver()
    assert seen[-1][0] == ("sending", room.sender.to(NEWS)[0].payload, NOW)


async def test_a_wait_is_kept_and_the_same_is_sent_again(room: Room) -> None:
    room.sender.answers = [Wait(30.0, Scope.CHANNEL)]
    assert await room.deliver() == {"Wait": 1, "Sent": 1}
    assert await room.deliver(29 * SECOND) == {}
    assert await room.deliver(SECOND) == {"Sent": 1}
    first, again = room.sender.to(NEWS)
    assert first == again
    assert room.sender.looked == 0  # it was certainly not made


async def test_an_unknown_fate_is_settled_by_looking_first(room: Room) -> None:
    room.sender.answers = [Uncertain(Doubt.CONNECTION)]
    assert await room.deliver() == {"Uncertain": 1, "Sent": 1}
    assert (await room.rows(*STATE))[0] == ("sending", "connection")
    room.sender.arrive(room.sender.to(NEWS)[0])
    assert await room.deliver(4 * SECOND) == {}
    assert await room.deliver(SECOND) == {"Sent": 1}
    assert len(room.sender.posted) == 2
    assert (await room.rows(posts.c.state, posts.c.message_id))[0] == ("sent", 6000)


async def test_what_did_not_arrive_is_sent_again_with_the_same_nonce_and_words(room: Room) -> None:
    room.sender.answers = [Uncertain(Doubt.TIMEOUT)]
    await room.deliver()
    room.sender.chat()
    await news_of(room, 4)  # the ledger goes on: the words of the first attempt do not change
    await room.deliver(10 * SECOND)
    first, again, *_ = room.sender.to(NEWS)
    assert room.sender.looked == 1
    assert first == again


async def test_what_was_in_flight_at_the_end_is_settled_by_the_next_process(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies in the request: what was written before is all that the next one has."""
    begun = asyncio.Event()
    alive = room.sender.post

    async def hang(*_: object, **__: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(room.sender, "post", hang)
    task = asyncio.create_task(room.deliver())
    await begun.wait()
    await room.delivering.close(0)
    await asyncio.gather(task, return_exceptions=True)
    monkeypatch.setattr(room.sender, "post", alive)
    frozen = await room.rows(posts.c.nonce, posts.c.payload, posts.c.state)
    assert "sending" in {state for _, _, state in frozen}
    room.sender.chat()
    room.delivering = room.new_delivering()
    await room.delivering.resume(room.now)
    assert await room.deliver() == {"Sent": 2}
    sent = {(post.nonce, str(post.payload)) for post in room.sender.posted}
    assert {(nonce, str(payload)) for nonce, payload, _ in frozen if payload} <= sent
    assert room.sender.looked >= 1


async def test_the_lease_of_another_process_is_respected(room: Room) -> None:
    async with room.database.write() as connection:
        for post in await outbox.due_posts(connection, room.now, 10):
            await outbox.begin(connection, [(post, {"content": "x"})], "other", room.now, LEASE)
    assert await room.deliver(LEASE - SECOND) == {}
    room.sender.chat()
    assert await room.deliver(SECOND) == {"Sent": 2}


async def test_what_cannot_be_read_back_is_not_sent_again_by_itself(room: Room) -> None:
    room.sender.answers = [Uncertain(Doubt.TIMEOUT)]
    await room.deliver()
    for _ in range(30):
        await room.deliver(timedelta(minutes=1))  # every look shows an empty channel
    assert (await room.rows(posts.c.state))[0] == "unknown"
    assert len(room.sender.posted) == 2
    assert len(await room.rows(notices.c.text)) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        Wait(5.0, Scope.CHANNEL),
        Uncertain(Doubt.SERVER_ERROR),
        Stop(StopCause.CLOUDFLARE, 60.0),
        Held(Hold.MISSING_ACCESS, 50001),
    ],
)
async def test_a_doubt_outlasts_a_look_that_fails(room: Room, trouble: Outcome) -> None:
    """Otherwise the next turn would take the post for one that was never tried."""
    room.sender.answers = [Uncertain(Doubt.TIMEOUT)]
    await room.deliver()
    room.sender.arrive(room.sender.to(NEWS)[0])
    room.sender.looks = [trouble]
    await room.deliver(10 * SECOND)
    await room.delivering.recheck(GUILD, room.now)
    assert (await room.deliver(HOUR))["Sent"] == 1
    assert len(room.sender.posted) == 2
    assert await room.rows(posts.c.state) == ["sent", "sent"]


async def test_a_refusing_channel_is_held_and_its_admins_hear_of_it_once(room: Room) -> None:
    room.sender.refusing = {NEWS: Held(Hold.MISSING_PERMISSION, 50013)}
    assert await room.deliver() == {"Held": 1, "Sent": 1}
    await news_of(room, 4)
    await room.deliver()
    held = ("held", "missing_permission")
    assert await room.rows(*STATE) == [held, ("sent", ""), held, ("sent", "")]
    (text,) = await room.rows(notices.c.text)
    assert f"<#{NEWS}>" in text
    assert "Send Messages" in text
    await room.deliver(2 * HOUR)  # tried again by itself, in vain
    assert len(await room.rows(notices.c.text)) == 1


async def test_what_was_held_comes_after_the_repair_and_the_admins_hear_that_too(
    room: Room,
) -> None:
    room.sender.refusing = {NEWS: Held(Hold.MISSING_PERMISSION, 50013)}
    await room.deliver()
    await news_of(room, 4)
    await room.deliver()
    room.sender.refusing = {}
    room.sender.posted.clear()
    assert await room.delivering.recheck(GUILD, room.now) == 1
    assert await room.delivering.recheck(GUILD, room.now) == 0
    assert await room.deliver() == {"Sent": 2}
    third, fourth = room.sender.posted
    assert "season 3" in third.content
    assert "season 4" in fourth.content
    texts = await room.rows(notices.c.text)
    assert len(texts) == 2
    assert "reaches" in texts[1]


async def test_what_was_held_too_long_is_not_posted_as_news(room: Room) -> None:
    room.sender.refusing = {NEWS: Held(Hold.MISSING_PERMISSION, 50013)}
    await room.deliver()
    room.sender.refusing = {}
    await room.deliver(timedelta(hours=50))
    assert (await room.rows(*STATE))[0] == ("failed", "too_old")
    assert len(room.sender.posted) == 2


async def test_a_payload_that_discord_refuses_is_replaced_once(room: Room) -> None:
    refused = Failed(Failure.AUTOMOD, 200000, remedy=Remedy.PLAIN)
    room.sender.refusing = {NEWS: refused}
    outcomes = await room.deliver()
    outcomes = {**outcomes, **await room.deliver(SECOND)}
    assert (await room.rows(*STATE))[0] == ("failed", "automod")
    first, second = room.sender.to(NEWS)
    assert first.payload != second.payload
    assert (first.nonce, first.mark) == (second.nonce, second.mark)


async def test_a_role_that_is_gone_is_left_out(room: Room) -> None:
    await room.deliver()
    await room.guilds.set_ping_role(GUILD, 900, room.now)
    await news_of(room, 4)
    room.sender.posted.clear()
    gone = Failed(Failure.ROLE_GONE, 10011, remedy=Remedy.NO_ROLE)
    room.sender.answers = [gone]
    await room.deliver()
    await room.deliver(SECOND)
    pinging, without = (post.content for post in room.sender.to(NEWS))
    assert "<@&900>" in pinging
    assert "<@&900>" not in without
    assert set(await room.rows(posts.c.state)) == {"sent"}


async def test_a_code_that_nobody_knows_fails_that_post_only(room: Room) -> None:
    room.sender.answers = [Failed(Failure.UNKNOWN, 99999)]
    assert await room.deliver() == {"Failed": 1, "Sent": 1}
    await news_of(room, 4)
    assert await room.deliver() == {"Sent": 2}
    assert (await room.rows(*STATE))[0] == ("failed", "unknown")


async def test_a_message_that_somebody_deleted_is_done(room: Room) -> None:
    room.sender.answers = [Told()]
    assert await room.deliver() == {"Told": 1, "Sent": 1}
    assert (await room.rows(*STATE))[0] == ("sent", "told_and_deleted")


async def test_an_answer_that_is_not_ours_is_a_collision_and_said_so(room: Room) -> None:
    room.sender.answers = [Collision(1, 2)]
    await room.deliver()
    assert (await room.rows(*STATE))[0] == ("unknown", "collision")
    assert await room.deliver(HOUR) == {}


@pytest.mark.parametrize(("seconds", "pause"), [(600.0, timedelta(minutes=10)), (None, HOUR)])
async def test_a_stop_pauses_everything_that_is_sent(
    room: Room, seconds: float | None, pause: timedelta
) -> None:
    stop = Stop(StopCause.CLOUDFLARE, seconds)
    room.sender.refusing = {NEWS: stop, 200: stop}
    await room.deliver()
    room.sender.refusing = {}
    sent = len(room.sender.posted)
    await news_of(room, 4)
    assert await room.deliver(pause - SECOND) == {}
    assert len(room.sender.posted) == sent
    assert (await room.deliver(SECOND))["Sent"] == 4


async def test_a_bad_token_does_not_outlast_the_restart_that_mends_it(room: Room) -> None:
    stop = Stop(StopCause.TOKEN, None)
    room.sender.refusing = {NEWS: stop, 200: stop}
    await room.deliver()
    room.sender.refusing = {}
    room.delivering = room.new_delivering()
    assert await room.deliver(SECOND) == {"Sent": 2}


@pytest.fixture
async def private(room: Room) -> Room:
    """A member follows another show by direct message, and its renewal is owed."""
    await room.deliver()
    room.sender.posted.clear()
    await room.follow(Target.DM, 8, guild=0, show=PASS)
    await news_of(room, show=PASS)
    return room


async def test_a_direct_message_is_opened_once(private: Room) -> None:
    await private.deliver()
    await news_of(private, 4, show=PASS)
    private.sender.opening = {8: RuntimeError("asked again")}
    await private.deliver()
    assert [post.channel for post in private.sender.posted] == [1008, 1008]


async def test_a_member_who_takes_no_messages_is_held_and_nobody_else_is_told(
    private: Room,
) -> None:
    private.sender.refusing = {1008: Refused(Refusal.CANNOT_DM, 50007)}
    assert await private.deliver() == {"Refused": 1}
    assert (await private.rows(*STATE))[-1] == ("held", "cannot_dm")
    assert await private.rows(notices.c.id) == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Refused(Refusal.CANNOT_DM, 50007), "held"),
        (Wait(600.0, Scope.DMS), "pending"),
        (Uncertain(Doubt.TIMEOUT), "pending"),
        (Failed(Failure.INVALID, 50035, remedy=Remedy.PLAIN), "failed"),
    ],
)
async def test_a_direct_message_that_cannot_be_opened_is_in_no_doubt(
    private: Room, answer: Outcome, state: str
) -> None:
    private.sender.opening = {8: answer}
    await private.deliver()
    assert (await private.rows(posts.c.state, posts.c.attempted))[-1] == (state, None)
    assert private.sender.posted == []


async def test_a_look_into_an_empty_direct_message_proves_that_nothing_arrived(
    private: Room,
) -> None:
    private.sender.answers = [Uncertain(Doubt.TIMEOUT)]
    await private.deliver()
    assert await private.deliver(10 * SECOND) == {"Sent": 1}
    assert len(private.sender.posted) == 2


async def test_words_that_break_fail_their_post_and_no_other(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.deliver()
    await room.follow(target_id=300)
    await news_of(room, season=4)
    *_, broken, _ = await room.rows(posts.c.mark)  # the second of three begins with the third

    def render_but_one(telling: Telling, mentions: Mentions, mark: str, *more: Any) -> Payload:
        if mark == broken:
            raise KeyError("a bug")
        return render(telling, mentions, mark, *more)

    monkeypatch.setattr(composing, "render", render_but_one)
    await room.deliver()
    assert await room.rows(*STATE) == [*3 * [("sent", "")], ("failed", "broken"), ("sent", "")]


async def test_what_begins_at_the_same_time_begins_in_one_transaction(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for channel in range(300, 330):
        await room.follow(target_id=channel)
    await news_of(room, season=4)
    real, begun = outbox.begin, []

    async def begin(
        connection: AsyncConnection, attempts: Sequence[tuple[DuePost, Payload]], *more: Any
    ) -> None:
        begun.append(len(attempts))
        await real(connection, attempts, *more)

    monkeypatch.setattr(outbox, "begin", begin)
    assert await room.deliver() == {"Sent": 34}
    assert sum(begun) == 34
    assert len(begun) <= 8


async def test_a_bug_in_writing_down_leaves_the_post_to_be_settled(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = outbox.sent

    async def sent(connection: AsyncConnection, post_id: int, *arguments: Any) -> None:
        if post_id == 1:
            raise OSError("disk full")
        await real(connection, post_id, *arguments)

    monkeypatch.setattr(outbox, "sent", sent)
    await room.deliver()
    assert await room.rows(posts.c.state) == ["sending", "sent"]
    assert "disk full" in caplog.text
    monkeypatch.undo()
    room.sender.arrive(room.sender.to(NEWS)[0])
    await room.deliver(timedelta(minutes=3))
    assert await room.rows(posts.c.state) == ["sent", "sent"]
    assert len(room.sender.posted) == 2


async def test_a_slow_channel_keeps_no_other_waiting(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived, answer = asyncio.Event(), asyncio.Event()
    real = room.sender.post

    async def post(channel: int, *arguments: Any, **more: Any) -> Any:
        if channel == NEWS:
            await answer.wait()
        outcome = await real(channel, *arguments, **more)
        if len(room.sender.posted) == 2:
            arrived.set()
        return outcome

    monkeypatch.setattr(room.sender, "post", post)
    await news_of(room, 4)
    task = asyncio.create_task(room.deliver())
    await asyncio.wait_for(arrived.wait(), 5)
    assert [posted.channel for posted in room.sender.posted] == [200, 200]
    answer.set()
    assert await task == {"Sent": 4}


async def test_at_the_end_what_is_in_flight_may_land_and_nothing_new_begins(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, answer = asyncio.Event(), asyncio.Event()
    real = room.sender.post

    async def post(*arguments: Any, **more: Any) -> Any:
        begun.set()
        await answer.wait()
        return await real(*arguments, **more)

    monkeypatch.setattr(room.sender, "post", post)
    await news_of(room, 4)
    task = asyncio.create_task(room.deliver())
    await begun.wait()
    closing = asyncio.create_task(room.delivering.close(5))
    answer.set()
    await closing
    await task
    assert sorted(await room.rows(posts.c.state)) == ["pending", "pending", "sent", "sent"]


async def test_each_post_has_its_own_nonce(room: Room) -> None:
    await news_of(room, 4)
    await room.deliver()
    nonces = [post.nonce for post in room.sender.posted]
    assert len(set(nonces)) == 4
    assert all(len(nonce) <= 25 for nonce in nonces)


async def test_who_only_told_the_rumour_is_no_source_of_what_is_confirmed(room: Room) -> None:
    await room.deliver()
    await news_of(room, 5, certainty=Certainty.RUMOUR)
    room.sender.posted.clear()
    await news_of(room, 5, outlet="Second")
    await room.deliver()
    (first, _) = room.sender.posted
    assert "Second" in str(first.payload)
    assert "Outlet" not in str(first.payload)


async def test_a_sample_is_posted_beside_everything_else(room: Room) -> None:
    assert isinstance(await room.delivering.send_sample(NEWS), Sent)
    assert await room.rows(posts.c.state) == ["pending", "pending"]


async def test_messages_say_what_they_tell(room: Room) -> None:
    await room.deliver()
    told = await room.delivering.carried_by([5100, 9999])
    assert told[5100].show.title == "Lantern Bay"
    assert set(told) == {5100}
