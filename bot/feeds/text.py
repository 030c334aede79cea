"""Text out of feeds: plain, bounded, on one line or in paragraphs, without hidden characters."""

import html
import re
import unicodedata
from html.entities import html5

from selectolax.lexbor import LexborHTMLParser, LexborNode

FIELD_LIMIT = 100_000  # characters of one field that are looked at
MOST_ITALICS = 24
ITALICS_LIMIT = 80  # characters; what is longer is no title
ITALICS_REACH = 2_000  # characters of a field: no more is read of a summary

# Controls, zero-width and bidirectional marks, tags, variation and interlinear marks: they can
# turn a headline round or hide words in it. ZWJ and ZWNJ stay: emoji, Persian and Hindi need them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
_LINE_BREAKS = re.compile("[\u2028\u2029\x85\x0b\x0c\r]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|<!--")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_ITALICS = re.compile(r"<(?:em|i|cite)\b", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(?=(?:br|hr|/?(?:p|div|li|ul|ol|tr|table|h[1-6]|blockquote|section|article|figure|"
    r"figcaption|header|footer|pre|dt|dd))\b)",
    re.IGNORECASE,
)
_WRAPPED = re.compile(
    rf"{_ENTITY.pattern}|</?(?:p|div|br|a|b|i|em|strong|span|img|ul|li|h[1-6])\b[^<>]*>",
    re.IGNORECASE,
)
_MOST_WRAPPINGS = 3  # seen in the wild: `&amp;amp;amp;`
_DROPPED = ["script", "style", "template", "noscript", "iframe", "svg", "math", "object"]
# Five combining marks in a row are no language but a tower that covers the lines above it.
_MARKS = re.compile("([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{5,})")


def one_line(text: str, limit: int) -> str:
    """Text for a title or a name: on one line, at most `limit` characters, cut with an ellipsis."""
    return shorten(" ".join(_visible(text[:FIELD_LIMIT]).split()), limit)


def paragraphs(text: str, limit: int) -> str:
    """Text for a summary: paragraphs parted by one line break, at most `limit` characters."""
    spaced = _SPACES.sub(" ", _visible(text[:FIELD_LIMIT]))
    return shorten(_BREAKS.sub("\n", spaced).strip(), limit)


def plain_title(text: str, limit: int) -> str:
    """A title as a reader sees it, whether it came with markup or escaped twice."""
    return one_line(_unwrapped(text), limit)


def plain_summary(text: str, limit: int) -> str:
    """A description as a reader sees it: its HTML as text in paragraphs."""
    return paragraphs(_unwrapped(text), limit)


def strip_markup(text: str) -> str:
    """The text of an HTML fragment; what holds no markup comes back with its entities resolved."""
    if not _MARKUP.search(text):
        return _ENTITY.sub(_character, text)
    tree = LexborHTMLParser(_BLOCK.sub("\n<", text))
    tree.strip_tags(_DROPPED)
    return tree.body.text() if tree.body else ""


def italics(text: str) -> tuple[str, ...]:
    """What the beginning of an HTML fragment sets in italics: short texts, each once, in order."""
    text = text[:ITALICS_REACH]
    found: dict[str, None] = {}
    for _ in range(_MOST_WRAPPINGS):
        if _ITALICS.search(text):
            nodes = LexborHTMLParser(text).css("em, i, cite")[:MOST_ITALICS]
            found |= dict.fromkeys(one_line(node.text(), 2 * ITALICS_LIMIT) for node in nodes)
        if not _WRAPPED.search(text):
            break
        text = strip_markup(text)
    return tuple(t for t in found if 0 < len(t) <= ITALICS_LIMIT)[:MOST_ITALICS]


def first_image(text: str) -> str:
    """The address of the first picture in an HTML fragment that is no tracking pixel, else ""."""
    text = text[:FIELD_LIMIT]
    if "<img" not in text.lower():
        return ""
    for node in LexborHTMLParser(text).css("img"):
        source = node.attributes.get("src") or node.attributes.get("data-src") or ""
        if source and not _is_pixel(node):
            return source
    return ""


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters; what is cut ends at a word if one is near, with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if text[limit - 1].isspace():
        return head.rstrip() + "…"
    word, _, rest = head.rpartition(" ")
    return (word if word and len(rest) < 40 else head).rstrip() + "…"


def _visible(text: str) -> str:
    text = _HIDDEN.sub("", _LINE_BREAKS.sub("\n", text))
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MARKS.sub(lambda marks: marks[1][:2], text))


def _unwrapped(text: str) -> str:
    """Markup taken off, again while what is left had been escaped: tags and entities tell."""
    text = strip_markup(text[:FIELD_LIMIT])
    for _ in range(_MOST_WRAPPINGS - 1):
        if not _WRAPPED.search(text):
            break
        text = strip_markup(text)
    return text


def _character(found: re.Match[str]) -> str:
    # html.unescape would also turn `&notes;` into `¬es;`.
    is_known = found[0][1] == "#" or found[0][1:] in html5
    return html.unescape(found[0]) if is_known else found[0]


def _is_pixel(node: LexborNode) -> bool:
    sizes = (node.attributes.get("width"), node.attributes.get("height"))
    return any(size is not None and size.strip() in {"0", "1"} for size in sizes)
