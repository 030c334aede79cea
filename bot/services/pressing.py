"""What a press of a post's button comes to: following its show or not, and muting it."""

from dataclasses import dataclass
from datetime import datetime

from bot.news.model import ALL_KINDS, Show
from bot.news.routing import Target
from bot.services.subscribing import Subscribed, Subscribing, Wish
from bot.storage.subscriptions import Followed


@dataclass(frozen=True, slots=True)
class Ended:
    """A member no longer follows the show."""

    show: Show


@dataclass(frozen=True, slots=True)
class Muted:
    """What stands muted now for the presser, and the channels' subscriptions that are heard."""

    show: Show
    own: tuple[Followed, ...]
    channels: tuple[Followed, ...]


async def toggle(
    subscribing: Subscribing, show: Show, guild_id: int, user_id: int, now: datetime
) -> Subscribed | Ended:
    """Follow a show, or end it where the member follows it; what was muted is heard again.

    `guild_id` is 0 for a button under a direct message.
    """
    own = await _own(subscribing, show, guild_id, user_id)
    if own and not any(followed.subscription.muted for followed in own):
        await subscribing.remove(*(followed.subscription.id for followed in own))
        return Ended(show)
    target = Target.MEMBER if guild_id else Target.DM
    wish = Wish(show, guild_id, target, user_id, ALL_KINDS)
    if own:
        old = own[0].subscription
        wish = Wish(show, old.guild_id, old.target, user_id, old.kinds)
    return await subscribing.subscribe(wish, user_id, now)


async def mute(subscribing: Subscribing, show: Show, guild_id: int, user_id: int) -> Muted:
    """Mute a show for the presser, if they follow it; a channel's is another press."""
    own = await _own(subscribing, show, guild_id, user_id)
    for followed in own:
        await subscribing.set_muted(followed.subscription.id, True)
    listed = await subscribing.list_for(guild_id, user_id)
    channels = tuple(
        f
        for f in listed
        if f.show.key == show.key
        and f.subscription.target is Target.CHANNEL
        and not f.subscription.muted
    )
    return Muted(show, own, channels)


async def _own(
    subscribing: Subscribing, show: Show, guild_id: int, user_id: int
) -> tuple[Followed, ...]:
    return tuple(
        f
        for f in await subscribing.list_for(guild_id, user_id)
        if f.show.key == show.key
        and (f.subscription.target, f.subscription.guild_id)
        in {(Target.MEMBER, guild_id), (Target.DM, 0)}
    )
