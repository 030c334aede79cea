"""What is known of a show, as a card: how sure, who says so, since when, and the last news."""

import discord

from bot.catalogue.search import label
from bot.delivery.dates import stamp
from bot.delivery.escaping import escape
from bot.delivery.links import BUTTON_LIMIT, web_link
from bot.delivery.rendering import COLOURS, sentence
from bot.delivery.telling import Telling
from bot.news.model import Announcement, Change, Kind
from bot.services.showing import Card, CardLine
from bot.storage.ledger import Behind, Told
from bot.words import Words

FACTS, NEWS = 8, 3
OUTLETS = 3
TITLE_LIMIT = 200
_OUTLET_LIMIT, _HEADLINE_LIMIT = 40, 150


def card_embed(card: Card, words: Words) -> discord.Embed:
    """The card of a show; it says so where nothing is known."""
    embed = discord.Embed(title=escape(label(card.show), TITLE_LIMIT), colour=_colour(card))
    if not card.lines:
        embed.description = words("card.empty")
        return embed
    lines = [_fact(card, line, words) for line in card.lines[:FACTS]]
    embed.description = _bounded(lines, 4000)
    if card.latest:
        news = [_news(told, words) for told in card.latest[:NEWS]]
        embed.add_field(name=words("card.latest"), value=_bounded(news, 1000), inline=False)
    return embed


def brief_embed(card: Card, words: Words) -> discord.Embed:
    """The one thing known last, for whoever has just begun to follow."""
    embed = discord.Embed(title=escape(label(card.show), TITLE_LIMIT), colour=_colour(card))
    if card.lines:
        embed.description = words("card.last", line=_fact(card, card.lines[0], words))
    else:
        embed.description = words("card.empty")
    return embed


def _colour(card: Card) -> int:
    return COLOURS[card.lines[0].fact.key.event.kind if card.lines else Kind.SEASON]


def _fact(card: Card, line: CardLine, words: Words) -> str:
    fact = line.fact
    told = Announcement(fact.key, Change.NEW, fact.value, fact.certainty, fact.changed)
    said = sentence(Telling(card.show, told), words)
    sure = words(f"card.certainty.{fact.certainty}")
    return words(
        "card.line",
        sentence=said,
        certainty=sure,
        outlets=_outlets(line.behind, words),
        when=stamp(fact.changed, "R"),
    )


def _outlets(behind: tuple[Behind, ...], words: Words) -> str:
    unique = {article.outlet: article for article in reversed(behind)}
    named = [_link(a.outlet, a.link, _OUTLET_LIMIT) for a in reversed(unique.values())]
    shown = ", ".join(named[:OUTLETS]) or words("card.no_outlet")
    more = len(named) - OUTLETS
    return words.count("card.more_outlets", more, outlets=shown) if more > 0 else shown


def _news(told: Told, words: Words) -> str:
    headline = _link(told.title, told.link, _HEADLINE_LIMIT) or words("card.no_headline")
    return words("card.news", headline=headline, when=stamp(told.announcement.at, "R"))


def _link(text: str, address: str, limit: int) -> str:
    shown, link = escape(text, limit), web_link(address, BUTTON_LIMIT)
    return f"[{shown}]({link})" if shown and link else shown


def _bounded(lines: list[str], limit: int) -> str:
    """As many whole lines as fit."""
    kept: list[str] = []
    for line in lines:
        limit -= len(line) + 1
        if limit < 0:
            break
        kept.append(line)
    return "\n".join(kept)
