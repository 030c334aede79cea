"""A title where it stands in a line: what is before and behind it, and how it is set."""

from bot.news.commonness import surprise
from bot.news.surroundings import Surroundings
from bot.news.titles import Mention

# What may part a title from its season: "Harbor: Season 2", "Harbor - Season 2".
_SEASON_MARKS = frozenset({"", ":", "-", "(", "|"})


class Standing:
    """One mention and what is asked of it again and again. `headline` says that capitals tell
    nothing there; `after` is the word behind it, "" where a mark parts them; `rarity` is how
    unlikely its words are (`bot.news.commonness`)."""

    def __init__(self, around: Surroundings, mention: Mention, headline: bool) -> None:
        self.around = around
        self.line = around.line
        self.lexicon = around.lexicon
        self.mention = mention
        self.headline = headline
        self.words = mention.key.split()
        self.rarity = (
            0.0 if mention.key.isdecimal() else surprise(mention.key, around.lexicon.language)
        )
        last, breaks = mention.last, self.line.breaks
        follows = last < len(breaks) and (not breaks[last] or mention.has_mark(self.line))
        self.after = self.line.stems[last] if follows else ""
        self.is_quoted = self.line.is_quoted(mention.first, last) or self._is_in_a_list()
        self.is_set_apart = self.is_quoted or mention.key in around.context.page.italics

    def _is_in_a_list(self) -> bool:
        """Whether it stands in a list of quoted titles that a network does something with ("NBC
        cancels 'Harbor,' 'Kiln'"); others are of what somebody has been in."""
        line = self.line
        is_listed = line.opens_quote(self.mention.first) and line.ends_quote(self.mention.last)
        return is_listed and any(first == 0 for first, _ in self.around.networks)

    def is_numbered(self) -> bool:
        """Whether a season follows."""
        line, last = self.line, self.mention.last
        for season in self.around.seasons:
            gap = season.first - last
            if gap == 0 and line.breaks[last] in _SEASON_MARKS:
                return True
            if gap == 1 and line.is_possessive(last - 1):
                # "Harbor's first season 5 trailer"
                return True
        return False

    def is_initials(self) -> bool:
        """Whether it is written in capitals among words that are not: initials are no surname."""
        return self.line.spelt[self.mention.last - 1].isupper() and not self.line.text.isupper()

    def is_a_name(self, index: int) -> bool:
        """Whether the line's word may be of somebody's name."""
        return self.lexicon.may_name(self.line, index)
