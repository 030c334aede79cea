"""Why: the evidence behind a line of a card. Who said it, in which words, how surely, and when."""

import re

import discord

from bot.delivery.dates import in_words, stamp
from bot.delivery.escaping import escape, plain
from bot.delivery.rendering import COLOURS
from bot.news.model import When
from bot.news.outlook import Question
from bot.services.showing import Card, CardLine
from bot.storage.evidence import Evidence
from bot.words import Words
from cogs.answers import Answer
from cogs.cards import fitting, outlet_link, quoted, say_fact
from cogs.controls import OPTION_LIMIT, Control, button
from cogs.host import Host, Interaction
from cogs.wishing import TITLE_LIMIT

TEXT_LIMIT = 3500
AGAINST_LIMIT = 1000
HEADLINE_LIMIT, VALUE_LIMIT, LABEL_LIMIT = 160, 100, 100
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
NUMBER = r"(?P<id>\d{1,18})"


class Why(Control, template=rf"gl:why:{NUMBER}"):
    """The button under a card that leads to its evidence."""

    fresh = True

    async def press(self, interaction: Interaction) -> Answer:
        card = await _card(interaction, self.args["id"])
        if card is None or not card.lines:
            return Answer(interaction.client.services.words("why.nothing"))
        if len(card.lines) == 1:
            return _answer(interaction, card, card.lines[0])
        words = interaction.client.services.words
        show = escape(card.show.title, TITLE_LIMIT)
        return Answer(words("why.ask", show=show), controls=(WhichLine.of(words, card),))


class WhichLine(Control, template=rf"gl:why-line:{NUMBER}"):
    """The menu of a card's lines."""

    @classmethod
    def of(cls, words: Words, card: Card) -> "WhichLine":
        """The menu of everything that stands on a card."""
        item: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            custom_id=f"gl:why-line:{card.show_id}",
            placeholder=words("why.placeholder"),
            options=[_option(words, card, line) for line in card.lines[:OPTION_LIMIT]],
        )
        return cls(item)

    async def press(self, interaction: Interaction) -> Answer:
        card = await _card(interaction, self.args["id"])
        chosen = [line for line in card.lines if str(line.id) in self.values] if card else []
        if card is None or not chosen:
            return Answer(interaction.client.services.words("why.nothing"))
        return _answer(interaction, card, chosen[0])


def why_button(card: Card, words: Words) -> tuple[Control, ...]:
    """The button, where a card has anything to give reasons for."""
    if not card.lines or card.show_id is None:
        return ()
    return (Why(button(words("card.button.why"), f"gl:why:{card.show_id}")),)


def evidence_embed(line: CardLine, words: Words) -> discord.Embed:
    """The articles behind a fact, in the order in which they came, then those against it."""
    said = say_fact(line.fact, words)
    embed = discord.Embed(title=words("why.title"), colour=COLOURS[line.fact.key.event.kind])
    articles = [_article(each, words) for each in line.behind]
    kept = fitting(articles, TEXT_LIMIT)
    if len(kept) < len(articles):
        kept.append(words.count("why.more", len(articles) - len(kept)))
    embed.description = "\n".join((said, *kept) if kept else (said, words("why.none")))
    if line.against:
        others = fitting((_other(each, words) for each in line.against), AGAINST_LIMIT)
        embed.add_field(name=words("why.against"), value="\n".join(others), inline=False)
    return embed


async def _card(interaction: Interaction, show_id: str) -> Card | None:
    services, guild_id = interaction.client.services, interaction.guild_id or 0
    return await services.showing.card_of(int(show_id), guild_id, services.clock())


def _answer(interaction: Interaction, card: Card, line: CardLine) -> Answer:
    words = interaction.client.services.words
    menu = (WhichLine.of(words, card),) if len(card.lines) > 1 else ()
    return Answer(embed=evidence_embed(line, words), controls=menu)


def _option(words: Words, card: Card, line: CardLine) -> discord.SelectOption:
    asked = next(question for question in Question if line in card.answer(question))
    return discord.SelectOption(
        label=plain(_label(line, words), LABEL_LIMIT) or "…",
        value=str(line.id),
        description=words(f"card.{asked}"),
    )


def _label(line: CardLine, words: Words) -> str:
    """What a fact says, without markdown: a menu shows none, and no timestamps."""
    when = When.parse(line.fact.value)
    if line.fact.key.event.label == "dated" and when is not None:
        return in_words(when, words)
    said = _LINK.sub(r"\1", say_fact(line.fact, words))
    return said.replace("**", "").replace("\\", "")


def _article(each: Evidence, words: Words) -> str:
    told = quoted(each)
    headline = escape(each.title, HEADLINE_LIMIT)
    line = words("why.words", words=told) if told else words("why.no_words", headline=headline)
    return f"{_head(each, words)}\n{line}"


def _head(each: Evidence, words: Words) -> str:
    return words(
        "why.article",
        outlet=outlet_link(each),
        certainty=words(f"post.certainty.{each.certainty}"),
        when=stamp(each.at, "f"),
    )


def _other(each: Evidence, words: Words) -> str:
    when = When.parse(each.value)
    value = in_words(when, words) if when else escape(each.value, VALUE_LIMIT) or quoted(each)
    if not value:
        return _head(each, words)
    return words(
        "why.says",
        outlet=outlet_link(each),
        certainty=words(f"post.certainty.{each.certainty}"),
        when=stamp(each.at, "f"),
        value=value,
    )


async def setup(bot: Host) -> None:
    """Let the bot answer the button and its menu."""
    bot.add_dynamic_items(Why, WhichLine)
