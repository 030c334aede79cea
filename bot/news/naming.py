"""Which of the titles that stand in a text are meant as shows: You, From and Dark are words as well.

Every candidate gathers evidence: how unlikely its words are by chance, quotation marks, capitals, a
season beside it, a network before it, the feed's categories, the address. Two points are enough.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.news.commonness import surprise
from bot.news.lexicon import Lexicon
from bot.news.page import Page
from bot.news.seasons import SeasonMention
from bot.news.text import Line
from bot.news.titles import ARTICLES, Mention, TitleIndex

ENOUGH = 2.0
SURE = 3.5
# A single word this much rarer than the commonest (about one in three million) is a name by itself.
RARE = 3.5


@dataclass(frozen=True, slots=True)
class Name:
    """A title believed to name a show. `reasons` are the keys of the evidence for it."""

    mention: Mention
    strength: float
    reasons: tuple[str, ...]

    @property
    def is_quoted(self) -> bool:
        """Whether the headline sets it in quotation marks."""
        return "quotes" in self.reasons

    @property
    def is_bare_word(self) -> bool:
        """Whether it is one word that nothing sets apart as a title."""
        return not self.is_quoted and " " not in self.mention.key and self.strength < SURE


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of the page says about names: exact categories, titles that the address begins
    with, and other titles in it."""

    categories: frozenset[str]
    slug: frozenset[str]
    slug_rest: frozenset[str]

    @classmethod
    def of(cls, page: Page, index: TitleIndex, lexicon: Lexicon) -> "Context":
        """The context of a page."""
        stop = lexicon.words.get("genres", frozenset())
        mentions = index.find_words(page.slug)
        starts = _leading(page.slug, lexicon)
        slug = frozenset(m.key for m in mentions if m.first <= starts)
        rest = frozenset(m.key for m in mentions) - slug
        tags = frozenset(_without_article(c) for c in page.category_keys)
        return cls(tags - stop, slug, rest)


def _leading(slug: tuple[str, ...], lexicon: Lexicon) -> int:
    """How many words of an address stand before its first telling one: a network, an article."""
    index = 0
    while index < len(slug) - 1:
        length = lexicon.networks.length_at(slug, index) or (slug[index] in ARTICLES)
        if not length:
            break
        index += length
    return index


def _without_article(key: str) -> str:
    first, _, rest = key.partition(" ")
    return rest if rest and first in {"the", "a", "an"} else key


def find_names(
    line: Line,
    mentions: Iterable[Mention],
    seasons: Iterable[SeasonMention],
    networks: Iterable[tuple[int, int]],
    context: Context,
    lexicon: Lexicon,
) -> list[Name]:
    """The mentions of a line that are believed; of two that overlap, the longer."""
    seasons = tuple(seasons)
    season_starts = {s.first for s in seasons}
    numbered = {i for s in seasons for i in range(s.first, s.last)}
    known_networks = set(networks)
    headline = is_headline_case(line)
    taken: set[int] = set()
    names: list[Name] = []
    for mention in sorted(mentions, key=lambda m: (m.first - m.last, m.first)):
        span = range(mention.first, mention.last)
        if not taken.isdisjoint(span) or numbered.issuperset(span):
            continue
        evidence = dict(
            _evidence(line, mention, headline, season_starts, known_networks, context, lexicon)
        )
        strength = sum(evidence.values())
        if strength >= ENOUGH:
            taken.update(range(mention.first, mention.last))
            names.append(Name(mention, strength, tuple(evidence)))
    return sorted(names, key=lambda n: n.mention.first)


def is_headline_case(line: Line) -> bool:
    """Whether nearly every longer word has a capital, so that capitals tell nothing."""
    longer = [i for i, word in enumerate(line.words) if len(word) > 3]
    return sum(map(line.is_capitalised, longer)) > 0.7 * len(longer)


def _evidence(
    line: Line,
    mention: Mention,
    headline: bool,
    season_starts: set[int],
    networks: set[tuple[int, int]],
    context: Context,
    lexicon: Lexicon,
) -> Iterable[tuple[str, float]]:
    first, last = mention.first, mention.last
    words = mention.key.split()
    rarity = 0.0 if mention.key.isdecimal() else surprise(words, lexicon.language)
    yield "words", _by_itself(rarity, len(words))
    capitals = [line.is_capitalised(i) for i in range(first, last) if len(line.words[i]) > 3]
    if not line.is_capitalised(first) and not line.is_quoted(first, last):
        yield "capitals", -4.0
    elif capitals and not all(capitals):
        yield "capitals", -2.0
    elif not headline and len(words) > 1 and all(capitals):
        yield "capitals", 1.0
    elif not headline and first > 0 and not line.breaks[first]:
        yield "capitals", 1.0
    if not mention.is_whole:
        yield "article", -0.5
    elif last - first > len(words):
        yield "article", 0.5
    if line.is_quoted(first, last) and line.is_capitalised(first):
        yield "quotes", 3.0
    if (first, last) in networks:
        yield "a network", -3.0
    plain = lexicon.has("genres", mention.key) or all(w in lexicon.bland for w in words)
    if plain and not line.is_quoted(first, last):
        yield "a plain word", -4.0
    if mention.key in context.categories:
        yield "category", 2.0
    if mention.key in context.slug:
        yield "address", 1.0 if rarity > 1.2 else 0.5
    elif mention.key in context.slug_rest and (len(words) > 1 or rarity > RARE):
        yield "address", 0.5
    if last in season_starts and not line.breaks[last]:
        yield "season", 1.0 if rarity <= 0.5 else 2.0
    network_ends = {end for _, end in networks}
    if first in network_ends:
        yield "network", 1.0
    if first == 0 and last < len(line) and line.breaks[last] == ":":
        yield "colon", 1.0 if rarity > 1.6 or len(words) > 1 else 0.5
    after = line.stems[last] if last < len(line) and not line.breaks[last] else ""
    if lexicon.has("telling", after):
        yield "neighbour", 1.5 if first == 0 else 1.0
    if first == 0 and lexicon.has("fates", after):
        yield "fate", 1.0
    if line.breaks[first] == "," and lexicon.has("nouns", line.words[first - 1]):
        yield "apposition", 1.0
    if len(words) == 1 and not line.is_quoted(first, last):
        is_led = last - first > 1
        before = not is_led and first > 0 and not line.breaks[first] and _is_name_like(line, first - 1, lexicon)
        behind = after and not line.is_possessive(last - 1) and _is_name_like(line, last, lexicon)
        if (before and first not in network_ends) or behind:
            # One capital word beside another is most often half of a person's name.
            yield "half", -2.5 if rarity < 5 else -0.5


def _by_itself(rarity: float, length: int) -> float:
    """What a title's words weigh without anything else: much in a row of words, or in a rare one."""
    if length > 1:
        return 2.0 if rarity > 2.6 else 1.0 if rarity > 1.2 else 0.0
    return 2.0 if rarity > RARE else 1.0 if rarity > 1.2 else 0.0


def _is_name_like(line: Line, index: int, lexicon: Lexicon) -> bool:
    word = line.stems[index]
    if not line.is_capitalised(index) or word.isdecimal():
        return False
    return word not in lexicon.common and word not in lexicon.plain
