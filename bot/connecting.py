"""Reaching Discord although the network is down: try again, resting longer each time.

discord.py reconnects a gateway that was lost, but its first login and its first question for the
gateway's address fail at once. A bot that starts before its network must not end for that.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiohttp
import discord

log = logging.getLogger(__name__)

FIRST_REST = 1.0  # seconds
LONGEST_REST = 60.0

PASSING = (OSError, aiohttp.ClientError, discord.DiscordServerError, discord.GatewayNotFound)

Rest = Callable[[float], Awaitable[object]]


async def patiently(
    what: str, step: Callable[[], Awaitable[None]], rest: Rest = asyncio.sleep
) -> None:
    """Do a step until it succeeds. What no waiting mends, a refused token above all, is raised."""
    seconds = FIRST_REST
    while True:
        try:
            return await step()
        except PASSING as error:
            extra = {"step": what, "error": type(error).__name__, "again_in": seconds}
            log.warning("Discord cannot be reached", extra=extra)
        await rest(seconds)
        seconds = min(2 * seconds, LONGEST_REST)
