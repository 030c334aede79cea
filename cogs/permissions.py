"""What the bot lacks in a channel, by the names of Discord's permissions."""

import discord

from bot.words import Words
from cogs.errors import name_all

TO_POST = ("view_channel", "send_messages", "embed_links", "read_message_history")
IN_THREADS = ("view_channel", "send_messages_in_threads", "embed_links", "read_message_history")

# What an invitation asks for, as Discord adds it up: all of the above, and besides it the right to
# make scheduled events, where they are switched on.
INVITED = 274877991936
WITH_EVENTS = INVITED | 1 << 44

IN_FORUMS = (*TO_POST, "send_messages_in_threads")
# In a forum Discord's settings show some of them by other names.
FORUM_NAMES = {"send_messages": "create_posts", "send_messages_in_threads": "send_in_posts"}

# Where messages can be posted; a thread counts as a channel.
POSTABLE = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
]
# Where a member can be offered to have news posted: in a forum each show gets a post of its own.
FOR_NEWS = [*POSTABLE, discord.ChannelType.forum]
Place = discord.abc.GuildChannel | discord.Thread


def missing(place: Place) -> tuple[str, ...]:
    """The permissions that the bot needs to post there and does not have."""
    needed, channel = _needed(place)
    if channel is None:
        return ()
    # The channel's own method takes Embed Links away where Send Messages is denied, and everything
    # where View Channel is: what an admin has to grant is only what is denied itself.
    held = discord.abc.GuildChannel.permissions_for(channel, place.guild.me)
    return tuple(name for name in needed if not getattr(held, name))


def _needed(place: Place) -> tuple[tuple[str, ...], discord.abc.GuildChannel | None]:
    """The permissions to post in a place, and the channel that grants them."""
    match place:
        case discord.Thread():
            return IN_THREADS, place.parent
        case discord.ForumChannel():
            return IN_FORUMS, place
        case _:
            return TO_POST, place


def is_forum(guild: discord.Guild | None, channel_id: int) -> bool:
    """Whether a channel is known to be a forum."""
    return guild is not None and isinstance(guild.get_channel(channel_id), discord.ForumChannel)


def trouble(words: Words, guild: discord.Guild | None, channel_id: int) -> str:
    """Why nothing can be posted in a channel, with the remedy; "" where all is well."""
    if guild is None or guild.me is None:
        return ""  # nothing is known of the server just now (an outage), so nothing is claimed
    place = guild.get_channel_or_thread(channel_id)
    channel = f"<#{channel_id}>"
    if place is None:
        return words("channel.gone", channel=channel)
    if isinstance(place, discord.CategoryChannel):
        return words("channel.no_messages", channel=channel)
    lacking = missing(place)
    if not lacking:
        return ""
    if isinstance(place, discord.ForumChannel):
        lacking = tuple(FORUM_NAMES.get(name, name) for name in lacking)
    return words("channel.missing", channel=channel, permissions=name_all(words, lacking))
