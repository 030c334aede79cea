"""What summary, categories and address say an article is about, where its headline does not.

Each is worth some points; what stands beside the news there, few.
"""

from dataclasses import dataclass, field

from bot.news.alongside import are_joined
from bot.news.commonness import surprise
from bot.news.context import Context
from bot.news.lazy import lazy
from bot.news.model import Show
from bot.news.namesakes import Namesakes
from bot.news.naming import Name
from bot.news.parts import Part
from bot.news.roles import Role, Roles
from bot.news.text import words_of
from bot.news.titles import ARTICLES, Mention, title_key

HIDDEN_ENOUGH = 2.5
HIDDEN_SURE = 4.0
# What a show gains that is the only one in the categories.
SOLE = 0.7
# As unlikely are the words of a title that is a name by itself (bot.news.naming).
UNLIKELY = 2.6
# What one gains that the address names, where the headline calls it an offshoot of another.
OFFSHOOT = 1.5


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


class Elsewhere:
    """What a page says of shows outside its headline."""

    def __init__(
        self, context: Context, title: Part, summary: Part, roles: Roles, beside: list[Name]
    ) -> None:
        self._context = context
        self._page = context.page
        self._index = context.index
        self._lexicon = context.lexicon
        self._title = title
        self._summary = summary
        self._namesakes = Namesakes(context, title, summary)
        self._roles = roles
        self._beside = beside

    def meant(self, mention: Mention) -> Show | None:
        """The show that a title means, of several so called; None where that is not told."""
        return self._namesakes.one_of(mention.key, mention.shows)

    @lazy
    def shows(self) -> tuple[Show, ...]:
        """The shows that summary, categories and address speak of."""
        below = [show for _, show in self._below if show]
        tagged = [show for _, show in self._tags]
        addressed = [show for show, _ in self._addressed]
        return tuple({show.key: show for show in (*below, *tagged, *addressed)}.values())

    def best(self, needed: float) -> Show | None:
        """The show with the most points, if they are as many as needed."""
        return self._votes.best(needed)

    @lazy
    def sole_tag(self) -> frozenset[str]:
        """The key of the one show that the feed's categories name, if they name just one."""
        keys = frozenset(show.key for _, show in self._tags)
        return keys if len(keys) == 1 else frozenset()

    @lazy
    def spelt_out(self) -> frozenset[str]:
        """The shows that the address names by more than a word."""
        return frozenset(show.key for show, points in self._addressed if points > 1)

    @lazy
    def alone(self) -> frozenset[str]:
        """The titles that the address names as such, and not as a part of a longer one."""
        return frozenset(m.key for m in self._context.addressed)

    @lazy
    def told_below(self) -> frozenset[str]:
        """The shows that the summary names, and not beside its news."""
        of = self._roles.of
        return frozenset(s.key for n, s in self._below if s and not of(self._summary, n))

    @lazy
    def _below(self) -> list[tuple[Name, Show | None]]:
        """The names of the summary, each with the show it means."""
        return [(name, self.meant(name.mention)) for name in self._summary.names]

    @lazy
    def _tags(self) -> list[tuple[int, Show]]:
        """The shows that the feed's categories are named after, each with the category's place."""
        shows = (self._tagged(category) for category in self._page.categories)
        return [(number, show) for number, show in enumerate(shows) if show]

    @lazy
    def _addressed(self) -> list[tuple[Show, float]]:
        """The shows that the address names, with what that is worth."""
        return [
            (show, self._address_points(mention))
            for mention in self._context.addressed
            if not self._is_plain(mention) and (show := self.meant(mention))
        ]

    def _is_plain(self, mention: Mention) -> bool:
        """Whether an address has but plain words amid others ("hit-tv-show-renewed"), or so many
        seasons ("renewed-for-four-seasons")."""
        words = mention.key.split()
        seasons = self._lexicon.seasons
        is_count = len(words) == 2 and words[0] in seasons.cardinals and words[1] in seasons.plurals
        is_amid = mention.first > self._context.outset
        if is_count and is_amid:
            return self._page.slug[mention.first - 1] not in ARTICLES
        return is_amid and self._lexicon.bland.issuperset(words)

    @lazy
    def _numbers(self) -> frozenset[str]:
        """The seasons of the headline, in digits."""
        return frozenset(str(s.number) for s in self._title.seasons if s.number)

    @lazy
    def _votes(self) -> _Votes:
        """What summary, categories and address say the article is about."""
        votes = _Votes()
        tagged: set[str] = set()
        barred = {show.key for n in self._beside if (show := self.meant(n.mention))}
        beside: set[str] = set()
        number = 0
        before: Name | None = None
        for name, show in self._below:
            own = self._roles.of(self._summary, name)
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
                sole = SOLE if tag.key in self.sole_tag else 0.0
                votes.add(tag, 2.0 - 0.1 * number + sole + self._address_overlap(tag))
        for addressed, points in self._addressed:
            votes.add(addressed, points + (OFFSHOOT if self._is_of_franchise(addressed) else 0.0))
        if self._title.others and votes.points:
            # The headline sets a name in quotation marks that the index does not have.
            for key, show in votes.shows.items():
                is_known = key in tagged or key in self.spelt_out
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

    def _address_overlap(self, show: Show) -> float:
        """1 where the address holds most of a title's longer words, though not the whole of it."""
        longer = {word for word in words_of(show.title) if len(word) > 3}
        held = longer.intersection(self._page.slug)
        return 1.0 if len(held) > 1 and len(held) * 2 > len(longer) else 0.0

    def _address_points(self, mention: Mention) -> float:
        """What an address says for a title: enough, where it begins with several words of one or
        with one that a season follows, and they are hardly common speech or the season is the
        headline's."""
        is_long = mention.last - mention.first > 1
        slug = self._page.slug
        after = slug[mention.last] if mention.last < len(slug) else ""
        before = slug[mention.first - 1] if mention.first else ""
        is_numbered = after in self._lexicon.seasons.nouns
        is_first = mention.first <= self._context.outset and (is_long or is_numbered)
        is_unlikely = surprise(mention.key, self._lexicon.language) > UNLIKELY
        if is_first and (
            is_unlikely
            or (is_numbered and self._numbers.intersection(slug[mention.last + 1 :][:1]))
        ):
            # Three words in a row outweigh a category, which may be the franchise's.
            return HIDDEN_ENOUGH + (0.5 if mention.last - mention.first > 2 else 0.0)
        is_verb = before in self._lexicon.triggers and before not in self._lexicon.common
        is_told_of = (
            is_numbered
            or after in self._lexicon.triggers
            or (is_unlikely and is_verb)
            or self._lexicon.has("telling", after)
        )
        return (1.5 if is_long else 1.0) + (1.0 if is_told_of and is_long else 0.0)


def _weight_below(name: Name) -> float:
    """What a name of the summary counts for a headline that has none: one that a clause is about
    ("Kiln, which began in 2019, ...") as much as a long one."""
    is_long = " " in name.mention.key
    return 3.0 if is_long or name.strength >= 3 or "relative" in name.reasons else 1.5
