"""The bot on the gateway: intents, commands loaded by name, and nothing that polls or delivers.

Commands are given to Discord only when they changed since the last time. The loops are started by
the composition root: this client may come and go without them.
"""

import hashlib
import json
import logging
from typing import TYPE_CHECKING

import aiohttp
import discord
from discord.ext import commands

from bot.services.places import ChannelKind
from cogs.errors import Tree
from cogs.host import Host

if TYPE_CHECKING:
    from bot.services.container import Services
    from bot.services.syncing import CommandMemory

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.following",
    "cogs.listing",
    "cogs.showing",
    "cogs.upcoming",
    "cogs.newsreel",
    "cogs.why",
    "cogs.posts",
    "cogs.judging",
    "cogs.settings",
    "cogs.roles",
    "cogs.sources",
    "cogs.health",
    "cogs.mending",
    "cogs.presence",
)


class GreenlitBot(Host):
    """A bot that needs the `guilds` intent alone and keeps no members and no messages.

    `memory` remembers which commands Discord has. With `dev_guild` the commands go to that server
    only, where a change is seen at once. `http_trace` watches its requests to Discord.
    """

    def __init__(
        self,
        services: "Services",
        memory: "CommandMemory",
        *,
        dev_guild: int | None = None,
        shard_count: int | None = None,
        http_trace: aiohttp.TraceConfig = discord.utils.MISSING,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True),
            allowed_contexts=discord.app_commands.AppCommandContext(guild=True),
            allowed_installs=discord.app_commands.AppInstallationType(guild=True, user=False),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=30,
            shard_count=shard_count,
            http_trace=http_trace,
        )
        self.services = services
        self._memory = memory
        self._dev_guild = dev_guild

    async def setup_hook(self) -> None:
        """Load the commands and give them to Discord where it has others."""
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        await self._sync()

    async def _sync(self) -> None:
        guild = discord.Object(self._dev_guild) if self._dev_guild else None
        if guild is not None:
            self.tree.copy_global_to(guild=guild)
        digest = self._digest(guild)
        if await self._memory.recall() == digest:
            return
        try:
            given = await self.tree.sync(guild=guild)
        except discord.HTTPException as failure:
            # The commands of last time still work; the next start tries again.
            log.warning("commands could not be synced: %s", failure)
            return
        await self._memory.remember(digest)
        log.info("commands synced", extra={"commands": len(given), "guild": self._dev_guild})

    def _digest(self, guild: discord.Object | None) -> str:
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands(guild=guild)]
        scope = [self.application_id, self._dev_guild, sorted(payload, key=_name)]
        return hashlib.sha256(json.dumps(scope, sort_keys=True).encode()).hexdigest()


def _name(command: dict[str, object]) -> str:
    return str(command["name"])


def kind_of(client: discord.Client, guild_id: int, channel_id: int) -> ChannelKind:
    """What sort of channel it is, as the gateway told."""
    guild = client.get_guild(guild_id)
    match guild and guild.get_channel_or_thread(channel_id):
        case discord.Thread():
            return ChannelKind.THREAD
        case discord.ForumChannel():
            return ChannelKind.FORUM
        case discord.TextChannel() as channel if channel.is_news():
            return ChannelKind.ANNOUNCEMENT
        case discord.TextChannel():
            return ChannelKind.TEXT
        case _:
            return ChannelKind.UNKNOWN
