"""Which show the news is about: not every one that is named is its subject.

Names in the headline come first, save those named beside the news ("the Friends star joins ..."). A
headline that hides the name is resolved from summary, categories and address, which must agree.
"""

from dataclasses import dataclass, field

from bot.news.alongside import (
    are_joined,
    cut_short,
    listed_in_address,
)
from bot.news.commonness import surprise
from bot.news.context import Context
from bot.news.events import Sighting
from bot.news.lazy import lazy
from bot.news.longer_titles import LongerTitles
from bot.news.model import Event, Show
from bot.news.namesakes import Namesakes
from bot.news.naming import SURE, Name
from bot.news.parts import Part
from bot.news.roles import Role, Roles
from bot.news.strands import Strands
from bot.news.text import words_of
from bot.news.titles import Mention, title_key

HIDDEN_ENOUGH = 2.5
HIDDEN_SURE = 4.0
# What a show gains that is the only one in the categories.
SOLE = 0.7
# As unlikely are the words of a title that is a name by itself (bot.news.naming).
UNLIKELY = 2.6
# What one gains that the address names, where the headline calls it an offshoot of another.
OFFSHOOT = 1.5
# Reasons for a name that any word of a franchise has.
UNSUPPORTED = frozenset({"words", "article", "neighbour", "fate", "colon"})
# What is news of a show also where its makers tell it or are the news.
OF_MAKERS = frozenset({Event.EXITS, Event.RETURNS, Event.RECAST, Event.RENEWED})


@dataclass
class _Votes:
    """Points gathered for shows that the headline does not name."""

    points: dict[str, float] = field(default_factory=dict)
    shows: dict[str, Show] = field(default_factory=dict)

    def add(self, show: Show, points: float) -> None:
        self.shows[show.key] = show
        self.points[show.key] = self.points.get(show.key, 0.0) + points

    def best(self, needed: float) -> Show | None:
        key = max(self.points, key=lambda k: (self.points[k], k), default=None)
        return self.shows[key] if key is not None and self.points[key] >= needed else None


class Subjects:
    """The shows of one page, and which of them an event belongs to."""

    def __init__(
        self, context: Context, title: Part, summary: Part, roles: Roles, strands: Strands
    ) -> None:
        self._context = context
        self._strands = strands
        self._page = context.page
        self._index = context.index
        self._lexicon = context.lexicon
        self._title = title
        self._summary = summary
        self._namesakes = Namesakes(context, title, summary)
        self._roles = roles
        self._longer = LongerTitles(title, context.index, context.lexicon)
        self._beside = {n: role for n in title.names if (role := roles.of(title, n))}
        named = [n for n in title.names if n not in self._beside]
        self._listed = named
        # Where one name is set apart, a bare word beside it is a word.
        self.named = [n for n in named if not n.is_bare_word] or named

    def of(self, sighting: Sighting) -> list[Show]:
        """The shows of an event of the headline: usually one, several where they are listed."""
        if (offshoot := self._longer.offshoot) and (show := self._meant(offshoot)):
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
            if longer is not None and (show := self._meant(longer)):
                return [show]
        if not named and self._is_of_its_own(sighting):
            # "Dead Reckoners star exits": whoever leaves or comes back is of the show, unless all
            # else says that the news is of another.
            hidden = self._votes.best(HIDDEN_SURE)
            roles = {Role.PLAYER, Role.OWNER}
            roles |= {Role.MAKER} if sighting.event in OF_MAKERS else set()
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
        found = (self._meant(mention) for mention in mentions)
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
        is_in_doubt = all(self._is_unsupported(name) for name in named)
        best = self._votes.best(HIDDEN_ENOUGH if is_in_doubt else HIDDEN_SURE)
        if is_in_doubt and named:
            return best if best is not None and best.key in self._sole_tag else None
        if best is None or all(name.is_bare_word for name in named):
            return best
        # "A new era for X begins in the trailer of its sequel series": the sequel.
        is_of_another = not self._lexicon.words["offshoots"].isdisjoint(self._title.line.stems)
        is_new = best.key not in self._keys_of(named)
        return best if is_of_another and is_new and len(named) == 1 else None

    @staticmethod
    def _keys_of(names: list[Name]) -> set[str]:
        return {show.key for name in names for show in name.mention.shows}

    def _is_unsupported(self, name: Name) -> bool:
        """Whether nothing but its words speaks for a name, neither the page nor how it stands."""
        return set(name.reasons) <= UNSUPPORTED and name.mention.key not in {
            n.mention.key for n in self._summary.names
        }

    @lazy
    def _sole_tag(self) -> frozenset[str]:
        """The key of the one show that the feed's categories name, if they name just one."""
        keys = frozenset(show.key for _, show in self._tags)
        return keys if len(keys) == 1 else frozenset()

    @lazy
    def _tags(self) -> list[tuple[int, Show]]:
        """The shows that the feed's categories are named after, each with the category's place."""
        shows = (self._tagged(category) for category in self._page.categories)
        return [(number, show) for number, show in enumerate(shows) if show]

    @lazy
    def _below(self) -> list[tuple[Name, Role | None, Show | None]]:
        """The names of the summary, each with why it is beside the news and the show it means."""
        part = self._summary
        return [(n, self._roles.of(part, n), self._meant(n.mention)) for n in part.names]

    @lazy
    def _votes(self) -> _Votes:
        """What summary, categories and address say the article is about."""
        votes = _Votes()
        tagged: set[str] = set()
        barred = {show.key for n in self._beside if (show := self._meant(n.mention))}
        beside: set[str] = set()
        number = 0
        before: Name | None = None
        for name, own, show in self._below:
            is_joined = before and are_joined(self._summary, before, name, self._lexicon)
            role = Role.BESIDE if is_joined else own
            before = name if role else None
            if show:
                votes.add(show, 0.5 if role else max(1.0, _weight_below(name) - number))
                beside.update([show.key] if role is Role.BESIDE else ())
            number += not role
        for number, tag in self._tags:
            tagged.add(tag.key)
            if tag.key not in beside:
                sole = SOLE if tag.key in self._sole_tag else 0.0
                votes.add(tag, 2.0 - 0.1 * number + sole + self._address_overlap(tag))
        for addressed, points in self._addressed:
            votes.add(addressed, points + (OFFSHOOT if self._is_of_franchise(addressed) else 0.0))
        if self._title.others and votes.points:
            # The headline sets a name in quotation marks that the index does not have.
            for key, show in votes.shows.items():
                is_known = key in tagged or key in self._spelt_out
                if not is_known and not self._is_quoted_in_part(show):
                    votes.points[key] -= 1.5
        for key in barred & votes.points.keys():
            votes.points[key] -= 5.0
        return votes

    def _is_of_franchise(self, show: Show) -> bool:
        """Whether its title goes on from one beside the news: "the new X spinoff"."""
        title = title_key(show.title)
        keys = {name.mention.key for name in self._beside}
        return any(f" {key} " in f" {title} " and key != title for key in keys)

    def _meant(self, mention: Mention) -> Show | None:
        return self._namesakes.one_of(mention.key, mention.shows)

    def _tagged(self, category: str) -> Show | None:
        """The show that a category of the feed is named after."""
        shows = self._index.named(category)
        if not shows and ": " in category and self._is_anthology:
            # "Kiln: The Second Fire": a season with a title of its own.
            category, _, subtitle = category.partition(": ")
            is_edition = self._lexicon.has("editions", subtitle.casefold())
            shows = () if is_edition else self._index.named(category)
        if not shows or self._lexicon.has("genres", category.casefold()):
            return None
        return self._namesakes.one_of(title_key(category), shows)

    @lazy
    def _is_anthology(self) -> bool:
        """Whether it is about one, and not about something new beside it."""
        words = self._title.scene.words | self._summary.scene.words
        said = self._lexicon.words
        return not said["anthologies"].isdisjoint(words) and said["offshoots"].isdisjoint(words)

    def _is_quoted_in_part(self, show: Show) -> bool:
        words = words_of(show.title)
        initials = "".join(word[0] for word in words)
        for span in self._title.others:
            quoted = self._title.line.stems[span.first : span.last]
            if set(quoted) <= {*words, initials}:
                return True
        return False

    @lazy
    def _addressed(self) -> list[tuple[Show, float]]:
        return [
            (show, self._address_points(mention))
            for mention in self._context.addressed
            if (show := self._meant(mention))
        ]

    @lazy
    def _spelt_out(self) -> frozenset[str]:
        """The shows that the address names by more than a word."""
        return frozenset(show.key for show, points in self._addressed if points > 1)

    def _address_overlap(self, show: Show) -> float:
        """1 where the address holds most of a title's longer words, though not the whole of it."""
        longer = {word for word in words_of(show.title) if len(word) > 3}
        held = longer.intersection(self._page.slug)
        return 1.0 if len(held) > 1 and len(held) * 2 > len(longer) else 0.0

    def _address_points(self, mention: Mention) -> float:
        """What an address says for a title: enough, where it begins with several words of one or
        with one that a season follows, and they are hardly common speech."""
        is_long = mention.last - mention.first > 1
        slug = self._page.slug
        after = slug[mention.last] if mention.last < len(slug) else ""
        is_numbered = after in self._lexicon.seasons.nouns
        is_first = mention.first <= self._context.outset and (is_long or is_numbered)
        if is_first and surprise(mention.key, self._lexicon.language) > UNLIKELY:
            # Three words in a row outweigh a category, which may be the franchise's.
            return HIDDEN_ENOUGH + (0.5 if mention.last - mention.first > 2 else 0.0)
        is_told_of = (
            is_numbered or after in self._lexicon.triggers or self._lexicon.has("telling", after)
        )
        return (1.5 if is_long else 1.0) + (1.0 if is_told_of and is_long else 0.0)

    def _refined(self, name: Name) -> Show | None:
        """The show whose longer title is meant where a headline is content with a part of it."""
        key = name.mention.key
        headline = set(self._title.line.stems)
        below = {show.key for _, role, show in self._below if show and not role}
        is_below = any(n.mention.key == key for n in self._summary.names)
        by_address = self._spelt_out - (below if is_below else set())
        if key in self._alone:
            by_address = frozenset()
        if is_below:
            below = set()
        others = {n.mention.key for n in self._title.names}
        for show in self._votes.shows.values():
            title = title_key(show.title)
            if title in others or f" {key} " not in f" {title} ":
                continue
            rest = set(title.split()) - set(key.split())
            if show.key in below | by_address or rest <= headline or self._is_offshoot(name):
                return show
        return self._meant(name.mention)

    @lazy
    def _alone(self) -> frozenset[str]:
        """The titles that the address names as such, and not as a part of a longer one."""
        return frozenset(m.key for m in self._context.addressed)

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


def _weight_below(name: Name) -> float:
    """What a name of the summary counts for a headline that has none: one that a clause is about
    ("Kiln, which began in 2019, ...") as much as a long one."""
    is_long = " " in name.mention.key
    return 3.0 if is_long or name.strength >= 3 or "relative" in name.reasons else 1.5
