"""Coming to a server, leaving it, and seeing there that what was broken is mended."""

import logging

import discord
from discord.ext import commands

from cogs.host import Host
from cogs.permissions import missing

log = logging.getLogger(__name__)


class Presence(commands.Cog):
    """Greets once, remembers a removal, and tries held channels again when something changed."""

    def __init__(self, bot: Host) -> None:
        self._bot = bot
        self._services = bot.services

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._arrive(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        # Also at each start: the bot may have been invited, or mended, while it was away.
        await self._arrive(guild)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._services.guilds.leave(guild.id, self._services.clock())

    # A server may shuffle its channels all day: only a change that can mend something counts, or
    # each would cost a refused request for every channel that is held.

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        if set(missing(before)) - set(missing(after)):
            await self._recheck(after.guild)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if after.permissions.value & ~before.permissions.value:
            await self._recheck(after.guild)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        now = self._services.clock()
        await self._services.mending.role_gone(role.guild.id, role.id, now)
        await self._recheck(role.guild)  # what was denied to it is denied no more

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        own = after.id == after.guild.me.id  # of other members the bot hears nothing
        if own and (before.roles, before.timed_out_until) != (after.roles, after.timed_out_until):
            await self._recheck(after.guild)

    @commands.Cog.listener()
    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        if (before.archived, before.locked) != (after.archived, after.locked):
            await self._recheck(after.guild)

    async def _arrive(self, guild: discord.Guild) -> None:
        services, now = self._services, self._services.clock()
        if await services.guilds.arrive(guild.id, guild.name, now):
            await self._greet(guild)
        await self._recheck(guild)

    async def _greet(self, guild: discord.Guild) -> None:
        """Greet where it may write; where it may nowhere, the next start tries again."""
        place = greeting_place(guild)
        if place is None:
            return
        services = self._services
        await services.guilds.mark_greeted(guild.id, services.clock())
        try:
            await place.send(services.words("greeting"))
        except discord.HTTPException as refusal:
            # Not again: better no greeting than one at every start. `/help` says the same.
            log.info("greeting refused: %s", refusal, extra={"guild": guild.id})

    async def _recheck(self, guild: discord.Guild) -> None:
        await self._services.delivering.recheck(guild.id, self._services.clock())


def greeting_place(guild: discord.Guild) -> discord.TextChannel | None:
    """The system channel, else the first text channel in which the bot may write."""
    first = [guild.system_channel] if guild.system_channel else []
    for channel in (*first, *guild.text_channels):
        if not missing(channel):
            return channel
    return None


async def setup(bot: Host) -> None:
    """Listen to the gateway."""
    await bot.add_cog(Presence(bot))
