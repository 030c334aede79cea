"""`/show`: what is known of a series' next season, how surely, by whom, and since when."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.news.model import Show
from bot.services.library import Found
from bot.words import Words
from cogs.answers import Answer, reply
from cogs.cards import card_embed
from cogs.choosing import TEXT_LIMIT, show_menu, suggest_any, with_show
from cogs.controls import Control, button
from cogs.following import follow
from cogs.host import Host, Interaction
from cogs.newsreel import last_button
from cogs.why import why_button
from cogs.wishing import Request

CUSTOM_ID_LIMIT = 100


class Showing(commands.Cog):
    """What is known of a series."""

    @app_commands.command(
        description="What is known of a series: dates, cast, trailers, and who says so"
    )
    @app_commands.describe(
        show="The series; begin to type its name",
        share="Show the card to everybody in this channel",
    )
    @app_commands.autocomplete(show=suggest_any)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def show(
        self,
        interaction: Interaction,
        show: app_commands.Range[str, 1, TEXT_LIMIT],
        share: bool = False,
    ) -> None:
        known = isinstance(interaction.client.services.library.resolve(show.strip()), Found)
        await interaction.response.defer(ephemeral=not (share and known))
        answer = await with_show(
            interaction,
            show,
            lambda found: card(interaction, found),
            lambda near: WhichToShow.of(interaction, near),
        )
        await reply(interaction, answer)


async def card(interaction: Interaction, show: Show) -> Answer:
    """The card of a show, with buttons to follow it, to its news and to its evidence."""
    services = interaction.client.services
    words, guild_id = services.words, interaction.guild_id or 0
    await services.cataloguing.look_up(show, services.clock())
    known = await services.showing.card(show, guild_id, services.clock())
    controls = (*_follow_button(show, words), *last_button(known, words), *why_button(known, words))
    return Answer(embed=card_embed(known, words), controls=controls)


def _follow_button(show: Show, words: Words) -> tuple[Control, ...]:
    custom_id = f"gl:show:{show.key}"
    if len(custom_id) > CUSTOM_ID_LIMIT:
        return ()
    text = words("button.subscribe")
    return (FollowShow(button(text, custom_id, discord.ButtonStyle.primary)),)


class WhichToShow(Control, template=r"gl:which-show"):
    """The menu of shows to look up, where a text fitted several or none."""

    @classmethod
    def of(cls, interaction: Interaction, near: tuple[Show, ...]) -> "WhichToShow":
        """The menu of the shows that come near."""
        return cls(show_menu(interaction.client.services.words, "gl:which-show", near))

    async def press(self, interaction: Interaction) -> Answer:
        return await with_show(
            interaction,
            self.values[0],
            lambda found: card(interaction, found),
            lambda near: WhichToShow.of(interaction, near),
        )


class FollowShow(Control, template=r"gl:show:(?P<show>.+)"):
    """Follow the show of a card."""

    fresh = True

    async def press(self, interaction: Interaction) -> Answer:
        services = interaction.client.services
        show = services.library.get(self.args["show"])
        if show is None:
            return Answer(services.words("show.gone"))
        return await follow(interaction, show, Request())


async def setup(bot: Host) -> None:
    """Add the command and its controls."""
    bot.add_dynamic_items(WhichToShow, FollowShow)
    await bot.add_cog(Showing())
