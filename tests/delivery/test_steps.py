"""Edits, publishing, forum posts and threads, at the stand-in over sockets."""

from bot.delivery.outcomes import Failed, Failure, Held, Hold, Scope, Told, Uncertain, Wait
from bot.delivery.showing import showing
from bot.delivery.steps import (
    Edited,
    Published,
    Reopened,
    ThreadMade,
    edit,
    make_thread,
    publish,
    reopen,
)
from tests.delivery.conftest import GUILD, NEWS, Line
from tests.delivery.test_sending import payload, send
from tests.standin import Channel, Fault
from tests.standin.faults import Act
from tests.standin.world import ALL, ANNOUNCEMENT, FORUM, PUBLIC_THREAD, SEND, SEND_IN_THREADS


async def test_an_edit_says_what_is_shown_now(line: Line, mark: str) -> None:
    sent = await send(line, mark)
    newer = payload(mark, "newer news")

    assert await edit(line.sender, NEWS, sent.message_id, newer) == Edited(showing(newer))
    assert line.posted() == ["newer news"]


async def test_an_edit_takes_away_what_the_new_payload_has_not(line: Line, mark: str) -> None:
    sent = await send(line, mark)

    await edit(line.sender, NEWS, sent.message_id, {"content": "plain"})

    [message] = line.world.posts(NEWS)
    assert message.payload["embeds"] == message.payload["components"] == []


async def test_an_edit_of_a_deleted_message_was_told(line: Line, mark: str) -> None:
    sent = await send(line, mark)
    line.world.delete(line.world.messages[sent.message_id])

    assert await edit(line.sender, NEWS, sent.message_id, payload(mark)) == Told()


async def test_an_edit_of_an_old_message_waits_when_discord_says_so(line: Line, mark: str) -> None:
    sent = await send(line, mark)
    line.standin.fail(Fault(Act.STATUS, method="PATCH", status=429, code=30046, retry_after=90))

    outcome = await edit(line.sender, NEWS, sent.message_id, payload(mark))

    assert outcome == Wait(90, Scope.WRITE)


async def test_a_message_is_published_and_a_second_time_is_no_error(line: Line, mark: str) -> None:
    line.channel.type = ANNOUNCEMENT
    sent = await send(line, mark)

    assert await publish(line.sender, NEWS, sent.message_id) == Published()
    assert await publish(line.sender, NEWS, sent.message_id) == Published()


async def test_the_eleventh_publication_of_an_hour_waits(line: Line, mark: str) -> None:
    line.channel.type = ANNOUNCEMENT
    line.standin.limits.bucket_limit = 50
    posts = [await send(line, mark, nonce=f"n{i}") for i in range(11)]

    outcomes = [await publish(line.sender, NEWS, post.message_id) for post in posts]

    assert outcomes[:10] == [Published()] * 10
    last = outcomes[10]
    assert isinstance(last, Wait)
    assert last.scope is Scope.SHARED
    assert last.seconds > 3_000


async def test_publishing_is_no_step_of_an_ordinary_channel(line: Line, mark: str) -> None:
    sent = await send(line, mark)

    outcome = await publish(line.sender, NEWS, sent.message_id)

    assert outcome == Held(Hold.WRONG_CHANNEL, 50024)


async def test_a_forum_gets_a_post_with_the_shows_name(line: Line, mark: str) -> None:
    line.world.add_guild(line.world.guilds[GUILD], Channel(300, type=FORUM))

    made = await make_thread(line.sender, 300, "Quiet @everyone" + "x" * 200, payload(mark))

    assert isinstance(made, ThreadMade)
    thread = line.world.channels[made.thread_id]
    assert thread.parent == 300
    assert thread.name.startswith("Quiet ＠everyone")
    assert len(thread.name) <= 100


async def test_a_forum_that_wants_a_tag_is_held(line: Line, mark: str) -> None:
    line.world.add_guild(line.world.guilds[GUILD], Channel(300, type=FORUM))
    line.standin.fail(Fault(Act.STATUS, path="/threads", status=400, code=40067))

    made = await make_thread(line.sender, 300, "Quiet Harbour", payload(mark))

    assert made == Held(Hold.TAG_NEEDED, 40067)


async def test_an_archived_thread_is_reopened_and_takes_news(line: Line, mark: str) -> None:
    line.world.channels[NEWS] = thread = Channel(
        NEWS, guild=GUILD, type=PUBLIC_THREAD, parent=300, archived=True, allow=ALL & ~SEND
    )

    assert await reopen(line.sender, NEWS) == Reopened()
    await send(line, mark)

    assert not thread.archived
    assert line.posted() == ["news"]


async def test_a_locked_thread_is_not_reopened(line: Line) -> None:
    line.world.channels[NEWS] = Channel(
        NEWS, guild=GUILD, type=PUBLIC_THREAD, parent=300, archived=True, locked=True
    )

    assert isinstance(await reopen(line.sender, NEWS), Held)


async def test_a_thread_needs_a_right_of_its_own(line: Line, mark: str) -> None:
    line.world.channels[NEWS] = Channel(
        NEWS, guild=GUILD, type=PUBLIC_THREAD, parent=300, allow=ALL & ~SEND_IN_THREADS
    )

    assert await send(line, mark) == Held(Hold.MISSING_PERMISSION, 50013)


async def test_steps_meet_trouble_like_posts_do(line: Line, mark: str) -> None:
    sent = await send(line, mark)
    line.standin.fail(
        Fault(Act.STATUS, method="PATCH", status=500),
        Fault(Act.STATUS, method="PATCH", status=400, code=50035),
    )

    first = await edit(line.sender, NEWS, sent.message_id, payload(mark))
    second = await edit(line.sender, NEWS, sent.message_id, payload(mark))

    assert isinstance(first, Uncertain)
    assert isinstance(second, Failed)
    assert second.reason is Failure.INVALID
