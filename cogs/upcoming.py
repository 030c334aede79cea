"""`/upcoming`: what premieres next of what is followed, by date."""

from discord import app_commands
from discord.ext import commands

from bot.catalogue.search import label
from bot.delivery.dates import day_stamp, in_words, moment_stamp
from bot.delivery.escaping import escape
from bot.delivery.links import web_link
from bot.services.upcoming import Coming
from bot.storage.premieres import Voice
from bot.words import Words
from cogs.answers import Answer, board, reply
from cogs.controls import Control, turns
from cogs.host import Host, Interaction

A_PAGE = 8  # lines of which each is at its longest still fit into a panel's 10,170 bytes
TITLE_LIMIT, OUTLET_LIMIT, LINK_LIMIT = 100, 40, 200


class Ahead(commands.Cog):
    """What premieres next."""

    @app_commands.command(description="What premieres next of what this server and you follow")
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def upcoming(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await reply(interaction, await page(interaction, 0))


async def page(interaction: Interaction, number: int) -> Answer:
    """One page of what premieres next; the last one where there are fewer."""
    services, words = interaction.client.services, interaction.client.services.words
    guild_id = interaction.guild_id or 0
    outlook = await services.upcoming.list_for(guild_id, interaction.user.id, services.clock())
    if not outlook.followed:
        return board(words("subscriptions.none"))
    if not outlook.coming:
        return board(words.count("upcoming.none", outlook.followed))
    last = (len(outlook.coming) - 1) // A_PAGE
    number = min(number, last)
    shown = outlook.coming[number * A_PAGE : (number + 1) * A_PAGE]
    return board(
        words.count("upcoming.title", len(outlook.coming)),
        "\n".join(_line(coming, words) for coming in shown),
        words("subscriptions.page", page=number + 1, pages=last + 1) if last else "",
        [TurnUpcoming(each) for each in turns(words, "gl:upcoming", number, last)],
    )


class TurnUpcoming(Control, template=r"gl:upcoming:(?P<page>\d{1,6})"):
    """To another page."""

    async def press(self, interaction: Interaction) -> Answer:
        return await page(interaction, int(self.args["page"]))


def _line(coming: Coming, words: Words) -> str:
    premiere = coming.premiere
    title = escape(label(coming.show), TITLE_LIMIT)
    name = "upcoming.show" if premiere.season is None else "upcoming.show.season"
    return words(
        "upcoming.line",
        when=_when(coming, words),
        show=words(name, show=title, season=premiere.season),
        certainty=words(f"card.certainty.{premiere.certainty}"),
        outlet=_outlet(coming.voice) or words("card.no_outlet"),
    )


def _when(coming: Coming, words: Words) -> str:
    if coming.premiere.day is None or coming.starts is None:
        return in_words(coming.premiere.when, words)
    return moment_stamp(coming.starts) if coming.exact else day_stamp(coming.premiere.day)


def _outlet(voice: Voice | None) -> str:
    if voice is None:
        return ""
    shown, link = escape(voice.outlet, OUTLET_LIMIT), web_link(voice.link, LINK_LIMIT)
    return f"[{shown}]({link})" if shown and link else shown


async def setup(bot: Host) -> None:
    """Add the command and its control."""
    bot.add_dynamic_items(TurnUpcoming)
    await bot.add_cog(Ahead())
