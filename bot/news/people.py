"""Who is cast, leaves or comes back: names beside the words that say so.

Which capital words of a headline are a name is a guess; a wrong one is worse than none, so only two
to four words in a row are taken, right before or after the event, and none that the lexicon knows.
"""

from bot.news.events import Sighting
from bot.news.lexicon import Lexicon
from bot.news.model import Event
from bot.news.text import Line

LONGEST_NAME = 4
_PARTICLES = frozenset(
    {"de", "da", "di", "del", "la", "le", "van", "von", "der", "bin", "al", "st"}
)


def person_of(sighting: Sighting, lexicon: Lexicon) -> str:
    """The person of a casting, "" where the words beside the event name none."""
    scene = sighting.part.scene
    line = scene.line
    taken = {
        index
        for name in sighting.part.names
        for index in range(name.mention.first, name.mention.last)
    }
    first = scene.word_at(sighting.start)
    last = scene.word_at(max(sighting.start, sighting.end - 2)) + 1
    before = _name_ending(line, first, taken, lexicon)
    after = _name_starting(line, _skip(line, first, last, lexicon), taken, lexicon)
    if sighting.event in {Event.JOINS, Event.EXITS, Event.RETURNS}:
        return before or after
    return after or before


def _skip(line: Line, first: int, last: int, lexicon: Lexicon) -> int:
    """Where a name may begin after the event's first word ("casts Ada Byron", "adds star Ada")."""
    index = min(first + 1, last)
    while index < min(len(line), last + 2) and not _is_part(line, index, lexicon):
        index += 1
    return index


def _name_ending(line: Line, end: int, taken: set[int], lexicon: Lexicon) -> str:
    first = end
    while first > 0 and end - first < LONGEST_NAME and first - 1 not in taken:
        if first < end and line.breaks[first]:
            break
        if not _is_part(line, first - 1, lexicon):
            break
        first -= 1
    return _name(line, first, end)


def _name_starting(line: Line, first: int, taken: set[int], lexicon: Lexicon) -> str:
    last = first
    while last < len(line) and last - first < LONGEST_NAME and last not in taken:
        if last > first and line.breaks[last]:
            break
        if not _is_part(line, last, lexicon):
            break
        last += 1
    return _name(line, first, last)


def _name(line: Line, first: int, last: int) -> str:
    return line.raw(first, last) if last - first >= 2 else ""


def _is_part(line: Line, index: int, lexicon: Lexicon) -> bool:
    word = line.words[index]
    if word in _PARTICLES:
        return True
    is_known = lexicon.knows(word) or line.is_possessive(index)
    return not is_known and line.is_capitalised(index) and not word.isdecimal()
