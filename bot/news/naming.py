"""Which of the titles in a text are meant as shows: You, From and Dark are words as well.

Every candidate gathers evidence (`bot.news.evidence`). Two points are enough.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from bot.news.evidence import Evidence
from bot.news.listing import is_told_of, lists_of
from bot.news.surroundings import Surroundings
from bot.news.titles import Mention

ENOUGH = 2.0
SURE = 3.5
# With so much a title is believed in a list of shows.
DOUBTFUL = 0.5
_SET_APART = frozenset({"quotes", "italics"})


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A title believed to name a show. `reasons` are the keys of the evidence for it."""

    mention: Mention
    strength: float
    reasons: tuple[str, ...]

    def is_apart_from(self, words: Set[int]) -> bool:
        """Whether it has none of these words of the line."""
        return words.isdisjoint(range(self.mention.first, self.mention.last))

    @property
    def is_quoted(self) -> bool:
        """Whether the headline sets it in quotation marks or in italics."""
        return not _SET_APART.isdisjoint(self.reasons)

    @property
    def is_bare_word(self) -> bool:
        """Whether it is one word that nothing sets apart as a title."""
        is_set_apart = self.is_quoted or "capitals" in self.reasons
        return not is_set_apart and " " not in self.mention.key and self.strength < SURE


def find_names(around: Surroundings, mentions: Iterable[Mention]) -> list[Name]:
    """The mentions of a line that are believed; of two that overlap, the longer."""
    possible = [mention for mention in mentions if _could_be_name(around, mention)]
    if not possible:
        return []
    numbered = _numbered(around)
    mentioned: Set[int] = frozenset()
    if "&" in around.line.text:
        mentioned = {i for m in possible for i in range(m.first, m.last)}
    headline = around.line.is_headline_case
    taken: set[int] = set()
    within: set[int] = set()
    names: list[Name] = []
    doubtful: list[Name] = []
    if len(possible) > 1:
        possible.sort(key=lambda m: (m.first - m.last, m.first))
    for mention in possible:
        span = range(mention.first, mention.last)
        if not taken.isdisjoint(span) or numbered.issuperset(span) or _is_of_a_date(around, span):
            continue
        evidence = Evidence(around, mention, headline, mentioned).weights()
        strength = sum(evidence.values())
        if strength >= ENOUGH:
            taken.update(span)
            names.append(Name(mention, strength, tuple(evidence)))
        elif strength >= DOUBTFUL and within.isdisjoint(span):
            doubtful.append(Name(mention, ENOUGH, (*evidence, "listed")))
        within.update(span)
    if doubtful:
        names += _listed(around, [n for n in doubtful if n.is_apart_from(taken)], names)
    if len(names) > 1:
        names = _without_words(names)
    return sorted(names, key=lambda n: n.mention.first) if len(names) > 1 else names


def _without_words(names: list[Name]) -> list[Name]:
    """The names without those that nothing but a common word's capital speaks for, where another
    stands in quotation marks: "Moving on: 'Harbor' star eyes exit"."""
    if not any("quotes" in name.reasons for name in names):
        return names
    return [
        name
        for name in names
        if name.strength > ENOUGH or "listed" in name.reasons or " " in name.mention.key
    ]


def _numbered(around: Surroundings) -> set[int]:
    """The words that number seasons; a show may stand amid them: "the third Kiln season"."""
    return {
        i
        for s in around.seasons
        for i in range(s.first, s.last)
        if s.last - s.first < 3 or i in {s.first, s.last - 1}
    }


def _is_of_a_date(around: Surroundings, span: range) -> bool:
    """Whether a date begins with the words and goes on: "Valentine" in "Valentine's Day"."""
    return any(d.first == span.start and span.stop < d.last for d in around.dates)


def _could_be_name(around: Surroundings, mention: Mention) -> bool:
    """Whether it begins like a name; most words that happen to be titles do not.

    A genre or another plain word of headlines needs quotation marks or italics.
    """
    if around.line.opens_quote(mention.first) or mention.key in around.context.page.italics:
        return True
    is_plain = mention.key in around.lexicon.words["genres"]
    return around.line.is_capitalised(mention.first) and not is_plain


def _listed(around: Surroundings, doubtful: list[Name], names: list[Name]) -> list[Name]:
    """The doubtful names that stand in a list with one that is believed, or in one that a
    network does something with: shows are listed with shows."""
    mentions = [name.mention for name in (*names, *doubtful)]
    sure = {name.mention.first for name in names}
    listed = {
        (mention.first, mention.last)
        for row in lists_of(around.line, mentions, around.lexicon)
        if not sure.isdisjoint(m.first for m in row)
        or (around.networks and is_told_of(around.line, row, around.network_ends, around.lexicon))
        for mention in row
    }
    return [name for name in doubtful if (name.mention.first, name.mention.last) in listed]
