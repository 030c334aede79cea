"""What was asked for beside a show: which news, for whom, in which channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Any, Self

import discord
from discord import app_commands

from bot.delivery.escaping import escape
from bot.news.model import ALL_KINDS, Kind, Show
from bot.news.routing import Target
from bot.services.subscribing import Wish
from bot.storage.subscriptions import Followed
from cogs.controls import is_manager, kinds_of
from cogs.host import Interaction
from cogs.permissions import FOR_NEWS

TITLE_LIMIT = 80
DM_TROUBLE = "dm_trouble"  # among an interaction's extras: it was looked for already


class For(StrEnum):
    """Whom a subscription is for, as the option says it."""

    ME = auto()
    DM = auto()
    CHANNEL = auto()


TARGETS = {For.ME: Target.MEMBER, For.DM: Target.DM, For.CHANNEL: Target.CHANNEL}


class ChannelOption(app_commands.Transformer):
    """A channel by its id alone: one that the bot cannot see is accepted, and said to be hidden."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What Discord offers to choose from."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Those that take news."""
        return FOR_NEWS

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> int:
        """The id of what was chosen."""
        return int(value.id)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `target` is None where it was left open, `channel` 0 for "here"."""

    kinds: frozenset[Kind] = ALL_KINDS
    target: For | None = None
    channel: int = 0

    @classmethod
    def of(cls, kinds: str, target: str | None, channel: int | None) -> Self:
        """From a command's options."""
        return cls(kinds_of(kinds), For(target) if target else None, channel or 0)

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Self:
        """From the parts of a custom_id."""
        target = None if args["target"] == "auto" else For(args["target"])
        return cls(kinds_of(args.get("kinds", "")), target, int(args["channel"]))

    @property
    def whom(self) -> str:
        """Target and channel as they stand in a custom_id."""
        return f"{self.target or 'auto'}:{self.channel}"

    def channel_in(self, interaction: Interaction) -> int:
        """The channel that was named, or the one where it was asked."""
        return self.channel or interaction.channel_id or 0


def is_stranger(interaction: Interaction) -> bool:
    """Whether the bot is no member of the server where it is asked, and so cannot post there."""
    guild_id = interaction.guild_id
    return guild_id is not None and interaction.client.get_guild(guild_id) is None


async def usual(interaction: Interaction, request: Request) -> For:
    """Whom a subscription is for where nobody said so.

    A manager in a server without a news channel is setting the server up.
    """
    if request.channel:
        return For.CHANNEL
    if not interaction.guild_id:
        return For.DM
    if not is_manager(interaction):
        return For.ME
    settings = await interaction.client.services.guilds.settings(interaction.guild_id)
    return For.CHANNEL if settings.routes.news_channel is None else For.ME


async def choose_first(interaction: Interaction, channel_id: int) -> bool:
    """Make the channel the server's news channel where it has none; whether it had none."""
    services, guild_id = interaction.client.services, interaction.guild_id or 0
    settings = await services.guilds.settings(guild_id)
    if settings.routes.news_channel is not None:
        return False
    await services.guilds.set_news_channel(guild_id, channel_id, services.clock())
    return True


def wish_of(interaction: Interaction, show: Show, target: For, request: Request) -> Wish:
    """The wish that a request comes to."""
    if target is For.CHANNEL:
        guild_id, channel = interaction.guild_id or 0, request.channel_in(interaction)
        return Wish(show, guild_id, Target.CHANNEL, channel, request.kinds)
    if target is For.ME and interaction.guild_id:
        user, guild_id = interaction.user.id, interaction.guild_id
        return Wish(show, guild_id, Target.MEMBER, user, request.kinds)
    # A direct message is the member's own wish, whichever server they asked in.
    return Wish(show, 0, Target.DM, interaction.user.id, request.kinds)


def meant(
    interaction: Interaction, of_show: Sequence[Followed], request: Request
) -> list[Followed]:
    """The subscriptions that a request to end speaks of: the asker's own, if it does not say."""
    channel = request.channel_in(interaction)
    places = {
        For.ME: (Target.MEMBER, interaction.guild_id, interaction.user.id),
        For.DM: (Target.DM, 0, interaction.user.id),
        For.CHANNEL: (Target.CHANNEL, interaction.guild_id, channel),
    }
    found = {target: [f for f in of_show if _place(f) == place] for target, place in places.items()}
    if request.target is not None:
        return found[request.target]
    if request.channel:
        return found[For.CHANNEL]
    own = found[For.ME] + found[For.DM]
    return own or (found[For.CHANNEL] if is_manager(interaction) else [])


def name_target(interaction: Interaction, followed: Followed) -> str:
    """Whom a subscription is for, in words."""
    words, subscription = interaction.client.services.words, followed.subscription
    if subscription.target is Target.MEMBER and subscription.guild_id != interaction.guild_id:
        guild = interaction.client.get_guild(subscription.guild_id)
        server = escape(guild.name, TITLE_LIMIT) if guild else words("target.another_server")
        return words("target.member_elsewhere", server=server)
    return words(f"target.{subscription.target}", channel=f"<#{subscription.target_id}>")


async def dm_trouble(interaction: Interaction) -> str:
    """Why direct messages to the asker do not arrive, with the remedy; "" where they do.

    They are given up until the asker was told; then they are tried again.
    """
    services, user_id = interaction.client.services, interaction.user.id
    interaction.extras[DM_TROUBLE] = True
    if not await services.reporting.dm_refusal(user_id):
        return ""
    await services.delivering.recheck_member(user_id, services.clock())
    return services.words("dm.refused")


def _place(followed: Followed) -> tuple[Target, int | None, int]:
    subscription = followed.subscription
    return subscription.target, subscription.guild_id, subscription.target_id
