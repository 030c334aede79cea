"""What sort of place a channel is, as far as the client knows."""

from collections.abc import Callable
from enum import StrEnum, auto


class ChannelKind(StrEnum):
    """The sorts of channels that a post is made in differently."""

    TEXT = auto()
    ANNOUNCEMENT = auto()  # its posts can be published to the servers that follow it
    FORUM = auto()  # takes posts with messages in them, and no message itself
    THREAD = auto()
    UNKNOWN = auto()  # the gateway has not told of it; Discord's answers will


KindOf = Callable[[int, int], ChannelKind]
"""The kind of a server's channel, by the ids of both. It asks nobody."""


def nobody_knows(_guild_id: int, _channel_id: int) -> ChannelKind:
    """The kind of every channel where there is no client to ask."""
    return ChannelKind.UNKNOWN
