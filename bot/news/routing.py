"""Who wants to hear an announcement, and where: from subscriptions to destinations.

One announcement comes once to a channel, whoever follows; the members who asked for it are
mentioned there. A member's wish for a direct message is a destination of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto

from bot.news.model import Announcement, Certainty, Kind


class Target(StrEnum):
    """Whom a subscription is for."""

    CHANNEL = auto()  # a channel: its news stand there for everybody
    MEMBER = auto()  # a member: mentioned in the server's post
    DM = auto()  # a member: told by direct message


@dataclass(frozen=True, slots=True)
class Subscription:
    """A wish to hear of a show. `target_id` is a channel's id, or a user's."""

    id: int
    show_key: str
    guild_id: int
    target: Target
    target_id: int
    kinds: frozenset[Kind]
    muted: bool = False


@dataclass(frozen=True, slots=True)
class GuildRoutes:
    """Where a server wants its news. Ids are Discord's; None where nothing was chosen."""

    guild_id: int
    news_channel: int | None = None
    kind_channels: Mapping[Kind, int] = field(default_factory=dict)
    ping_role: int | None = None
    rumours: bool = False

    def channel_for(self, kind: Kind) -> int | None:
        """The channel for the server's news of a kind."""
        return self.kind_channels.get(kind, self.news_channel)

    def moved(self, channel: int, home: int | None) -> int:
        """Where a channel's news go: those of the news channel to `home`, the kind's own."""
        return home if channel == self.news_channel and home is not None else channel


@dataclass(frozen=True, slots=True)
class Route:
    """One destination of an announcement and whom to mention there."""

    target: Target  # CHANNEL or DM
    target_id: int
    guild_id: int
    users: tuple[int, ...] = ()
    role: int | None = None


def route(
    announcement: Announcement,
    subscriptions: Iterable[Subscription],
    guilds: Mapping[int, GuildRoutes],
    show_roles: Mapping[int, int] | None = None,
) -> tuple[Route, ...]:
    """The destinations of an announcement, servers in order of their ids, then direct messages.

    `subscriptions` are those of the announcement's show. `show_roles` has the role that stands for
    its followers, by server: it is pinged, and they are not mentioned singly. A rumour goes only to
    the channels of servers that switched rumours on.
    """
    wanted = [s for s in subscriptions if not s.muted and announcement.kind in s.kinds]
    by_guild: dict[int, list[Subscription]] = defaultdict(list)
    for subscription in wanted:
        if subscription.target is not Target.DM:
            by_guild[subscription.guild_id].append(subscription)
    routes = [
        r
        for guild_id in sorted(by_guild)
        if guild_id in guilds
        for r in _guild_routes(
            announcement, by_guild[guild_id], guilds[guild_id], (show_roles or {}).get(guild_id)
        )
    ]
    if announcement.certainty is not Certainty.RUMOUR:
        users = sorted({s.target_id for s in wanted if s.target is Target.DM})
        routes += [Route(Target.DM, user, 0) for user in users]
    return tuple(routes)


def _guild_routes(
    announcement: Announcement,
    wanted: list[Subscription],
    guild: GuildRoutes,
    show_role: int | None,
) -> list[Route]:
    if announcement.certainty is Certainty.RUMOUR and not guild.rumours:
        return []
    home = guild.channel_for(announcement.kind)
    channels = {guild.moved(s.target_id, home) for s in wanted if s.target is Target.CHANNEL}
    users = tuple(sorted({s.target_id for s in wanted if s.target is Target.MEMBER}))
    # The role is pinged for what the server follows, not for one member's own wish.
    role = guild.ping_role if channels else None
    if show_role is not None:
        users, role = (), show_role
    if not channels and home is not None:
        channels = {home}
    ordered = sorted(channels, key=lambda channel: (channel != home, channel))
    return [
        Route(
            Target.CHANNEL,
            channel,
            guild.guild_id,
            users=users if place == 0 else (),
            role=role if place == 0 else None,
        )
        for place, channel in enumerate(ordered)
    ]
