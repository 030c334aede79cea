"""A server's settings, its coming and its going."""

from datetime import datetime, timedelta

from bot.news.model import Kind, Show
from bot.services.calendars import take_back
from bot.storage import guilds, owing, roles, shows, sources, subscriptions
from bot.storage.database import Database
from bot.storage.guilds import KIND_COLUMNS, GuildSettings

KEPT = timedelta(days=30)  # how long a server that removed the bot is remembered


class Guilds:
    """Keeps what servers chose."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, guild_id: int) -> GuildSettings:
        """A server's settings; the defaults for one that chose nothing."""
        async with self._database.read() as connection:
            return await guilds.settings_of(connection, guild_id)

    async def set_news_channel(
        self, guild_id: int, channel_id: int | None, now: datetime, kind: Kind | None = None
    ) -> GuildSettings:
        """Choose the channel for all news, or for one kind; None takes the choice back.

        What the server follows in its news channel, and what is still owed there, moves with it.
        """
        column = KIND_COLUMNS[kind] if kind else "news_channel"
        async with self._database.write() as connection:
            await guilds.ensure_guild(connection, guild_id, now)
            old = (await guilds.settings_of(connection, guild_id)).routes.news_channel
            await guilds.change_settings(connection, guild_id, **{column: channel_id})
            if kind is None and old and channel_id and old != channel_id:
                await subscriptions.move_channel(connection, guild_id, old, channel_id)
                await owing.hand_over(connection, guild_id, old, channel_id, now)
            return await guilds.settings_of(connection, guild_id)

    async def set_admin_channel(
        self, guild_id: int, channel_id: int | None, now: datetime
    ) -> GuildSettings:
        """Choose where admins are told of trouble."""
        return await self._change(guild_id, now, admin_channel=channel_id)

    async def set_ping_role(
        self, guild_id: int, role_id: int | None, now: datetime
    ) -> GuildSettings:
        """Choose the role to ping in posts, or none."""
        return await self._change(guild_id, now, ping_role=role_id)

    async def set_show_role(
        self, guild_id: int, show: Show, role_id: int | None, now: datetime
    ) -> None:
        """Choose the role to ping for a show in place of its followers, or mention them again."""
        async with self._database.write() as connection:
            await guilds.ensure_guild(connection, guild_id, now)
            show_id = await shows.ensure_show(connection, show)
            if role_id is None:
                await roles.remove_role(connection, guild_id, show_id)
            else:
                await roles.put_role(connection, guild_id, show_id, role_id)

    async def show_roles(self, guild_id: int) -> tuple[tuple[Show, int], ...]:
        """The shows of a server that have a role to ping, by title, each with its role."""
        async with self._database.read() as connection:
            return await roles.roles_in(connection, guild_id)

    async def set_rumours(self, guild_id: int, wanted: bool, now: datetime) -> GuildSettings:
        """Tell rumours in this server, or keep them out."""
        return await self._change(guild_id, now, rumours=wanted)

    async def set_events(
        self, guild_id: int, wanted: bool, now: datetime, *, remove: bool = False
    ) -> GuildSettings:
        """Have a scheduled event for each premiere, or no longer; `remove` those that stand."""
        async with self._database.write() as connection:
            await guilds.ensure_guild(connection, guild_id, now)
            due = now if wanted else None
            await guilds.change_settings(connection, guild_id, events=wanted, events_due=due)
            if not wanted:
                await take_back(connection, guild_id, now, standing=remove)
            return await guilds.settings_of(connection, guild_id)

    async def arrive(self, guild_id: int, name: str, now: datetime) -> bool:
        """The bot is in a server; whether it has yet to greet there.

        Every server says so at every start, so nothing is written where nothing is new.
        """
        async with self._database.read() as connection:
            if await guilds.is_present(connection, guild_id, name):
                return (await guilds.settings_of(connection, guild_id)).greeted is None
        async with self._database.write() as connection:
            await guilds.ensure_guild(connection, guild_id, now, name)
            return (await guilds.settings_of(connection, guild_id)).greeted is None

    async def mark_greeted(self, guild_id: int, now: datetime) -> None:
        """The bot greeted a server: it does so once."""
        await self._change(guild_id, now, greeted=now)

    async def leave(self, guild_id: int, now: datetime) -> None:
        """The bot was removed; what the server chose is kept for KEPT."""
        async with self._database.write() as connection:
            await guilds.mark_removed(connection, guild_id, now)

    async def forget_due(self, now: datetime) -> int:
        """Forget the servers that removed the bot more than KEPT ago; how many."""
        async with self._database.write() as connection:
            forgotten = await guilds.forget_removed(connection, now - KEPT)
            if forgotten:
                await sources.retire(connection)  # what only they had added
            return forgotten

    async def followed_shows(self, guild_id: int) -> tuple[Show, ...]:
        """The shows that somebody of a server follows, by title."""
        async with self._database.read() as connection:
            return await shows.followed_in(connection, guild_id)

    async def _change(
        self, guild_id: int, now: datetime, **values: int | bool | datetime | None
    ) -> GuildSettings:
        async with self._database.write() as connection:
            await guilds.ensure_guild(connection, guild_id, now)
            await guilds.change_settings(connection, guild_id, **values)
            return await guilds.settings_of(connection, guild_id)
