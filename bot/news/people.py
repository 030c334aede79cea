"""Who is cast, leaves or comes back: names beside the words that say so.

Which capital words of a headline are a name is a guess; a wrong one is worse than none, so only two
to four words in a row are taken, right before or after the event, and none that the lexicon knows.
"""

from collections.abc import Iterable
from dataclasses import replace

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
    before = _name_ending(line, first, taken, lexicon)
    after = _name_starting(line, _skip(line, first, sighting.last, lexicon), taken, lexicon)
    if sighting.event in {Event.JOINS, Event.EXITS, Event.RETURNS}:
        return before or after
    return after or before


def of_persons(sightings: Iterable[Sighting], lexicon: Lexicon) -> list[Sighting]:
    """The events of a headline, those of persons told as theirs: "Harbor star Ada Byron won't be
    back for season 2" cancels nothing, "Harbor's Ada returns next week" dates nothing."""
    return [
        _of_a_person(s, lexicon)
        for s in sightings
        if not (
            _is_of_a_character(s, lexicon)
            or _is_of_the_show(s, lexicon)
            or _is_of_a_panel(s, lexicon)
        )
    ]


def _of_a_person(sighting: Sighting, lexicon: Lexicon) -> Sighting:
    scene = sighting.part.scene
    said = scene.text[sighting.start : sighting.end].split()[:2]
    if sighting.event is not Event.CANCELLED or lexicon.words["negation"].isdisjoint(said):
        return sighting
    first = scene.word_at(sighting.start)
    named = {i for n in sighting.part.names for i in range(n.mention.first, n.mention.last)}
    before = scene.line.words[max(0, first - 1)]
    is_one = any(lexicon.has(group, before) for group in ("pronouns", "players", "makers"))
    is_person = is_one or bool(_name_ending(scene.line, first, named, lexicon))
    of_whose = any(i < first for i in named) and first - 1 not in named
    return replace(sighting, event=Event.EXITS) if is_person and of_whose else sighting


def _is_of_the_show(sighting: Sighting, lexicon: Lexicon) -> bool:
    """Whether what hints at somebody who comes back is said of the show: "Harbor to return"."""
    if sighting.event is not Event.RETURNS or sighting.is_firm:
        return False
    for word in reversed(sighting.part.scene.text[: sighting.start].split()):
        if word == "SHOW":
            return True
        if word not in lexicon.common and not lexicon.has("meanwhile", word):
            return False
    return False


def _is_of_a_panel(sighting: Sighting, lexicon: Lexicon) -> bool:
    """Whether those who judge or compete are set for a season: "coaches for season 3 announced"."""
    if sighting.event is not Event.RENEWED:
        return False
    before = reversed(sighting.part.scene.text[: sighting.start].split())
    who = next((word for word in before if not lexicon.has("links", word)), "")
    return lexicon.has("panels", who)


def _is_of_a_character(sighting: Sighting, lexicon: Lexicon) -> bool:
    """Whether one who is known by a single name, and as the show's, is spoken of."""
    if sighting.event is not Event.DATED:
        return False
    scene = sighting.part.scene
    is_shows = scene.text[: sighting.start].split()[-3:-1] == ["SHOW", "'s"]
    if is_shows and lexicon.may_name(scene.line, scene.word_at(sighting.start) - 1):
        return True
    return _is_of_an_owner(sighting, lexicon)


def _is_of_an_owner(sighting: Sighting, lexicon: Lexicon) -> bool:
    """Whether it is somebody's return: "announces Ada Byron's return"."""
    line = sighting.part.line
    named = {i for n in sighting.part.names for i in range(n.mention.first, n.mention.last)}
    return any(
        line.is_possessive(index) and index not in named and lexicon.may_name(line, index)
        for index in range(sighting.part.scene.word_at(sighting.start), sighting.last - 1)
        if lexicon.has("away", line.words[index + 1])
    )


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
