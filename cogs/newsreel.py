"""`/news` and the last ten under a card: what was announced, with its date and its source."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery.dates import stamp
from bot.delivery.escaping import escape
from bot.delivery.links import web_link
from bot.delivery.rendering import sentence
from bot.news.model import Show, Standing
from bot.services.newsreel import Item, Page
from bot.services.showing import Card
from bot.words import Words
from cogs.answers import ACCENT, Answer, reply
from cogs.cards import fitting
from cogs.choosing import TEXT_LIMIT, show_menu, suggest_any, with_show
from cogs.controls import Control, button
from cogs.host import Host, Interaction
from cogs.wishing import TITLE_LIMIT

OUTLET_LIMIT, LINK_LIMIT = 40, 250
TEXT_ROOM = 4000  # of an embed's description
EVERYTHING = 0  # in place of a show's row id


class Newsreel(commands.Cog):
    """The latest news."""

    @app_commands.command(
        description="The latest news of a series, or of everything that is followed here"
    )
    @app_commands.describe(show="The series; leave it out for all that is followed")
    @app_commands.autocomplete(show=suggest_any)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def news(
        self,
        interaction: Interaction,
        show: app_commands.Range[str, 1, TEXT_LIMIT] | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        if show is None:
            await reply(interaction, await page(interaction, EVERYTHING, 0))
            return
        answer = await with_show(
            interaction,
            show,
            lambda found: of_show(interaction, found),
            lambda near: WhichNews.of(interaction, near),
        )
        await reply(interaction, answer)


async def of_show(interaction: Interaction, show: Show) -> Answer:
    """The first page of a show's news."""
    services = interaction.client.services
    show_id = await services.newsreel.id_of(show)
    if show_id is None:
        return _none_of(services.words, show)
    return await page(interaction, show_id, 0)


async def page(interaction: Interaction, show_id: int, number: int) -> Answer:
    """A page of the news of a show, or of everything that is followed."""
    services, guild_id = interaction.client.services, interaction.guild_id or 0
    if show_id == EVERYTHING:
        found = await services.newsreel.followed(guild_id, interaction.user.id, number)
        return _answer(services.words, found, show_id, guild_id)
    show = await services.newsreel.show(show_id)
    if show is None:
        return Answer(services.words("show.gone"))
    found = await services.newsreel.of_show(show_id, guild_id, number)
    return _answer(services.words, found, show_id, guild_id, show)


class TurnNews(Control, template=r"gl:news:(?P<page>\d{1,3}):(?P<show>\d{1,18})"):
    """To another page of the news."""

    async def press(self, interaction: Interaction) -> Answer:
        return await page(interaction, int(self.args["show"]), int(self.args["page"]))


class LastTen(Control, template=r"gl:last:(?P<show>\d{1,18})"):
    """The button under a card: the last ten that were announced."""

    fresh = True

    async def press(self, interaction: Interaction) -> Answer:
        return await page(interaction, int(self.args["show"]), 0)


class WhichNews(Control, template=r"gl:which-news"):
    """The menu of shows to have the news of, where a text fitted several or none."""

    @classmethod
    def of(cls, interaction: Interaction, near: tuple[Show, ...]) -> "WhichNews":
        """The menu of the shows that come near."""
        return cls(show_menu(interaction.client.services.words, "gl:which-news", near))

    async def press(self, interaction: Interaction) -> Answer:
        return await with_show(
            interaction,
            self.values[0],
            lambda found: of_show(interaction, found),
            lambda near: WhichNews.of(interaction, near),
        )


def last_button(card: Card, words: Words) -> tuple[Control, ...]:
    """The button to the last ten, where anything was announced of a card's show."""
    if not card.latest or card.show_id is None:
        return ()
    return (LastTen(button(words("card.button.last"), f"gl:last:{card.show_id}")),)


def _answer(
    words: Words, found: Page, show_id: int, guild_id: int, show: Show | None = None
) -> Answer:
    if not found.items:
        return _none_of(words, show) if show else Answer(words(_empty(found, guild_id)))
    title = words("news.title")
    if show is not None:
        title = words("news.title.show", show=escape(show.title, TITLE_LIMIT))
    lines = fitting((_line(item, words) for item in found.items), TEXT_ROOM)
    embed = discord.Embed(title=title, description="\n".join(lines), colour=ACCENT)
    if found.pages > 1:
        embed.set_footer(text=words("news.page", page=found.number + 1, pages=found.pages))
    return Answer(embed=embed, controls=_turns(words, found, show_id))


def _none_of(words: Words, show: Show) -> Answer:
    return Answer(words("news.none.show", show=escape(show.title, TITLE_LIMIT)))


def _empty(found: Page, guild_id: int) -> str:
    if not found.follows:
        return "news.none.followed"
    return "news.none" if guild_id else "news.none.dm"


def _line(item: Item, words: Words) -> str:
    """An announcement with its date and its source; one that does not stand has no link."""
    telling = item.telling
    when = stamp(telling.announcement.at, "d")
    said = sentence(replace(telling, standing=Standing.STANDS), words)
    if item.struck:
        return words("news.struck", when=when, said=said)
    if telling.standing is not Standing.STANDS:
        return words("news.withdrawn", when=when, said=said)
    line = words("news.line", when=when, said=said)
    if not telling.outlets:
        return line
    name = escape(telling.outlets[0].name, OUTLET_LIMIT)
    link = web_link(telling.outlets[0].link, LINK_LIMIT)
    outlet = f"[{name}]({link})" if name and link else name
    return words("news.by", line=line, outlet=outlet) if outlet else line


def _turns(words: Words, found: Page, show_id: int) -> tuple[Control, ...]:
    turns = []
    if found.number > 0:
        to = f"gl:news:{found.number - 1}:{show_id}"
        turns.append(TurnNews(button(words("button.newer"), to)))
    if found.number < found.pages - 1:
        to = f"gl:news:{found.number + 1}:{show_id}"
        turns.append(TurnNews(button(words("button.older"), to)))
    return tuple(turns)


async def setup(bot: Host) -> None:
    """Add the command and its controls."""
    bot.add_dynamic_items(TurnNews, LastTen, WhichNews)
    await bot.add_cog(Newsreel())
