"""What speaks for and against a title that stands in a text, before it is believed to be a name.

How unlikely its words are by chance, quotation marks, italics, capitals, a season beside it, a
network before it, the feed's categories, the address, one of its cast.
"""

from collections.abc import Iterator, Set
from itertools import chain

from bot.news.commonness import surprise
from bot.news.surroundings import Surroundings
from bot.news.titles import ARTICLES, Mention

# A single word this much rarer than the commonest (about one in three million) is a name by itself.
RARE = 3.5
# Initials this much rarer are hardly an authority's (FBI, DEA), whose news are its own.
INITIALS = 3.2
# A year is a part of a title ("Harbor 1984") where it is one of film and gone for longer than news.
FIRST_YEAR, RECENT_YEARS, YEAR_DIGITS = 1900, 3, 4
FATE_REACH = 4  # words within which a fate follows: "has now been renewed"
OBJECT_REACH = 4  # words between a network and the show that it does something with
EXPLAINED = 4  # words within which "Harbor, the new legal drama" says what it is
# "The new drama, Harbor", "the new drama Harbor".
_APPOSED = frozenset({",", ""})
# What ends a clause behind a character's name; a comma may as well go on with a list.
_ENDS = frozenset({":", ".", "|", "-", "?", "!"})
# What may part a title from its season: "Harbor: Season 2", "Harbor - Season 2".
_SEASON_MARKS = frozenset({"", ":", "-", "(", "|"})


class Evidence:
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
        is_parted = last < len(self._line) and bool(self._line.breaks[last])
        follows = last < len(self._line) and (not is_parted or mention.has_mark(self._line))
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
                self._of_others(),
            )
        )

    def _of_words(self) -> Iterator[tuple[str, float]]:
        mention = self._mention
        yield "words", _by_itself(self._rarity, len(self._words))
        if not mention.is_whole:
            yield "article", -0.5
        elif mention.last - mention.first > len(self._words):
            yield "article", 1.0 if self._is_in_a_sentence() else 0.5
        if any(
            first <= mention.first and mention.last <= last for first, last in self._around.networks
        ):
            yield "a network", -3.0
        if self._is_set_apart:
            return
        if self._lexicon.has("genres", mention.key) or self._is_described():
            yield "a plain word", -4.0
        elif all(word in self._lexicon.bland for word in self._words):
            yield "a plain word", -1.0 if len(self._words) == 1 else -4.0
        if len(mention.key) > 2 and self._rarity > INITIALS and self._is_initials():
            yield "initials", 1.0
        elif len(self._words) == 1 and self._has_capital_within():
            yield "spelling", 1.0

    def _is_described(self) -> bool:
        """Whether its last word begins what it is: "Alien TV" in "the Alien TV series"."""
        ends = len(self._words) > 1 and self._lexicon.has("screens", self._words[-1])
        return ends and self._lexicon.has("nouns", self._after)

    def _is_in_a_sentence(self) -> bool:
        """Whether it has a capital within a sentence, as "The" has in titles alone."""
        first = self._mention.first
        is_within = first > 0 and not self._line.breaks[first]
        return is_within and not self._headline and self._line.is_capitalised(first)

    def _of_capitals(self) -> Iterator[tuple[str, float]]:
        line, first, last = self._line, self._mention.first, self._mention.last
        capitals = [line.capitals[i] for i in range(first, last) if self._takes_a_capital(i)]
        if not line.is_capitalised(first) and not self._is_set_apart:
            yield "capitals", -4.0
        elif capitals and not all(capitals):
            yield "capitals", -2.0
        elif not self._headline and (
            (len(self._words) > 1 and capitals) or (first > 0 and not line.breaks[first])
        ):
            yield "capitals", 1.0 if len(self._words) > 1 else 0.5

    def _takes_a_capital(self, index: int) -> bool:
        """Whether a title has the word in capitals, as it has not "of" and "with"."""
        word = self._line.words[index]
        return len(word) > 3 and word not in self._lexicon.common

    def _of_marks(self) -> Iterator[tuple[str, float]]:
        line, first, last = self._line, self._mention.first, self._mention.last
        if self._is_set_apart and line.is_capitalised(first):
            yield "quotes" if self._is_quoted else "italics", 3.0
        if first == 0 and last < len(line) and line.breaks[last] == ":":
            yield "colon", 1.0 if self._rarity > 1.6 or len(self._words) > 1 else 0.5
        if first and line.breaks[first] in _APPOSED and self._is_apposed():
            is_said = self._line.breaks[first] or not self._headline
            yield "apposition", (1.0 if is_said else 0.5) if self._after else 2.0
        elif self._is_explained():
            yield "apposition", 1.0
        follows = line.words[last] if last < len(line) and line.breaks[last] == "," else ""
        if first == 0 and self._lexicon.has("relative", follows):
            yield "relative", 1.0

    def _is_apposed(self) -> bool:
        """Whether what it is stands before it, and not "the hit spy series"."""
        before = self._line.words[self._mention.first - 1]
        is_noun = self._lexicon.has("nouns", self._after or self._mention.key)
        return self._lexicon.has("nouns", before) and not is_noun

    def _is_explained(self) -> bool:
        """Whether what it is stands behind it: "Harbor, the legal drama", "Harbor (HBO drama)"."""
        line, last = self._line, self._mention.last
        if last >= len(line):
            return False
        is_clause = line.breaks[last] == "," and line.words[last] in ARTICLES
        is_bracket = line.breaks[last] == "(" and any(
            first == last for first, _ in self._around.networks
        )
        behind = line.words[last + 1 : last + 1 + EXPLAINED]
        return (is_clause or is_bracket) and any(
            self._lexicon.has("nouns", word) for word in behind
        )

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
            is_telling = self._rarity > 1.2 or self._mention.key.isdecimal()
            yield "address", 1.0 if is_telling else 0.5
        elif len(self._words) > 1 or self._rarity > RARE:
            yield "address", 0.5

    def _of_neighbours(self) -> Iterator[tuple[str, float]]:
        first = self._mention.first
        if self._around.seasons and self._has_season():
            yield "season", 1.0 if self._rarity <= 0.5 else 2.0
        if first in self._around.network_ends:
            yield "network", 1.0
        if self._is_of_an_edition() or self._is_numbered_otherwise():
            yield "another edition", -4.0
        if self._is_of_another_year():
            yield "another year", -4.0
        if self._lexicon.has("telling", self._after) or self._is_of_a_return():
            yield "neighbour", 1.5 if first == 0 else 1.0
        elif self._has_a_person():
            yield "neighbour", 1.0
        if self._is_heralded():
            yield "herald", 1.0
        if self._is_acted_on():
            # "BBC axes Time", "BBC has axed Time"
            before = self._line.words[first - 2] if first > 1 else ""
            at = first - 2 if self._lexicon.has("auxiliaries", before) else first - 1
            yield "fate", 1.5 if at in self._around.network_ends else 1.0

    def _of_others(self) -> Iterator[tuple[str, float]]:
        """The signs that it is a part of another name, or of another show's story."""
        is_alone = len(self._words) == 1 and not self._is_set_apart and not self._is_initials()
        if is_alone and self._describes_a_quoted_one():
            yield "of another", -2.0
        if self._is_owned_by_another():
            yield "owned", -2.0
        if is_alone and self._is_role():
            yield "a role", -1.0
        if is_alone and self._is_half():
            # One capital word beside another is most often half of a person's name.
            yield "half", -2.5 if self._rarity < 5 or self._is_amid_a_name() else -0.5
        elif self._is_joined():
            yield "half", -2.5

    def _is_owned_by_another(self) -> bool:
        """Whether it ends a clause as somebody's, or something's: "casts its Red Widow"; shows are
        spoken of further ("its Harbor renewal")."""
        first = self._mention.first
        is_owned = first > 0 and self._lexicon.has("owners", self._line.words[first - 1])
        return is_owned and not self._is_set_apart and not self._after

    def _describes_a_quoted_one(self) -> bool:
        """Whether it says what a title in quotation marks is: "Hollywood satire 'Harbor'"."""
        is_noun = self._lexicon.has("nouns", self._after)
        is_owner = self._line.is_possessive(self._mention.last - 1)
        return is_noun and not is_owner and self._line.opens_quote(self._mention.last + 1)

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

    def _is_numbered_otherwise(self) -> bool:
        """Whether a number of another title stands before the season: "Harbor 76 season 20"."""
        behind = self._mention.last + 1
        return self._after.isdecimal() and any(s.first == behind for s in self._around.seasons)

    def _is_of_another_year(self) -> bool:
        """Whether a year long gone follows, which is not the show's: a part of a longer title."""
        published = self._around.context.page.article.published
        if published is None or not (self._after.isdecimal() and len(self._after) == YEAR_DIGITS):
            return False
        year = int(self._after)
        is_gone = FIRST_YEAR <= year < published.year - RECENT_YEARS
        return is_gone and all(show.year != year for show in self._mention.shows)

    def _is_of_a_return(self) -> bool:
        """Whether its return is told of: "Harbor return date", "Harbor return confirmed"."""
        then = self._line.words[self._mention.last + 1 : self._mention.last + 2]
        is_told = any(self._lexicon.has("returning", word) for word in then)
        return is_told and self._after in self._lexicon.dates.nouns

    def _has_a_person(self) -> bool:
        """Whether somebody is its: "The Harbor Watch's Ada Byron"."""
        last = self._mention.last
        if len(self._words) < 2 or not self._line.is_possessive(last - 1):
            return False
        is_person = last + 1 < len(self._line) and not any(self._line.breaks[last : last + 2])
        return is_person and self._is_a_name(last) and self._is_a_name(last + 1)

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
        if first and not self._line.breaks[first]:
            is_role = lexicon.has("parts", self._after)
            if lexicon.has("acts", self._line.words[first - 1]) and not is_role:
                return True
            if self._is_networks_object():
                return True
        elif self._has_a_fate():
            return True
        is_numbered = any(s.number for s in self._around.seasons)
        is_of_shows = is_numbered or (bool(self._around.networks) and not first)
        is_told = is_of_shows and lexicon.has("verbs", self._after)
        return is_told and (not first or not self._headline)

    def _is_networks_object(self) -> bool:
        """Whether a sentence that begins with a network comes to it without another name: "ABC is
        bringing back Harbor"."""
        first = self._mention.first
        end = next((last for begin, last in self._around.networks if begin == 0), 0)
        between = range(end, first)
        return 0 < len(between) <= OBJECT_REACH and not (
            self._headline
            or self._line.is_possessive(end - 1)
            or any(self._line.is_capitalised(i) or self._line.breaks[i] for i in between)
        )

    def _has_a_fate(self) -> bool:
        """Whether its fate follows: "Harbor cancelled", "Harbor has been renewed"."""
        line, last = self._line, self._mention.last
        for index in range(last, min(last + FATE_REACH, len(line))):
            if line.breaks[index]:
                return False
            if not self._lexicon.has("auxiliaries", line.words[index]):
                return self._lexicon.has("fates", line.stems[index])
        return False

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
        is_free = bool(self._after) and not is_owner and not self._is_numbered()
        return is_free and self._is_a_name(last)

    def _is_amid_a_name(self) -> bool:
        """Whether a sentence has capital words on both sides of it."""
        line, first, last = self._line, self._mention.first, self._mention.last
        is_within = first > 0 and not line.breaks[first] and bool(self._after)
        return (
            is_within
            and not self._headline
            and self._is_a_name(first - 1)
            and self._is_a_name(last)
        )

    def _is_joined(self) -> bool:
        """Whether "&" joins it to a name that is no show's, or its title goes on with "of", or
        begins earlier with its first word again."""
        if self._is_set_apart:
            return False
        line, first, last = self._line, self._mention.first, self._mention.last
        if first and not line.breaks[first] and line.words[first - 1] == line.words[first]:
            return True  # "The Late Late Show" has a title within
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
