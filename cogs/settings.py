"""Not written yet."""

from cogs.host import Host


async def setup(bot: Host) -> None:
    """Nothing yet."""
