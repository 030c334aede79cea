"""The line to Discord, as services hold it: laid before there is a client, and the client's after.

A client carries the trace of who sends on it, so neither can be made wholly before the other.
"""

import aiohttp
import discord
from discord.http import Route

from bot.client import kind_of
from bot.delivery.sending import ClientRest
from bot.services.noticing import AdminPlaces, Obstacle
from bot.services.places import ChannelKind
from bot.words import Words
from cogs.permissions import trouble


class Line:
    """What services ask of Discord, and what the gateway told; `client` is set once it is there."""

    client: discord.Client

    @property
    def http_trace(self) -> aiohttp.TraceConfig | None:
        """The trace that the client's requests carry, if any."""
        return ClientRest(self.client).http_trace

    async def request(self, route: Route, **kwargs: object) -> object:
        """Send one request through the client."""
        return await ClientRest(self.client).request(route, **kwargs)

    def places(self, guild_id: int) -> AdminPlaces | None:
        """Where a server's admins can be reached; None while the gateway has not told of it."""
        guild = self.client.get_guild(guild_id)
        if guild is None:
            return None
        system = guild.system_channel
        return AdminPlaces(system.id if system else None, guild.owner_id)

    def obstacle(self, words: Words) -> Obstacle:
        """What stands in the way of posting in a channel, as far as the gateway told."""
        return lambda guild_id, channel_id: trouble(
            words, self.client.get_guild(guild_id), channel_id
        )

    def may_read(self, channel_id: int) -> bool | None:
        """Whether the bot may read a channel's history; None while the gateway has not told."""
        channel = self.client.get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return None
        rights = channel.permissions_for(channel.guild.me)
        return rights.view_channel and rights.read_message_history

    def kind_of(self, guild_id: int, channel_id: int) -> ChannelKind:
        """What sort of channel it is, as the gateway told."""
        return kind_of(self.client, guild_id, channel_id)
