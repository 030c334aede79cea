"""What kind of article this is: the cues for and against news, and for and against a series."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.news.context import Context
from bot.news.cues import Asking, Hit
from bot.news.events import Reach
from bot.news.lexicon import Lexicon
from bot.news.model import Event
from bot.news.parts import Part
from bot.news.roles import Role, Roles

# What is left of a cue that stands in another clause than the news.
BEYOND = 0.2
ALL = Reach()
# Where an outlet files an article: several of these say the same thing.
FILING = frozenset({"category", "path", "address", "source"})
# Who joins is of these, and need not stay there.
OWNED = frozenset({Role.PLAYER, Role.OWNER})


@dataclass(frozen=True, slots=True)
class Shape:
    """The cues of a page, and what a known name in its headline says for a series.

    `owned` is what it says where somebody joins: that whoever does is of the series tells nothing.
    """

    hits: tuple[Hit, ...]
    named: float = 0.0
    owned: float = 0.0

    def news(self, event: Event, reach: Reach = ALL) -> float:
        """What the cues weigh for or against that event.

        Those that are about their clause alone weigh less beyond its `reach`; those that ask in
        another sentence, nothing.
        """
        total = beyond = 0.0
        for hit in self.hits:
            cue = hit.cue
            if cue.news and _is_said_of(hit, event, reach):
                if _is_beyond(hit, reach):
                    beyond = min(beyond, cue.news * BEYOND)
                else:
                    total += cue.news
        return total + beyond

    def headline(self, event: Event, reach: Reach = ALL) -> float:
        """What the headline's own cues weigh for or against that event; `reach` as in `news`."""
        hits = (hit for hit in self.hits if hit.cue.place == "title")
        return sum(hit.cue.news for hit in hits if _is_said_of(hit, event, reach))

    def series(self, event: Event, reach: Reach = ALL) -> float:
        """What the cues weigh for or against a series, where that event is told; `reach` as in
        `news`."""
        total = self.owned if event is Event.JOINS else self.named
        filed = 0.0
        for hit in self.hits:
            if _is_in_speech(hit, reach):
                continue
            weight = hit.cue.series * (BEYOND if _is_beyond(hit, reach) else 1.0)
            if weight < 0 and hit.cue.place in FILING:
                filed = min(filed, weight)
            else:
                total += weight
        return total + filed

    def with_summary(self, summary: Part, lexicon: Lexicon) -> "Shape":
        """The shape with the cues of the summary."""
        found = lexicon.cues.find("summary", summary.scene.words, summary.scene.text)
        return Shape((*self.hits, *found), self.named, self.owned)


def _is_in_speech(hit: Hit, reach: Reach) -> bool:
    """Whether a cue stands in what somebody is quoted with beside the news."""
    return reach.silence > 0 and hit.is_within(reach.speech, reach.silence)


def _is_said_of(hit: Hit, event: Event, reach: Reach) -> bool:
    """Whether a cue does not spare the event, and neither asks in another sentence nor stands in
    what somebody is quoted with beside the news."""
    if _is_in_speech(hit, reach):
        return False
    match hit.cue.asks:
        case Asking.BEGINS if hit.start < reach.first:
            return False
        case Asking.ENDS if not reach.is_asked:
            return False
    return hit.cue.spares.isdisjoint((event.kind, event.label))


def _is_beyond(hit: Hit, reach: Reach) -> bool:
    """Whether a cue that is about its clause alone stands behind the clause of the news, or in a
    sentence before that of the news."""
    is_behind = reach.clause > 0 and hit.start >= reach.clause
    return hit.cue.is_of_clause and (is_behind or hit.start < reach.first)


def title_shape(context: Context, title: Part, roles: Roles, *, joins: bool) -> Shape:
    """The shape of a page as far as all but the summary tells it; `joins` says that the headline
    speaks of somebody who does."""
    named = context.lexicon.needed["named"] if title.names else 0.0
    is_owned = joins and all(roles.of(title, name) in OWNED for name in title.names)
    return Shape(tuple(_hits(context, title)), named, 0.0 if is_owned else named)


def _hits(context: Context, title: Part) -> Iterator[Hit]:
    page, cues = context.page, context.lexicon.cues
    yield from cues.find("title", title.scene.words, title.scene.text, title.scene.speech)
    yield from cues.find("category", page.category_keys)
    yield from cues.find("path", page.path)
    if not cues.signs["address"].isdisjoint(page.slug):
        # "interview" in an address says nothing where a show is called so.
        titles = [name.mention.key for name in title.names]
        titles += [mention.key for mention in context.addressed if " " in mention.key]
        own = {word for key in titles for word in key.split()}
        slug = [word for word in page.slug if word not in own]
        yield from cues.find("address", slug, " ".join((*slug, "")))
    yield from cues.find("source", (page.source_key,))
