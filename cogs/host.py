"""What a cog may know of the bot that it lives in."""

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

if TYPE_CHECKING:
    from bot.services.container import Services


class Host(commands.AutoShardedBot):
    """A bot that carries the services; cogs and controls reach them through it."""

    services: "Services"


Interaction = discord.Interaction[Host]
