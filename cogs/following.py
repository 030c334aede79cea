"""Following a show, and no longer following it: `/subscribe` and `/unsubscribe`."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery.escaping import escape
from bot.news.model import Kind, Show
from bot.news.routing import Target
from bot.services.subscribing import Subscribed, Wish
from bot.storage.subscriptions import Followed
from cogs.answers import Answer, reply
from cogs.cards import card_embed
from cogs.choosing import TEXT_LIMIT, show_menu, suggest_any, suggest_followed, with_show
from cogs.controls import Control, button, is_manager, kind_letters, name_kinds, require_manager
from cogs.host import Host, Interaction
from cogs.newsreel import last_button
from cogs.permissions import trouble
from cogs.why import why_button
from cogs.wishing import (
    TITLE_LIMIT,
    ChannelOption,
    For,
    Request,
    choose_first,
    dm_trouble,
    is_stranger,
    meant,
    name_target,
    usual,
    wish_of,
)

KIND_CHOICES = [
    app_commands.Choice(name="everything", value="stc"),
    app_commands.Choice(name="seasons: renewed, cancelled, dated", value="s"),
    app_commands.Choice(name="trailers", value="t"),
    app_commands.Choice(name="casting", value="c"),
    app_commands.Choice(name="seasons and trailers", value="st"),
    app_commands.Choice(name="seasons and casting", value="sc"),
    app_commands.Choice(name="trailers and casting", value="tc"),
]
FOR_CHOICES = [
    app_commands.Choice(name="me: mention me in the server's post", value="me"),
    app_commands.Choice(name="dm: send me a direct message", value="dm"),
    app_commands.Choice(
        name="channel: everybody in a channel (wants Manage Server)", value="channel"
    ),
]
OPTIONS = {
    "show": "The series; begin to type its name",
    "target": "Who is told (you, if nothing is chosen)",
    "channel": "With for:channel, the channel to use instead of this one",
}


class Following(commands.Cog):
    """Following a show, and no longer following it."""

    @app_commands.command(
        description="Follow a series: its news arrives as soon as an outlet has it"
    )
    @app_commands.describe(kinds="Which news (everything, if nothing is chosen)", **OPTIONS)
    @app_commands.rename(target="for")
    @app_commands.choices(kinds=KIND_CHOICES, target=FOR_CHOICES)
    @app_commands.autocomplete(show=suggest_any)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def subscribe(
        self,
        interaction: Interaction,
        show: app_commands.Range[str, 1, TEXT_LIMIT],
        kinds: str = "stc",
        target: str | None = None,
        channel: app_commands.Transform[int, ChannelOption] | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        request = Request.of(kinds, target, channel)
        answer = await with_show(
            interaction,
            show,
            lambda found: follow(interaction, found, request),
            lambda near: WhichToFollow.of(interaction, near, request),
            or_bare=True,
        )
        await reply(interaction, answer)

    @app_commands.command(description="No longer follow a series")
    @app_commands.describe(**OPTIONS)
    @app_commands.rename(target="for")
    @app_commands.choices(target=FOR_CHOICES)
    @app_commands.autocomplete(show=suggest_followed)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def unsubscribe(
        self,
        interaction: Interaction,
        show: app_commands.Range[str, 1, TEXT_LIMIT],
        target: str | None = None,
        channel: app_commands.Transform[int, ChannelOption] | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        request = Request.of("", target, channel)
        answer = await with_show(
            interaction,
            show,
            lambda found: end(interaction, found, request),
            lambda near: WhichToEnd.of(interaction, near, request),
        )
        await reply(interaction, answer)


async def follow(interaction: Interaction, show: Show, request: Request) -> Answer:
    """Subscribe as asked, say where the news will come, and show what is known."""
    services = interaction.client.services
    if is_stranger(interaction):
        return Answer(services.words("subscribe.not_a_member"))
    target = request.target or await usual(interaction, request)
    if target is not For.CHANNEL and request.channel:
        return Answer(services.words("subscribe.channel_without_for"))
    if target is For.CHANNEL and not interaction.guild_id:
        return Answer(services.words("subscribe.channel_in_dm"))
    becomes_news = False
    if target is For.CHANNEL:
        require_manager(interaction)
        becomes_news = await choose_first(interaction, request.channel_in(interaction))
    wish = wish_of(interaction, show, target, request)
    subscribed = await services.subscribing.subscribe(wish, interaction.user.id, services.clock())
    refusal = await dm_trouble(interaction) if wish.target is Target.DM else ""
    return following(interaction, subscribed, refusal, becomes_news=becomes_news)


def following(
    interaction: Interaction,
    subscribed: Subscribed,
    refusal: str = "",
    *,
    becomes_news: bool = False,
) -> Answer:
    """A subscription as it stands: what is followed, where it comes, and the show's whole card."""
    words = interaction.client.services.words
    subscription = subscribed.followed.subscription
    state = "new" if subscribed.created else "changed"
    places = " ".join(f"<#{channel}>" for channel in subscribed.channels)
    lines = [
        words(
            f"subscribe.{state}.{subscription.target}",
            show=escape(subscribed.followed.show.title, TITLE_LIMIT),
            kinds=name_kinds(words, subscription.kinds),
            channel=f"<#{subscription.target_id}>",
        ),
        refusal
        or words(_where(subscribed, interaction), channels=places, role=f"<@&{subscribed.role}>"),
    ]
    if becomes_news:
        lines.append(words("subscribe.becomes_news", channel=f"<#{subscription.target_id}>"))
    lines += [trouble(words, interaction.guild, channel) for channel in subscribed.channels]
    return Answer(
        "\n".join(line for line in lines if line),
        card_embed(subscribed.card, words),
        (
            *controls_for(interaction, subscribed.followed),
            *last_button(subscribed.card, words),
            *why_button(subscribed.card, words),
        ),
    )


def controls_for(interaction: Interaction, followed: Followed) -> tuple[Control, ...]:
    """What a follower may change at once: the kinds, and a direct message instead."""
    words = interaction.client.services.words
    controls: list[Control] = [KindsMenu.of(interaction, followed)]
    if followed.subscription.target is Target.MEMBER:
        item = button(words("button.dm_instead"), f"gl:dm:{followed.subscription.id}")
        controls.append(DmInstead(item))
    return tuple(controls)


async def end(interaction: Interaction, show: Show, request: Request) -> Answer:
    """End the subscriptions to a show that were meant."""
    services = interaction.client.services
    title = escape(show.title, TITLE_LIMIT)
    listed = await services.subscribing.list_for(interaction.guild_id or 0, interaction.user.id)
    of_show = [followed for followed in listed if followed.show.key == show.key]
    chosen = meant(interaction, of_show, request)
    if not chosen:
        key = "unsubscribe.others" if of_show else "unsubscribe.nothing"
        return Answer(services.words(key, show=title))
    if any(f.subscription.target is Target.CHANNEL for f in chosen):
        require_manager(interaction)
    await services.subscribing.remove(*(f.subscription.id for f in chosen))
    whom = ", ".join(name_target(interaction, followed) for followed in chosen)
    return Answer(services.words("unsubscribe.done", show=title, whom=whom))


class WhichToFollow(
    Control,
    template=r"gl:which-follow:(?P<kinds>[stc]{1,3}):(?P<target>auto|me|dm|channel):(?P<channel>\d+)",
):
    """The menu of shows to follow, where a text fitted several or none."""

    @classmethod
    def of(
        cls, interaction: Interaction, near: tuple[Show, ...], request: Request
    ) -> "WhichToFollow":
        """The menu for a request."""
        asked = f"{kind_letters(request.kinds)}:{request.whom}"
        words = interaction.client.services.words
        return cls(show_menu(words, f"gl:which-follow:{asked}", near))

    async def press(self, interaction: Interaction) -> Answer:
        request = Request.read(self.args)
        return await with_show(
            interaction,
            self.values[0],
            lambda found: follow(interaction, found, request),
            lambda near: WhichToFollow.of(interaction, near, request),
        )


class WhichToEnd(Control, template=r"gl:which-end:(?P<target>auto|me|dm|channel):(?P<channel>\d+)"):
    """The menu of shows no longer to follow."""

    @classmethod
    def of(cls, interaction: Interaction, near: tuple[Show, ...], request: Request) -> "WhichToEnd":
        """The menu for a request."""
        words = interaction.client.services.words
        return cls(show_menu(words, f"gl:which-end:{request.whom}", near))

    async def press(self, interaction: Interaction) -> Answer:
        request = Request.read(self.args)
        return await with_show(
            interaction,
            self.values[0],
            lambda found: end(interaction, found, request),
            lambda near: WhichToEnd.of(interaction, near, request),
        )


class KindsMenu(Control, template=r"gl:kinds:(?P<id>\d+)"):
    """The menu of the kinds that a subscription wants."""

    @classmethod
    def of(cls, interaction: Interaction, followed: Followed) -> "KindsMenu":
        """The menu with the kinds wanted now."""
        words, wanted = interaction.client.services.words, followed.subscription.kinds
        options = [
            discord.SelectOption(label=words(f"kind.{kind}"), value=kind, default=kind in wanted)
            for kind in Kind
        ]
        item: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            custom_id=f"gl:kinds:{followed.subscription.id}",
            placeholder=words("kinds.placeholder"),
            max_values=len(options),
            options=options,
        )
        return cls(item)

    async def press(self, interaction: Interaction) -> Answer:
        followed = await _own(interaction, self.args["id"])
        if followed is None:
            return Answer(interaction.client.services.words("subscription.gone"))
        kinds = frozenset(Kind(value) for value in self.values)
        return await _change(interaction, followed, followed.subscription.target, kinds)


class DmInstead(Control, template=r"gl:dm:(?P<id>\d+)"):
    """Be told by direct message instead of a mention."""

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        followed = await _own(interaction, self.args["id"])
        if followed is None:
            return Answer(services.words("subscription.gone"))
        answer = await _change(interaction, followed, Target.DM, followed.subscription.kinds)
        await services.subscribing.remove(followed.subscription.id)
        return answer


async def _change(
    interaction: Interaction, followed: Followed, target: Target, kinds: frozenset[Kind]
) -> Answer:
    services, old = interaction.client.services, followed.subscription
    guild_id = 0 if target is Target.DM else old.guild_id
    wish = Wish(followed.show, guild_id, target, old.target_id, kinds)
    user, now = interaction.user.id, services.clock()
    return following(interaction, await services.subscribing.subscribe(wish, user, now))


async def _own(interaction: Interaction, subscription_id: str) -> Followed | None:
    """A subscription that the presser may change: their own, or a channel's for a manager."""
    services = interaction.client.services
    followed = await services.subscribing.get(int(subscription_id))
    if followed is None:
        return None
    subscription = followed.subscription
    if subscription.target is not Target.CHANNEL:
        return followed if subscription.target_id == interaction.user.id else None
    require_manager(interaction)
    return followed if subscription.guild_id == interaction.guild_id else None


def _where(subscribed: Subscribed, interaction: Interaction) -> str:
    target = subscribed.followed.subscription.target
    if target is Target.MEMBER and not subscribed.channels:
        role = "manager" if is_manager(interaction) else "member"
        return f"subscribe.nowhere.{role}"
    if target is Target.MEMBER and subscribed.role is not None:
        return "subscribe.where.role"
    return f"subscribe.where.{target}"


async def setup(bot: Host) -> None:
    """Add the commands and their controls."""
    bot.add_dynamic_items(WhichToFollow, WhichToEnd, KindsMenu, DmInstead)
    await bot.add_cog(Following())
