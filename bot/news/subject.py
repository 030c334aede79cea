"""Which show the news is about: not every one that is named is its subject.

Names in the headline come first, save those named beside the news ("the Friends star joins ..."). A
headline that hides the name is resolved from summary, categories and address, which must agree.
"""

from bot.news.alongside import are_joined, cut_short, listed_in_address
from bot.news.context import Context
from bot.news.elsewhere import HIDDEN_ENOUGH, HIDDEN_SURE, Elsewhere
from bot.news.events import Sighting
from bot.news.longer_titles import LongerTitles
from bot.news.model import Event, Show
from bot.news.naming import SURE, Name
from bot.news.parts import Part
from bot.news.roles import Role, Roles
from bot.news.strands import Strands
from bot.news.titles import title_key

# Reasons for a name that any word of a franchise has.
UNSUPPORTED = frozenset({"words", "article", "neighbour", "fate", "colon"})
# What is news of a show also where its makers tell it or are the news.
OF_MAKERS = frozenset({Event.EXITS, Event.RETURNS, Event.RECAST, Event.RENEWED})


class Subjects:
    """The shows of one page, and which of them an event belongs to."""

    def __init__(
        self, context: Context, title: Part, summary: Part, roles: Roles, strands: Strands
    ) -> None:
        self._context = context
        self._strands = strands
        self._lexicon = context.lexicon
        self._title = title
        self._summary = summary
        self._longer = LongerTitles(title, context.index, context.lexicon)
        self._beside = {n: role for n in title.names if (role := roles.of(title, n))}
        self._elsewhere = Elsewhere(context, title, summary, roles, list(self._beside))
        named = [n for n in title.names if n not in self._beside]
        self._listed = named
        # Where one name is set apart, a bare word beside it is a word.
        self.named = [n for n in named if not n.is_bare_word] or named

    def of(self, sighting: Sighting) -> list[Show]:
        """The shows of an event of the headline: usually one, several where they are listed."""
        if (offshoot := self._longer.offshoot) and (show := self._elsewhere.meant(offshoot)):
            return [show]
        near = self._near(sighting)
        if not near and self.named and self._strands.is_of_a_stranger(sighting):
            return []
        if self._is_of_a_nameless_one(sighting):
            return []
        is_parted = bool(near)
        near = near or self.named
        subtitled = [n for n in near if self._longer.is_subtitled(n, sighting)]
        named = [n for n in near if n not in subtitled and self._could_tell(n, sighting)]
        if subtitled and not named:
            longer = self._longer.subtitled(subtitled[-1], sighting)
            if longer is not None and (show := self._elsewhere.meant(longer)):
                return [show]
        if not named and self._is_of_its_own(sighting):
            # "Dead Reckoners star exits": whoever leaves or comes back is of the show, unless all
            # else says that the news is of another.
            hidden = self._elsewhere.best(HIDDEN_SURE)
            roles = {Role.PLAYER, Role.OWNER}
            is_of_makers = sighting.event in OF_MAKERS or sighting.has_season
            roles |= {Role.MAKER} if is_of_makers else set()
            roles |= {Role.TELLER} if hidden is None else set()
            named = [n for n, role in self._beside.items() if role in roles and not hidden]
        if self._longer.is_of_another(sighting, named):
            return []
        hidden = self._hidden_in_place_of(named)
        if hidden is not None:
            return [] if hidden.key in self._keys_of(subtitled) else [hidden]
        if not named:
            # "Named showrunner of X": the name that the event itself leads to.
            named = [n for n in self._beside if self._is_led_to(n, sighting)]
        if not named:
            return []
        group = self._nearest(named, sighting)
        if is_parted:
            strand = self._strands.of(sighting)
            group = [n for n in group if n.mention.first in strand or n in self._beside]
        shows = [show for name in group if (show := self._refined(name))]
        return [*shows, *self._alongside(group, shows)]

    def _is_of_a_nameless_one(self, sighting: Sighting) -> bool:
        """Whether an offshoot is ordered that has no title of its own yet, behind other news of the
        show: "drops trailer; Hulu orders prequel series"."""
        if sighting.event is not Event.ORDERED or not self._title.names:
            return False
        first = sighting.part.scene.word_at(sighting.start)
        words = self._title.line.words[first : sighting.last]
        is_offshoot = not self._lexicon.words["offshoots"].isdisjoint(words)
        return is_offshoot and all(name.mention.last < first for name in self._title.names)

    def _near(self, sighting: Sighting) -> list[Name]:
        """The names among the words that speak of an event."""
        strand = self._strands.of(sighting)
        near = [n for n in self.named if n.mention.first in strand]
        if near or len(strand) == len(self._title.line):
            return near
        # A bare word that another strand puts in the shade.
        return [n for n in self._listed if n.mention.first in strand]

    def _could_tell(self, name: Name, sighting: Sighting) -> bool:
        """Whether a name is more than a word beside an actor who joins something else: nobody joins
        the show whose cast he is of."""
        if sighting.event is not Event.JOINS or "cast" not in name.reasons:
            return True
        cast = [person for show in name.mention.shows for person in show.cast]
        return name.strength >= SURE or not self._context.heads(cast)

    def _is_of_its_own(self, sighting: Sighting) -> bool:
        """Whether the news may be of the show that somebody of the headline is of: who joins is of
        another, unless it is a step up, and so is who leaves something that has a title."""
        if self._has_an_object(sighting):
            return False
        if sighting.event is Event.JOINS:
            return not self._lexicon.words["steps"].isdisjoint(self._title.scene.words)
        return sighting.event is not Event.ORDERED

    def _has_an_object(self, sighting: Sighting) -> bool:
        """Whether a title that no show has is what it is done to: "exits ITV thriller 'Ash'"."""
        line, end = self._title.line, sighting.last
        behind = (s.first for s in self._title.others if s.first >= end)
        return any(not any(line.breaks[end : first + 1]) for first in behind)

    def _alongside(self, group: list[Name], shows: list[Show]) -> list[Show]:
        """The shows that the headline's list takes in, but does not spell."""
        if not shows:
            return []
        cut = cut_short(self._title, self._summary, group, self._lexicon)
        mentions = [name.mention for name in cut]
        mentions += listed_in_address(self._context, group)
        found = (self._elsewhere.meant(mention) for mention in mentions)
        return [show for show in found if show and show not in shows]

    def _is_led_to(self, name: Name, sighting: Sighting) -> bool:
        place = sighting.part.scene.offset_of(name.mention.first)
        first, words = name.mention.first, self._title.line.words
        before, then = words[max(0, first - 1)], words[max(0, first - 2)]
        if before in self._lexicon.words["of"]:
            return sighting.start < place <= sighting.end + len("of ")
        # "Won't be back after Harbor season 3", but "leaves his post after Harbor season 3".
        is_of_cast = sighting.event is Event.EXITS and not self._title.networks
        is_left = before in self._lexicon.words["until"] and self._lexicon.has("away", then)
        return is_of_cast and is_left and sighting.start < place <= sighting.end + len(before) + 1

    def _hidden_in_place_of(self, named: list[Name]) -> Show | None:
        """The show behind a headline that names none, or nothing but words that may be none."""
        if all(self._is_unsupported(name) for name in named):
            best = self._elsewhere.best(HIDDEN_ENOUGH)
            is_meant = not named or (best is not None and best.key in self._elsewhere.sole_tag)
            return best if is_meant else None
        if all(name.is_bare_word for name in named):
            return self._elsewhere.best(HIDDEN_SURE)
        # "A new era for X begins in the trailer of its sequel series": the sequel.
        is_of_another = not self._lexicon.words["offshoots"].isdisjoint(self._title.line.stems)
        if not is_of_another or len(named) > 1:
            return None
        best = self._elsewhere.best(HIDDEN_SURE)
        return best if best is not None and best.key not in self._keys_of(named) else None

    @staticmethod
    def _keys_of(names: list[Name]) -> set[str]:
        return {show.key for name in names for show in name.mention.shows}

    def _is_unsupported(self, name: Name) -> bool:
        """Whether nothing but its words speaks for a name, neither the page nor how it stands."""
        return set(name.reasons) <= UNSUPPORTED and name.mention.key not in {
            n.mention.key for n in self._summary.names
        }

    def _refined(self, name: Name) -> Show | None:
        """The show whose longer title is meant where a headline is content with a part of it."""
        key = name.mention.key
        others = {n.mention.key for n in self._title.names}
        longer = [
            (show, title)
            for show in self._elsewhere.shows
            if f" {key} " in f" {(title := title_key(show.title))} " and title not in others
        ]
        if not longer:
            return self._elsewhere.meant(name.mention)
        headline = set(self._title.line.stems)
        below, by_address = self._elsewhere.told_below, self._elsewhere.spelt_out
        if any(n.mention.key == key for n in self._summary.names):
            below, by_address = frozenset(), by_address - below
        if key in self._elsewhere.alone:
            by_address = frozenset()
        for show, title in longer:
            rest = set(title.split()) - set(key.split())
            if show.key in below | by_address or rest <= headline or self._is_offshoot(name):
                return show
        return self._elsewhere.meant(name.mention)

    def _is_offshoot(self, name: Name) -> bool:
        """Whether the headline calls what it is about a revival, a prequel of the show named."""
        last = name.mention.last
        after = self._title.line.stems[last] if last < len(self._title.line) else ""
        return self._lexicon.has("nouns", after) and after not in {"series", "show"}

    def _nearest(self, names: list[Name], sighting: Sighting) -> list[Name]:
        scene = sighting.part.scene

        def distance(name: Name) -> tuple[int, int]:
            place = scene.offset_of(name.mention.first)
            if place >= sighting.start:
                return max(0, place - sighting.end), 0
            return max(0, sighting.start - place - len("SHOW ")), 1

        nearest = min(names, key=distance)
        return self._listed_with(nearest, self._listed if nearest in self._listed else names)

    def _listed_with(self, name: Name, names: list[Name]) -> list[Name]:
        """The name and those joined to it by commas and "and" alone."""
        at = names.index(name)
        first = last = at
        while last + 1 < len(names) and self._are_joined(names, last):
            last += 1
        while first > 0 and self._are_joined(names, first - 1):
            first -= 1
        return names[first : last + 1]

    def _are_joined(self, names: list[Name], at: int) -> bool:
        return are_joined(self._title, names[at], names[at + 1], self._lexicon)
