"""`/settings`: one panel with everything that a server can choose, changed in place."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery.escaping import escape
from bot.news.model import Kind
from bot.storage.guilds import GuildSettings
from cogs.answers import Answer, board, reply
from cogs.controls import Control, button
from cogs.errors import name_all
from cogs.host import Host, Interaction
from cogs.permissions import FOR_NEWS, POSTABLE, WITH_EVENTS, trouble

NEWS, ADMIN = "news", "admin"
FOR_EVENTS = "create_events"


class Settings(commands.Cog):
    """What a server chose."""

    @app_commands.command(description="Where news comes, whom it pings, rumours on or off")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settings(self, interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        settings = await interaction.client.services.guilds.settings(interaction.guild_id or 0)
        await reply(interaction, panel(interaction, settings))


def panel(
    interaction: Interaction, settings: GuildSettings, said: str = "", *, asking: bool = False
) -> Answer:
    """The panel with what is chosen now, and what stands in the way of it.

    `asking` shows the question what is to become of the events that stand.
    """
    words, routes = interaction.client.services.words, settings.routes
    name = interaction.guild.name if interaction.guild else ""
    return board(
        words("settings.title", server=escape(name, 100)),
        words("settings.news"),
        [ChooseChannel.of(interaction, NEWS, routes.news_channel)],
        words("settings.kinds"),
        *([ChooseChannel.of(interaction, k, routes.kind_channels.get(k))] for k in Kind),
        words("settings.role"),
        [ChooseRole.of(interaction, routes.ping_role)],
        words("settings.admin"),
        [ChooseChannel.of(interaction, ADMIN, settings.admin_channel)],
        words(f"settings.rumours.{'on' if routes.rumours else 'off'}"),
        [Rumours.of(interaction, wanted=not routes.rumours)],
        words("settings.events.ask" if asking else f"settings.events.{_on(settings.events)}"),
        Events.choices(interaction, on=settings.events, asking=asking),
        *_remarks(interaction, settings, said),
    )


def _remarks(interaction: Interaction, settings: GuildSettings, said: str) -> list[str]:
    words, routes = interaction.client.services.words, settings.routes
    chosen = dict.fromkeys((routes.news_channel, *routes.kind_channels.values()))
    chosen |= {settings.admin_channel: None}
    channels = [channel for channel in chosen if channel is not None]
    lines = [said, *(trouble(words, interaction.guild, channel) for channel in channels)]
    if routes.news_channel is None:
        lines.append(words("settings.no_news_channel"))
    lines.append(role_trouble(interaction, routes.ping_role))
    lines.append(events_trouble(interaction) if settings.events else "")
    return [line for line in lines if line]


def role_trouble(interaction: Interaction, role_id: int | None) -> str:
    """Why a role cannot be pinged, with the remedy; "" where it can."""
    words, guild = interaction.client.services.words, interaction.guild
    if role_id is None or guild is None or guild.me is None:
        return ""
    role = guild.get_role(role_id)
    if role is None:
        return words("settings.role_gone")
    if role.mentionable or guild.me.guild_permissions.mention_everyone:
        return ""
    return words("settings.role_not_mentionable", role=role.mention)


def events_trouble(interaction: Interaction) -> str:
    """Why no scheduled events can be made, with the remedy; "" where they can."""
    words, guild = interaction.client.services.words, interaction.guild
    if guild is None or guild.me is None or guild.me.guild_permissions.create_events:
        return ""
    link = discord.utils.oauth_url(
        interaction.client.application_id or 0,
        permissions=discord.Permissions(WITH_EVENTS),
        guild=guild,
        scopes=("bot", "applications.commands"),
    )
    return words("settings.events.missing", permissions=name_all(words, (FOR_EVENTS,)), link=link)


def _on(switched: bool) -> str:
    return "on" if switched else "off"


class ChooseChannel(Control, template=r"gl:set:(?P<what>news|season|trailer|cast|admin)"):
    """The menu of channels for all news, for one kind, or for the admins' notices."""

    for_managers = True

    @classmethod
    def of(cls, interaction: Interaction, what: str, chosen: int | None) -> "ChooseChannel":
        """The menu with the channel chosen now."""
        guild = interaction.guild
        known = chosen and guild and guild.get_channel_or_thread(chosen)
        item: discord.ui.ChannelSelect[Any] = discord.ui.ChannelSelect(
            custom_id=f"gl:set:{what}",
            channel_types=POSTABLE if what == ADMIN else FOR_NEWS,
            placeholder=interaction.client.services.words(f"settings.choose.{what}"),
            min_values=0,
            default_values=[discord.Object(known.id, type=type(known))] if known else [],
        )
        return cls(item)

    async def press(self, interaction: Interaction) -> Answer:
        services, what = interaction.client.services, self.args["what"]
        guild_id, now = interaction.guild_id or 0, services.clock()
        chosen = self.values[0].id if self.values else None
        if what == ADMIN:
            settings = await services.guilds.set_admin_channel(guild_id, chosen, now)
        else:
            kind = None if what == NEWS else Kind(what)
            settings = await services.guilds.set_news_channel(guild_id, chosen, now, kind)
            await services.delivering.recheck(guild_id, now)
        return panel(interaction, settings, services.words("settings.saved"))


class ChooseRole(Control, template=r"gl:role"):
    """The menu of roles to ping."""

    for_managers = True

    @classmethod
    def of(cls, interaction: Interaction, chosen: int | None) -> "ChooseRole":
        """The menu with the role chosen now."""
        known = chosen and interaction.guild and interaction.guild.get_role(chosen)
        item: discord.ui.RoleSelect[Any] = discord.ui.RoleSelect(
            custom_id="gl:role",
            placeholder=interaction.client.services.words("settings.choose.role"),
            min_values=0,
            default_values=[known] if known else [],
        )
        return cls(item)

    async def press(self, interaction: Interaction) -> Answer:
        services, guild_id = interaction.client.services, interaction.guild_id or 0
        chosen = self.values[0].id if self.values else None
        if chosen == guild_id:  # the role @everyone has its server's id
            settings = await services.guilds.settings(guild_id)
            return panel(interaction, settings, services.words("settings.not_everyone"))
        settings = await services.guilds.set_ping_role(guild_id, chosen, services.clock())
        return panel(interaction, settings, services.words("settings.saved"))


class Rumours(Control, template=r"gl:rumours:(?P<wanted>on|off)"):
    """The switch for rumours."""

    for_managers = True

    @classmethod
    def of(cls, interaction: Interaction, *, wanted: bool) -> "Rumours":
        """The switch to what is not so now."""
        state = "on" if wanted else "off"
        text = interaction.client.services.words(f"settings.rumours.turn_{state}")
        return cls(button(text, f"gl:rumours:{state}"))

    async def press(self, interaction: Interaction) -> Answer:
        services, guild_id = interaction.client.services, interaction.guild_id or 0
        wanted = self.args["wanted"] == "on"
        settings = await services.guilds.set_rumours(guild_id, wanted, services.clock())
        return panel(interaction, settings, services.words("settings.saved"))


class Events(Control, template=r"gl:events:(?P<what>on|off|keep|remove)"):
    """The switch for scheduled events, and what becomes of those that stand when it is turned."""

    for_managers = True

    @classmethod
    def choices(cls, interaction: Interaction, *, on: bool, asking: bool) -> "list[Events]":
        """The switch to what is not so now, or the answers to what it asks."""
        words = interaction.client.services.words
        names = ("keep", "remove") if asking else (_on(not on),)
        return [cls(button(words(f"settings.events.turn_{n}"), f"gl:events:{n}")) for n in names]

    async def press(self, interaction: Interaction) -> Answer:
        services, what = interaction.client.services, self.args["what"]
        guild_id, now = interaction.guild_id or 0, services.clock()
        if what == "off":
            settings = await services.guilds.settings(guild_id)
            return panel(interaction, settings, asking=settings.events)
        remove = what == "remove"
        settings = await services.guilds.set_events(guild_id, what == "on", now, remove=remove)
        return panel(interaction, settings, services.words("settings.saved"))


async def setup(bot: Host) -> None:
    """Add the command and its controls."""
    bot.add_dynamic_items(ChooseChannel, ChooseRole, Rumours, Events)
    await bot.add_cog(Settings())
