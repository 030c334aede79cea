"""What speaks for and against a title that stands in a text, before it is believed to be a name.

How unlikely its words are by chance, quotation marks, italics, capitals, a season beside it, a
network before it, the feed's categories, the address, one of its cast.
"""

from collections.abc import Set

from bot.news.deeds import is_acted_on, is_heralded, is_of_a_return
from bot.news.halves import is_amid_a_name, is_half, is_joined
from bot.news.standing import Standing
from bot.news.surroundings import Surroundings
from bot.news.titles import ARTICLES, Mention, title_key

# A single word this much rarer than the commonest (about one in three million) is a name by itself.
RARE = 3.5
# Initials this much rarer are hardly an authority's (FBI, DEA), whose news are its own.
INITIALS = 3.2
# A year is a part of a title ("Harbor 1984") where it is one of film and gone for longer than news.
FIRST_YEAR, RECENT_YEARS, YEAR_DIGITS = 1900, 3, 4
EXPLAINED = 4  # words within which "Harbor, the new legal drama" says what it is
_TITLE_MARKS = frozenset({":", "|"})
# "The new drama, Harbor", "the new drama Harbor".
_APPOSED = frozenset({",", ""})
# What stands before it behind a title: "Harbor, the drama", "Harbor (HBO drama)".
_EXPLAINING = frozenset({",", "("})
# What ends a clause behind a character's name; a comma may as well go on with a list.
_ENDS = frozenset({":", ".", "|", "-", "?", "!"})


class Evidence(Standing):
    """The signs for and against one mention, each with its weight. `mentioned` are the words of all
    titles found in the line."""

    def __init__(
        self, around: Surroundings, mention: Mention, headline: bool, mentioned: Set[int]
    ) -> None:
        super().__init__(around, mention, headline)
        self._mentioned = mentioned

    def weights(self) -> dict[str, float]:
        """The weight of every sign found, by its name."""
        found: dict[str, float] = {}
        self._of_words(found)
        self._of_capitals(found)
        self._of_marks(found)
        self._of_page(found)
        self._of_neighbours(found)
        self._of_others(found)
        return found

    def _of_words(self, found: dict[str, float]) -> None:
        mention = self.mention
        found["words"] = _by_itself(self.rarity, len(self.words))
        if not mention.is_whole:
            found["article"] = -0.5
        elif mention.last - mention.first > len(self.words):
            found["article"] = 1.0 if self._is_in_a_sentence() else 0.5
        if any(
            first <= mention.first and mention.last <= last for first, last in self.around.networks
        ):
            found["a network"] = -3.0
        if self._is_of_other_initials():
            found["other initials"] = -4.0
        if self.is_set_apart:
            return
        if self.lexicon.has("genres", mention.key) or self._is_described():
            found["a plain word"] = -4.0
        elif all(word in self.lexicon.bland for word in self.words):
            found["a plain word"] = -1.0 if len(self.words) == 1 else -4.0
        if len(mention.key) > 2 and self.rarity > INITIALS and self.is_initials():
            found["initials"] = 1.0
        elif len(self.words) == 1 and self._has_capital_within():
            found["spelling"] = 1.0

    def _is_of_other_initials(self) -> bool:
        """Whether it is written with full stops within ("S.H.I.E.L.D."), and no show goes by it in
        capitals alone."""
        spelt = self.line.spelt[self.mention.last - 1]
        if len(self.words) > 1 or "." not in spelt[1:-1] or not spelt.isupper():
            return False
        names = (name for show in self.mention.shows for name in (show.title, *show.aliases))
        return not any(name.isupper() and title_key(name) == self.mention.key for name in names)

    def _is_described(self) -> bool:
        """Whether its last word begins what it is: "Alien TV" in "the Alien TV series"."""
        ends = len(self.words) > 1 and self.lexicon.has("screens", self.words[-1])
        return ends and self.lexicon.has("nouns", self.after)

    def _is_in_a_sentence(self) -> bool:
        """Whether it has a capital within a sentence, as "The" has in titles alone."""
        first = self.mention.first
        is_within = first > 0 and not self.line.breaks[first]
        return is_within and not self.headline and self.line.is_capitalised(first)

    def _of_capitals(self, found: dict[str, float]) -> None:
        line, first, last = self.line, self.mention.first, self.mention.last
        capitals = [line.capitals[i] for i in range(first, last) if self._takes_a_capital(i)]
        if not line.is_capitalised(first) and not self.is_set_apart:
            found["capitals"] = -4.0
        elif capitals and not all(capitals):
            found["capitals"] = -2.0
        elif not self.headline and (
            (len(self.words) > 1 and capitals) or (first > 0 and not line.breaks[first])
        ):
            found["capitals"] = 1.0 if len(self.words) > 1 else 0.5

    def _takes_a_capital(self, index: int) -> bool:
        """Whether a title has the word in capitals, as it has not "of" and "with"."""
        word = self.line.words[index]
        return len(word) > 3 and word not in self.lexicon.common

    def _of_marks(self, found: dict[str, float]) -> None:
        line, first, last = self.line, self.mention.first, self.mention.last
        mark = line.breaks[last] if last < len(line.breaks) else ""
        if self.is_set_apart and line.is_capitalised(first):
            found["quotes" if self.is_quoted else "italics"] = 3.0
        if first == 0 and mark in _TITLE_MARKS:
            found["colon"] = 1.0 if self.rarity > 1.6 or len(self.words) > 1 else 0.5
            if self._is_of_a_video():
                found["herald"] = 1.0
        if first and line.breaks[first] in _APPOSED and self._is_apposed():
            is_said = self.line.breaks[first] or not self.headline
            found["apposition"] = (1.0 if is_said else 0.5) if self.after else 2.0
        elif self._is_explained():
            found["apposition"] = 1.0
        if first == 0 and mark == "," and self.lexicon.has("relative", line.words[last]):
            found["relative"] = 1.0

    def _is_of_a_video(self) -> bool:
        """Whether a video of it is all that the headline gives: "Harbor | Official Trailer"."""
        line, last = self.line, self.mention.last
        then = line.words[last + 1 : last + 2]
        is_official = self.lexicon.has("videos", line.words[last])
        return is_official and any(
            self.lexicon.has(kind, word) for word in then for kind in ("trailer", "teaser")
        )

    def _is_apposed(self) -> bool:
        """Whether what it is stands before it, and not "the hit spy series"."""
        before = self.line.words[self.mention.first - 1]
        is_noun = self.lexicon.has("nouns", self.after or self.mention.key)
        return self.lexicon.has("nouns", before) and not is_noun

    def _is_explained(self) -> bool:
        """Whether what it is stands behind it: "Harbor, the legal drama", "Harbor (HBO drama)"."""
        line, last = self.line, self.mention.last
        mark = line.breaks[last] if last < len(line.breaks) else ""
        if mark not in _EXPLAINING:
            return False
        is_network = any(begin == last for begin, _ in self.around.networks)
        if not (is_network if mark == "(" else line.words[last] in ARTICLES):
            return False
        behind = line.words[last + 1 : last + 1 + EXPLAINED]
        return any(self.lexicon.has("nouns", word) for word in behind)

    def _of_page(self, found: dict[str, float]) -> None:
        key, context = self.mention.key, self.around.context
        if key in context.categories:
            found["category"] = 2.0
        cast = [person for show in self.mention.shows for person in show.cast]
        if cast and context.names_one_of(cast):
            found["cast"] = 1.0 if self.rarity <= 0.5 else 2.0
        if not context.is_in_address(key):
            return
        if context.leads_address(key):
            is_telling = self.rarity > 1.2 or self.mention.key.isdecimal()
            found["address"] = 1.0 if is_telling else 0.5
        elif len(self.words) > 1 or self.rarity > RARE:
            found["address"] = 0.5

    def _of_neighbours(self, found: dict[str, float]) -> None:
        first = self.mention.first
        if self.around.seasons and self._has_season():
            found["season"] = 1.0 if self.rarity <= 0.5 else 2.0
        if first in self.around.network_ends:
            found["network"] = 1.0
        if self._is_of_an_edition():
            found["another edition"] = -4.0
        if self._is_numbered_otherwise():
            found["another title"] = -4.0
        if self._is_of_another_year():
            found["another year"] = -4.0
        if self.lexicon.has("telling", self.after) or is_of_a_return(self):
            found["neighbour"] = 1.5 if first == 0 else 1.0
        elif self._has_a_person():
            found["neighbour"] = 1.0
        if is_heralded(self):
            found["herald"] = 1.0
        if is_acted_on(self):
            # "BBC axes Time", "BBC has axed Time"
            before = self.line.words[first - 2] if first > 1 else ""
            begin = first - 2 if self.lexicon.has("auxiliaries", before) else first - 1
            found["fate"] = 1.5 if begin in self.around.network_ends else 1.0

    def _of_others(self, found: dict[str, float]) -> None:
        """The signs that it is a part of another name, or of another show's story."""
        is_alone = len(self.words) == 1 and not self.is_set_apart and not self.is_initials()
        if is_alone and self._describes_a_quoted_one():
            found["of another"] = -2.0
        if self._is_owned_by_another():
            found["owned"] = -2.0
        if is_alone and self._is_role():
            found["a role"] = -1.0
        if is_alone and is_half(self):
            # One capital word beside another is most often half of a person's name.
            found["half"] = -2.5 if self.rarity < 5 or is_amid_a_name(self) else -0.5
        elif is_joined(self, self._mentioned):
            found["half"] = -2.5

    def _is_owned_by_another(self) -> bool:
        """Whether it ends a clause as somebody's, or something's: "casts its Red Widow"; shows are
        spoken of further ("its Harbor renewal")."""
        first = self.mention.first
        is_owned = first > 0 and self.lexicon.has("owners", self.line.words[first - 1])
        return is_owned and not self.is_set_apart and not self.after

    def _describes_a_quoted_one(self) -> bool:
        """Whether it says what a title in quotation marks is: "Hollywood satire 'Harbor'"."""
        is_noun = self.lexicon.has("nouns", self.after)
        is_owner = self.line.is_possessive(self.mention.last - 1)
        return is_noun and not is_owner and self.line.opens_quote(self.mention.last + 1)

    def _is_role(self) -> bool:
        """Whether it may be a character's name: "returns as Harbor"."""
        line, first, last = self.line, self.mention.first, self.mention.last
        is_behind = first > 0 and self.lexicon.has("as", line.words[first - 1])
        return is_behind and (last == len(line) or line.breaks[last] in _ENDS)

    def _is_of_an_edition(self) -> bool:
        """Whether a country follows, and not as in "sets US premiere date"."""
        last = self.mention.last
        if self.line.is_possessive(last - 1) or not self.lexicon.has("editions", self.after):
            return False
        then = self.line.stems[last + 1] if last + 1 < len(self.line) else ""
        return then not in self.lexicon.dates.nouns

    def _is_numbered_otherwise(self) -> bool:
        """Whether a number of another title stands before the season: "Harbor 76 season 20"."""
        seasons = self.around.seasons
        if not seasons or not self.after.isdecimal():
            return False
        return any(season.first == self.mention.last + 1 for season in seasons)

    def _is_of_another_year(self) -> bool:
        """Whether a year long gone follows, which is not the show's: a part of a longer title."""
        published = self.around.context.page.article.published
        if published is None or not (self.after.isdecimal() and len(self.after) == YEAR_DIGITS):
            return False
        year = int(self.after)
        is_gone = FIRST_YEAR <= year < published.year - RECENT_YEARS
        return is_gone and all(show.year != year for show in self.mention.shows)

    def _has_a_person(self) -> bool:
        """Whether somebody is its: "The Harbor Watch's Ada Byron"."""
        last = self.mention.last
        if len(self.words) < 2 or not self.line.is_possessive(last - 1):
            return False
        is_person = last + 1 < len(self.line) and not any(self.line.breaks[last : last + 2])
        return is_person and self.is_a_name(last) and self.is_a_name(last + 1)

    def _has_season(self) -> bool:
        """Whether a season is numbered right after it, or right before: "season 2 of Harbor"."""
        first, words = self.mention.first, self.line.words
        if self.is_numbered():
            return True
        is_of = first > 1 and words[first - 1] in self.lexicon.words["of"]
        is_led = is_of and any(s.last == first - 1 for s in self.around.seasons)
        return is_led and not is_half(self)

    def _has_capital_within(self) -> bool:
        """Whether it is written with a capital within ("EastEnders") as the show itself is."""
        spelt = self.line.spelt[self.mention.last - 1].removesuffix("'s").removesuffix("’s")
        is_so = not spelt.isupper() and any(letter.isupper() for letter in spelt[1:])
        return is_so and any(spelt in show.title for show in self.mention.shows)


def _by_itself(rarity: float, length: int) -> float:
    """What a title's words weigh without anything else: much in a row, or if they are rare."""
    if length > 1:
        return 2.0 if rarity > 2.6 else 1.0 if rarity > 1.2 else 0.0
    return 2.0 if rarity > RARE else 1.0 if rarity > 1.2 else 0.0
