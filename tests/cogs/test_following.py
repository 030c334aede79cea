"""`/subscribe` and `/unsubscribe`, as people in a server see them."""

import asyncio

import pytest
from simcord.results import InteractionResult

from bot.news.model import Event, Kind
from bot.news.routing import Target
from bot.services.subscribing import Wish
from tests.discord_env import (
    COPPER,
    HARBOR,
    NIGHT_2019,
    NIGHT_2023,
    World,
    answer_of,
    interactions_with,
    menu_values,
    text_of,
)


def words_of(result: InteractionResult) -> str:
    """What the asker reads."""
    assert result.ephemeral
    return result.response.content


class TestSubscribing:
    async def test_a_managers_first_subscription_sets_the_server_up(self, world: World) -> None:
        result = await world.admin.slash(world.news, "subscribe", show=HARBOR.key)

        text = words_of(result)
        assert f"{world.news.mention} follows **Harbor Lights** now: all news." in text
        assert f"{world.news.mention} is this server's news channel now" in text
        assert "Nothing is known yet" in str(result.response.embeds[0].description)

    async def test_the_news_of_a_followed_show_arrives_in_the_channel(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)

        await world.tell(HARBOR, season=3)

        assert "**Harbor Lights** is renewed for season 3" in world.news.last_message.content

    async def test_a_member_is_mentioned_in_the_news_channel(self, world: World) -> None:
        await world.choose_news_channel()

        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        text = words_of(result)
        assert "You follow **Harbor Lights** now: all news." in text
        assert f"will come to {world.news.mention}, and I will mention you" in text
        await world.tell(HARBOR)
        assert world.member.mention in world.news.last_message.content

    async def test_the_whole_card_is_shown_at_once(self, world: World) -> None:
        await world.choose_news_channel()
        await world.tell(HARBOR, season=2, outlet="Example Wire")

        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        text = text_of(result)
        assert "Harbor Lights (2021, Northern) · Season 2" in text
        assert "Renewed for season 2" in text
        assert "Example Wire" in text
        assert text.count("Not announced yet") == 3
        why = await world.member.click(answer_of(result), label="Why?")
        assert "Renewed for season 2" in text_of(why)

    async def test_without_a_news_channel_a_member_hears_what_to_do(self, world: World) -> None:
        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        assert "no news channel: ask somebody with Manage Server" in words_of(result)

    async def test_asking_again_changes_the_subscription(self, world: World) -> None:
        await world.choose_news_channel()
        await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key, kinds="t")

        assert "Changed: you follow **Harbor Lights** with trailers." in words_of(result)
        listed = await world.followed_by(world.member)
        assert [f.subscription.kinds for f in listed] == [frozenset({Kind.TRAILER})]

    async def test_only_the_kinds_asked_for_arrive(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key, kinds="t")

        await world.tell(HARBOR, Event.RENEWED)
        assert world.posts(world.news) == []
        await world.tell(HARBOR, Event.TRAILER)
        assert "the trailer is out" in world.news.last_message.content

    async def test_a_manager_names_another_channel(self, world: World) -> None:
        await world.choose_news_channel()
        trailers = world.channel("trailers")

        result = await world.admin.slash(
            world.general, "subscribe", show=HARBOR.key, channel=trailers, **{"for": "channel"}
        )

        assert f"{trailers.mention} follows **Harbor Lights** now" in words_of(result)
        assert "news channel now" not in words_of(result)
        await world.tell(HARBOR)
        assert len(world.posts(trailers)) == 1

    async def test_two_channels_post_both_and_mention_a_member_in_one(self, world: World) -> None:
        other = world.channel("other")
        for channel in (world.news, other):
            await world.admin.slash(channel, "subscribe", show=HARBOR.key, **{"for": "channel"})
        await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        await world.tell(HARBOR)

        texts = [world.news.last_message.content, other.last_message.content]
        assert [world.member.mention in text for text in texts] == [True, False]

    async def test_a_direct_message_can_be_chosen(self, world: World) -> None:
        result = await world.member.slash(
            world.general, "subscribe", show=HARBOR.key, **{"for": "dm"}
        )

        assert "by direct message: all news" in words_of(result)
        await world.tell(HARBOR)
        assert "is renewed" in world.member.user.dm_channel.last_message.content

    async def test_in_a_direct_message_the_news_comes_there(self, world: World) -> None:
        result = await world.member.user.slash("subscribe", show=HARBOR.key)

        assert "by direct message" in result.response.content
        again = await world.member.slash(
            world.general, "subscribe", show=HARBOR.key, **{"for": "dm"}
        )
        assert "Changed:" in words_of(again)

    async def test_a_channel_cannot_be_followed_from_a_direct_message(self, world: World) -> None:
        result = await world.member.user.slash("subscribe", show=HARBOR.key, **{"for": "channel"})

        assert "There is no channel here" in result.response.content

    async def test_a_named_channel_means_everybody_there(self, world: World) -> None:
        await world.choose_news_channel()
        other = world.channel("other")

        result = await world.admin.slash(world.general, "subscribe", show=HARBOR.key, channel=other)

        assert f"{other.mention} follows **Harbor Lights** now" in words_of(result)

    async def test_a_channel_named_for_oneself_is_asked_back(self, world: World) -> None:
        result = await world.member.slash(
            world.general, "subscribe", show=HARBOR.key, channel=world.news, **{"for": "me"}
        )

        assert "choose `for: channel`, or leave the channel out" in words_of(result)
        assert await world.followed_by(world.member) == ()

    async def test_a_channel_wants_manage_server(self, world: World) -> None:
        result = await world.member.slash(
            world.news, "subscribe", show=HARBOR.key, **{"for": "channel"}
        )

        assert "You need **Manage Server**" in words_of(result)
        assert world.env.errors
        assert await world.followed_by(world.member) == ()

    async def test_where_the_bot_is_no_member_it_says_so(self, world: World) -> None:
        await world.removed_from(world.guild)

        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        assert "I am not a member of this server" in words_of(result)
        assert await world.followed_by(world.member) == ()

    async def test_a_thread_can_be_followed_in(self, world: World) -> None:
        thread = world.thread_in(world.general, "spoilers")

        result = await world.admin.slash(
            world.general, "subscribe", show=HARBOR.key, channel=thread, **{"for": "channel"}
        )

        assert f"{thread.mention} follows **Harbor Lights** now" in words_of(result)
        await world.tell(HARBOR)
        assert "is renewed" in thread.last_message.content

    async def test_a_thread_that_is_hidden_from_the_bot_is_said_to_be(self, world: World) -> None:
        thread = world.thread_in(world.general, "secret")
        world.env.bot.get_guild(world.guild.id)._threads.pop(thread.id)

        result = await world.admin.slash(
            world.general, "subscribe", show=HARBOR.key, channel=thread
        )

        assert f"I cannot see {thread.mention}" in words_of(result)

    async def test_in_a_thread_another_permission_counts(self, world: World) -> None:
        thread = world.thread_in(world.general, "spoilers")
        world.let_bot(send_messages_in_threads=False)
        await world.env.settle()

        result = await world.admin.slash(
            world.general, "subscribe", show=HARBOR.key, channel=thread, **{"for": "channel"}
        )

        assert "because I lack **Send Messages in Threads** there" in words_of(result)

    async def test_a_person_with_another_language_is_answered(self, world: World) -> None:
        with interactions_with(world, locale="de", guild_locale="de"):
            result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        assert "You follow **Harbor Lights** now" in words_of(result)

    async def test_two_at_once_make_one_subscription(self, world: World) -> None:
        wish = Wish(HARBOR, world.guild.id, Target.MEMBER, world.member.id)
        subscribing = world.services.subscribing

        both = await asyncio.gather(
            *(subscribing.subscribe(wish, world.member.id, world.now) for _ in range(2))
        )

        assert sorted(done.created for done in both) == [False, True]

    @pytest.mark.parametrize(
        ("permission", "name"),
        [
            ("view_channel", "View Channel"),
            ("send_messages", "Send Messages"),
            ("embed_links", "Embed Links"),
            ("read_message_history", "Read Message History"),
        ],
    )
    async def test_a_missing_permission_is_named_at_once(
        self, world: World, permission: str, name: str
    ) -> None:
        locked = world.channel("locked", **{permission: False})

        result = await world.admin.slash(
            world.general, "subscribe", show=HARBOR.key, channel=locked, **{"for": "channel"}
        )

        assert f"because I lack **{name}** there" in words_of(result)
        assert len(await world.followed_by(world.admin)) == 1, "it is kept all the same"


class TestNames:
    async def test_a_name_that_only_one_show_has_is_enough(self, world: World) -> None:
        result = await world.member.slash(world.general, "subscribe", show="harbour lights")

        assert "**Harbor Lights**" in words_of(result)

    async def test_namesakes_are_asked_about_and_never_guessed(self, world: World) -> None:
        await world.choose_news_channel()
        asked = await world.member.slash(
            world.general, "subscribe", show="Nightfall", kinds="sc", **{"for": "me"}
        )

        assert "Which series is meant by “Nightfall”?" in words_of(asked)
        assert set(menu_values(asked)) == {NIGHT_2019.key, NIGHT_2023.key}
        assert await world.followed_by(world.member) == ()

        chosen = await world.member.select(answer_of(asked), [NIGHT_2023.key])

        assert "season news and casting" in chosen.response.content
        [followed] = await world.followed_by(world.member)
        assert followed.show == NIGHT_2023

    async def test_a_title_that_nobody_knows_is_said_so(self, world: World) -> None:
        result = await world.member.slash(world.general, "subscribe", show="zzqx *wvk* @everyone")

        assert "I know no series called “zzqx \\*wvk\\* ＠everyone”" in words_of(result)

    async def test_no_name_at_all_is_asked_for(self, world: World) -> None:
        result = await world.member.slash(world.general, "subscribe", show="   ")

        assert "Name a series" in words_of(result)

    async def test_suggestions_begin_with_what_the_server_follows(self, world: World) -> None:
        await world.choose_news_channel()
        await world.member.slash(world.general, "subscribe", show=NIGHT_2019.key)

        offered = await world.member.autocomplete(world.general, "subscribe", "show", "")

        assert offered[0] == {"name": "Nightfall (2019, Alpha)", "value": NIGHT_2019.key}
        assert len(offered) == len({choice["value"] for choice in offered})

    async def test_suggestions_follow_what_is_typed(self, world: World) -> None:
        offered = await world.member.autocomplete(world.general, "subscribe", "show", "cop")

        assert [choice["value"] for choice in offered] == [COPPER.key]

    @pytest.mark.parametrize("typed", ["x" * 500, "@everyone", "**", "\u202e", "  ", "(((", "💚"])
    async def test_whatever_is_typed_gets_an_answer(self, world: World, typed: str) -> None:
        offered = await world.member.autocomplete(world.general, "subscribe", "show", typed)
        asked = await world.member.slash(world.general, "subscribe", show=typed[:100])

        assert len(offered) <= 25
        assert "@everyone" not in words_of(asked)
        assert await world.followed_by(world.member) == ()


class TestChangingAtOnce:
    async def test_the_kinds_menu_changes_the_subscription_in_place(self, world: World) -> None:
        await world.choose_news_channel()
        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        changed = await world.member.select(answer_of(result), ["trailer", "cast"])

        assert "with trailers and casting" in changed.response.content
        [followed] = await world.followed_by(world.member)
        assert followed.subscription.kinds == {Kind.TRAILER, Kind.CAST}

    async def test_a_direct_message_replaces_the_mention(self, world: World) -> None:
        await world.choose_news_channel()
        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key, kinds="t")

        changed = await world.member.click(answer_of(result), label="Direct message instead")

        assert "by direct message: trailers" in changed.response.content
        [followed] = await world.followed_by(world.member)
        assert followed.subscription.target == "dm"

    async def test_a_subscription_that_was_removed_meanwhile_is_said_to_be_gone(
        self, world: World
    ) -> None:
        result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)
        await world.member.slash(world.general, "unsubscribe", show=HARBOR.key)

        changed = await world.member.select(answer_of(result), ["trailer"])

        assert "no longer there" in changed.response.content


class TestUnsubscribing:
    async def test_a_member_ends_their_own(self, world: World) -> None:
        await world.choose_news_channel()
        await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        result = await world.member.slash(world.general, "unsubscribe", show="Harbor Lights")

        assert "no more news of **Harbor Lights** for you." in words_of(result)
        assert await world.followed_by(world.member) == ()

    async def test_a_manager_ends_the_channels(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)

        result = await world.admin.slash(world.news, "unsubscribe", show=HARBOR.key)

        assert f"for {world.news.mention}" in words_of(result)
        await world.tell(HARBOR)
        assert world.posts(world.news) == []

    async def test_a_member_cannot_end_the_channels(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)

        plain = await world.member.slash(world.news, "unsubscribe", show=HARBOR.key)
        named = await world.member.slash(
            world.news, "unsubscribe", show=HARBOR.key, **{"for": "channel"}
        )

        assert "not for the one you mean" in words_of(plain)
        assert "You need **Manage Server**" in words_of(named)
        assert world.env.errors
        assert len(await world.followed_by(world.member)) == 1

    async def test_what_nobody_follows_cannot_be_ended(self, world: World) -> None:
        result = await world.member.slash(world.news, "unsubscribe", show=HARBOR.key)

        assert "Nobody here follows **Harbor Lights**" in words_of(result)

    async def test_an_unclear_name_is_asked_about(self, world: World) -> None:
        await world.member.slash(world.general, "subscribe", show=NIGHT_2019.key)
        asked = await world.member.slash(world.general, "unsubscribe", show="nightfall")

        chosen = await world.member.select(answer_of(asked), [NIGHT_2019.key])

        assert "no more news of **Nightfall**" in chosen.response.content

    async def test_only_what_is_followed_is_suggested(self, world: World) -> None:
        await world.member.slash(world.general, "subscribe", show=HARBOR.key)

        offered = await world.member.autocomplete(world.general, "unsubscribe", "show", "har")
        others = await world.member.autocomplete(world.general, "unsubscribe", "show", "cop")

        assert [choice["value"] for choice in offered] == [HARBOR.key]
        assert others == []
