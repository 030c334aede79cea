"""Why a show is named beside the news: for its star, its makers, or as another's measure.

Each name is looked at once; so are the patterns of a part.
"""

from enum import StrEnum, auto

from bot.news.lexicon import Lexicon
from bot.news.naming import Name
from bot.news.parts import Part


class Role(StrEnum):
    """What a name does in a headline that is not about its show.

    `PLAYER`: "the X star"; `OWNER`: "X's Ada Byron"; `MAKER`: "the X creator"; `TELLER`: one of
    them says something; `BESIDE`: all else ("like X", "before X", "told X").
    """

    PLAYER = auto()
    OWNER = auto()
    MAKER = auto()
    TELLER = auto()
    BESIDE = auto()


class Roles:
    """The roles of the names of one page's parts."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._spans: dict[int, list[tuple[int, int]]] = {}  # by the id of a part, which lives on
        self._found: dict[Name, Role | None] = {}

    def of(self, part: Part, name: Name) -> Role | None:
        """The role of a name of a part; None where nothing puts it beside the news."""
        if name not in self._found:
            self._found[name] = self._role(part, name)
        return self._found[name]

    def _role(self, part: Part, name: Name) -> Role | None:
        lexicon, line, last = self._lexicon, part.line, name.mention.last
        after = line.words[last] if last < len(line) and not line.breaks[last] else ""
        then = line.words[last + 1] if last + 1 < len(line) else ""
        is_person = lexicon.has("players", after) or lexicon.has("makers", after)
        if is_person and lexicon.has("tells", then):
            return Role.TELLER
        if lexicon.has("chiefs", after) and lexicon.has("decides", then):
            return None
        if lexicon.has("addressed", after) and self._is_told(part, last + 1):
            return None
        if lexicon.has("players", after) and not lexicon.has("parts", then):
            return None if self._is_to_be(part, name) else Role.PLAYER
        if lexicon.has("makers", after):
            return Role.MAKER
        if lexicon.has("beside", after) and not lexicon.has("rooms", then):
            return Role.BESIDE
        if lexicon.has("parts", after) and self._is_taken_to(part, last + 1):
            return Role.BESIDE
        if self._is_a_character(part, name):
            return Role.BESIDE
        if self._owns_a_person(part, name):
            return Role.OWNER
        if line.breaks[name.mention.first] == "(" and self._is_credit(part, name):
            return Role.BESIDE
        start = part.scene.offset_of(name.mention.first)
        is_beside = any(first <= start < end for first, end in self._beside_spans(part))
        return Role.BESIDE if is_beside else None

    def _is_to_be(self, part: Part, name: Name) -> bool:
        """Whether somebody becomes what stands behind the name: "is the new Harbor host"."""
        first = name.mention.first
        return first > 0 and self._lexicon.has("becoming", part.line.words[first - 1])

    def _owns_a_person(self, part: Part, name: Name) -> bool:
        """Whether a person of the show follows: "casts Harbor's Ada Byron"."""
        line, last, lexicon = part.line, name.mention.last, self._lexicon
        if last + 1 >= len(line) or line.breaks[last] or line.breaks[last + 1]:
            return False
        is_quoted = line.opens_quote(name.mention.first)
        is_owner = line.is_owner(last - 1) and not (is_quoted and not line.is_possessive(last - 1))
        then = line.words[last + 2] if last + 2 < len(line) else ""
        is_thing = any(lexicon.has(group, then) for group in ("nouns", "offshoots"))
        return (
            is_owner
            and not is_thing
            and all(lexicon.may_name(line, index) for index in (last, last + 1))
        )

    def _is_told(self, part: Part, index: int) -> bool:
        """Whether those who are addressed are told of their show, the only one that is named:
        "Harbor fans, rejoice! Hulu renews ..."."""
        line = part.line
        return len(part.names) == 1 and index < len(line) and bool(line.breaks[index])

    def _is_a_character(self, part: Part, name: Name) -> bool:
        """Whether somebody is one in another show: "back as Harbor in Kiln", "Kiln season 3 adds
        Ada Byron as Harbor"."""
        line, first, last = part.line, name.mention.first, name.mention.last
        if not first or not self._lexicon.has("as", line.words[first - 1]):
            return False
        numbered = {s.first for s in part.seasons if s.number}
        leads = any(n.mention.last in numbered for n in part.names if n is not name)
        is_last = last == len(line) or bool(line.breaks[last])
        return (leads and is_last) or self._is_taken_to(part, last)

    def _is_taken_to(self, part: Part, index: int) -> bool:
        """Whether another show follows with a preposition: "her Harbor role in Kiln"."""
        words = part.line.words
        is_led = index < len(words) and self._lexicon.has("links", words[index])
        return is_led and any(n.mention.first == index + 1 for n in part.names)

    def _is_credit(self, part: Part, name: Name) -> bool:
        """Whether a person stands before the bracket: "Ada Byron (Harbor)"."""
        first = name.mention.first
        return first > 1 and all(
            self._lexicon.may_name(part.line, i) for i in (first - 2, first - 1)
        )

    def _beside_spans(self, part: Part) -> list[tuple[int, int]]:
        """Where in a part's marked text a name is beside the news."""
        spans = self._spans.get(id(part))
        if spans is None:
            found = self._lexicon.group("beside_before").find(part.scene.text, part.scene.words)
            spans = self._spans[id(part)] = [(f.start, f.end) for f in found]
        return spans
