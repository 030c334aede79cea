"""Following shows: subscribing, changing a subscription, muting it, ending it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.news.model import ALL_KINDS, Kind, Show
from bot.news.routing import GuildRoutes, Subscription, Target
from bot.services.showing import Card, read_card
from bot.storage import forums, guilds, history, roles, subscriptions
from bot.storage.database import Database
from bot.storage.history import Marked
from bot.storage.shows import ensure_show
from bot.storage.subscriptions import Followed


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member asks for. `guild_id` is the server where they ask, 0 outside one."""

    show: Show
    guild_id: int
    target: Target
    target_id: int
    kinds: frozenset[Kind] = ALL_KINDS


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as it stands now.

    `created` is False where an earlier one was changed. `channels` are those to which the news
    will come, none for a direct message or where the server has not chosen its news channel.
    """

    followed: Followed
    created: bool
    channels: tuple[int, ...]
    card: Card
    role: int | None = None  # pinged there in place of each member


class Subscribing:
    """Keeps subscriptions. Permissions are the caller's to check.

    `welcome` hears of every show that somebody follows.
    """

    def __init__(
        self,
        database: Database,
        welcome: Callable[[Show], None] = lambda show: None,
    ) -> None:
        self._database = database
        self._welcome = welcome

    async def subscribe(self, wish: Wish, by: int, now: datetime) -> Subscribed:
        """Follow a show; the same target asked again changes its kinds and is heard again."""
        wanted = Subscription(
            0, wish.show.key, wish.guild_id, wish.target, wish.target_id, wish.kinds
        )
        async with self._database.write() as connection:
            if wish.guild_id:
                await guilds.ensure_guild(connection, wish.guild_id, now)
            show_id = await ensure_show(connection, wish.show)
            followed, created = await subscriptions.put_subscription(
                connection, wanted, show_id, by, now
            )
            routes = (await guilds.settings_of(connection, wish.guild_id)).routes
            others = await subscriptions.subscriptions_of_show(connection, show_id, wish.guild_id)
            channels = news_channels(followed.subscription, others, routes)
            card = await read_card(connection, wish.show, wish.guild_id, now)
            role = (await roles.roles_for_show(connection, show_id)).get(wish.guild_id)
        self._welcome(wish.show)
        return Subscribed(followed, created, channels, card, role)

    async def find(self, wish: Wish) -> Followed | None:
        """The subscription of a wish's target to its show."""
        async with self._database.read() as connection:
            return await subscriptions.find_subscription(
                connection, wish.show.key, wish.guild_id, wish.target, wish.target_id
            )

    async def list_for(self, guild_id: int, user_id: int) -> tuple[Followed, ...]:
        """What a server's channels follow, and what one member follows, by title."""
        async with self._database.read() as connection:
            return await subscriptions.subscriptions_in(connection, guild_id, user_id)

    async def get(self, subscription_id: int) -> Followed | None:
        """A subscription by its id."""
        async with self._database.read() as connection:
            return await subscriptions.get_subscription(connection, subscription_id)

    async def remove(self, *ids: int) -> int:
        """End subscriptions; how many there were."""
        async with self._database.write() as connection:
            return await subscriptions.remove_subscriptions(connection, ids)

    async def set_muted(self, subscription_id: int, muted: bool) -> None:
        """Mute a subscription, or hear it again."""
        async with self._database.write() as connection:
            await subscriptions.set_muted(connection, subscription_id, muted)

    async def marked(self, mark: str) -> Marked | None:
        """What the buttons under a post stand for; None for a mark that no post has."""
        async with self._database.read() as connection:
            found = await history.find_mark(connection, mark)
            return found or await forums.find_mark(connection, mark)


def news_channels(
    mine: Subscription, of_show: tuple[Subscription, ...], guild: GuildRoutes
) -> tuple[int, ...]:
    """The channels to which a subscription's news will come, as routing will decide."""
    if mine.target is Target.DM:
        return ()
    chosen: list[int] = []
    for kind in sorted(mine.kinds):
        home = guild.channel_for(kind)
        if mine.target is Target.CHANNEL:
            chosen.append(guild.moved(mine.target_id, home))
            continue
        # A member is mentioned in one channel: the server's own for the kind, if it posts there.
        followed = {
            guild.moved(s.target_id, home)
            for s in of_show
            if s.target is Target.CHANNEL and not s.muted and kind in s.kinds
        }
        places = followed or ({home} if home else set())
        chosen += [home] if home in places else sorted(places)[:1]
    return tuple(dict.fromkeys(channel for channel in chosen if channel is not None))
