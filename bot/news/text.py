"""Text as the reader sees it: cleaned of markup, cut into words and the gaps between them.

Everything here is linear in the length of its input and raises for no text.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

from selectolax.lexbor import LexborHTMLParser

from bot.news.lazy import lazy

# What lies beyond says nothing about the news, and must not cost more than the headline does.
MARKUP_LIMIT = 20_000

# The plus of a streamer's name does not part it from its possessive ending.
_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|[^\W_]+(?:\+?[.'’‘`´][^\W_]+)*|&")
_PARTED = re.compile(f"({_WORD.pattern})")
# What is left of it in a text of ASCII that has none of the signs which words are joined by.
_PLAIN_WORD = re.compile(r"[A-Za-z0-9]+")
_PLAIN_PARTED = re.compile(f"({_PLAIN_WORD.pattern})")
_JOINED = re.compile(r"[&.,'’‘`´]")
_DIGIT = re.compile(r"\d")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#\w]+;")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_JOINERS = str.maketrans("", "", ".,'’‘`´+")
_OPENING = frozenset("'\"‘“`´«‹„「『’")
_CLOSING = frozenset("'\"’”`´»›“」』")
_SET_WITHIN = frozenset(".!?")
_POSSESSIVE = ("'s", "’s", "´s", "`s", "‘s")
_BREAKS = (("?", "?"), ("!", "!"), (". ", "."), ("…", "."), ("|", "|"), (":", ":"), (";", ";"))
_QUOTES = re.compile(f"[{re.escape(''.join(sorted(_OPENING | _CLOSING)))}]")
_KNOWN_GAPS = {" ": "", "": "", "-": "", ", ": ",", ": ": ":", ". ": ".", " – ": "-", " — ": "-"}
_DASHES = ("—", "–", " - ", " -- ")


def clean(text: str, limit: int) -> str:
    """`text` without markup, control characters and runs of space, at most `limit` characters."""
    text = text[:MARKUP_LIMIT]
    if ("<" in text or "&" in text) and _MARKUP.search(text):
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
    """`text` as words are compared: without case, accents, dots and apostrophes.

    A text with a letter is not folded to nothing.
    """
    if text.isascii():
        return text.lower().translate(_JOINERS)
    parts = unicodedata.normalize("NFKD", text.translate(_JOINERS))
    # Two letters of Unicode are marks once they are taken apart.
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold() or text


def _folded_word(word: str) -> str:
    return "and" if word == "&" else fold(word)


def words_of(text: str) -> list[str]:
    """The folded words of a short text; `&` is read as "and"."""
    if text.isascii():
        text = text.lower()
        if not _JOINED.search(text):
            return _PLAIN_WORD.findall(text)
    return [_folded_word(word) for word in _WORD.findall(text)]


@dataclass(frozen=True)
class Line:
    """A cleaned text and its words.

    `words[i]` is folded, `spelt[i]` is as the text has it. `gaps[i]` stands before it, the last of
    them behind all words; `breaks[i]` is its mark (one of `. ? ! : ; , - | (` or "").
    """

    text: str
    words: tuple[str, ...]
    spelt: tuple[str, ...]
    gaps: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Line":
        """The line of an already cleaned text."""
        is_plain = text.isascii() and not _JOINED.search(text)
        parts = (_PLAIN_PARTED if is_plain else _PARTED).split(text)
        spelt, gaps = tuple(parts[1::2]), tuple(parts[::2])
        if is_plain:
            return cls(text, tuple(map(str.lower, spelt)), spelt, gaps)
        words = [w.lower() if w.isascii() and w.isalnum() else _folded_word(w) for w in spelt]
        return cls(text, tuple(words), spelt, gaps)

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
        return _QUOTES.search(self.text) is not None

    @lazy
    def has_digits(self) -> bool:
        """Whether a digit occurs."""
        return _DIGIT.search(self.text) is not None

    def is_possessive(self, index: int) -> bool:
        """Whether the word ends in an apostrophe and s."""
        if not self.has_apostrophe:
            return False
        word = self.spelt[index]
        return (word[-2:] if len(word) > 1 else self.gaps[index][-1:] + word) in _POSSESSIVE

    @lazy
    def breaks(self) -> tuple[str, ...]:
        """The mark between each word and the one before it."""
        known = _KNOWN_GAPS
        marks = [known[g] if g in known else break_mark(g) for g in self.gaps[:-1]]
        if "." in marks:
            marks = [
                "" if mark == "." and self._is_initial(index - 1) else mark
                for index, mark in enumerate(marks)
            ]
        return tuple(marks)

    def _is_initial(self, index: int) -> bool:
        """Whether a word is an initial ("Ada B. Byron"), which ends no sentence."""
        word = self.spelt[index] if 0 < index < len(self.spelt) - 1 else ""
        is_letter = len(word) == 1 and word.isupper() and word != "I"
        return is_letter and self.spelt[index - 1][0].isupper()

    def raw(self, first: int, last: int) -> str:
        """The original words from index `first` up to, not including, `last`."""
        if last <= first:
            return ""
        later = zip(self.gaps[first + 1 : last], self.spelt[first + 1 : last], strict=True)
        return self.spelt[first] + "".join(chain.from_iterable(later))

    def is_capitalised(self, index: int) -> bool:
        """Whether the word begins with a capital or a digit, or with a letter that has no case."""
        return self.capitals[index]

    @lazy
    def capitals(self) -> tuple[bool, ...]:
        """Of every word, whether it begins with a capital, a digit or a letter without case."""
        return tuple([not word[0].islower() for word in self.spelt])

    @lazy
    def quotes(self) -> frozenset[int]:
        """The words right before which a quotation mark opens."""
        if not self.has_apostrophe:
            return frozenset()
        return frozenset(
            [
                index
                for index, gap in enumerate(self.gaps[:-1])
                if gap and gap[-1] in _OPENING and not self._before(index).isalnum()
            ]
        )

    def _before(self, index: int) -> str:
        """What stands before the last character of a gap."""
        gap = self.gaps[index]
        return gap[-2:-1] or (self.spelt[index - 1][-1] if index else "")

    def opens_quote(self, index: int) -> bool:
        """Whether a quotation mark stands right before the word."""
        return index in self.quotes

    def is_quoted(self, first: int, last: int) -> bool:
        """Whether the words stand between quotation marks of their own."""
        if not self.opens_quote(first):
            return False
        # American style sets a full stop within the marks, and a comma: but that mostly in lists of
        # what somebody has been in ("'Harbor,' 'Kiln' alum"), which are not the news.
        return self._is_closed(last, _SET_WITHIN)

    def ends_quote(self, last: int) -> bool:
        """Whether a quotation mark closes behind the words up to `last`; a comma may be within."""
        return self._is_closed(last, _SET_WITHIN | {","})

    def _is_closed(self, last: int, within: frozenset[str]) -> bool:
        after = self.gaps[last]
        closing = after[1:2] if after[:1] in within else after[:1]
        return closing in _CLOSING or self.is_possessive(last - 1)


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
