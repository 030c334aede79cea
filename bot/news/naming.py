"""Which of the titles in a text are meant as shows: You, From and Dark are words as well.

Every candidate gathers evidence: how unlikely its words are by chance, quotation marks, italics,
capitals, a season beside it, a network before it, the feed's categories, the address, one of its
cast. Two points are enough.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain

from bot.news.commonness import surprise
from bot.news.context import Context
from bot.news.dates import DateMention
from bot.news.lazy import lazy
from bot.news.lexicon import Lexicon
from bot.news.listing import is_told_of, lists_of
from bot.news.seasons import SeasonMention
from bot.news.text import Line
from bot.news.titles import ARTICLES, Mention

ENOUGH = 2.0
SURE = 3.5
# With so much a title is believed in a list of shows.
DOUBTFUL = 0.5
# A single word this much rarer than the commonest (about one in three million) is a name by itself.
RARE = 3.5
# Initials this much rarer are hardly an authority's (FBI, DEA), whose news are its own.
INITIALS = 3.2
# A year is a part of a title ("Harbor 1984") where it is one of film and gone for longer than news.
FIRST_YEAR, RECENT_YEARS, YEAR_DIGITS = 1900, 3, 4
# "The new drama, Harbor", "the new drama Harbor".
_APPOSED = frozenset({",", ""})
_SET_APART = frozenset({"quotes", "italics"})
# What ends a clause behind a character's name; a comma may as well go on with a list.
_ENDS = frozenset({":", ".", "|", "-", "?", "!"})
# What may part a title from its season: "Harbor: Season 2", "Harbor - Season 2".
_SEASON_MARKS = frozenset({"", ":", "-", "(", "|"})


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


@dataclass(frozen=True)
class Surroundings:
    """What was recognised in a line before its names are looked for."""

    line: Line
    seasons: tuple[SeasonMention, ...]
    dates: tuple[DateMention, ...]
    networks: frozenset[tuple[int, int]]
    context: Context
    lexicon: Lexicon

    @lazy
    def network_ends(self) -> frozenset[int]:
        """The words right behind a network."""
        return frozenset(end for _, end in self.networks)

    def find_names(self, mentions: Iterable[Mention]) -> list[Name]:
        """The mentions of the line that are believed; of two that overlap, the longer."""
        possible = [mention for mention in mentions if self._could_be_name(mention)]
        if not possible:
            return []
        numbered = {i for s in self.seasons for i in range(s.first, s.last)}
        mentioned: Set[int] = frozenset()
        if "&" in self.line.text:
            mentioned = {i for m in possible for i in range(m.first, m.last)}
        headline = self.line.is_headline_case
        taken: set[int] = set()
        within: set[int] = set()
        names: list[Name] = []
        doubtful: list[Name] = []
        if len(possible) > 1:
            possible.sort(key=lambda m: (m.first - m.last, m.first))
        for mention in possible:
            span = range(mention.first, mention.last)
            if not taken.isdisjoint(span) or numbered.issuperset(span) or self._is_of_a_date(span):
                continue
            evidence = _Evidence(self, mention, headline, mentioned).weights()
            strength = sum(evidence.values())
            if strength >= ENOUGH:
                taken.update(span)
                names.append(Name(mention, strength, tuple(evidence)))
            elif strength >= DOUBTFUL and within.isdisjoint(span):
                doubtful.append(Name(mention, ENOUGH, (*evidence, "listed")))
            within.update(span)
        if doubtful:
            names += self._listed([n for n in doubtful if n.is_apart_from(taken)], names)
        return sorted(names, key=lambda n: n.mention.first) if len(names) > 1 else names

    def _is_of_a_date(self, span: range) -> bool:
        """Whether a date begins with the words and goes on: "Valentine" in "Valentine's Day"."""
        return any(d.first == span.start and span.stop < d.last for d in self.dates)

    def _could_be_name(self, mention: Mention) -> bool:
        """Whether it begins like a name; most words that happen to be titles do not.

        A genre or another plain word of headlines needs quotation marks or italics.
        """
        if self.line.opens_quote(mention.first) or mention.key in self.context.page.italics:
            return True
        is_plain = mention.key in self.lexicon.words["genres"]
        return self.line.is_capitalised(mention.first) and not is_plain

    def _listed(self, doubtful: list[Name], names: list[Name]) -> list[Name]:
        """The doubtful names that stand in a list with one that is believed, or in one that a
        network does something with: shows are listed with shows."""
        mentions = [name.mention for name in (*names, *doubtful)]
        sure = {name.mention.first for name in names}
        listed = {
            (mention.first, mention.last)
            for row in lists_of(self.line, mentions, self.lexicon)
            if not sure.isdisjoint(m.first for m in row)
            or (self.networks and is_told_of(self.line, row, self.network_ends, self.lexicon))
            for mention in row
        }
        return [name for name in doubtful if (name.mention.first, name.mention.last) in listed]


class _Evidence:
    """The signs for and against one mention, each with its weight."""

    def __init__(
        self, around: Surroundings, mention: Mention, headline: bool, mentioned: Set[int]
    ) -> None:
        self._mentioned = mentioned
        self._around = around
        self._line = around.line
        self._lexicon = around.lexicon
        self._mention = mention
        self._headline = headline
        self._words = mention.key.split()
        self._rarity = (
            0.0 if mention.key.isdecimal() else surprise(mention.key, around.lexicon.language)
        )
        last = mention.last
        follows = last < len(self._line) and not self._line.breaks[last]
        self._after = self._line.stems[last] if follows else ""
        self._is_quoted = self._line.is_quoted(mention.first, last) or self._is_in_a_list()
        self._is_set_apart = self._is_quoted or mention.key in around.context.page.italics

    def _is_in_a_list(self) -> bool:
        """Whether it stands in a list of quoted titles that a network does something with ("NBC
        cancels 'Harbor,' 'Kiln'"); others are of what somebody has been in."""
        line = self._line
        is_listed = line.opens_quote(self._mention.first) and line.ends_quote(self._mention.last)
        return is_listed and any(first == 0 for first, _ in self._around.networks)

    def weights(self) -> dict[str, float]:
        """The weight of every sign found, by its name."""
        return dict(
            chain(
                self._of_words(),
                self._of_capitals(),
                self._of_marks(),
                self._of_page(),
                self._of_neighbours(),
            )
        )

    def _of_words(self) -> Iterator[tuple[str, float]]:
        mention = self._mention
        yield "words", _by_itself(self._rarity, len(self._words))
        if not mention.is_whole:
            yield "article", -0.5
        elif mention.last - mention.first > len(self._words):
            yield "article", 0.5
        if (mention.first, mention.last) in self._around.networks:
            yield "a network", -3.0
        if self._is_set_apart:
            return
        if self._lexicon.has("genres", mention.key):
            yield "a plain word", -4.0
        elif all(word in self._lexicon.bland for word in self._words):
            yield "a plain word", -1.0 if len(self._words) == 1 else -4.0
        if len(mention.key) > 2 and self._rarity > INITIALS and self._is_initials():
            yield "initials", 1.0
        elif len(self._words) == 1 and self._has_capital_within():
            yield "spelling", 1.0

    def _of_capitals(self) -> Iterator[tuple[str, float]]:
        line, first, last = self._line, self._mention.first, self._mention.last
        capitals = [line.capitals[i] for i in range(first, last) if len(line.words[i]) > 3]
        if not line.is_capitalised(first) and not self._is_set_apart:
            yield "capitals", -4.0
        elif capitals and not all(capitals):
            yield "capitals", -2.0
        elif not self._headline and (
            (len(self._words) > 1 and capitals) or (first > 0 and not line.breaks[first])
        ):
            yield "capitals", 1.0

    def _of_marks(self) -> Iterator[tuple[str, float]]:
        line, first, last = self._line, self._mention.first, self._mention.last
        if self._is_set_apart and line.is_capitalised(first):
            yield "quotes" if self._is_quoted else "italics", 3.0
        if first == 0 and last < len(line) and line.breaks[last] == ":":
            yield "colon", 1.0 if self._rarity > 1.6 or len(self._words) > 1 else 0.5
        if first and line.breaks[first] in _APPOSED and self._is_apposed():
            yield "apposition", 1.0 if self._after else 2.0
        follows = line.words[last] if last < len(line) and line.breaks[last] == "," else ""
        if first == 0 and self._lexicon.has("relative", follows):
            yield "relative", 1.0

    def _is_apposed(self) -> bool:
        """Whether what it is stands before it, and not "the hit spy series"."""
        before = self._line.words[self._mention.first - 1]
        is_noun = self._lexicon.has("nouns", self._after or self._mention.key)
        return self._lexicon.has("nouns", before) and not is_noun

    def _of_page(self) -> Iterator[tuple[str, float]]:
        key, context = self._mention.key, self._around.context
        if key in context.categories:
            yield "category", 2.0
        cast = [person for show in self._mention.shows for person in show.cast]
        if cast and context.names_one_of(cast):
            yield "cast", 1.0 if self._rarity <= 0.5 else 2.0
        if not context.is_in_address(key):
            return
        if context.leads_address(key):
            yield "address", 1.0 if self._rarity > 1.2 else 0.5
        elif len(self._words) > 1 or self._rarity > RARE:
            yield "address", 0.5

    def _of_neighbours(self) -> Iterator[tuple[str, float]]:
        first = self._mention.first
        if self._around.seasons and self._has_season():
            yield "season", 1.0 if self._rarity <= 0.5 else 2.0
        if first in self._around.network_ends:
            yield "network", 1.0
        if self._is_of_an_edition():
            yield "another edition", -4.0
        if self._is_of_another_year():
            yield "another year", -4.0
        if self._lexicon.has("telling", self._after):
            yield "neighbour", 1.5 if first == 0 else 1.0
        if self._is_heralded():
            yield "herald", 1.0
        if self._is_acted_on():
            yield "fate", 1.0
        is_alone = len(self._words) == 1 and not self._is_set_apart and not self._is_initials()
        if is_alone and self._is_role():
            yield "a role", -1.0
        if is_alone and self._is_half():
            # One capital word beside another is most often half of a person's name.
            yield "half", -2.5 if self._rarity < 5 else -0.5
        elif self._is_joined():
            yield "half", -2.5

    def _is_role(self) -> bool:
        """Whether it may be a character's name: "returns as Harbor"."""
        line, first, last = self._line, self._mention.first, self._mention.last
        is_behind = first > 0 and self._lexicon.has("as", line.words[first - 1])
        return is_behind and (last == len(line) or line.breaks[last] in _ENDS)

    def _is_of_an_edition(self) -> bool:
        """Whether a country follows, and not as in "sets US premiere date"."""
        last = self._mention.last
        if self._line.is_possessive(last - 1) or not self._lexicon.has("editions", self._after):
            return False
        then = self._line.stems[last + 1] if last + 1 < len(self._line) else ""
        return then not in self._lexicon.dates.nouns

    def _is_of_another_year(self) -> bool:
        """Whether a year long gone follows, which is not the show's: a part of a longer title."""
        published = self._around.context.page.article.published
        if published is None or not (self._after.isdecimal() and len(self._after) == YEAR_DIGITS):
            return False
        year = int(self._after)
        is_gone = FIRST_YEAR <= year < published.year - RECENT_YEARS
        return is_gone and all(show.year != year for show in self._mention.shows)

    def _is_heralded(self) -> bool:
        """Whether "trailer for" stands before it; before a leading article also with a name
        between ("trailer for Ada Byron's The Harbor")."""
        line, first = self._line, self._mention.first
        reach = 5 if line.words[first] in ARTICLES else 2
        for index in range(first - 1, max(0, first - reach), -1):
            if line.words[index] in self._lexicon.words["links"]:
                return self._lexicon.has("heralds", line.stems[index - 1])
            if line.breaks[index + 1] or not self._is_a_name(index):
                return False
        return False

    def _is_acted_on(self) -> bool:
        """Whether a verb that is said of shows stands by it: some tell little by themselves, and
        count where the headline numbers a season or names a network."""
        first, lexicon = self._mention.first, self._lexicon
        if first:
            return lexicon.has("acts", self._line.words[first - 1])
        if lexicon.has("fates", self._after):
            return True
        is_of_shows = bool(self._around.networks) or any(s.number for s in self._around.seasons)
        return is_of_shows and lexicon.has("verbs", self._after)

    def _has_season(self) -> bool:
        """Whether a season is numbered right after it, or right before: "season 2 of Harbor"."""
        first, words = self._mention.first, self._line.words
        if self._is_numbered():
            return True
        is_of = first > 1 and words[first - 1] in self._lexicon.words["of"]
        is_led = is_of and any(s.last == first - 1 for s in self._around.seasons)
        return is_led and not self._is_half()

    def _is_numbered(self) -> bool:
        line, last = self._line, self._mention.last
        for season in self._around.seasons:
            gap = season.first - last
            if gap == 0 and line.breaks[last] in _SEASON_MARKS:
                return True
            if gap == 1 and line.is_possessive(last - 1):
                # "Harbor's first season 5 trailer"
                return True
        return False

    def _is_initials(self) -> bool:
        """Whether it is written in capitals among words that are not: initials are no surname."""
        return self._line.spelt[self._mention.last - 1].isupper() and not self._line.text.isupper()

    def _has_capital_within(self) -> bool:
        """Whether it is written with a capital within ("EastEnders") as the show itself is."""
        spelt = self._line.spelt[self._mention.last - 1].removesuffix("'s").removesuffix("’s")
        is_so = not spelt.isupper() and any(letter.isupper() for letter in spelt[1:])
        return is_so and any(spelt in show.title for show in self._mention.shows)

    def _is_half(self) -> bool:
        line, first, last = self._line, self._mention.first, self._mention.last
        # "Ada Byron's The Harbor": an article parts a title from a name before it.
        if last - first == 1 and first > 0 and not line.breaks[first]:
            is_networks = first in self._around.network_ends
            if not is_networks and not self._is_owned() and self._ends_a_name(first - 1):
                return True
        is_owner = line.is_owner(last - 1) and not self._is_quoted
        return bool(self._after) and not is_owner and self._is_a_name(last)

    def _is_joined(self) -> bool:
        """Whether "&" joins it to a name that is no show's, or "of" goes on with its title."""
        if self._is_set_apart:
            return False
        line, first, last = self._line, self._mention.first, self._mention.last
        if self._after == "of":
            return last + 1 < len(line) and (
                line.words[last + 1] in ARTICLES or self._is_a_name(last + 1)
            )
        is_listed = line.breaks[first] == ","
        if len(self._words) > 1 or is_listed or any(s.number for s in self._around.seasons):
            return False
        return any(
            line.spelt[joint] == "&" and beside not in self._mentioned and self._is_a_name(beside)
            for joint, beside in ((first - 1, first - 2), (last, last + 1))
            if 0 <= beside < len(line)
        )

    def _is_owned(self) -> bool:
        """Whether the word before is a plural that owns what follows ("Kiln Studios' Harbor")."""
        index = self._mention.first - 1
        return self._line.is_owner(index) and not self._line.is_possessive(index)

    def _is_a_name(self, index: int) -> bool:
        return self._lexicon.may_name(self._line, index)

    def _ends_a_name(self, index: int) -> bool:
        """Whether a name stands before the word, with a preposition between at most."""
        if index in self._around.network_ends:
            return False
        if self._line.words[index] in self._lexicon.words["links"] and index > 0:
            is_parted = bool(self._line.breaks[index]) or self._is_numbered()
            is_title_case = self._headline or self._line.is_capitalised(index)
            return not is_parted and is_title_case and self._is_a_name(index - 1)
        return self._is_a_name(index)


def _by_itself(rarity: float, length: int) -> float:
    """What a title's words weigh without anything else: much in a row, or if they are rare."""
    if length > 1:
        return 2.0 if rarity > 2.6 else 1.0 if rarity > 1.2 else 0.0
    return 2.0 if rarity > RARE else 1.0 if rarity > 1.2 else 0.0
