"""Text as the reader sees it: cleaned of markup, cut into words and the gaps between them.

Everything here is linear in the length of its input and raises for no text.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from selectolax.lexbor import LexborHTMLParser

from bot.news.lazy import lazy

# What lies beyond says nothing about the news, and must not cost more than the headline does.
MARKUP_LIMIT = 20_000

# The plus of a streamer's name does not part it from its possessive ending.
_WORDS = re.compile(r"(\d{1,3}(?:,\d{3})+(?!\d)|[^\W_]+(?:\+?[.'’‘`´][^\W_]+)*|&)")
_DIGIT = re.compile(r"\d")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#\w]+;")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_JOINERS = ".,'’‘`´+"
_OPENING = frozenset("'\"‘“`´«‹„「『’")
CLOSING = frozenset("'\"’”`´»›“」』")
_ENDINGS = frozenset(",.:;?!")
_SET_WITHIN = frozenset(".!?")
_POSSESSIVE = ("'s", "’s", "´s", "`s", "‘s")
# A title in italics and its ending, which a tag taken out has parted: "<em>Harbor</em>’s pilot".
_PARTED = re.compile(r" (?=['’´`‘]s(?![\w'’]))")
_PARTED_MARKS = (" '", " ’", " ´", " `", " ‘")
_PLURAL_POSSESSIVE = ("' ", "’ ")
_BREAKS = (("?", "?"), ("!", "!"), (". ", "."), ("…", "."), ("|", "|"), (":", ":"), (";", ";"))
_QUOTES = re.compile(f"[{re.escape(''.join(sorted(_OPENING | CLOSING)))}]")
_KNOWN_GAPS = {" ": "", "": "", "-": "", ", ": ",", ": ": ":", ". ": ".", " – ": "-", " — ": "-"}
SPOKEN = 3  # A quotation of fewer words is a title more often than what somebody says.
SMALL = 7  # letters that no small word of a headline has, as "from" and "after" have fewer
_DASHES = ("—", "–", " - ", " -- ")


def clean(text: str, limit: int) -> str:
    """`text` without markup, control characters and runs of space, at most `limit` characters."""
    text = text[:MARKUP_LIMIT]
    if ("<" in text or "&" in text) and _MARKUP.search(text):
        text = _unmarked(text)
    if not text.isprintable() or "  " in text:
        text = text.encode("utf-8", "replace").decode("utf-8")
        text = _SPACE.sub(" ", text[: limit * 2])
    if any(mark in text for mark in _PARTED_MARKS):
        text = _PARTED.sub("", text)
    return text.strip()[:limit]


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
        return _unjoined(text.lower())
    parts = unicodedata.normalize("NFKD", _unjoined(text))
    # Two letters of Unicode are marks once they are taken apart.
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold() or text


def _unjoined(text: str) -> str:
    """A text without the signs that words are joined by: faster than `translate`, one by one."""
    for sign in _JOINERS:
        if sign in text:
            text = text.replace(sign, "")
    return text


def words_of(text: str) -> list[str]:
    """The folded words of a short text; `&` is read as "and"."""
    if text.isascii() and text.replace(" ", "").isalnum():
        return text.lower().split()
    return _folded([word for token in text.split() for word in _words_in(token)])


def _words_in(token: str) -> Sequence[str]:
    return (token,) if token.isalnum() else _WORDS.findall(token)


def _folded(words: Sequence[str]) -> list[str]:
    """The words folded: all at once, where none has a letter beyond ASCII."""
    text = " ".join(words)
    if not text.replace(" ", "").isalnum():
        text = _unjoined(text).replace("&", "and")
    if text.isascii():
        return text.lower().split(" ") if words else []
    return ["and" if word == "&" else fold(word) for word in words]


def _cut(text: str) -> tuple[list[str], list[str]]:
    """The words of a cleaned text, and the gaps before, between and behind them.

    Most of what spaces part is a word: to look for words in the rest alone takes half the time.
    """
    words = text.split(" ")
    gaps = ["", *[" "] * (len(words) - 1), ""]
    mixed = [i for i, token in enumerate(words) if not token.isalnum()]
    for i in reversed(mixed):  # so that the places of those before stay the same
        token = words[i]
        if word := _sole_word(token):
            words[i] = word
            gaps[i + 1] = token[len(word) :] + gaps[i + 1]
            continue
        first, *inner = _WORDS.split(token)
        words[i : i + 1] = inner[::2]
        if inner:
            gaps[i : i + 2] = [gaps[i] + first, *inner[1:-1:2], inner[-1] + gaps[i + 1]]
        else:
            gaps[i : i + 2] = [gaps[i] + first + gaps[i + 1]]
    return words, gaps


def _sole_word(token: str) -> str:
    """The word that is all of a token but for a mark behind it; "" where there may be more."""
    word = token[:-1] if token[-1:] in _ENDINGS else token
    is_word = word.isalnum() or (word[-2:] in _POSSESSIVE and word[:-2].isalnum())
    return word if is_word else ""


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
        spelt, gaps = _cut(text)
        return cls(text, tuple(_folded(spelt)), tuple(spelt), tuple(gaps))

    def __len__(self) -> int:
        return len(self.words)

    @lazy
    def stems(self) -> tuple[str, ...]:
        """The words without a possessive ending ("netflix" for "Netflix's")."""
        if not self.has_apostrophe:
            return self.words
        stems = list(self.words)
        for i in self.possessives:
            stems[i] = stems[i][:-1]
        return tuple(stems)

    @lazy
    def bag(self) -> frozenset[str]:
        """The words that occur, with and without a possessive ending."""
        return frozenset(self.words if self.stems is self.words else self.words + self.stems)

    @lazy
    def has_apostrophe(self) -> bool:
        """Whether anything in the text can be a quotation mark or an apostrophe."""
        if self.text.isascii():
            return "'" in self.text or '"' in self.text or "`" in self.text
        return _QUOTES.search(self.text) is not None

    @lazy
    def numbers(self) -> tuple[int, ...]:
        """The words that have a digit, by their places."""
        if "".join(self.words).isalpha():
            return ()
        likely = [i for i, word in enumerate(self.words) if not word.isalpha()]
        return tuple([i for i in likely if _DIGIT.search(self.spelt[i])])

    def is_possessive(self, index: int) -> bool:
        """Whether the word ends in an apostrophe and s."""
        return index in self.possessives

    def is_owner(self, index: int) -> bool:
        """Whether the word owns what follows: "Netflix's", or a plural's "EastEnders' "."""
        is_plural = self.spelt[index][-1] == "s" and self.gaps[index + 1][:2] in _PLURAL_POSSESSIVE
        return is_plural or self.is_possessive(index)

    @lazy
    def possessives(self) -> frozenset[int]:
        """The words that end in an apostrophe and s."""
        if not self.has_apostrophe or not any(sign in self.text for sign in _POSSESSIVE):
            return frozenset()
        ends = [i for i, word in enumerate(self.words) if word[-1] == "s"]
        return frozenset([i for i in ends if (self.gaps[i] + self.spelt[i])[-2:] in _POSSESSIVE])

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
        """Whether a word is an initial ("Ada B. Byron") or some of them ("S.W.A.T."), which end no
        sentence."""
        word = self.spelt[index] if 0 <= index < len(self.spelt) - 1 else ""
        if "." in word:
            return word.isupper()
        is_letter = len(word) == 1 and word.isupper() and word != "I"
        return is_letter and index > 0 and self.spelt[index - 1][0].isupper()

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
        """Of every word, whether it begins with a capital, a digit or a letter without case, or has
        its capital later, as some names do ("iHarbor")."""
        return tuple([not (word[0].islower() and word.islower()) for word in self.spelt])

    @lazy
    def is_headline_case(self) -> bool:
        """Whether nearly every longer word has a capital, so that capitals tell nothing; the small
        words of headlines are short."""
        longer = [c for word, c in zip(self.words, self.capitals, strict=True) if len(word) > 3]
        large = sum(longer)
        if large == len(longer):
            return large > 0
        return large > 0.8 * len(longer) and not any(
            len(word) >= SMALL and not capital and gap != "-"
            for word, capital, gap in zip(self.words, self.capitals, self.gaps, strict=False)
        )

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

    @lazy
    def speech(self) -> range:
        """The words that somebody is quoted with, behind a colon at the end or before one at the
        beginning ("Ada Byron quits Harbor: 'It was time'"); empty where nobody is."""
        colons = (i for i, gap in enumerate(self.gaps[:-1]) if i and ":" in gap)
        colon = next(colons, 0) if self.quotes else 0
        if not colon:
            return range(0)
        for spoken in (range(colon), range(colon, len(self))):
            if len(spoken) >= SPOKEN and self._is_one_quotation(spoken):
                return spoken
        return range(0)

    def _is_one_quotation(self, span: range) -> bool:
        """Whether a quotation opens before the words and closes behind them, and none between."""
        if span.start not in self.quotes or not self._closes(span.stop):
            return False
        within = range(span.start + 1, span.stop)
        return not any(i in self.quotes or self._closes(i) for i in within)

    def _closes(self, last: int) -> bool:
        """Whether a quotation ends behind the words up to `last`, with a mark of its own."""
        return any(sign in CLOSING for sign in self.gaps[last][:3])

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
        return closing in CLOSING or (self.is_possessive(last - 1) and not self._goes_on(last))

    def _goes_on(self, first: int) -> bool:
        """Whether a quotation ends behind words from `first` on, before a mark or another one:
        'It's Time' is no quoted "It"."""
        for last in range(first + 1, len(self) + 1):
            if self.breaks[last - 1] or last - 1 in self.quotes:
                return False
            if self.gaps[last][:1] in CLOSING:
                return True
        return False


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
