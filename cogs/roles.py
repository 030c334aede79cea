"""`/role`: a role that is pinged with the news of one series, in place of each member."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery.escaping import escape
from bot.news.model import Show
from cogs.answers import Answer, reply
from cogs.choosing import TEXT_LIMIT, show_menu, suggest_any, with_show
from cogs.controls import Control
from cogs.host import Host, Interaction
from cogs.settings import role_trouble
from cogs.wishing import TITLE_LIMIT


class Roles(commands.Cog):
    """Roles for series."""

    @app_commands.command(description="Ping a role with the news of one series, not each member")
    @app_commands.describe(
        show="The series", role="The role to ping; leave it out to mention each member again"
    )
    @app_commands.autocomplete(show=suggest_any)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def role(
        self,
        interaction: Interaction,
        show: app_commands.Range[str, 1, TEXT_LIMIT],
        role: discord.Role | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        role_id = role.id if role else 0
        answer = await with_show(
            interaction,
            show,
            lambda found: choose(interaction, found, role_id),
            lambda near: WhichShow.of(interaction, near, role_id),
        )
        await reply(interaction, answer)


class WhichShow(Control, template=r"gl:which-role:(?P<role>\d+)"):
    """The menu of shows, where a text fitted several or none."""

    for_managers = True

    @classmethod
    def of(cls, interaction: Interaction, near: tuple[Show, ...], role_id: int) -> "WhichShow":
        """The menu for a role."""
        words = interaction.client.services.words
        return cls(show_menu(words, f"gl:which-role:{role_id}", near))

    async def press(self, interaction: Interaction) -> Answer:
        role_id = int(self.args["role"])
        return await with_show(
            interaction,
            self.values[0],
            lambda found: choose(interaction, found, role_id),
            lambda near: WhichShow.of(interaction, near, role_id),
        )


async def choose(interaction: Interaction, show: Show, role_id: int) -> Answer:
    """Ping a role for a show, or each member again where `role_id` is 0."""
    services, guild_id = interaction.client.services, interaction.guild_id or 0
    words, title = services.words, escape(show.title, TITLE_LIMIT)
    if role_id == guild_id:  # the role @everyone has its server's id
        return Answer(words("settings.not_everyone"))
    await services.guilds.set_show_role(guild_id, show, role_id or None, services.clock())
    if not role_id:
        return Answer(words("role.removed", show=title))
    said = words("role.chosen", show=title, role=f"<@&{role_id}>")
    lines = (said, role_trouble(interaction, role_id))
    return Answer("\n".join(line for line in lines if line))


async def setup(bot: Host) -> None:
    """Add the command and its menu."""
    bot.add_dynamic_items(WhichShow)
    await bot.add_cog(Roles())
