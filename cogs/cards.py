"""The card of a show: what a follower wants to know of its next season, who says so, since when.

Its lines are fixed. Where nothing is known a line says so; nothing is guessed.
"""

import re
from collections.abc import Iterable

import discord

from bot.catalogue.search import label
from bot.delivery.dates import day_stamp, in_sentence, in_words, stamp
from bot.delivery.escaping import escape, size
from bot.delivery.links import BUTTON_LIMIT, web_link
from bot.delivery.rendering import COLOURS, sentence
from bot.delivery.telling import Telling
from bot.news.model import Event, Fact, Kind, Precision, When
from bot.news.outlook import Question, network_of
from bot.news.series import CatalogueDetail
from bot.services.showing import Card, CardLine
from bot.storage.evidence import Evidence
from bot.storage.ledger import Told
from bot.words import Words

OUTLETS = 2
TITLE_LIMIT = 200
VALUE_LIMIT = 1024  # of a field, by Discord
LINES = {
    Question.DATE: 1,
    Question.STATE: 3,
    Question.TRAILER: 2,
    Question.CAST: 4,
    Question.WHERE: 1,
}
MAIN_CAST = 6
CATALOGUE = "https://www.tvmaze.com"
_ROOM_FOR_MORE = 40
_VIDEO = re.compile(r"youtube:([\w-]{11})", re.ASCII)
_OUTLET_LIMIT, _NAME_LIMIT, _DETAIL_LIMIT, _WORDS_LIMIT = 40, 80, 100, 160


def card_embed(card: Card, words: Words) -> discord.Embed:
    """The card; every question stands in it, and where nothing answers it says so."""
    embed = discord.Embed(title=_title(card, words), colour=_colour(card))
    if not card.lines:
        embed.description = words("card.empty")
    for question in Question:
        value = _value(card, question, words)
        embed.add_field(name=words(f"card.{question}"), value=value, inline=False)
    if card.struck:
        lines = [_struck(told, words) for told in card.struck]
        embed.add_field(name=words("card.struck"), value="\n".join(fitting(lines)), inline=False)
    if card.detail is not None:
        _add_detail(embed, card.detail, words)
    return embed


def say_fact(fact: Fact, words: Words) -> str:
    """What a fact says, in a few words of markdown."""
    key, when = fact.key, When.parse(fact.value)
    if key.event in {Event.DATED, Event.MOVED} and when is not None:
        return _date(when, words)
    if key.event.kind is Kind.TRAILER:
        return _trailer(fact, words)
    name, fields = f"card.say.{key.event.label}", {}
    if key.event is Event.PRODUCTION and f"{name}.{key.subject}" in words:
        name = f"{name}.{key.subject}"
    if key.season is not None and key.event.kind is Kind.SEASON:
        name, fields["season"] = f"{name}.season", str(key.season)
    if key.event.kind is Kind.CAST and key.subject:
        name, fields["who"] = f"{name}.who", f"**{escape(key.subject, _NAME_LIMIT)}**"
    said = words(name, **fields)
    if not fact.value or network_of(fact):
        return said
    detail = in_sentence(when, words) if when else escape(fact.value, _DETAIL_LIMIT)
    return words("card.say.detail", said=said, detail=detail)


def outlet_link(article: Evidence) -> str:
    """The outlet of an article, linked to it."""
    shown, link = escape(article.outlet, _OUTLET_LIMIT), web_link(article.link, BUTTON_LIMIT)
    return f"[{shown}]({link})" if shown and link else shown


def quoted(article: Evidence) -> str:
    """The words of an article that say so, "" where none were kept."""
    return escape(" … ".join(article.words), _WORDS_LIMIT)


def _title(card: Card, words: Words) -> str:
    show = escape(label(card.show), TITLE_LIMIT)
    if card.season is None:
        return show
    return words("card.title.season", show=show, season=card.season)


def _colour(card: Card) -> int:
    return COLOURS[card.lines[0].fact.key.event.kind if card.lines else Kind.SEASON]


def _value(card: Card, question: Question, words: Words) -> str:
    if question is Question.WHERE:
        return _where(card, words)
    lines = [_line(line, words) for line in card.answer(question)]
    if not lines:
        return words("card.unknown")
    kept = fitting(lines[: LINES[question]], VALUE_LIMIT - _ROOM_FOR_MORE)
    if len(kept) < len(lines):
        kept.append(words.count("card.more", len(lines) - len(kept)))
    return "\n".join(kept)


def _where(card: Card, words: Words) -> str:
    """The network of the show or, where the newest fact names another, that one."""
    known = card.detail.home if card.detail and card.detail.home else card.show.network
    lines = card.answer(Question.WHERE)[:1]
    if not lines or network_of(lines[0].fact).casefold() == known.casefold():
        return escape(known, _NAME_LIMIT) or words("card.unknown")
    named = f"**{escape(network_of(lines[0].fact), _NAME_LIMIT)}**"
    if known:
        named = words("card.where.before", network=named, before=escape(known, _NAME_LIMIT))
    return _with_source(named, lines[0], words)


def _line(line: CardLine, words: Words) -> str:
    """A fact with its sources. Filming whose stage is not known is told in the outlet's words."""
    said = say_fact(line.fact, words)
    told = next((text for each in reversed(line.behind) if (text := quoted(each))), "")
    if line.fact.key.event is Event.PRODUCTION and not line.fact.key.subject and told:
        said = words("card.say.quoted", said=said, words=told)
    return _with_source(said, line, words)


def _with_source(said: str, line: CardLine, words: Words) -> str:
    sure = words(f"post.certainty.{line.fact.certainty}")
    when = stamp(line.fact.changed, "R")
    source = words("card.source", certainty=sure, outlets=_outlets(line.behind, words), when=when)
    if line.against:
        against = len({each.outlet for each in line.against})
        source = words.count("card.against", against, source=source)
    return f"{said}\n{source}"


def _outlets(behind: tuple[Evidence, ...], words: Words) -> str:
    unique = {article.outlet: article for article in reversed(behind)}
    named = [outlet_link(article) for article in reversed(unique.values())]
    shown = ", ".join(named[:OUTLETS]) or words("card.no_outlet")
    more = len(named) - OUTLETS
    return words.count("card.more_outlets", more, outlets=shown) if more > 0 else shown


def _trailer(fact: Fact, words: Words) -> str:
    """That a trailer is out, linked to its video where it is known which."""
    is_final = fact.key.subject.startswith("final")
    said = words("card.say.final" if is_final else f"card.say.{fact.key.event.label}")
    video = _VIDEO.fullmatch(fact.videos[0][0]) if fact.videos else None
    return f"[{said}](https://www.youtube.com/watch?v={video[1]})" if video else said


def _date(when: When, words: Words) -> str:
    if when.precision is Precision.DAY:
        return f"**{day_stamp(when.start)}**"
    return f"**{in_words(when, words)}**"


def _struck(told: Told, words: Words) -> str:
    said = sentence(Telling(told.show, told.announcement), words)
    return f"~~{said}~~ · {stamp(told.announcement.at, 'R')}"


def _add_detail(embed: discord.Embed, detail: CatalogueDetail, words: Words) -> None:
    """What the catalogue of series adds: a picture, who plays in it so far, and its own name."""
    if (image := web_link(detail.image)) is not None:
        embed.set_thumbnail(url=image)
    people = ", ".join(escape(each.person, _NAME_LIMIT) for each in detail.cast[:MAIN_CAST])
    credit = words("card.credit", link=web_link(detail.url, BUTTON_LIMIT) or CATALOGUE)
    lines = [words("card.main_cast", people=people), credit] if people else [credit]
    embed.add_field(name=words("card.detail"), value="\n".join(fitting(lines)), inline=False)


def fitting(lines: Iterable[str], limit: int = VALUE_LIMIT) -> list[str]:
    """As many whole lines as fit, the first in any case."""
    kept: list[str] = []
    for line in lines:
        limit -= size(line) + 1
        if limit < 0 and kept:
            break
        kept.append(line)
    return kept
