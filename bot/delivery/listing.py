"""Several announcements in one message: what was held while posting was impossible, or a digest.

    tellings -> pages (what fits into one message each) -> render_list -> payload

Which announcements a message carries is decided once, before its first attempt; nothing is left
out for want of room, there is one message more instead.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.delivery.escaping import escape, size
from bot.delivery.links import web_link
from bot.delivery.rendering import Payload, buttons, further, message, sentence
from bot.delivery.telling import Mentions, Telling
from bot.words import Words

_ROOM = 3_800
"""UTF-16 units of a description (Discord takes 4,096)."""
_MOST = 25
_LINK_LIMIT = 300
_OUTLET_LIMIT = 60
_COLOUR = 0x3B7DD8


class Heading(StrEnum):
    """Why the announcements stand together."""

    CATCH_UP = "post.catch_up"
    DIGEST = "post.digest"


def pages(tellings: Sequence[Telling], words: Words) -> tuple[tuple[Telling, ...], ...]:
    """The tellings in their order, cut into as many messages as they need."""
    cut: list[list[Telling]] = []
    room = 0
    for telling in tellings:
        needed = size(_line(telling, words)) + 1
        if not cut or needed > room or len(cut[-1]) == _MOST:
            cut.append([])
            room = _ROOM
        cut[-1].append(telling)
        room -= needed
    return tuple(tuple(page) for page in cut)


def render_list(
    tellings: Sequence[Telling], heading: Heading, mentions: Mentions, mark: str, words: Words
) -> Payload:
    """The body of one message for a page of announcements. Raises ValueError when it is empty."""
    if not tellings:
        raise ValueError("a list of nothing is no post")
    payload = message(words.count(heading, len(tellings)), mentions, words)
    payload["embeds"] = [
        {
            "description": "\n".join(_line(telling, words) for telling in tellings),
            "color": _COLOUR,
            "footer": {"text": words("post.list.footer")},
        }
    ]
    payload["components"] = buttons(mark, words)
    return payload


def render_list_further(
    tellings: Sequence[Telling], heading: Heading, mentions: Mentions, mark: str, words: Words
) -> Payload:
    """A further part of such a message: it mentions those for whom the first had no room."""
    return further(words.count(heading, len(tellings)), mentions, mark, words)


def render_plain_list(
    tellings: Sequence[Telling], heading: Heading, mentions: Mentions, mark: str, words: Words
) -> Payload:
    """The same page in our own words alone, for one that Discord or AutoMod will not take."""
    bare = [replace(telling, outlets=()) for telling in tellings]
    return render_list(bare, heading, mentions, mark, words)


def _line(telling: Telling, words: Words) -> str:
    said = f"• {sentence(telling, words)}"
    outlets = telling.presentable.outlets
    if not outlets:
        return said
    name = escape(outlets[0].name, _OUTLET_LIMIT)
    link = web_link(outlets[0].link, _LINK_LIMIT)
    outlet = f"[{name}]({link})" if name and link else name
    return words("post.line", sentence=said, outlet=outlet) if outlet else said
