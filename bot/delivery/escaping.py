"""Make text that strangers wrote safe to put into a Discord message.

A headline may hold `@everyone`, a mention, markdown, a masked link, an invite, characters that
turn the line around, or half a megabyte of any of them. What leaves this module holds none: it
cannot ping, format, link or hide anything, and it fits.

Sizes are UTF-16 units. Discord's clients count those and its API counts code points, which are
never more, so a text that fits here fits both.
"""

import re
import unicodedata
from itertools import accumulate

# Read no further than this: a hostile text costs time in proportion to what is looked at.
_READ_AT_MOST = 20_000
_COMBINING_RUN = 4

# A combining joiner, the fillers of Hangul and the blank of Braille are invisible but no "format"
# characters to Unicode.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_DROPPED_CATEGORIES = frozenset({"Cf", "Co", "Cs", "Cn"})
_SPACE_CATEGORIES = frozenset({"Cc", "Zl", "Zp", "Zs"})

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,31}:/{2,}|:/{2,}", re.IGNORECASE)
_INVITE = re.compile(
    r"(?:www\.|ptb\.|canary\.)?(?:discord\.gg|discord(?:app)?\.com/invite|dsc\.gg|discord\.me)/\S*",
    re.IGNORECASE,
)
# A backslash between must not be all that stands between a headline and everybody.
_EVERYONE = re.compile(r"@(?=\\*(?:everyone|here))", re.IGNORECASE)
_MARKDOWN = frozenset("\\*_~`|[]")
# A heading, a quote, a list, small print: only at the start of a line.
_LINE_START = re.compile(r"(?:-?#|>|[-+]|\d+[.)])")


def size(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def escape(text: str, limit: int) -> str:
    """The text as one harmless line of markdown, at most `limit` UTF-16 units long.

    Where something must go, it goes at the end of a word and an ellipsis says so.
    """
    words = _harmless(text)
    pieces = [f"\\{character}" if character in _MARKDOWN else character for character in words]
    if (start := _LINE_START.match(words)) is not None:
        # The last character of the marker is the one that a backslash disarms ("1." -> "1\.").
        last = start.end() - 1
        pieces[last] = f"\\{words[last]}"
    return _fit(pieces, limit)


def plain(text: str, limit: int) -> str:
    """The text as one harmless line for a place that knows no markdown: a footer, a label."""
    return _fit(list(_harmless(text)), limit)


def _harmless(text: str) -> str:
    line = _visible(text[:_READ_AT_MOST])
    # Taking one scheme out can put another together ("hthttps://tps://").
    while (stripped := _SCHEME.sub("", line)) != line:
        line = stripped
    line = _INVITE.sub("…", line)
    # Lookalikes, not backslashes: Discord reads mentions in a message before any escape.
    return _EVERYONE.sub("＠", line).replace("<", "‹").strip()


def _visible(text: str) -> str:
    kept: list[str] = []
    combining = 0
    for character in text:
        category = unicodedata.category(character)
        if character in _BLANKS or category in _SPACE_CATEGORIES:
            character, category = " ", "Zs"
        if category in _DROPPED_CATEGORIES or character == "\u034f":
            continue
        combining = combining + 1 if category in {"Mn", "Me"} else 0
        if combining <= _COMBINING_RUN:
            kept.append(character)
    return " ".join("".join(kept).split())


def _fit(pieces: list[str], limit: int) -> str:
    """Join the pieces that fit, cut where a word ends if one ends in the last two thirds."""
    ends = list(accumulate(size(piece) for piece in pieces))
    if not ends or ends[-1] <= limit:
        return "".join(pieces)
    if limit < 1:
        return ""
    count = sum(end <= limit - 1 for end in ends)
    words = [index for index in range(count // 3, count + 1) if pieces[index] == " "]
    cut = words[-1] if words else _before_combining(pieces, count)
    return "".join(pieces[:cut]).rstrip() + "…"


def _before_combining(pieces: list[str], count: int) -> int:
    while count and unicodedata.category(pieces[count][-1]) in {"Mn", "Me"}:
        count -= 1
    return count
