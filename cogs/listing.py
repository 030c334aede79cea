"""`/subscriptions`: what a server's channels and the asker follow, with a menu to end it."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.catalogue.search import label
from bot.delivery.escaping import escape
from bot.news.routing import Target
from bot.storage.subscriptions import Followed
from cogs.answers import Answer, board, reply
from cogs.controls import Control, is_manager, name_kinds, turns
from cogs.host import Host, Interaction
from cogs.wishing import TITLE_LIMIT, dm_trouble, name_target

A_PAGE = 15  # lines of which each is at its longest still fit into a panel's 4,000 characters


class Listing(commands.Cog):
    """What is followed."""

    @app_commands.command(description="What this server and you follow, with a menu to remove")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def subscriptions(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await reply(interaction, await page(interaction, 0))


async def page(interaction: Interaction, number: int, said: str = "") -> Answer:
    """One page of the list; the last one where there are fewer."""
    services = interaction.client.services
    listed = await services.subscribing.list_for(interaction.guild_id or 0, interaction.user.id)
    refusal = await dm_trouble(interaction)
    if not listed:
        return board(said, services.words("subscriptions.none"))
    last = (len(listed) - 1) // A_PAGE
    number = min(number, last)
    shown = listed[number * A_PAGE : (number + 1) * A_PAGE]
    removable = _removable(interaction, shown)
    return board(
        said,
        services.words.count("subscriptions.title", len(listed)),
        "\n".join(_line(interaction, followed) for followed in shown),
        [RemoveMenu.of(interaction, number, removable)] if removable else "",
        services.words("subscriptions.page", page=number + 1, pages=last + 1) if last else "",
        refusal,
        [TurnPage(each) for each in turns(services.words, "gl:page", number, last)],
    )


class RemoveMenu(Control, template=r"gl:remove:(?P<page>\d+)"):
    """The menu of subscriptions to end."""

    @classmethod
    def of(cls, interaction: Interaction, number: int, shown: list[Followed]) -> "RemoveMenu":
        """The menu of a page's subscriptions."""
        item: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            custom_id=f"gl:remove:{number}",
            placeholder=interaction.client.services.words("subscriptions.remove"),
            max_values=len(shown),
            options=[_option(interaction, followed) for followed in shown],
        )
        return cls(item)

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        listed = await services.subscribing.list_for(interaction.guild_id or 0, interaction.user.id)
        chosen = set(self.values)
        ids = [
            f.subscription.id
            for f in _removable(interaction, listed)
            if str(f.subscription.id) in chosen
        ]
        removed = await services.subscribing.remove(*ids)
        said = services.words.count("subscriptions.removed", removed)
        return await page(interaction, int(self.args["page"]), said)


class TurnPage(Control, template=r"gl:page:(?P<page>\d+)"):
    """To another page of the list."""

    async def press(self, interaction: Interaction) -> Answer:
        return await page(interaction, int(self.args["page"]))


def _line(interaction: Interaction, followed: Followed) -> str:
    words, subscription = interaction.client.services.words, followed.subscription
    line = words(
        "subscriptions.line",
        show=escape(label(followed.show), TITLE_LIMIT),
        whom=name_target(interaction, followed),
        kinds=name_kinds(words, subscription.kinds),
    )
    return words("subscriptions.muted", line=line) if subscription.muted else line


def _option(interaction: Interaction, followed: Followed) -> discord.SelectOption:
    guild, subscription = interaction.guild, followed.subscription
    place = guild.get_channel_or_thread(subscription.target_id) if guild else None
    words = interaction.client.services.words
    whom = f"#{place.name}" if place else words(f"subscriptions.option.{subscription.target}")
    return discord.SelectOption(
        label=label(followed.show), value=str(subscription.id), description=whom[:100]
    )


def _removable(
    interaction: Interaction, listed: tuple[Followed, ...] | list[Followed]
) -> list[Followed]:
    """Those that the asker may end: a channel's wants Manage Server."""
    manager = is_manager(interaction)
    return [f for f in listed if manager or f.subscription.target is not Target.CHANNEL]


async def setup(bot: Host) -> None:
    """Add the command and its controls."""
    bot.add_dynamic_items(RemoveMenu, TurnPage)
    await bot.add_cog(Listing())
