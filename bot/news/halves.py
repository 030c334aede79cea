"""Whether a title is but a part of another name: half of a person's, the end of a longer title."""

from collections.abc import Set

from bot.news.standing import Standing
from bot.news.titles import ARTICLES


def is_half(at: Standing) -> bool:
    """Whether a lone word stands beside a word of a name: half of a person's, most often."""
    line, first, last = at.line, at.mention.first, at.mention.last
    # "Ada Byron's The Harbor": an article parts a title from a name before it.
    if last - first == 1 and first > 0 and not line.breaks[first]:
        is_networks = first in at.around.network_ends
        if not is_networks and not _is_owned(at) and _ends_a_name(at, first - 1):
            return True
    is_owner = line.is_owner(last - 1) and not at.is_quoted
    is_free = bool(at.after) and not is_owner and not at.is_numbered()
    return is_free and at.is_a_name(last)


def is_amid_a_name(at: Standing) -> bool:
    """Whether a sentence has capital words on both sides of it."""
    line, first, last = at.line, at.mention.first, at.mention.last
    is_within = first > 0 and not line.breaks[first] and bool(at.after)
    return is_within and not at.headline and at.is_a_name(first - 1) and at.is_a_name(last)


def is_joined(at: Standing, mentioned: Set[int]) -> bool:
    """Whether "&" joins it to a name that is no show's, or its title goes on with "of", or
    begins earlier with its first word again. `mentioned` are the words of all titles found."""
    if at.is_set_apart:
        return False
    line, first, last = at.line, at.mention.first, at.mention.last
    if first and not line.breaks[first] and line.words[first - 1] == line.words[first]:
        return True  # "The Late Late Show" has a title within
    if _is_behind_of(at):
        return True
    if at.lexicon.has("genitive", at.after):
        return last + 1 < len(line) and (line.words[last + 1] in ARTICLES or at.is_a_name(last + 1))
    is_listed = line.breaks[first] == ","
    if len(at.words) > 1 or is_listed or any(s.number for s in at.around.seasons):
        return False
    return any(
        line.spelt[joint] == "&" and beside not in mentioned and at.is_a_name(beside)
        for joint, beside in ((first - 1, first - 2), (last, last + 1))
        if 0 <= beside < len(line)
    )


def _is_behind_of(at: Standing) -> bool:
    """Whether it ends a longer title: "Kingdom of the Harbor"; but not who is of it, nor what is
    told of it ("Ada Byron of The Harbor")."""
    line, first = at.line, at.mention.first
    if line.words[first] not in ARTICLES:
        first -= 1  # A leading article of its own stands within it.
    if first < 2 or line.words[first] not in ARTICLES or any(line.breaks[first - 1 : first + 2]):
        return False
    is_of = at.lexicon.has("genitive", line.words[first - 1])
    is_person = first > 2 and not line.breaks[first - 2] and at.is_a_name(first - 3)
    return is_of and at.is_a_name(first - 2) and not is_person


def _is_owned(at: Standing) -> bool:
    """Whether the word before is a plural that owns what follows ("Kiln Studios' Harbor")."""
    index = at.mention.first - 1
    return at.line.is_owner(index) and not at.line.is_possessive(index)


def _ends_a_name(at: Standing, index: int) -> bool:
    """Whether a name stands before the word, with a preposition between at most."""
    if index in at.around.network_ends:
        return False
    if at.line.words[index] in at.lexicon.words["links"] and index > 0:
        is_parted = bool(at.line.breaks[index]) or at.is_numbered()
        is_title_case = at.headline or at.line.is_capitalised(index)
        return not is_parted and is_title_case and at.is_a_name(index - 1)
    return at.is_a_name(index)
