"""A channel that could not be posted to, its repair, and what is told of the time between."""

from datetime import timedelta

import discord
from sqlalchemy import select

from bot.news.model import Certainty, Event, Show
from bot.news.routing import Target
from bot.services.subscribing import Wish
from bot.storage import schema
from tests.cogs.test_health import status
from tests.discord_env import COPPER, HARBOR, World, answer_of, menu_values


async def shut(world: World) -> None:
    """#tv-news follows Harbor Lights, and nothing can be posted there."""
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    await close(world)


async def close(world: World) -> None:
    world.let_bot(send_messages=False)
    await world.env.settle()


async def mend(world: World) -> list[discord.Message]:
    """The permission is given again; the news that stands in the channel then."""
    world.let_bot(send_messages=True)
    await world.env.settle()
    await world.deliver()
    return world.posts(world.news)


async def seasons(world: World, *numbers: int) -> None:
    for number in numbers:
        await world.tell(HARBOR, season=number)


def listed(post: discord.Message) -> list[str]:
    """The lines of a catch-up, without their outlets."""
    return [line.split(" — ")[0] for line in (post.embeds[0].description or "").splitlines()]


async def reasons(world: World) -> list[tuple[str, str]]:
    async with world.database.read() as connection:
        columns = (schema.deliveries.c.state, schema.deliveries.c.reason)
        rows = await connection.execute(select(*columns).order_by(schema.deliveries.c.id))
        return [(state, reason) for state, reason in rows]


async def test_up_to_three_come_one_by_one_in_their_order(world: World) -> None:
    await shut(world)
    await seasons(world, 2, 3, 4)

    posts = await mend(world)

    assert [f"season {n}" in post.content for n, post in zip((2, 3, 4), posts, strict=True)] == [
        True,
        True,
        True,
    ]


async def test_more_come_in_one_message_each_with_its_source(world: World) -> None:
    await shut(world)
    await seasons(world, 2, 3, 4, 5)

    [post] = await mend(world)

    assert post.content == "While I could not post here, 4 things happened"
    assert listed(post) == [
        f"• **Harbor Lights** is renewed for season {number}" for number in (2, 3, 4, 5)
    ]
    assert "[Example Outlet](https://example.org/" in (post.embeds[0].description or "")
    assert set(await reasons(world)) == {("sent", "")}


async def test_a_message_that_is_refused_again_is_taken_apart_and_made_anew(world: World) -> None:
    await shut(world)
    await seasons(world, 2, 3, 4, 5)
    await world.services.delivering.recheck(world.guild.id, world.now)
    await world.deliver()
    await seasons(world, 6)
    assert world.posts(world.news) == []

    [post] = await mend(world)

    assert [line[-1] for line in listed(post)] == ["2", "3", "4", "5", "6"]


async def test_what_was_overtaken_since_is_not_told(world: World) -> None:
    await shut(world)
    await world.tell(HARBOR, Event.DATED, season=2, value="2027-03-01", title="First")
    await world.tell(HARBOR, Event.DATED, season=2, value="2027-05-09", title="Second one")

    [post] = await mend(world)

    assert "May 9, 2027" in post.content
    assert await reasons(world) == [("failed", "overtaken"), ("sent", "")]
    assert "newer news had come by the time the channel was mended" in await status(world)


async def test_of_what_was_in_doubt_only_what_still_holds_is_sent_again(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    world.env.inject_error("POST", "/channels/*/messages", status=500)
    await world.tell(HARBOR, certainty=Certainty.REPORTED, title="They say")
    world.env.inject_error("GET", "/channels/*/messages", status=403, code=50001)
    await world.env.advance_time(700)
    await world.tell(HARBOR, title="They confirm it")
    assert world.posts(world.news) == []

    await world.services.delivering.recheck(world.guild.id, world.now)
    [post] = await mend(world)

    assert post.content.startswith("Now confirmed: **Harbor Lights** is renewed")
    assert await reasons(world) == [("failed", "overtaken"), ("sent", "")]


async def test_what_was_confirmed_since_is_told_once(world: World) -> None:
    await shut(world)
    await world.tell(HARBOR, certainty=Certainty.REPORTED, title="They say")
    await world.tell(HARBOR, title="They confirm it")

    [post] = await mend(world)

    assert post.content.startswith("Now confirmed: **Harbor Lights** is renewed")


async def test_what_is_older_than_two_days_is_no_longer_news(world: World) -> None:
    await shut(world)
    await seasons(world, 2, 3)
    await world.env.advance_time(timedelta(hours=47).total_seconds())
    await seasons(world, 4, 5, 6, 7)
    await world.env.advance_time(timedelta(hours=2).total_seconds())

    [post] = await mend(world)

    assert [line[-1] for line in listed(post)] == ["4", "5", "6", "7"]
    assert (await reasons(world))[:2] == [("failed", "too_old")] * 2


async def test_a_catch_up_forgets_what_grew_old_while_it_was_refused(world: World) -> None:
    await shut(world)
    await seasons(world, 2)
    await world.env.advance_time(timedelta(hours=40).total_seconds())
    await seasons(world, 3, 4, 5)
    await world.services.delivering.recheck(world.guild.id, world.now)
    await world.deliver()
    await world.env.advance_time(timedelta(hours=9).total_seconds())

    [post] = await mend(world)

    assert [line[-1] for line in listed(post)] == ["3", "4", "5"]
    assert (await reasons(world))[0] == ("failed", "too_old")


async def test_everybody_who_waited_is_mentioned_in_it_once(world: World) -> None:
    await shut(world)
    await world.follow(world.member, HARBOR)
    await world.follow(world.admin, COPPER)
    await seasons(world, 2, 3)
    await world.tell(COPPER, season=2)
    await world.tell(COPPER, season=3)

    [post] = await mend(world)

    users = sorted((world.member.id, world.admin.id))
    assert sorted(user.id for user in post.mentions) == users
    assert post.content.count("<@") == 2


async def test_more_members_than_fit_are_mentioned_in_further_parts_after_it(world: World) -> None:
    await shut(world)
    for user in range(1, 61):
        wish = Wish(HARBOR, world.guild.id, Target.MEMBER, 1_000_000 + user)
        await world.services.subscribing.subscribe(wish, user, world.now)
    await seasons(world, 2, 3, 4, 5)

    [post] = await mend(world)

    [first, further] = world.news.history()[-2:]
    assert first.id == post.id
    assert (first.content.count("<@"), further.content.count("<@")) == (50, 10)
    assert further.content.startswith("Also for you: While I could not post here, 4 things")


async def test_a_catch_up_that_discord_refuses_comes_in_plain_words(world: World) -> None:
    await shut(world)
    await seasons(world, 2, 3, 4, 5)
    world.let_bot(send_messages=True)
    await world.env.settle()
    world.env.inject_error("POST", "/channels/*/messages", status=400, code=50035)

    await world.deliver()

    [post] = world.posts(world.news)
    assert "https://" not in (post.embeds[0].description or "")
    assert len(listed(post)) == 4


class TestButtons:
    async def catch_up(self, world: World, *shows: Show) -> discord.Message:
        """A catch-up of these shows, which #tv-news follows."""
        for show in shows:
            await world.admin.slash(world.news, "subscribe", show=show.key, **{"for": "channel"})
        await close(world)
        for season in (2, 3, 4, 5):
            for show in shows:
                await world.tell(show, season=season)
        [post] = await mend(world)
        return post

    async def test_of_one_show_they_work_as_ever(self, world: World) -> None:
        post = await self.catch_up(world, HARBOR)

        pressed = await world.member.click(post, label="Subscribe me")

        assert "You follow **Harbor Lights** now" in pressed.response.content

    async def test_of_several_shows_it_is_asked_which(self, world: World) -> None:
        post = await self.catch_up(world, HARBOR, COPPER)

        asked = await world.member.click(post, label="Subscribe me")
        assert "Which series" in asked.response.content
        assert menu_values(asked) == [HARBOR.key, COPPER.key]

        done = await world.member.select(answer_of(asked), values=[COPPER.key])

        assert "You follow **Copper Sky** now" in done.response.content
        assert [f.show for f in await world.own(world.member)] == [COPPER]

    async def test_mute_asks_too(self, world: World) -> None:
        post = await self.catch_up(world, HARBOR, COPPER)
        await world.follow(world.member, HARBOR)

        asked = await world.member.click(post, label="Mute")
        done = await world.member.select(answer_of(asked), values=[HARBOR.key])

        assert "Muted" in done.response.content
