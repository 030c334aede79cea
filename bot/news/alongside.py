"""Shows that a headline's news takes in though it cuts them short, or leaves them out.

Fathoms season 2, Ten Thousand season 3 teasers out     the summary spells "Ten Thousand Lanterns"
Fathoms and Nightjar delayed                            the address lists a third beside the two
"""

from collections.abc import Iterator, Sequence

from bot.news.commonness import surprise
from bot.news.context import Context
from bot.news.lexicon import Lexicon
from bot.news.naming import Name
from bot.news.parts import Part
from bot.news.titles import Mention

# An address that lists so many of the headline's shows lists the others for the same news.
LISTED = 2
# So many words of a title stand for it, where the summary has the whole of it.
CUT = 2
# How unlikely the words of a title, or its only one, must be that nothing but the address names.
TELLING, TELLING_ALONE = 1.2, 1.8


def are_joined(part: Part, name: Name, following: Name, lexicon: Lexicon) -> bool:
    """Whether nothing but "and", a comma, a season ("Harbor for season 2, Kiln for season 3") or
    another quoted title stands between two names."""
    line = part.line
    passed_over = {i for s in part.seasons for i in range(s.first, s.last)}
    passed_over |= {
        s.first - 1 for s in part.seasons if lexicon.has("links", line.words[s.first - 1])
    }
    passed_over |= {i for s in part.others for i in range(s.first, s.last)}
    span = range(name.mention.last, following.mention.first)
    between = {line.words[i] for i in span if i not in passed_over}
    if not between <= lexicon.words["joints"]:
        return False
    return bool(between) or line.breaks[following.mention.first] == ","


def cut_short(title: Part, summary: Part, group: Sequence[Name], lexicon: Lexicon) -> list[Name]:
    """The names that the summary joins to one of the group, and that the headline cuts short."""
    if not summary.names:
        return []
    keys = {name.mention.key for name in group}
    taken = {i for n in title.names for i in range(n.mention.first, n.mention.last)}
    rest = " ".join("|" if i in taken else word for i, word in enumerate(title.line.stems))
    return [
        name
        for one, other in zip(summary.names, summary.names[1:], strict=False)
        for name, beside in ((one, other), (other, one))
        if beside.mention.key in keys
        and name.mention.key not in keys
        and _is_cut_in(name.mention.key, rest)
        and are_joined(summary, one, other, lexicon)
    ]


def _is_cut_in(key: str, headline: str) -> bool:
    words = key.split()
    return any(
        f" {' '.join(words[:count])} " in f" {headline} " for count in range(CUT, len(words))
    )


def listed_in_address(context: Context, group: Sequence[Name]) -> Iterator[Mention]:
    """The titles that the address lists with the group's, of which it holds two at least."""
    keys = {name.mention.key for name in group}
    if len(keys) < LISTED:
        return
    slug, lexicon = context.page.slug, context.lexicon
    row: list[Mention] = []
    for mention in (*sorted(context.addressed, key=lambda m: m.first), None):
        if mention and row and _is_next(slug, row[-1], mention, lexicon):
            row.append(mention)
            continue
        if len(keys & {m.key for m in row}) >= LISTED:
            yield from (m for m in row if m.key not in keys and _is_telling(m, lexicon))
        row = [mention] if mention else []


def _is_telling(mention: Mention, lexicon: Lexicon) -> bool:
    """Whether its words are more than function words ("What If") or a word of news ("Dates"), or
    it is one that is a name."""
    if lexicon.knows(mention.key):
        return False
    return surprise(mention.key, lexicon.language) > (
        TELLING if " " in mention.key else TELLING_ALONE
    )


def _is_next(slug: tuple[str, ...], one: Mention, other: Mention, lexicon: Lexicon) -> bool:
    return lexicon.words["joints"].issuperset(slug[one.last : other.first])
