"""Text as the reader sees it: cleaned of markup, cut into words, each with its place.

Everything here is linear in the length of its input and raises for no text.
"""

import re
import unicodedata
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from bot.news.lazy import lazy

# What lies beyond says nothing about the news, and must not cost more than the headline does.
MARKUP_LIMIT = 20_000

# The plus of a streamer's name does not part it from its possessive ending.
_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|[^\W_]+(?:\+?[.'’‘`´][^\W_]+)*|&")
_DIGIT = re.compile(r"\d")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#\w]+;")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_JOINERS = str.maketrans("", "", ".,'’‘`´+")
_OPENING = frozenset("'\"‘“`´«‹„「『’")
_CLOSING = frozenset("'\"’”`´»›“」』")
_SET_WITHIN = frozenset(",.!?")
_POSSESSIVE = ("'s", "’s", "´s", "`s", "‘s")
_BREAKS = (("?", "?"), ("!", "!"), (". ", "."), ("…", "."), ("|", "|"), (":", ":"), (";", ";"))
_JOINED = frozenset("&.,'’‘`´")
_QUOTES = _OPENING | _CLOSING
_KNOWN_GAPS = {" ": "", "": "", "-": "", ", ": ",", ": ": ":", ". ": ".", " – ": "-", " — ": "-"}
_DASHES = ("—", "–", " - ", " -- ")


def clean(text: str, limit: int) -> str:
    """`text` without markup, control characters and runs of space, at most `limit` characters."""
    text = text[:MARKUP_LIMIT]
    if _MARKUP.search(text):
        text = _unmarked(text)
    if text.isprintable() and "  " not in text:
        return text.strip()[:limit]
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _SPACE.sub(" ", text[: limit * 2]).strip()[:limit]


def _unmarked(text: str) -> str:
    tree = LexborHTMLParser(text.encode("utf-8", "replace").decode("utf-8"))
    tree.strip_tags(["script", "style"])
    body = tree.body
    # The separator keeps the words of two paragraphs apart.
    return body.text(separator=" ") if body is not None else ""


def fold(text: str) -> str:
    """`text` as words are compared: without case, accents, dots and apostrophes."""
    if text.isascii():
        return text.lower().translate(_JOINERS)
    parts = unicodedata.normalize("NFKD", text.translate(_JOINERS))
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def _folded_word(word: str) -> str:
    return "and" if word == "&" else fold(word)


def words_of(text: str) -> list[str]:
    """The folded words of a short text; `&` is read as "and"."""
    if text.isascii():
        text = text.lower()
        if _JOINED.isdisjoint(text):
            return _WORD.findall(text)
    return [_folded_word(word) for word in _WORD.findall(text)]


@dataclass(frozen=True)
class Line:
    """A cleaned text and its words.

    `words[i]` is folded, stands at `text[starts[i]:ends[i]]` and is parted from the word before by
    the mark `breaks[i]` (one of `. ? ! : ; , - | ( "and" or ""`).
    """

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Line":
        """The line of an already cleaned text."""
        spans = [match.span() for match in _WORD.finditer(text)]
        if not spans:
            return cls(text, (), (), ())
        starts, ends = zip(*spans, strict=True)
        if text.isascii() and _JOINED.isdisjoint(text):
            plain = text.lower()
            return cls(text, tuple([plain[start:end] for start, end in spans]), starts, ends)
        words = [text[start:end] for start, end in spans]
        return cls(
            text,
            tuple([w.lower() if w.isascii() and w.isalnum() else _folded_word(w) for w in words]),
            starts,
            ends,
        )

    def __len__(self) -> int:
        return len(self.words)

    @lazy
    def stems(self) -> tuple[str, ...]:
        """The words without a possessive ending ("netflix" for "Netflix's")."""
        if not self.has_apostrophe:
            return self.words
        return tuple(
            word[:-1] if word[-1] == "s" and self.is_possessive(i) else word
            for i, word in enumerate(self.words)
        )

    @lazy
    def has_apostrophe(self) -> bool:
        """Whether anything in the text can be a quotation mark or an apostrophe."""
        return not _QUOTES.isdisjoint(self.text)

    @lazy
    def has_digits(self) -> bool:
        """Whether a digit occurs."""
        return _DIGIT.search(self.text) is not None

    def is_possessive(self, index: int) -> bool:
        """Whether the word ends in an apostrophe and s."""
        return (
            self.has_apostrophe
            and self.text[self.ends[index] - 2 : self.ends[index]] in _POSSESSIVE
        )

    @lazy
    def breaks(self) -> tuple[str, ...]:
        """The mark between each word and the one before it."""
        text, known = self.text, _KNOWN_GAPS
        marks = []
        before = 0
        for start, end in zip(self.starts, self.ends, strict=True):
            gap = text[before:start]
            mark = known.get(gap)
            marks.append(break_mark(gap) if mark is None else mark)
            before = end
        return tuple(marks)

    def raw(self, first: int, last: int) -> str:
        """The original words from index `first` up to, not including, `last`."""
        return self.text[self.starts[first] : self.ends[last - 1]] if last > first else ""

    def is_capitalised(self, index: int) -> bool:
        """Whether the word begins with a capital or a digit, or with a letter that has no case."""
        return self.capitals[index]

    @lazy
    def capitals(self) -> tuple[bool, ...]:
        """Of every word, whether it begins with a capital, a digit or a letter without case."""
        text = self.text
        return tuple([not text[start].islower() for start in self.starts])

    @lazy
    def quotes(self) -> frozenset[int]:
        """The words right before which a quotation mark opens."""
        text = self.text
        return frozenset(
            [
                index
                for index, start in enumerate(self.starts)
                if start
                and text[start - 1] in _OPENING
                and (start == 1 or not text[start - 2].isalnum())
            ]
        )

    def opens_quote(self, index: int) -> bool:
        """Whether a quotation mark stands right before the word."""
        return index in self.quotes

    def is_quoted(self, first: int, last: int) -> bool:
        """Whether the words stand between quotation marks of their own."""
        if not self.opens_quote(first):
            return False
        end = self.ends[last - 1]
        # American style sets a comma and a full stop within the marks: “Harbor,”
        end += self.text[end : end + 1] in _SET_WITHIN
        after = self.text[end : end + 1]
        return after in _CLOSING or self.is_possessive(last - 1)


def break_mark(gap: str) -> str:
    """The strongest mark in the characters between two words."""
    if gap in {" ", "-", ""}:
        return ""
    padded = gap + " "
    for sign, mark in _BREAKS:
        if sign in padded:
            return mark
    if any(dash in gap for dash in _DASHES):
        return "-"
    if "," in gap:
        return ","
    return "(" if "(" in gap or "[" in gap else ""
