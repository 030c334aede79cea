"""The first message of a forum's post: what is known of its show, in Discord's JSON."""

from collections.abc import Sequence

from bot.delivery.escaping import escape
from bot.delivery.listing import pages
from bot.delivery.rendering import COLOURS, Payload, buttons, message, sentence
from bot.delivery.telling import NOBODY, Telling
from bot.news.model import Kind, Show
from bot.words import Words

_SHOW_LIMIT = 120


def render_forum_card(show: Show, known: Sequence[Telling], mark: str, words: Words) -> Payload:
    """The card of a show, the newest fact first; as many facts as fit. It pings nobody."""
    payload = render_plain_card(show, mark, words)
    # `pages` measures the same sentences, with their outlets besides.
    shown = pages(known, words)[0] if known else ()
    lines = [words("forum.line", sentence=sentence(telling, words)) for telling in shown]
    payload["embeds"] = [
        {
            "title": words("forum.known"),
            "description": "\n".join(lines) or words("card.empty"),
            "color": COLOURS[known[0].announcement.kind if known else Kind.SEASON],
        }
    ]
    return payload


def render_plain_card(show: Show, mark: str, words: Words) -> Payload:
    """The same without what is known: for a card that Discord will not take."""
    title = escape(show.title, _SHOW_LIMIT)
    payload = message(words("forum.card", show=f"**{title}**"), NOBODY, words)
    payload["components"] = buttons(mark, words, is_news=False)
    return payload
